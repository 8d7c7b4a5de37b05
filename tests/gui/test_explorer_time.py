"""Promises of the conductor about time: measured unasked only where that is wished, shown for its own settings only."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from sepviz.engine.machine import MachinePeak
from sepviz.gui import claim_tasks, machine_limits, timekeeper
from sepviz.gui.claims_guide import ClaimsGuide
from sepviz.gui.views.time_strip import NOT_MEASURED
from sepviz.study.benchmark import Benchmark, MeasureTime


@pytest.fixture
def measured(monkeypatch):
    """The studies that were timed, each with the few repeats of a tiny budget."""
    studies, measure = [], MeasureTime.__call__

    def count(self, *rest):
        studies.append(self.study)
        return measure(replace(self, budget_s=0.02, cold=0), *rest)

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
        return real(replace(self, budget_s=0.02, cold=0), checkpoint)

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
    assert first not in {study for study, _ in ready.explorer.time._benchmarks}


def told(parts):
    return parts.window.timing.accessibleDescription()


def test_that_the_tab_shows_the_chosen_method_and_the_summary_the_studys_own(ready, settled, measured, wait_until):
    ready.explorer.measure()
    wait_until(lambda: ready.explorer.benchmark)
    settled(ready)
    own, before = ready.explorer.benchmark, summary(ready)
    ready.window.timing.method_chosen.emit("planar")
    assert told(ready).startswith(NOT_MEASURED)
    ready.explorer.measure()
    assert summary(ready) == before
    wait_until(lambda: "The same for both, planar" in told(ready))
    assert summary(ready) == before
    assert ready.explorer.benchmark is own
    ready.window.timing.method_chosen.emit("auto")
    assert "the one that is best for it" in told(ready)
    assert len(measured) == 2


def test_that_the_chosen_method_is_kept_while_it_applies_and_given_up_for_the_panels(ready, settled):
    timing = ready.window.timing
    timing.method_chosen.emit("planar")
    ready.document.edit("seed", 8)
    assert timing._switch._list.currentText() == "the same for both: planar"
    ready.document.edit("method", "channels-last")
    assert timing._switch._list.currentText() == "the same for both: channels-last"
    ready.document.edit("method", "winograd")
    assert timing._switch._list.currentText() == "winograd where it can"
    settled(ready)


def test_that_the_loops_are_measured_on_a_small_picture_and_only_when_asked(launch, settled, measured, wait_until):
    parts = launch(auto=True)
    wait_until(lambda: parts.explorer.benchmark)
    settled(parts)
    parts.window.timing.method_chosen.emit("reference")
    assert not parts.explorer.time._idle.isActive()
    parts.explorer.measure()
    wait_until(lambda: "The article's plain loops for both, on an input of 3 × 12 × 16" in told(parts))
    assert parts.explorer.benchmark.input_shape == (3, 24, 32)


def test_that_a_chosen_method_is_measured_unasked_after_the_summarys_own(launch, settled, measured, wait_until):
    parts = launch(auto=True)
    parts.window.timing.method_chosen.emit("planar")
    wait_until(lambda: "The same for both, planar" in told(parts))
    assert parts.explorer.benchmark.method == "auto"
    settled(parts)


def test_that_loops_that_would_take_long_are_refused_in_the_tab(ready, settled, measured):
    ready.document.edit("kernel_size", (13, 13))
    ready.document.edit("padding", "valid")
    settled(ready)
    ready.window.timing.method_chosen.emit("reference")
    assert ready.window.timing._progress.text().startswith("Input 3 × 12 × 16: ")
    ready.explorer.measure()
    settled(ready)
    assert measured == []


@pytest.fixture
def machine(monkeypatch):
    """A machine that nobody has measured; every measurement finds it 10 GFLOP/s faster."""
    found = []

    def measure(checkpoint):
        found.append(MachinePeak(gflops=100 + 10 * len(found), bandwidth_gbps=10, measured_on="2024-02-29"))
        return found[-1]

    monkeypatch.setattr(machine_limits, "remembered_peak", lambda: None)
    monkeypatch.setattr(claim_tasks, "measure_peak", measure)
    return found


def test_that_a_machine_that_is_not_known_is_measured_once_and_the_bound_shown_then(machine, ready, settled, measured):
    ready.explorer.measure()
    settled(ready)
    assert "At best this machine (100 GFLOP/s, 10.0 GB/s, measured 2024-02-29)" in told(ready)
    assert "Why: " in told(ready)
    ready.explorer.measure()
    settled(ready)
    assert len(machine) == 1


def test_that_the_machine_is_measured_again_on_demand_and_every_view_follows(machine, ready, settled, measured):
    ready.explorer.measure()
    settled(ready)
    claims = next(guide.page for guide in ready.guides if isinstance(guide, ClaimsGuide))
    ready.window.timing.peak_requested.emit()
    assert ready.window.timing._progress.text() == "measuring this machine…"
    assert not claims.roofline._measure.isEnabled()
    settled(ready)
    assert "At best this machine (110 GFLOP/s" in told(ready)
    assert "110 GFLOP/s" in claims.roofline._text.text()
    claims.roofline.measure_requested.emit()
    assert ready.window.timing._progress.text() == "measuring this machine…"
    settled(ready)
    assert "At best this machine (120 GFLOP/s" in told(ready)
    assert "120 GFLOP/s" in claims.roofline._text.text()


def test_that_a_measurement_of_the_machine_that_was_stopped_is_not_made_again_unasked(
    machine, ready, settled, measured, monkeypatch, wait_until
):
    began = threading.Event()

    def measure(checkpoint):
        began.set()
        while True:
            checkpoint(0.5)
            threading.Event().wait(0.001)

    monkeypatch.setattr(claim_tasks, "measure_peak", measure)
    ready.explorer.measure()
    wait_until(began.is_set)
    ready.window.actions_by_name["stop"].trigger()
    settled(ready)
    began.clear()
    ready.explorer.measure()
    settled(ready)
    assert not began.is_set()
    assert ready.window.timing._progress.text() == ""


def test_that_a_measurement_made_for_a_claim_is_shown_in_summary_and_timing_at_once(ready, settled):
    assert "Time (measured): —" in summary(ready)
    ready.explorer.time.learn(MeasureTime(study=ready.document.study, budget_s=0.02)())
    assert "Time (measured): —" not in summary(ready)
    assert "repeats of each layer" in told(ready)


def test_that_a_new_measurement_judges_the_claim_of_less_time_at_once(ready, settled, measured, wait_until):
    claims = next(guide.page for guide in ready.guides if isinstance(guide, ClaimsGuide))
    ready.document.edit_view("tab", "claims")
    wait_until(lambda: claims.cards["time"].verdict)
    assert claims.cards["time"].verdict.holds == "not judged yet"
    assert "Measured —" in claims.roofline._table.accessibleDescription()
    ready.explorer.measure()
    wait_until(lambda: ready.explorer.benchmark)
    assert claims.cards["time"].verdict.holds != "not judged yet"
    whole = next(row for row in claims.roofline._table.accessibleDescription().splitlines() if "A standard" in row)
    assert "Measured —" not in whole
    settled(ready)
