"""Promises of the controls of the sliding window: they say what was pressed, and their places never move."""

from __future__ import annotations

import pytest

from sepviz.gui.views.play_bar import BUTTONS, CHECKS, PlayBar
from sepviz.gui.views.side_head import SideHead
from sepviz.gui.views.state_lines import StateLines


@pytest.fixture
def bar(keep, app):
    return keep(PlayBar(["slow", "fast"]))


def test_that_every_button_and_box_says_its_name(bar):
    heard = []
    bar.asked.connect(heard.append)
    bar.toggled.connect(lambda name, on: heard.append((name, on)))
    for button in bar.buttons.values():
        button.click()
    for check in bar.checks.values():
        check.click()
    assert heard == [name for name, _, _ in BUTTONS] + [(name, True) for name, _, _ in CHECKS]


def test_that_play_becomes_pause_in_the_same_place(bar):
    width = bar.buttons["play"].minimumWidth()
    bar.show_playing(True)
    assert "Pause" in bar.buttons["play"].text()
    assert bar.buttons["play"].accessibleName() == "Pause"
    assert bar.buttons["play"].minimumWidth() == width
    bar.show_playing(False)
    assert "Play" in bar.buttons["play"].text()


def test_that_state_lines_keep_their_size_and_tell_all_in_their_tip(keep, app):
    lines = keep(StateLines(2))
    size = lines.sizeHint()
    lines.show_lines(("a very long line " * 20, "b"))
    assert lines.sizeHint() == size
    assert lines.toolTip().endswith("\nb")
    assert lines.accessibleDescription().endswith(". b")


def test_that_state_lines_are_silent_while_they_change_all_the_time(keep, app):
    lines = keep(StateLines(1))
    lines.show_lines(("pixel 1",))
    lines.show_lines(("pixel 2",), spoken=False)
    assert lines.lines == ("pixel 2",)
    assert lines.accessibleDescription() == "pixel 1"


def test_that_a_head_names_its_side(keep, app):
    head = keep(SideHead(1))
    head.show_texts(("Standard, map 0", "map 0"))
    assert head.accessibleName() == head.toolTip() == "B  Standard, map 0"
