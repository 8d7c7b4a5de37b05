from dataclasses import dataclass

import pytest

from sepviz.study import jobs
from sepviz.study.jobs import Failed, Finished, Job, Preview, Progressed, Started, Stopped, run_job


@dataclass(frozen=True)
class Answer:
    value: object

    def __call__(self, checkpoint):
        checkpoint(0.5)
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


def events_of(job, cancelled=lambda: False):
    events = []
    run_job(job, events.append, cancelled)
    return events


def test_that_a_job_starts_and_finishes_with_its_answer():
    assert events_of(Job(generation=3, task=Answer(42))) == [
        Started(generation=3),
        Finished(generation=3, answer=42),
    ]


def test_that_the_preview_comes_before_the_answer():
    events = events_of(Job(generation=1, task=Answer("full"), preview=Answer("small")))
    assert events[1:] == [Preview(generation=1, answer="small"), Finished(generation=1, answer="full")]


def test_that_a_cancelled_job_stops_without_an_answer():
    assert events_of(Job(generation=1, task=Answer(1)), lambda: True)[-1] == Stopped(generation=1)


def test_that_a_job_cancelled_midway_gives_no_answer():
    calls = iter([False, True])
    events = events_of(Job(generation=1, task=Answer(1)), lambda: next(calls))
    assert events[-1] == Stopped(generation=1)


def test_that_an_error_is_told_with_its_traceback():
    *_, last = events_of(Job(generation=1, task=Answer(ValueError("the kernel is too large"))))
    assert isinstance(last, Failed)
    assert last.message == "the kernel is too large"
    assert "ValueError" in last.details


def test_that_an_error_without_words_is_told_by_its_name():
    *_, last = events_of(Job(generation=1, task=Answer(ZeroDivisionError())))
    assert isinstance(last, Failed)
    assert last.message == "ZeroDivisionError"


def test_that_lack_of_memory_suggests_a_way_out():
    *_, last = events_of(Job(generation=1, task=Answer(MemoryError())))
    assert isinstance(last, Failed)
    assert "smaller" in last.message


def test_that_leaving_the_program_is_not_swallowed():
    def leave(checkpoint):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        events_of(Job(generation=1, task=leave))


def test_that_what_has_not_moved_is_not_told_again(monkeypatch):
    now = iter(range(1000))
    monkeypatch.setattr(jobs, "perf_counter", lambda: next(now) * jobs.PROGRESS_INTERVAL_S)

    def listen(checkpoint):
        for _ in range(100):
            checkpoint(0.5)
        checkpoint(0.6)

    told = [event.fraction for event in events_of(Job(generation=1, task=listen)) if isinstance(event, Progressed)]
    assert told == [0.0, 0.5, 0.6]


def test_that_progress_is_told_at_most_once_an_interval(monkeypatch):
    now = iter(range(1000))
    monkeypatch.setattr(jobs, "perf_counter", lambda: next(now) * jobs.PROGRESS_INTERVAL_S / 4)

    def steps(checkpoint):
        for step in range(100):
            checkpoint(step / 100)

    told = [event for event in events_of(Job(generation=1, task=steps)) if isinstance(event, Progressed)]
    assert 20 <= len(told) <= 26
    assert [event.fraction for event in told] == sorted(event.fraction for event in told)
