"""Promises of the worker: one job at a time, the newest wins, and every job comes to an end that is told."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest
from shiboken6 import delete

from sepviz.gui import worker as module
from sepviz.gui.worker import LEFT_BEHIND, Worker, all_ended
from sepviz.study.jobs import Failed, Finished, Job, Started, Stopped

ENDS = Finished | Failed | Stopped


@dataclass(frozen=True)
class Endless:
    """A task that only a checkpoint ends."""

    entered: threading.Event

    def __call__(self, checkpoint):
        self.entered.set()
        while True:
            checkpoint(0.5)
            threading.Event().wait(0.001)


@pytest.fixture
def worker():
    worker = Worker()
    worker.events = []
    worker.happened.connect(worker.events.append)
    yield worker
    worker.close()
    delete(worker)


def ends(worker):
    return {event.generation: type(event) for event in worker.events if isinstance(event, ENDS)}


def endless(generation):
    return Job(generation=generation, task=Endless(threading.Event()))


def answer(generation, value):
    return Job(generation=generation, task=lambda checkpoint: value)


def test_that_a_task_runs_in_another_thread_and_its_answer_comes_to_this_one(worker, wait_until):
    threads = []
    worker.happened.connect(lambda event: threads.append(threading.get_ident()))
    worker.submit(Job(generation=1, task=lambda checkpoint: threading.get_ident()))
    wait_until(lambda: ends(worker))
    assert worker.events[-1].answer != threading.get_ident()
    assert set(threads) == {threading.get_ident()}


def test_that_a_new_job_stops_the_one_before_it(worker, wait_until):
    worker.submit(job := endless(1))
    wait_until(job.task.entered.is_set)
    worker.submit(answer(2, "new"))
    wait_until(lambda: 2 in ends(worker))
    assert ends(worker) == {1: Stopped, 2: Finished}


def test_that_a_job_that_never_began_is_told_as_stopped(worker, wait_until):
    worker.submit(job := endless(1))
    wait_until(job.task.entered.is_set)
    for generation in (2, 3, 4):
        worker.submit(endless(generation))
    worker.submit(answer(5, None))
    wait_until(lambda: 5 in ends(worker))
    assert ends(worker) == {1: Stopped, 2: Stopped, 3: Stopped, 4: Stopped, 5: Finished}


def test_that_a_patient_job_stops_nothing(worker, wait_until):
    entered, may_end = threading.Event(), threading.Event()

    def busy(checkpoint):
        entered.set()
        while not may_end.is_set():
            checkpoint(0.5)

    worker.submit(Job(generation=1, task=busy))
    wait_until(entered.is_set)
    worker.submit(answer(2, None), patient=True, keep=True)
    may_end.set()
    wait_until(lambda: 2 in ends(worker))
    assert ends(worker) == {1: Finished, 2: Finished}


def test_that_a_kept_job_is_not_stopped_by_a_later_one(worker, wait_until):
    worker.submit(job := endless(1))
    wait_until(job.task.entered.is_set)
    worker.submit(answer(2, "opened"), keep=True)
    worker.submit(answer(3, "explored"))
    wait_until(lambda: 3 in ends(worker))
    assert ends(worker) == {1: Stopped, 2: Finished, 3: Finished}


def test_that_a_task_that_raises_is_told_and_the_next_one_runs(worker, wait_until):
    def broken(checkpoint):
        raise RuntimeError("the tile is missing")

    worker.submit(Job(generation=1, task=broken))
    wait_until(lambda: ends(worker))
    worker.submit(answer(2, 42))
    wait_until(lambda: 2 in ends(worker))
    failure = next(event for event in worker.events if isinstance(event, Failed))
    assert failure.message == "the tile is missing"
    assert "RuntimeError" in failure.details
    assert worker.events[-1].answer == 42


def test_that_stop_ends_a_task_that_never_would(worker, wait_until):
    worker.submit(job := endless(1))
    wait_until(job.task.entered.is_set)
    worker.stop()
    wait_until(lambda: ends(worker))
    assert worker.events[0] == Started(generation=1)
    assert ends(worker) == {1: Stopped}


def test_that_closing_ends_a_task_that_never_would_and_can_be_repeated(worker, wait_until):
    worker.submit(job := endless(1))
    wait_until(job.task.entered.is_set)
    worker.close()
    assert not worker._thread.isRunning()
    worker.close()


@pytest.fixture
def deaf():
    """A job that heeds nothing, and is let go after the test."""
    may_end, entered = threading.Event(), threading.Event()

    def task(checkpoint):
        entered.set()
        may_end.wait()

    yield Job(generation=1, task=task), entered
    may_end.set()
    for thread, _ in module._left_behind:
        assert thread.wait(10_000)
    module._left_behind.clear()


def test_that_a_job_that_does_not_stop_is_left_behind_and_told_and_those_that_wait_are_run(worker, wait_until, deaf):
    job, entered = deaf
    worker._overdue.setInterval(0)
    worker.submit(job)
    wait_until(entered.is_set)
    worker.submit(answer(2, "next"))
    worker.submit(answer(3, "kept"), patient=True, keep=True)
    wait_until(lambda: 3 in ends(worker))
    assert ends(worker) == {1: Failed, 2: Finished, 3: Finished}
    assert [event.message for event in worker.events if isinstance(event, Failed)] == [LEFT_BEHIND]
    assert not all_ended()


def test_that_closing_does_not_wait_for_a_job_that_does_not_stop(worker, wait_until, deaf, monkeypatch):
    job, entered = deaf
    monkeypatch.setattr(module, "CLOSING_MS", 0)
    worker.submit(job)
    wait_until(entered.is_set)
    worker.close()
    assert not all_ended()
    worker.close()


def test_that_closing_waits_for_what_is_to_be_kept(worker, wait_until, monkeypatch):
    entered, done = threading.Event(), []

    def save(checkpoint):
        entered.set()
        threading.Event().wait(0.1)
        done.append("saved")

    monkeypatch.setattr(module, "CLOSING_MS", 0)
    worker.submit(Job(generation=1, task=save), keep=True)
    wait_until(entered.is_set)
    worker.close()
    assert done == ["saved"]
