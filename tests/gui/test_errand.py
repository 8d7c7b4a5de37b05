"""Promises of an errand: a tab learns of every end, and of no end that is not its own."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

import pytest

from sepviz.gui.errand import Errand


@dataclass(frozen=True, kw_only=True)
class Dawdle:
    """A task that only a checkpoint or its event ends."""

    entered: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def __call__(self, checkpoint):
        self.entered.set()
        while not self.let_go.wait(0.001):
            checkpoint(0.5)
        return "answer"


def fail(checkpoint):
    raise ValueError("no such thing")


@pytest.fixture
def errand(ready, keep):
    """An errand in a real window, and what it told."""
    made = keep(Errand(ready.document, ready.explorer, ready.window))
    made.told = []
    made.ended.connect(lambda: made.told.append("ended"))
    return made


@pytest.mark.parametrize("aside", [False, True])
def test_that_the_end_comes_just_before_the_answer(errand, wait_until, aside):
    task = Dawdle()
    (errand.ask_aside if aside else errand.ask)(task, errand.told.append)
    wait_until(task.entered.is_set)
    assert errand.is_running
    assert errand.told == []
    task.let_go.set()
    wait_until(lambda: len(errand.told) == 2)
    assert errand.told == ["ended", "answer"]
    assert not errand.is_running


@pytest.mark.parametrize("aside", [False, True])
def test_that_a_stop_is_an_end_without_an_answer(ready, errand, settled, wait_until, aside):
    task = Dawdle()
    (errand.ask_aside if aside else errand.ask)(task, errand.told.append)
    wait_until(task.entered.is_set)
    ready.window.actions_by_name["stop"].trigger()
    settled(ready)
    assert errand.told == ["ended"]


def test_that_a_change_of_the_study_ends_what_waits_but_not_what_runs_aside(ready, errand, settled, wait_until, keep):
    aside = keep(Errand(ready.document, ready.explorer, ready.window))
    long, task = Dawdle(), Dawdle()
    aside.ask_aside(long, errand.told.append)
    errand.ask(task, errand.told.append)
    wait_until(lambda: task.entered.is_set() and long.entered.is_set())
    ready.document.adopt(replace(ready.document.study, out_channels=5))
    wait_until(lambda: errand.told == ["ended"])
    assert aside.is_running
    long.let_go.set()
    settled(ready)
    assert errand.told == ["ended", "answer"]
    assert not aside.is_running


def test_that_a_failure_is_an_end_and_is_told_to_the_user(ready, errand, settled):
    errand.ask_aside(fail, errand.told.append)
    settled(ready)
    assert errand.told == ["ended"]
    assert "no such thing" in ready.window.message.text


def test_that_the_end_of_an_earlier_question_ends_nothing(errand, wait_until):
    first, second = Dawdle(), Dawdle()
    answers = []
    errand.ask_aside(first, answers.append)
    wait_until(first.entered.is_set)
    errand.ask_aside(second, errand.told.append)
    first.let_go.set()
    wait_until(second.entered.is_set)
    wait_until(lambda: answers == ["answer"])
    assert errand.is_running
    assert errand.told == []
    second.let_go.set()
    wait_until(lambda: errand.told == ["ended", "answer"])


def test_that_what_runs_aside_is_waited_for_and_the_turn_is_told(ready, errand, wait_until, keep):
    other, told = keep(Errand(ready.document, ready.explorer, ready.window)), []
    errand.began.connect(lambda: errand.told.append("began"))
    first, second = Dawdle(), Dawdle()
    other.ask_aside(first, told.append)
    wait_until(first.entered.is_set)
    errand.ask_aside(second, errand.told.append)
    first.let_go.set()
    wait_until(lambda: told == ["answer"])
    wait_until(lambda: errand.told == ["began"])
    second.let_go.set()
    wait_until(lambda: errand.told == ["began", "ended", "answer"])


def test_that_what_is_stopped_while_it_waits_never_begins(ready, errand, settled, wait_until, keep):
    other = keep(Errand(ready.document, ready.explorer, ready.window))
    errand.began.connect(lambda: errand.told.append("began"))
    first, second = Dawdle(), Dawdle()
    other.ask_aside(first, print)
    wait_until(first.entered.is_set)
    errand.ask_aside(second, errand.told.append)
    ready.window.actions_by_name["stop"].trigger()
    settled(ready)
    assert errand.told == ["ended"]
    assert not second.entered.is_set()
