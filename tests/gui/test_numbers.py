"""Promises of the number boxes and sliders of the side panel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from sepviz.gui.panel.numbers import NumberBox, ValueSlider, stop_beside, travel
from sepviz.study.params import STUDY_PARAMS

SIZE = STUDY_PARAMS["size"]
OUT_CHANNELS = STUDY_PARAMS["out_channels"]


@pytest.fixture
def size_box(keep):
    box = keep(NumberBox(SIZE, "Long side", "px"))
    box.show_value(512)
    return box


def committed(box):
    values = []
    box.changed.connect(lambda value, settled: values.append((value, settled)))
    return values


def type_anew(box, text):
    box.selectAll()
    QTest.keyClicks(box, text)


def turn_wheel_over(widget):
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(widget.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_that_a_number_counts_only_when_it_is_committed(size_box):
    values = committed(size_box)
    type_anew(size_box, "128")
    assert values == []
    QTest.keyClick(size_box, Qt.Key.Key_Return)
    assert values == [(128, True)]


def test_that_showing_a_value_never_emits(size_box):
    values = committed(size_box)
    size_box.show_value(64)
    assert size_box.value() == 64
    assert values == []


def test_that_showing_the_same_value_leaves_a_text_that_is_being_typed(size_box):
    type_anew(size_box, "12")
    size_box.show_value(512)
    assert size_box.cleanText() == "12"


def test_that_thousands_are_separated_and_the_unit_is_written(size_box):
    size_box.show_value(2048)
    assert size_box.text() == "2,048 px"


def test_that_one_map_is_no_plural_however_it_came_about(keep):
    box = keep(NumberBox(OUT_CHANNELS, "out_channels", "maps"))
    assert box.text() == "1 map"
    box.show_value(3)
    assert box.text() == "3 maps"
    type_anew(box, "1")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.text() == "1 map"
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.value() > 1
    assert box.text().endswith(" maps")


def test_that_a_number_above_the_range_cannot_be_typed_and_the_range_is_told(size_box):
    type_anew(size_box, "99999")
    assert size_box.cleanText().replace(",", "") == "9999"
    assert "16,384" in QToolTip.text()


def test_that_zero_cannot_be_typed_where_one_is_the_least(app):
    box = NumberBox(OUT_CHANNELS, "out_channels", "maps")
    box.show_value(64)
    type_anew(box, "0")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == 64


def test_that_the_special_value_can_be_written_out(size_box):
    type_anew(size_box, "native")
    QTest.keyClick(size_box, Qt.Key.Key_Return)
    assert size_box.value() == 0
    assert size_box.text() == "native"


def test_that_arrow_keys_walk_through_the_stops_up_to_native(size_box):
    for expected in (1024, 2048, 4096, 0, 0):
        QTest.keyClick(size_box, Qt.Key.Key_Up)
        assert size_box.value() == expected
    QTest.keyClick(size_box, Qt.Key.Key_Down)
    assert size_box.value() == 4096


def test_that_a_held_arrow_is_settled_only_when_it_is_let_go(size_box):
    values = committed(size_box)
    for _ in range(2):
        QTest.keyPress(size_box, Qt.Key.Key_Up)
    QTest.keyRelease(size_box, Qt.Key.Key_Up)
    assert values == [(1024, False), (2048, False), (2048, True)]


def test_that_a_held_arrow_is_settled_when_the_focus_leaves(size_box):
    values = committed(size_box)
    QTest.keyPress(size_box, Qt.Key.Key_Up)
    QApplication.sendEvent(size_box, QFocusEvent(QEvent.Type.FocusOut))
    QTest.keyRelease(size_box, Qt.Key.Key_Up)
    assert values == [(1024, False), (1024, True)]


def test_that_a_page_key_goes_two_stops(size_box):
    QTest.keyClick(size_box, Qt.Key.Key_PageDown)
    assert size_box.value() == 128


def test_that_the_wheel_changes_a_number_only_with_the_focus(size_box):
    size_box.show()
    turn_wheel_over(size_box)
    assert size_box.value() == 512
    size_box.activateWindow()
    size_box.setFocus()
    QTest.qWaitForWindowActive(size_box)
    turn_wheel_over(size_box)
    assert size_box.value() == 1024


def test_that_a_file_name_dropped_on_a_number_goes_to_the_window(size_box):
    assert not size_box.lineEdit().acceptDrops()


@pytest.mark.parametrize(
    ("value", "steps", "expected"),
    [(300, 1, 512), (300, -1, 256), (9000, 1, 0), (9000, -1, 4096), (20, -1, 20), (0, 1, 0), (64, -1, 32)],
)
def test_that_the_next_stop_is_found_from_any_number(value, steps, expected):
    assert stop_beside(SIZE.stops, value, steps) == expected


@given(st.integers(0, 40), st.integers(1, 2000))
def test_that_a_slider_reaches_both_ends_and_every_small_number(minimum, length):
    values = travel(minimum, minimum + length)
    assert (values[0], values[-1]) == (minimum, minimum + length)
    assert list(values) == sorted(set(values))
    assert set(range(minimum, min(32, minimum + length))) <= set(values)


def test_that_a_slider_to_512_stops_at_the_powers_of_two_and_stays_short():
    values = travel(1, 512)
    assert {1, 2, 4, 8, 16, 32, 64, 128, 256, 512} <= set(values)
    assert len(values) < 128


def test_that_a_swept_slider_is_settled_only_when_it_is_let_go(app):
    slider = ValueSlider(1, 15, "kernel_size")
    moves = []
    slider.moved.connect(lambda value, settled: moves.append((value, settled)))
    slider.setSliderDown(True)
    slider.setSliderPosition(4)
    slider.setSliderPosition(6)
    slider.setSliderDown(False)
    assert moves == [(5, False), (7, False), (7, True)]


def test_that_holding_a_slider_without_moving_it_changes_nothing(app):
    slider = ValueSlider(1, 512, "out_channels")
    slider.show_value(33)  # between two positions
    moves = []
    slider.moved.connect(lambda value, settled: moves.append(value))
    slider.setSliderDown(True)
    slider.setSliderDown(False)
    assert moves == []


def test_that_a_key_moves_a_slider_in_one_settled_step(app):
    slider = ValueSlider(1, 15, "kernel_size")
    moves = []
    slider.moved.connect(lambda value, settled: moves.append((value, settled)))
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert moves == [(2, True)]


@pytest.mark.parametrize("number", ["7", "12"])
def test_that_undo_after_a_committed_number_is_the_windows(launch, settled, number):
    parts = launch()
    parts.window.activateWindow()
    settled(parts)
    box = next(box for box in parts.window.findChildren(NumberBox) if box.accessibleName() == "out_channels")
    box.setFocus()
    type_anew(box, number)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert parts.document.study.out_channels == int(number)
    QTest.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert parts.document.study.out_channels == box.value() == 4
    QTest.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert parts.document.study.out_channels == box.value() == int(number)


def test_that_undo_takes_typed_digits_back_before_they_are_committed(launch, settled):
    parts = launch()
    parts.window.activateWindow()
    parts.document.edit("seed", 5)
    settled(parts)
    box = next(box for box in parts.window.findChildren(NumberBox) if box.accessibleName() == "out_channels")
    box.setFocus()
    type_anew(box, "77")
    QTest.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert parts.document.study.seed == 5
    assert "77" not in box.lineEdit().text()
