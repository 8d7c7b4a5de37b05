"""Promises of the side panel: it shows a study and a view, and asks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton

from sepviz.gui.panel.numbers import NumberBox
from sepviz.gui.panel.side_panel import SidePanel, needed_fields, same_pads
from sepviz.study.costs import find_problems
from sepviz.study.params import STUDY_PARAMS, VIEW_PARAMS
from sepviz.study.source import open_picture
from sepviz.study.study import Study, View


@pytest.fixture
def panel(keep):
    panel = keep(SidePanel())
    panel.show_study(Study(), ())
    panel.show_view(View())
    panel.resize(panel.minimumSizeHint().width(), 760)
    panel.show()
    return panel


def heard(signal):
    words = []
    signal.connect(lambda *word: words.append(word))
    return words


def button(panel, text):
    return next(button for button in panel.findChildren(QPushButton) if button.text() == text)


def child(panel, kind, name):
    return next(widget for widget in panel.findChildren(kind) if widget.accessibleName() == name)


def test_that_showing_a_study_and_a_view_asks_for_nothing(panel):
    edits, view_edits = heard(panel.edited), heard(panel.view_edited)
    picture = open_picture("pattern:bars")
    panel.show_study(Study(picture=picture, baseline="grouped", kernel_size=(1, 7), padding=((1, 1), (2, 2))), ())
    panel.show_view(View(colormap="grey", scale="shared", tile=64))
    assert edits == view_edits == []


def test_that_an_edit_of_the_study_and_one_of_the_view_are_told_apart(panel):
    edits, view_edits = heard(panel.edited), heard(panel.view_edited)
    child(panel, QCheckBox, "bias").click()
    tile = child(panel, NumberBox, "Tile size")
    QTest.keyClick(tile, Qt.Key.Key_Up)
    assert edits == [("bias", True, True)]
    assert view_edits == [("tile", 16, False), ("tile", 16, True)]


def test_that_the_buttons_only_ask(panel):
    reshuffled, opened = heard(panel.reshuffle_requested), heard(panel.open_requested)
    seed = child(panel, NumberBox, "seed")
    button(panel, "Reshuffle").click()
    button(panel, "Open…").click()
    assert (len(reshuffled), len(opened), seed.value()) == (1, 1, 0)


def test_that_samples_and_patterns_are_asked_for_by_their_location(panel):
    wanted = heard(panel.location_requested)
    for action in button(panel, "Samples").menu().actions():
        if not action.isSeparator():
            action.trigger()
    assert ("sample:coffee",) in wanted
    assert ("pattern:impulse",) in wanted
    assert all(open_picture(location).width > 0 for (location,) in wanted)


def test_that_a_problem_is_shown_next_to_its_field(panel):
    draft = Study(baseline="grouped", groups=2)
    panel.show_study(draft, find_problems(draft))
    texts = [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]
    assert any(text.startswith("⚠ groups = 2") for text in texts)


@pytest.mark.parametrize(
    ("baseline", "candidate", "absent"),
    [
        ("standard", "depthwise-separable", {"groups"}),
        ("standard", "grouped", {"depth_multiplier", "activation"}),
        ("grouped", "depthwise", {"activation"}),
        ("standard", "standard", {"groups", "depth_multiplier", "activation"}),
        ("grouped", "depthwise-separable", set()),
        ("standard", "blueprint-separable", {"groups", "depth_multiplier"}),
    ],
)
def test_that_only_the_fields_which_the_two_kinds_need_are_shown(panel, baseline, candidate, absent):
    study = Study(baseline=baseline, candidate=candidate)
    assert needed_fields(study) == set(STUDY_PARAMS) - absent
    panel.show_study(study, ())
    for field in ("groups", "depth_multiplier"):
        box = child(panel, NumberBox, field)
        assert box.isVisibleTo(panel) == (field not in absent)
    assert child(panel, QComboBox, "Activation between").isVisibleTo(panel) == ("activation" not in absent)


def test_that_the_view_is_always_shown(panel):
    panel.show_study(Study(candidate="standard"), ())
    names = [VIEW_PARAMS[field].label for field in ("colormap", "scale")]
    assert all(child(panel, QComboBox, name).isVisibleTo(panel) for name in names)


def test_that_explicit_padding_starts_from_what_same_pads_for_this_study(panel):
    study = Study(kernel_size=(4, 3), padding="valid")
    panel.show_study(study, ())
    edits = heard(panel.edited)
    QTest.keyClick(child(panel, QComboBox, "padding"), Qt.Key.Key_Down)
    assert edits == [("padding", ((1, 2), (1, 1)), True)]


def test_that_same_pads_are_those_of_the_layer():
    study = Study(size=100, kernel_size=(5, 5), stride=(2, 2), dilation=(2, 1))
    assert same_pads(study) == study.blocks(3)[0].layers[0].spec.pads(100, 100)


def test_that_nothing_is_cut_at_the_sides_even_with_the_longest_content(panel):
    picture = replace(open_picture("pattern:bars"), name="name_" * 60 + ".png", notice="notice " * 80)
    draft = Study(picture=picture, baseline="grouped", groups=2, padding=((1, 1), (2, 2)), seed=999_999_999)
    before = panel.minimumSizeHint().width()
    panel.show_study(draft, find_problems(draft))
    assert panel.minimumSizeHint().width() <= before
    assert panel.widget().minimumSizeHint().width() <= panel.viewport().width()
    assert before <= 360
