"""A kernel as a table of numbers over their colours: to type in, to walk with Tab and arrows, to copy and paste."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from sepviz.render.colormap import COLORMAPS
from sepviz.study.kernel_text import KernelTextError, format_kernel, parse_kernel
from sepviz.study.quantity import minus
from sepviz.study.sheets import SIGNED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    AnyIndex = QModelIndex | QPersistentModelIndex

ROLE = Qt.ItemDataRole
INK = QColor("#15181c")
"""Text on the colours of a signed map, which are all light enough for it, whatever the theme."""
CELL_WIDTH, CELL_HEIGHT = 54, 26
"""Least size of a cell: a number of three digits with sign and point."""
CELL_MOST = 110
"""Greatest height of a cell."""
MOST_WHOLE, MOST_PLACES = 10_000, 4
"""What a cell has room for; beyond that a number is written as a power of ten, and in full in its tooltip."""
ALONE = "row 0, column 0 "
"""How a message about a single cell begins."""
KEYS = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Paste, QKeySequence.StandardKey.Cut)


class KernelCells(QAbstractTableModel):
    """The numbers of one kernel for a table; it never changes them itself."""

    typed = Signal(int, int, str)
    """(row, column, text) that the user wants there."""

    def __init__(self) -> None:
        super().__init__()
        self.values: NDArray[np.float32] = np.zeros((1, 1), np.float32)

    def show_values(self, values: NDArray[np.float32]) -> None:
        """Show `values` (rows, columns)."""
        if values.shape == self.values.shape:
            self.values = values
            self.dataChanged.emit(self.index(0, 0), self.index(len(values) - 1, values.shape[1] - 1))
            return
        self.beginResetModel()
        self.values = values
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Return the kernel's height."""
        return 0 if parent is not None and parent.isValid() else self.values.shape[0]

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        """Return the kernel's width."""
        return 0 if parent is not None and parent.isValid() else self.values.shape[1]

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Return that every cell can be written."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: AnyIndex, role: int = ROLE.DisplayRole) -> Any:
        """Return the number as text, short to read and exact to edit, and its colour."""
        value = self.values[index.row(), index.column()]
        match role:
            case ROLE.DisplayRole:
                return brief(float(value), float(np.abs(self.values).max()))
            case ROLE.EditRole:
                return format_kernel(np.array([[value]]))
            case ROLE.ToolTipRole | ROLE.AccessibleTextRole:
                return f"row {index.row()}, column {index.column()}: {format_kernel(np.array([[value]]))}"
            case ROLE.BackgroundRole:
                return heat(float(value), float(np.abs(self.values).max()))
            case ROLE.ForegroundRole:
                return INK
            case ROLE.TextAlignmentRole:
                return int(Qt.AlignmentFlag.AlignCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> Any:
        """Return the number of a row or column, counted from 0 as every other number is."""
        return str(section) if role == ROLE.DisplayRole else None

    def setData(self, index: AnyIndex, value: Any, role: int = ROLE.EditRole) -> bool:
        """Pass on what was typed; what becomes of it is shown when it is there."""
        if role != ROLE.EditRole:
            return False
        if value != self.data(index, ROLE.EditRole):
            self.typed.emit(index.row(), index.column(), str(value))
        return False


class _HeatDelegate(QStyledItemDelegate):
    """Marks what is selected by a frame, as a fill would hide the colour of the value."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        plain = QStyleOptionViewItem(option)
        state = plain.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        plain.state = state & ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus)
        super().paint(painter, plain, index)
        if chosen:
            painter.setPen(QPen(INK, 2))
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))


class KernelGrid(QTableView):
    """The table. Numbers are edited by typing; Ctrl+C and Ctrl+V exchange cells with a spreadsheet."""

    edited = Signal(object)
    """The whole kernel (rows, columns) as the user wants it."""
    refused = Signal(str)
    """Why what was typed or pasted is no kernel."""

    def __init__(self) -> None:
        super().__init__()
        self._cells = KernelCells()
        self.setModel(self._cells)
        self._cells.typed.connect(self._on_cells_typed)
        self.setAccessibleName("Kernel values")
        self.setToolTip("Type a number; Tab and arrows move; Ctrl+C and Ctrl+V exchange cells with a spreadsheet.")
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setItemDelegate(_HeatDelegate(self))
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setMinimumSectionSize(CELL_WIDTH)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        down.setMinimumSectionSize(CELL_HEIGHT)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for header in (across, down):
            header.setHighlightSections(False)
        self.setCornerButtonEnabled(False)

    @property
    def values(self) -> NDArray[np.float32]:
        """The numbers that are shown, (rows, columns)."""
        return self._cells.values

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cells near to squares."""
        super().resizeEvent(event)
        self._fit_rows()

    def _fit_rows(self) -> None:
        rows, columns = self.values.shape
        side = min(self.viewport().width() // columns, self.viewport().height() // rows)
        self.verticalHeader().setDefaultSectionSize(max(CELL_HEIGHT, min(side, CELL_MOST)))
        # no taller than its cells can be: the room below them would look like a cell that is empty
        most = max(CELL_HEIGHT, min(self.viewport().width() // columns, CELL_MOST))
        self.setMaximumHeight(rows * most + self.horizontalHeader().height() + 2 * self.frameWidth())

    def show_values(self, values: NDArray[np.float32]) -> None:
        """Show `values` (rows, columns); the current cell stays where it is, if it is still there."""
        current = self.currentIndex()
        place = (current.row(), current.column()) if current.isValid() else (0, 0)
        self._cells.show_values(values)
        self._fit_rows()
        if not self.currentIndex().isValid() and self.state() != QAbstractItemView.State.EditingState:
            row, column = (min(at, side - 1) for at, side in zip(place, values.shape, strict=True))
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._cells.index(row, column), flag)

    def copy(self) -> None:
        """Put the selected cells on the clipboard; all of them where one alone or none is selected."""
        top, left, bottom, right = self._chosen()
        QGuiApplication.clipboard().setText(format_kernel(self.values[top:bottom, left:right]))

    def paste(self) -> None:
        """Take one number for the current cell, or as many cells as are selected, else the whole kernel."""
        text = QGuiApplication.clipboard().text()
        top, left, bottom, right = self._target(text)
        try:
            pasted = parse_kernel(text, bottom - top, right - left)
        except KernelTextError as error:
            self.refused.emit(f"Pasting: {error}")
            return
        self._edit(top, left, pasted)

    def event(self, event: QEvent) -> bool:
        """Claim copy and paste before the window takes them for the picture."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, paste, and set the selected cells to zero with Delete."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.Cut):
            self.copy()
            self._clear()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._clear()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Let Tab walk through the cells, and leave the table after the last one."""
        last = self.values.shape[0] - 1, self.values.shape[1] - 1
        at = self.currentIndex().row(), self.currentIndex().column()
        leaves = at == (last if forward else (0, 0))
        self.setTabKeyNavigation(not leaves)
        return super().focusNextPrevChild(forward)

    def _chosen(self) -> tuple[int, int, int, int]:
        """Return (top, left, bottom, right) of the selection, or of all cells where fewer than two are selected."""
        indexes = self.selectedIndexes()
        if len(indexes) < 2:
            return 0, 0, *self.values.shape
        rows, columns = [index.row() for index in indexes], [index.column() for index in indexes]
        return min(rows), min(columns), max(rows) + 1, max(columns) + 1

    def _target(self, text: str) -> tuple[int, int, int, int]:
        current = self.currentIndex()
        alone = len(text.split()) == 1 and not set(text.strip()) & set(";\t")
        if alone and len(self.selectedIndexes()) < 2 and current.isValid():
            return current.row(), current.column(), current.row() + 1, current.column() + 1
        return self._chosen()

    def _clear(self) -> None:
        values = self.values.copy()
        for index in self.selectedIndexes():
            values[index.row(), index.column()] = 0
        self.edited.emit(values)

    def _edit(self, top: int, left: int, block: NDArray[np.float32]) -> None:
        values = self.values.copy()
        values[top : top + block.shape[0], left : left + block.shape[1]] = block
        self.edited.emit(values)

    def _on_cells_typed(self, row: int, column: int, text: str) -> None:
        try:
            self._edit(row, column, parse_kernel(text, 1, 1))
        except KernelTextError as error:
            self.refused.emit(f"Row {row}, column {column} {str(error).removeprefix(ALONE)}")


def brief(value: float, extent: float) -> str:
    """Write `value` in a cell, with as many places as three digits of the largest, `extent`, need."""
    places = 2 - floor(log10(extent)) if extent else 0
    if value == round(value) and abs(value) < MOST_WHOLE:
        text = f"{value:.0f}"
    elif -1 <= places <= MOST_PLACES:
        text = f"{value:.{max(places, 0)}f}"
    else:
        text = f"{value:.0e}"
    return minus(text)


def heat(value: float, extent: float) -> QColor:
    """Return the colour of `value` on a signed map that runs from -extent to extent."""
    share = 0.0 if extent == 0 else value / extent
    red, green, blue = COLORMAPS[SIGNED].table[round(128 + 127 * max(-1.0, min(1.0, share)))]
    return QColor(int(red), int(green), int(blue))


def _is_ours(event: QKeyEvent) -> bool:
    return any(event.matches(key) for key in KEYS)
