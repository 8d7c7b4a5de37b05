"""Promises of the editors: they show without a word, and tell every change of the user once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QToolButton

from sepviz.gui.panel.editors import EDITORS, tooltip
from sepviz.gui.panel.numbers import NumberBox, ValueSlider
from sepviz.study.params import STUDY_PARAMS, VIEW_PARAMS
from sepviz.study.study import Study, View

PARAMS = STUDY_PARAMS | VIEW_PARAMS
OTHER_VALUES = {
    "size": 100,
    "grey": True,
    "out_channels": 33,
    "kernel_size": (3, 5),
    "stride": (2, 1),
    "padding": ((1, 2), (3, 4)),
    "candidate": "grouped",
    "tile": 48,
}


@pytest.fixture
def make(keep):
    def make_editor(field, value):
        editor = keep(EDITORS[PARAMS[field].kind](PARAMS[field]))
        editor.show_value(value)
        edits = []
        editor.edited.connect(lambda value, settled: edits.append((value, settled)))
        return editor, edits

    return make_editor


def boxes(editor):
    return editor.findChildren(NumberBox)


def enter(box, text):
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def choose(editor, value):
    """Choose as the keyboard does: steps through the closed list emit `activated`."""
    combo = editor.findChild(QComboBox)
    target = combo.findData(value)
    while combo.currentIndex() != target:
        QTest.keyClick(combo, Qt.Key.Key_Down if combo.currentIndex() < target else Qt.Key.Key_Up)


@pytest.mark.parametrize("field", PARAMS)
def test_that_showing_a_value_never_emits(make, field):
    default = getattr(Study() if field in STUDY_PARAMS else View(), field)
    editor, edits = make(field, default)
    editor.show_value(OTHER_VALUES.get(field, default))
    editor.show_value(default)
    assert edits == []


@pytest.mark.parametrize("field", PARAMS)
def test_that_every_editor_has_a_name_and_tells_its_help(make, field):
    editor, _ = make(field, getattr(Study() if field in STUDY_PARAMS else View(), field))
    assert PARAMS[field].label in editor.handle.accessibleName()
    assert PARAMS[field].help[:20] in editor.toolTip()


def test_that_a_tooltip_tells_range_and_unit():
    assert tooltip(STUDY_PARAMS["out_channels"]).endswith("Range: 1 to 512 maps.")
    assert tooltip(STUDY_PARAMS["size"]).endswith("Range: 0 (native) to 16,384 px.")


def test_that_a_typed_number_is_one_settled_edit(make):
    editor, edits = make("out_channels", 64)
    enter(boxes(editor)[0], "128")
    assert edits == [(128, True)]


def test_that_a_sweep_is_unsettled_until_it_ends_and_the_box_follows(make):
    editor, edits = make("out_channels", 1)
    slider = editor.findChild(ValueSlider)
    slider.setSliderDown(True)
    slider.setSliderPosition(2)
    slider.setSliderPosition(4)
    slider.setSliderDown(False)
    assert edits == [(3, False), (5, False), (5, True)]
    assert boxes(editor)[0].value() == 5


def test_that_a_linked_pair_stays_square(make):
    editor, edits = make("kernel_size", (3, 3))
    height, width = boxes(editor)
    enter(width, "5")
    assert edits == [((5, 5), True)]
    assert height.value() == 5


def test_that_an_unlinked_pair_takes_one_side_at_a_time(make):
    editor, edits = make("kernel_size", (3, 3))
    QTest.mouseClick(editor.findChild(QToolButton), Qt.MouseButton.LeftButton)
    enter(boxes(editor)[0], "7")
    assert edits == [((7, 3), True)]


def test_that_a_pair_that_is_not_square_unlinks_and_a_square_one_links_again(make):
    editor, _ = make("kernel_size", (3, 5))
    link = editor.findChild(QToolButton)
    assert (link.isChecked(), link.text()) == (False, "≠")
    editor.show_value((3, 3))
    assert (link.isChecked(), link.text()) == (True, "=")


def test_that_the_echo_of_an_edit_does_not_link_a_pair_that_the_user_unlinked(make):
    editor, _ = make("kernel_size", (3, 5))
    enter(boxes(editor)[1], "3")
    editor.show_value((3, 3))
    assert not editor.findChild(QToolButton).isChecked()


def test_that_linking_a_pair_makes_it_square(make):
    editor, edits = make("stride", (2, 1))
    QTest.mouseClick(editor.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert edits == [((2, 2), True)]


def test_that_the_kernel_slider_moves_both_sides(make):
    editor, edits = make("kernel_size", (3, 5))
    QTest.keyClick(editor.findChild(ValueSlider), Qt.Key.Key_Right)
    assert edits == [((6, 6), True)]


def test_that_explicit_padding_starts_from_what_same_pads(make):
    editor, edits = make("padding", "same")
    editor.suggest(((1, 2), (1, 2)))
    choose(editor, "explicit")
    assert edits == [("valid", True), (((1, 2), (1, 2)), True)]
    assert [box.value() for box in boxes(editor)] == [1, 2, 1, 2]


def test_that_the_four_sides_are_there_for_explicit_padding_only(make):
    editor, _ = make("padding", "same")
    assert all(not box.isVisibleTo(editor) for box in boxes(editor))
    editor.show_value(((0, 1), (0, 1)))
    assert all(box.isVisibleTo(editor) for box in boxes(editor))


def test_that_each_side_of_an_explicit_padding_is_its_own(make):
    editor, edits = make("padding", ((0, 0), (0, 0)))
    enter(boxes(editor)[3], "9")
    assert edits == [(((0, 0), (0, 9)), True)]


def test_that_the_widest_padding_that_same_can_need_is_within_the_range():
    from sepviz.engine.spec import Conv2dSpec

    kernel, dilation = STUDY_PARAMS["kernel_size"].maximum, STUDY_PARAMS["dilation"].maximum
    spec = Conv2dSpec(in_channels=1, out_channels=1, kernel_size=kernel, dilation=dilation, padding="same")
    assert max(spec.pads(512, 512)[0]) <= STUDY_PARAMS["padding"].maximum


def test_that_a_choice_is_told_by_its_value_and_explains_itself(make):
    editor, edits = make("candidate", "standard")
    choose(editor, "depthwise")
    assert edits == [("depthwise", True)]
    combo = editor.findChild(QComboBox)
    assert combo.itemData(0, Qt.ItemDataRole.ToolTipRole).startswith("Every output channel")


def test_that_a_flag_says_whether_it_is_on(make):
    editor, edits = make("grey", False)
    box = editor.findChild(QCheckBox)
    assert box.text() == "off"
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert edits == [(True, True)]
    assert box.text() == "on"


def test_that_scrolling_over_a_choice_without_focus_changes_nothing(make):
    editor, edits = make("candidate", "grouped")
    combo = editor.findChild(QComboBox)
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(combo, event)
    assert event.type() == QEvent.Type.Wheel
    assert not event.isAccepted()  # so that the panel scrolls
    assert edits == []
