"""Promises of the conductor about time: measured unasked only where that is wished, shown for its own settings only."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from sepviz.gui import timekeeper
from sepviz.study.benchmark import Benchmark, MeasureTime


@pytest.fixture
def measured(monkeypatch):
    """The studies that were timed, each with the few repeats of a tiny budget."""
    studies, measure = [], MeasureTime.__call__

    def count(self, *rest):
        studies.append(self.study)
        return measure(replace(self, budget_s=0.02), *rest)

    monkeypatch.setattr(MeasureTime, "__call__", count)
    monkeypatch.setattr(timekeeper, "IDLE_MS", 10)
    return studies


def summary(parts):
    return parts.window.summary.accessibleDescription()


def test_that_time_is_measured_unasked_only_when_the_switch_is_on(launch, settled, measured, wait_until):
    parts = launch(auto=False)
    settled(parts)
    assert not parts.explorer.time._idle.isActive()
    parts.window.timing.auto_toggled.emit(True)
    wait_until(lambda: parts.explorer.benchmark)
    assert measured == [parts.document.study]
    settled(parts)
    parts.window.timing.auto_toggled.emit(False)
    parts.document.edit("seed", 8)
    settled(parts)
    assert not parts.explorer.time._idle.isActive()
    assert len(measured) == 1


def test_that_the_switch_shows_what_is_true(launch):
    parts = launch(auto=True)
    assert parts.window.timing._auto.isChecked()


def test_that_a_measurement_is_shown_for_its_own_settings_only(ready, settled, measured, wait_until):
    ready.explorer.measure()
    assert "measuring…" in summary(ready)
    wait_until(lambda: ready.explorer.benchmark)
    with_time = summary(ready)
    assert "Time (measured): —" not in with_time
    ready.document.edit("seed", 8)
    assert "Time (measured): —" in summary(ready)
    settled(ready)
    assert "Time (measured): —" in summary(ready)
    assert ready.explorer.benchmark is None
    ready.document.undo()
    assert summary(ready) == with_time
    settled(ready)
    assert len(measured) == 1


def test_that_a_measurement_asked_for_while_maps_are_computed_is_made_after_them(ready, measured, wait_until, settled):
    ready.document.edit("seed", 8)
    ready.explorer.measure()
    ready.explorer.measure()
    wait_until(lambda: ready.explorer.benchmark)
    settled(ready)
    assert measured == [ready.document.study]
    assert ready.explorer.comparison.study == ready.document.study


def test_that_a_measurement_of_other_settings_is_kept_but_not_shown(ready, settled, measured):
    measure = MeasureTime(study=ready.document.study)
    ready.document.edit("seed", 8)
    settled(ready)
    late = measure()
    ready.explorer.time._on_measured(late)
    assert "Time (measured): —" in summary(ready)
    assert ready.explorer.benchmark is None
    ready.document.undo()
    settled(ready)
    assert ready.explorer.benchmark is late


def test_that_a_change_stops_a_measurement_and_it_is_made_again_when_idle(launch, settled, monkeypatch, wait_until):
    began, studies, real = threading.Event(), [], MeasureTime.__call__

    def measure(self, checkpoint):
        studies.append(self.study)
        began.set()
        while len(studies) == 1:
            checkpoint(0.5)
            threading.Event().wait(0.001)
        return real(replace(self, budget_s=0.02), checkpoint)

    monkeypatch.setattr(MeasureTime, "__call__", measure)
    monkeypatch.setattr(timekeeper, "IDLE_MS", 10)
    parts = launch(auto=True)
    wait_until(began.is_set)
    parts.document.edit("seed", 8)
    wait_until(lambda: parts.explorer.benchmark)
    assert [study.seed for study in studies] == [0, 8]
    assert isinstance(parts.explorer.benchmark, Benchmark)


@pytest.mark.parametrize("how", ["stop", "fail"])
def test_that_a_measurement_that_was_stopped_or_failed_is_not_made_again_unasked(
    launch, settled, monkeypatch, wait_until, how
):
    began, tries = threading.Event(), []

    def measure(self, checkpoint):
        tries.append(self.study)
        began.set()
        while how == "stop":
            checkpoint(0.5)
            threading.Event().wait(0.001)
        raise RuntimeError("the clock stands still")

    monkeypatch.setattr(MeasureTime, "__call__", measure)
    monkeypatch.setattr(timekeeper, "IDLE_MS", 10)
    parts = launch(auto=True)
    wait_until(began.is_set)
    if how == "stop":
        parts.window.actions_by_name["stop"].trigger()
    settled(parts)
    parts.document.edit_view("colormap", "grey")
    settled(parts)
    wait_until(lambda: not parts.explorer.time._idle.isActive())
    settled(parts)
    assert len(tries) == 1
    assert "measuring" not in summary(parts)


def test_that_measurements_which_undo_cannot_reach_hold_no_pictures(ready, settled, measured, wait_until):
    ready.explorer.measure()
    wait_until(lambda: ready.explorer.benchmark)
    first = ready.document.study
    ready.document.edit("seed", 8)
    settled(ready)
    ready.document.history = replace(ready.document.history, past=())
    ready.explorer.measure()
    wait_until(lambda: ready.explorer.benchmark)
    assert first not in ready.explorer.time._benchmarks
