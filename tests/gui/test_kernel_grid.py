"""Promises of the table of a kernel: what is typed or pasted is asked for exactly, or refused with its place."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from sepviz.gui.views.kernel_grid import KernelGrid, brief, heat
from sepviz.render.colormap import COLORMAPS

VALUES = np.array([[0.125, -2, 0], [1 / 3, 4, 5]], np.float32)


@pytest.fixture
def told():
    return []


@pytest.fixture
def grid(keep, told):
    window = keep(QWidget())
    column = QVBoxLayout(window)
    grid = KernelGrid()
    column.addWidget(grid)
    column.addWidget(QLineEdit())
    grid.show_values(VALUES)
    grid.edited.connect(lambda values: told.append(values))
    grid.refused.connect(told.append)
    window.resize(400, 300)
    window.show()
    window.activateWindow()
    grid.setFocus()
    return grid


def put(text):
    QGuiApplication.clipboard().setText(text)


def at(grid, row, column):
    index = grid.model().index(row, column)
    grid.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def type_in(grid, text):
    QTest.keyClick(grid, Qt.Key.Key_F2)
    editor = grid.viewport().findChild(QLineEdit)
    editor.setText(text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()  # Return is taken a moment later


def test_that_a_typed_number_is_asked_for_in_its_cell(grid, told):
    at(grid, 1, 2)
    type_in(grid, "-0,5")
    (asked,) = told
    expected = VALUES.copy()
    expected[1, 2] = -0.5
    np.testing.assert_array_equal(asked, expected)
    np.testing.assert_array_equal(grid.values, VALUES)  # what becomes of it is the document's business


def test_that_a_typed_word_is_refused_with_its_place(grid, told):
    at(grid, 1, 0)
    type_in(grid, "often")
    assert told == ["Row 1, column 0 is 'often', no number; write it as 0.5, 0,5 or 5e-1"]


def test_that_a_number_that_was_not_changed_asks_for_nothing(grid, told):
    at(grid, 1, 0)
    QTest.keyClick(grid, Qt.Key.Key_F2)
    QTest.keyClick(grid.viewport().findChild(QLineEdit), Qt.Key.Key_Return)
    QApplication.processEvents()
    assert told == []


def test_that_copy_and_paste_keep_every_float32_exactly(grid, told):
    grid.copy()
    assert QGuiApplication.clipboard().text().split("\n")[0] == "0.125\t-2\t0"
    grid.paste()
    np.testing.assert_array_equal(told[0], VALUES)


def test_that_keys_copy_and_paste_though_the_window_has_them_too(grid, told):
    QTest.keySequence(grid, QKeySequence.StandardKey.Copy)
    put(QGuiApplication.clipboard().text().replace("4", "40"))
    QTest.keySequence(grid, QKeySequence.StandardKey.Paste)
    assert told[0][1, 1] == 40
    event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    event.ignore()
    grid.event(event)
    assert event.isAccepted()


def test_that_a_paste_of_another_shape_names_row_and_column(grid, told):
    put("1\t2\t3\n4\tx\t6")
    grid.paste()
    put("1\t2\n3\t4")
    grid.paste()
    assert "row 1, column 1 is 'x'" in told[0]
    assert "row 0 has 2 columns" in told[1]


def test_that_one_number_goes_into_the_current_cell_and_a_block_into_the_selection(grid, told):
    at(grid, 1, 1)
    put("7")
    grid.paste()
    assert (told[0] != VALUES).sum() == 1
    assert told[0][1, 1] == 7
    model = grid.model()
    corner = QItemSelection(model.index(0, 1), model.index(1, 2))
    grid.selectionModel().select(corner, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    put("1 2\n3 4")
    grid.paste()
    np.testing.assert_array_equal(told[1], [[0.125, 1, 2], [VALUES[1, 0], 3, 4]])


def test_that_delete_sets_what_is_selected_to_zero(grid, told):
    at(grid, 0, 1)
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert told[0][0, 1] == 0
    assert (told[0] != VALUES).sum() == 1


def test_that_tab_walks_through_the_cells_and_leaves_after_the_last(grid, app):
    at(grid, 0, 2)
    grid.focusNextPrevChild(True)
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (1, 0)
    at(grid, 1, 2)
    grid.focusNextPrevChild(True)
    assert grid.window().focusWidget() is not grid


def test_that_the_current_cell_stays_when_the_kernel_changes_its_shape(grid):
    at(grid, 1, 2)
    grid.show_values(VALUES + 1)
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (1, 2)
    grid.show_values(np.zeros((1, 2), np.float32))
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (0, 1)


@pytest.mark.parametrize(("value", "level"), [(-2, 1), (0, 128), (2, 255), (1, 192)])
def test_that_a_cell_has_the_colour_of_its_value(value, level):
    assert heat(value, 2).getRgb()[:3] == tuple(COLORMAPS["CET-CBD1"].table[level])


@pytest.mark.parametrize(
    ("value", "extent", "text"),
    [
        (-0.0123, 0.13, "−0.012"),
        (1e-9, 0.7, "0.000"),
        (0.0, 0.7, "0"),
        (-2.0, 2.0, "−2"),
        (1234.5, 1234.5, "1234"),
        (1.25e-6, 3e-6, "1e−06"),
    ],
)
def test_that_a_number_is_as_long_as_its_cell(value, extent, text):
    assert brief(value, extent) == text


def test_that_zeros_alone_are_neutral():
    assert heat(0, 0) == heat(0, 1)


def test_that_there_is_no_room_for_a_cell_below_the_last_row(grid):
    grid.window().resize(300, 1400)
    QApplication.processEvents()
    rows = sum(grid.rowHeight(row) for row in range(len(VALUES)))
    assert 0 <= grid.viewport().height() - rows < grid.rowHeight(0)


def test_that_rows_and_columns_are_counted_from_zero(grid):
    model = grid.model()
    assert [model.headerData(0, side) for side in (Qt.Orientation.Horizontal, Qt.Orientation.Vertical)] == ["0", "0"]
    assert model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole).startswith("row 0, column 0: ")
