"""Promises of files that take a while: whoever waits for one knows whether it waits, is written, or never will be."""

from __future__ import annotations

import threading

import pytest

from sepviz.gui.claims_guide import ClaimsGuide
from sepviz.gui.file_errand import FileErrand


class Held:
    """A task that only its event or a checkpoint ends."""

    def __init__(self):
        self.entered, self.let_go = threading.Event(), threading.Event()

    def __call__(self, checkpoint):
        self.entered.set()
        while not self.let_go.wait(0.001):
            checkpoint(0.5)
        return "answer"


@pytest.fixture
def errand(ready, keep):
    """Who has files written in a real window."""
    return keep(FileErrand(ready.explorer, ready.window, ready.window))


def reading(parts):
    return parts.window._reading.text()


def test_that_a_file_that_is_written_is_said_to_be_and_then_handed_on(ready, errand, wait_until):
    task, saved = Held(), []
    errand.ask(task, saved.append, name="a.gif", what="The animation")
    wait_until(task.entered.is_set)
    assert reading(ready) == "Writing a.gif; Esc stops it"
    task.let_go.set()
    wait_until(lambda: saved == ["answer"])
    assert reading(ready) == ""


def test_that_a_file_that_has_to_wait_is_not_said_to_be_written(ready, errand, wait_until):
    before, task = Held(), Held()
    ready.explorer.ask_aside(before, print)
    wait_until(before.entered.is_set)
    errand.ask(task, print, name="a.gif", what="The animation")
    assert reading(ready) == "a.gif is written when what runs before it is done; Esc stops both"
    before.let_go.set()
    wait_until(lambda: reading(ready) == "Writing a.gif; Esc stops it")
    task.let_go.set()
    wait_until(lambda: reading(ready) == "")


@pytest.mark.parametrize("waits", [False, True])
def test_that_a_file_that_is_stopped_is_told_even_before_it_was_begun(ready, errand, settled, wait_until, waits):
    before, task = Held(), Held()
    if waits:
        ready.explorer.ask_aside(before, print)
        wait_until(before.entered.is_set)
    errand.ask(task, print, name="a.gif", what="The animation")
    wait_until(before.entered.is_set if waits else task.entered.is_set)
    ready.window.actions_by_name["stop"].trigger()
    settled(ready)
    assert reading(ready) == "The animation was stopped; no file was written"
    assert task.entered.is_set() is not waits


def test_that_a_file_that_cannot_be_written_is_told_and_no_longer_said_to_be_written(ready, errand, settled):
    def refuse(checkpoint):
        raise ValueError("no room")

    errand.ask(refuse, print, name="a.gif", what="The animation")
    settled(ready)
    assert reading(ready) == ""
    assert "no room" in ready.window.message.text


def test_that_an_experiment_of_the_claims_does_not_stop_a_file(ready, errand, settled, wait_until):
    guide = next(guide for guide in ready.guides if isinstance(guide, ClaimsGuide))
    task, saved = Held(), []
    errand.ask(task, saved.append, name="a.gif", what="The animation")
    wait_until(task.entered.is_set)
    guide.page.experiment_requested.emit("initialisation")
    task.let_go.set()
    wait_until(lambda: saved == ["answer"])
    ready.window.actions_by_name["stop"].trigger()
    settled(ready)
