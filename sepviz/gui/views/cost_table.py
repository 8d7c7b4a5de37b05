"""Every layer of both blocks with its shapes and costs, as a table that can be copied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QSizePolicy, QTableView, QWidget

from sepviz.gui.views.counting import USUAL, operations, recounted
from sepviz.gui.views.ink import LETTERS, bold, ink_of
from sepviz.study.quantity import COUNTED, shape

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from sepviz.engine.conventions import Convention
    from sepviz.engine.cost import BlockCost, LayerCost
    from sepviz.study.costs import Costs

_HEADINGS = ("Layer", "Weights", "Input → output", "Parameters", "MACs", "Bytes moved", "FLOP/byte")
_NOTES = (
    "A: baseline, B: candidate",
    "out_channels × in_channels / groups × kernel height × kernel width",
    "channels × height × width",
    *(f"{quantity.help}\n{quantity.formula}" for quantity in COUNTED),
)
_TEXT_COLUMNS, _MACS_COLUMN = 3, 4
_AIR = 4
_Role = Qt.ItemDataRole
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table: whose it is, and what it says; a total stands below the layers of its block."""

    side: int
    cells: tuple[str, ...]
    is_total: bool = False


class _CostModel(QAbstractTableModel):
    """The rows of one comparison as Qt's tables read them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[_Row] = []
        self.headings, self.notes = list(_HEADINGS), list(_NOTES)
        self.colours: tuple[QColor, QColor] = ink_of(parent.palette()).sides
        self.font: QFont = parent.font()

    def count_as(self, convention: Convention) -> None:
        quantity = operations(convention)
        self.headings[_MACS_COLUMN] = quantity.unit
        self.notes[_MACS_COLUMN] = f"{quantity.help}\n{quantity.formula}"
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, _MACS_COLUMN, _MACS_COLUMN)

    def show_rows(self, rows: list[_Row]) -> None:
        if len(rows) != len(self.rows):
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
        else:
            self.rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(_HEADINGS) - 1))

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_HEADINGS)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        row, column = self.rows[index.row()], index.column()
        match role:
            case _Role.DisplayRole | _Role.ToolTipRole:
                return row.cells[column]
            case _Role.TextAlignmentRole:
                return _alignment(column)
            case _Role.DecorationRole if column == 0:
                return self.colours[row.side]
            case _Role.FontRole if row.is_total:
                return bold(self.font)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        match role:
            case _Role.DisplayRole:
                return self.headings[section]
            case _Role.ToolTipRole:
                return self.notes[section]
            case _Role.TextAlignmentRole:
                return _alignment(section)
        return None


class CostTable(QTableView):
    """A row for each layer, and one for the whole of a block that has several; Ctrl+C copies what is selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _CostModel(self)
        self.setModel(self._model)
        self.setAccessibleName("Costs of every layer")
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        self.horizontalScrollBar().rangeChanged.connect(self._fit_height)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def show_costs(self, costs: Costs, convention: Convention = USUAL) -> None:
        """Show every layer of both blocks, its operations counted by `convention`."""
        blocks, counted = ((one.baseline, one.candidate) for one in (costs, recounted(costs, convention)))
        rows = [row for side, pair in enumerate(zip(blocks, counted, strict=True)) for row in _rows(side, *pair)]
        self._model.count_as(convention)
        self.setAccessibleDescription("\n".join("; ".join(row.cells) for row in rows))
        self._model.show_rows(rows)
        self._fit_columns()
        self._fit_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width between the columns."""
        super().resizeEvent(event)
        self._fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on Ctrl+C; everything else is the table's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.selected_text())
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of a new palette."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._model.colours, self._model.font = ink_of(self.palette()).sides, self.font()
            self.viewport().update()

    def selected_text(self) -> str:
        """Return the selected cells with their headings, tab separated; all of them when nothing is selected."""
        chosen = {(index.row(), index.column()) for index in self.selectedIndexes()}
        chosen = chosen or {(row, column) for row in range(len(self._model.rows)) for column in range(len(_HEADINGS))}
        columns = sorted({column for _, column in chosen})
        lines = [
            [self._model.rows[row].cells[column] if (row, column) in chosen else "" for column in columns]
            for row in sorted({row for row, _ in chosen})
        ]
        return "\n".join("\t".join(line) for line in [[self._model.headings[column] for column in columns], *lines])

    def _fit_height(self) -> None:
        """Show every row, and the scroll bar only where the table is too narrow; scrolling down is the page's."""
        bar = self.horizontalScrollBar()
        rows = self.verticalHeader().length() + self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth()
        self.setFixedHeight(rows + (bar.sizeHint().height() if bar.maximum() else 0))

    def _fit_columns(self) -> None:
        """Give every column what its texts need, and all an equal share of what is left."""
        header, columns = self.horizontalHeader(), range(len(_HEADINGS))
        needs = [max(self.sizeHintForColumn(column), header.sectionSizeHint(column)) + _AIR for column in columns]
        slack = max(0, self.viewport().width() - sum(needs)) // len(needs)
        for column, need in enumerate(needs):
            header.resizeSection(column, need + slack)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column < _TEXT_COLUMNS else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


def _rows(side: int, block: BlockCost, counted: BlockCost) -> list[_Row]:
    """Return the rows of `block`; its operations are read from `counted`."""
    rows = [_Row(side, _layer_cells(side, *pair)) for pair in zip(block.layers, counted.layers, strict=True)]
    if len(rows) == 1:
        return rows
    return [*rows, _Row(side, (f"{LETTERS[side]}  total", "", "", *_numbers(block, counted)), is_total=True)]


def _layer_cells(side: int, layer: LayerCost, counted: LayerCost) -> tuple[str, ...]:
    flow = f"{shape(layer.input_shape)} → {shape(layer.output_shape)}"
    return f"{LETTERS[side]}  {layer.name}", shape(layer.weight_shape), flow, *_numbers(layer, counted)


def _numbers(cost: BlockCost | LayerCost, counted: BlockCost | LayerCost) -> tuple[str, ...]:
    owners = ((quantity, counted if quantity.name == "macs" else cost) for quantity in COUNTED)
    return tuple(quantity.number(getattr(owner, quantity.name)) for quantity, owner in owners)
