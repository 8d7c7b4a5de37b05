"""Promises of the conductor: what is shown answers what is asked now, and nothing that was asked is lost."""

from __future__ import annotations

import random
import threading

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from sepviz.engine.checkpoint import carry_on
from sepviz.gui.actions import TAB_NAMES
from sepviz.study import compare as compare_module
from sepviz.study.compare import Compare
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study, View


def noise(seed=0, height=24, width=32, name="noise.png"):
    return picture_from_array(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8), name)


@pytest.fixture
def compared(monkeypatch):
    """The studies that were computed, previews among them."""
    studies, compute = [], Compare.__call__

    def count(self, *rest):
        studies.append(self.study)
        return compute(self, *rest)

    monkeypatch.setattr(Compare, "__call__", count)
    return studies


@pytest.fixture
def endless(monkeypatch):
    """A comparison that only a checkpoint ends, for studies with the seed 666; the event says that it runs."""
    entered, compute = threading.Event(), Compare.__call__

    def dawdle(self, checkpoint=carry_on):
        while self.study.seed == 666:
            entered.set()
            checkpoint(0.5)
            threading.Event().wait(0.001)
        return compute(self, checkpoint)

    monkeypatch.setattr(Compare, "__call__", dawdle)
    return entered


def shown(parts):
    """Note every exploration that reaches the window beside the study of that moment."""
    pairs, show = [], parts.window.show_exploration

    def note(exploration, tab):
        pairs.append((exploration, parts.document.study))
        show(exploration, tab)

    parts.window.show_exploration = note
    return pairs


def assert_is_fresh(parts):
    comparison, fresh = parts.explorer.comparison, Compare(study=parts.document.study)()
    assert comparison.study == parts.document.study
    assert np.array_equal(comparison.input, fresh.input)
    for side in ("baseline", "candidate"):
        pairs = zip(getattr(comparison, side).activations, getattr(fresh, side).activations, strict=True)
        assert all(np.array_equal(kept, made) for kept, made in pairs)
    sheet = parts.window.pages["maps"].sheets["candidate.output"].sheet
    assert np.array_equal(sheet.content.maps, fresh.candidate.output)


def summary(parts):
    return parts.window.summary.accessibleDescription()


CHANGES = {
    "out_channels": [1, 2, 3, 5, 8],
    "kernel_size": [(1, 1), (3, 3), (2, 5), (7, 7)],
    "stride": [(1, 1), (2, 1), (3, 3)],
    "padding": ["same", "valid", ((1, 0), (2, 3))],
    "dilation": [(1, 1), (2, 3)],
    "candidate": ["depthwise-separable", "blueprint-separable", "spatially-separable", "grouped"],
    "groups": [1, 3, 5],
    "depth_multiplier": [1, 2, 3],
    "activation": ["none", "relu"],
    "bias": [True, False],
    "grey": [True, False],
    "size": [0, 16, 24],
    "init": ["kaiming-normal"],
    "seed": [0, 1, 2],
}


@pytest.mark.parametrize(
    ("field", "value"),
    [("kernel_size", (5, 3)), ("stride", (2, 2)), ("padding", "valid"), ("seed", 9), ("grey", True), ("size", 16)],
)
def test_that_a_changed_field_leads_to_the_maps_of_exactly_the_new_study(ready, settled, field, value):
    ready.document.edit(field, value)
    settled(ready)
    assert getattr(ready.explorer.comparison.study, field) == value
    assert_is_fresh(ready)


def test_that_after_a_hundred_quick_changes_the_last_one_is_shown_and_nothing_stale_ever_was(app, ready, settled):
    pairs, dice = shown(ready), random.Random(1)
    for step in range(100):
        field = dice.choice(list(CHANGES))
        ready.document.edit(field, dice.choice(CHANGES[field]))
        if step % 7 == 0:
            settled(ready)
        elif step % 3 == 0:
            app.processEvents()
    settled(ready)
    assert len(pairs) > 10
    assert all(exploration.study == study for exploration, study in pairs)
    assert_is_fresh(ready)


def test_that_a_stale_answer_is_not_shown(ready, settled):
    stale = ready.explorer._shown
    ready.document.edit("seed", 5)
    pairs = shown(ready)
    ready.explorer._on_explored(stale)
    assert pairs == []
    settled(ready)
    assert_is_fresh(ready)


def test_that_costs_follow_a_change_before_anything_is_computed(ready):
    before = summary(ready)
    ready.document.edit("kernel_size", (5, 5))
    assert summary(ready) != before
    assert ", 3.45× fewer" in summary(ready)


def test_that_an_impossible_combination_is_explained_and_the_last_good_picture_stays(ready, settled):
    good, title = ready.explorer.comparison, ready.window.windowTitle()
    ready.document.edit("baseline", "grouped")
    settled(ready)
    good = ready.explorer.comparison
    ready.document.edit("groups", 5)
    settled(ready)
    said = [label.text() for label in ready.window.panel.findChildren(QLabel) if label.isVisibleTo(ready.window)]
    assert any(text.startswith("⚠ groups = 5 does not divide") for text in said)
    assert ready.explorer.comparison is good
    assert ready.window.windowTitle() == title
    sheet = ready.window.pages["maps"].sheets["baseline.output"]
    assert sheet.isVisible()
    assert sheet.sheet.content.maps is good.baseline.output
    assert ready.window.actions_by_name["undo"].isEnabled()


def test_that_two_fields_mended_one_after_the_other_are_computed(ready, settled):
    for field, value in (("baseline", "grouped"), ("groups", 3), ("out_channels", 9)):
        ready.document.edit(field, value)
    settled(ready)
    assert (ready.explorer.comparison.study.groups, ready.explorer.comparison.study.out_channels) == (3, 9)
    assert_is_fresh(ready)


def test_that_undo_and_redo_show_their_pictures_without_computing_them_again(ready, settled, compared):
    first = ready.explorer.comparison
    ready.document.edit("seed", 5)
    settled(ready)
    second = ready.explorer.comparison
    del compared[:]
    ready.document.undo()
    settled(ready)
    assert ready.explorer.comparison is first
    ready.document.redo()
    settled(ready)
    assert ready.explorer.comparison is second
    assert compared == []


def test_that_computing_again_computes_what_is_known_afresh(ready, settled, compared):
    ready.explorer.compute()
    settled(ready)
    assert compared == [ready.document.study]


@pytest.mark.parametrize("change", [("colormap", "magma"), ("scale", "shared"), ("channel", 2), ("tab", "pair")])
def test_that_a_change_of_the_view_computes_nothing(ready, settled, compared, change):
    pairs = shown(ready)
    ready.document.edit_view(*change)
    settled(ready)
    assert compared == []
    assert pairs[-1][0].view == ready.document.view


def test_that_every_tab_can_be_turned_to_and_shows_its_own_sheets(ready, settled, compared):
    for tab in ("pair", "kernels", "costs", "timing", "maps"):
        ready.document.edit_view("tab", tab)
        settled(ready)
        assert ready.window.tabs.currentIndex() == TAB_NAMES.index(tab)
        if tab in ready.window.pages:
            assert any(view.sheet is not None for view in ready.window.pages[tab].sheets.values())
    assert compared == []


def test_that_nothing_is_drawn_again_while_nothing_changes(app, ready, settled):
    pairs = shown(ready)
    for _ in range(5):
        app.processEvents()
        settled(ready)
    assert pairs == []


# failure and stop


def test_that_an_engine_that_raises_leads_to_a_message_with_details(ready, settled, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError("the kernel has left the building")

    good = ready.explorer.comparison
    with monkeypatch.context() as patch:
        patch.setattr(compare_module, "run_block", broken)
        ready.document.edit("seed", 1)
        settled(ready)
    assert ready.window.message.text == "the kernel has left the building"
    assert "RuntimeError" in ready.window.message._details
    assert ready.explorer.comparison is good
    ready.document.edit("seed", 2)
    settled(ready)
    assert_is_fresh(ready)


def test_that_a_study_that_failed_is_not_tried_again_until_it_is_asked_for(ready, settled, monkeypatch):
    tries = []

    def broken(self, *_):
        tries.append(self.study)
        raise RuntimeError("no")

    with monkeypatch.context() as patch:
        patch.setattr(Compare, "__call__", broken)
        ready.document.edit("seed", 1)
        settled(ready)
        ready.document.edit_view("colormap", "grey")
        settled(ready)
        assert len(tries) == 1
    ready.explorer.compute()
    settled(ready)
    assert_is_fresh(ready)


def test_that_stop_ends_a_computation_that_never_would_and_the_picture_stays(ready, settled, endless, wait_until):
    good = ready.explorer.comparison
    ready.document.edit("seed", 666)
    wait_until(endless.is_set)
    ready.window.actions_by_name["stop"].trigger()
    settled(ready)
    assert ready.explorer.comparison is good
    assert "Stopped; the maps are those of the settings before" in ready.window._reading.text()
    assert not ready.window._progress.isVisible()
    ready.document.edit("seed", 3)
    settled(ready)
    assert_is_fresh(ready)


def test_that_progress_is_shown_while_computing_and_gone_afterwards(ready, settled, endless, wait_until):
    ready.document.edit("seed", 666)
    wait_until(ready.window._progress.isVisible)
    ready.document.undo()
    settled(ready)
    assert not ready.window._progress.isVisible()


def test_that_closing_the_window_ends_a_computation_that_never_would(ready, endless, wait_until):
    ready.document.edit("seed", 666)
    wait_until(endless.is_set)
    ready.window.close()
    assert not any(worker._thread.isRunning() for worker in ready.workers)


# preview


@pytest.fixture
def slow_study():
    return Study(picture=noise(3, 20, 140), size=0, out_channels=2, method="reference")


def test_that_a_slow_study_shows_a_preview_first_where_the_full_picture_will_be(launch, settled, slow_study):
    parts = launch(Study(picture=noise(), out_channels=6))
    settled(parts)
    pairs = shown(parts)
    parts.document.adopt(slow_study)
    settled(parts)
    preview, final = pairs[0][0], pairs[-1][0]
    assert max(preview.comparison.input.shape) == compare_module.PREVIEW_SIZE
    assert preview.study == final.study == final.comparison.study == slow_study
    for name in ("baseline.output", "candidate.output", "baseline.stage"):
        assert preview.sheets[name].layout == final.sheets[name].layout
        assert preview.sheets[name].rect == final.sheets[name].rect
        assert preview.sheets[name].levels.shape == final.sheets[name].levels.shape
        assert preview.sheets[name].content.shape == final.sheets[name].content.shape
    assert_is_fresh(parts)


def test_that_a_preview_gives_way_when_its_study_is_taken_back(launch, settled, slow_study, monkeypatch, wait_until):
    parts = launch(Study(picture=noise(), out_channels=6))
    settled(parts)
    first, compute = parts.explorer.comparison, Compare.__call__

    def dawdle(self, checkpoint=carry_on):
        while self.study == slow_study:
            checkpoint(0.5)
            threading.Event().wait(0.001)
        return compute(self, checkpoint)

    monkeypatch.setattr(Compare, "__call__", dawdle)
    pairs = shown(parts)
    parts.document.adopt(slow_study)
    wait_until(lambda: pairs)
    parts.document.undo()
    settled(parts)
    assert pairs[-1][0].comparison is first


def test_that_a_quick_study_has_no_preview(ready, settled, compared):
    ready.document.edit("seed", 4)
    settled(ready)
    assert compared == [ready.document.study]


# pictures


def test_that_an_opening_is_not_lost_to_a_change_that_comes_right_after_it(ready, settled, endless, wait_until):
    ready.document.edit("seed", 666)
    wait_until(endless.is_set)
    ready.desk.open_location("pattern:step")
    ready.explorer._soon.stop()
    ready.document.edit("seed", 1)
    ready.explorer._explore()
    settled(ready)
    assert ready.document.study.picture.location == "pattern:step"
    assert_is_fresh(ready)


def test_that_opening_the_same_picture_again_loses_no_computation(launch, settled):
    parts = launch(Study(out_channels=4))
    parts.desk.open_location("pattern:step")
    settled(parts)
    parts.document.edit("seed", 1)
    parts.explorer._explore()
    parts.desk.open_location("pattern:step")
    settled(parts)
    assert_is_fresh(parts)


def test_that_without_a_picture_only_costs_are_shown(launch, settled, compared):
    parts = launch(Study())
    settled(parts)
    assert compared == []
    assert parts.window.maps.currentWidget() is parts.window.welcome
    assert "Parameters: 1,728 → 219, 7.89× fewer" in summary(parts)
    for name in ("export", "copy", "measure", "compute", "pair", "timing"):
        assert not parts.window.actions_by_name[name].isEnabled()


def test_that_undo_back_to_no_picture_invites_again_and_redo_shows_the_maps(launch, settled):
    parts = launch(Study(out_channels=4))
    parts.document.show_picture(noise())
    settled(parts)
    parts.document.undo()
    settled(parts)
    assert parts.window.maps.currentWidget() is parts.window.welcome
    assert parts.window.windowTitle() == "sepviz"
    parts.document.redo()
    settled(parts)
    assert parts.window.maps.currentWidget() is parts.window.pages["maps"]
    assert_is_fresh(parts)


def test_that_the_view_is_the_one_the_document_holds_from_the_start(launch, settled):
    parts = launch(view=View(tab="kernels", colormap="grey"))
    settled(parts)
    assert parts.window.tabs.currentIndex() == 2
    assert parts.window.pages["kernels"].sheets["baseline.kernels.0"].sheet is not None
