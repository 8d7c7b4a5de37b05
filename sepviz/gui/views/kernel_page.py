"""The tab with a kernel in the hand: which one, its numbers, what can be done to it, and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from sepviz.engine.filters import FILTERS
from sepviz.engine.kernel_edits import EDITS
from sepviz.gui.panel.editors import wrapped
from sepviz.gui.panel.numbers import calm_wheel
from sepviz.gui.views.kernel_grid import KernelGrid
from sepviz.gui.views.map_grid import MapGrid
from sepviz.gui.views.page import plain_label
from sepviz.study.kernel_editing import SCOPES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QAction

    from sepviz.study.kernel_editing import KernelPlace, Scope

PICTURES = (("map",), ("reads", "alone"))
"""The whole map that the kernel is a part of; what it reads, and what it makes of that alone."""
EDIT_COLUMNS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KernelCard:
    """All that the page says of one kernel.

    Attributes
    ----------
    place : KernelPlace
    sides, layers : tuple of str
        What can be chosen.
    filters, channels : int
        How many there are; `channels` is 1 where the cells are a whole filter.
    cells : ndarray
        (rows, columns).
    facts : tuple of str
        Lines below the cells.
    refusals : dict
        Name of an edit -> why it cannot be done here, "" when it can; "filter" for the named filters.
    is_own : bool
        Whether the layer has weights of the user's own.
    """

    place: KernelPlace
    sides: tuple[str, ...]
    layers: tuple[str, ...]
    filters: int
    channels: int
    cells: NDArray[np.float32]
    facts: tuple[str, ...]
    refusals: dict[str, str]
    is_own: bool


class KernelPage(QWidget):
    """Shows a :class:`KernelCard` and pictures; says what the user wants of them."""

    place_chosen = Signal(str, int)
    """("side", "layer", "filter" or "channel", number)."""
    edited = Signal(object)
    """The cells (rows, columns) as the user wants them."""
    refused = Signal(str)
    edit_requested = Signal(str)
    """The name of an edit, for :attr:`scope`."""
    filter_requested = Signal(str)
    """The name of an image filter, for :attr:`scope`."""
    reset_requested = Signal()
    load_requested = Signal()
    save_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.grid, self.pictures = KernelGrid(), MapGrid(PICTURES, (3, 2), 300)
        self._facts = plain_label(muted=True)
        self._boxes: dict[str, QComboBox | QSpinBox] = {
            "side": _combo("Side"),
            "layer": _combo("Layer"),
            "filter": _spin("Filter"),
            "channel": _spin("Input channel"),
        }
        self._counts = {name: QLabel() for name in ("filter", "channel")}
        self._scope = _combo("What edits and filters reach")
        for scope, label in SCOPES.items():
            self._scope.addItem(label[0].upper() + label[1:], scope)
        self._edits = {name: self._edit_button(name) for name in EDITS}
        self._filter = QPushButton("Named filter")
        self._filter.setMenu(self._filter_menu())
        self._reset = _button("Reset layer", "Take the drawn weights of this layer again.", self.reset_requested)
        self._load = _button(
            "Load…", "Take a layer from a file of weights: .npz, .npy, .safetensors or .onnx.", self.load_requested
        )
        self._save = _button("Save…", "Save the weights of this side as .npz or .npy.", self.save_requested)
        self._lay_out()
        self._connect()

    @property
    def scope(self) -> Scope:
        """How much of the layer edits and filters reach."""
        found: Scope = self._scope.currentData()
        return found

    def show_card(self, card: KernelCard) -> None:
        """Show the kernel of `card`; nothing is emitted."""
        self._show_place(card)
        self.grid.show_values(card.cells)
        self._facts.setText("\n".join(card.facts))
        for name, button in self._edits.items():
            _refuse(button, EDITS[name].help, card.refusals[name])
        _refuse(self._filter, "Place a named image filter.", card.refusals["filter"])
        self._reset.setEnabled(card.is_own)

    def _show_place(self, card: KernelCard) -> None:
        place = card.place
        sides = ("baseline", "candidate")
        texts = {"side": (card.sides, sides.index(place.side)), "layer": (card.layers, place.layer)}
        for name, (labels, at) in texts.items():
            box = self._boxes[name]
            assert isinstance(box, QComboBox)
            with QSignalBlocker(box):
                if [box.itemText(row) for row in range(box.count())] != list(labels):
                    box.clear()
                    box.addItems(list(labels))
                box.setCurrentIndex(at)
            box.setEnabled(len(labels) > 1)
        numbers = {"filter": (card.filters, place.filter), "channel": (card.channels, place.channel)}
        for name, (count, at) in numbers.items():
            spin = self._boxes[name]
            assert isinstance(spin, QSpinBox)
            with QSignalBlocker(spin):
                spin.setMaximum(count - 1)
                spin.setValue(at)
            spin.setEnabled(count > 1)
            self._counts[name].setText(f"of {count:,}, counted from 0")

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        column.addLayout(self._place_form())
        column.addWidget(self.grid, 1)
        column.addWidget(self._facts)
        column.addLayout(self._tools())
        column.addStretch()
        scroll = QScrollArea()
        scroll.setAccessibleName("Kernel")
        scroll.setAccessibleDescription("The arrow keys scroll it.")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(left)
        scroll.setMinimumWidth(330)
        right = QWidget()
        pictures = QVBoxLayout(right)
        pictures.setContentsMargins(4, 10, 10, 10)
        pictures.addWidget(self.pictures)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(scroll)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([380, 620])
        splitter.setChildrenCollapsible(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)

    def _place_form(self) -> QFormLayout:
        form = QFormLayout()
        form.setSpacing(4)
        for name, box in self._boxes.items():
            label = QLabel(box.accessibleName())
            label.setBuddy(box)
            if name in self._counts:
                row = QHBoxLayout()
                row.addWidget(box)
                row.addWidget(self._counts[name], 1)
                form.addRow(label, row)
            else:
                form.addRow(label, box)
        return form

    def _tools(self) -> QGridLayout:
        tools = QGridLayout()
        tools.setSpacing(4)
        label = QLabel("Change")
        label.setBuddy(self._scope)
        tools.addWidget(label, 0, 0)
        tools.addWidget(self._scope, 0, 1, 1, EDIT_COLUMNS - 1)
        buttons = [*self._edits.values(), self._filter, self._reset]
        for number, button in enumerate(buttons):
            row, column = divmod(number, EDIT_COLUMNS)
            tools.addWidget(button, row + 1, column)
        rows = tools.rowCount()
        tools.addWidget(self._load, rows, 0)
        tools.addWidget(self._save, rows, 1)
        return tools

    def _connect(self) -> None:
        for box in self._boxes.values():
            if isinstance(box, QComboBox):
                box.activated.connect(self._on_box_changed)
            else:
                box.valueChanged.connect(self._on_box_changed)
        self.grid.edited.connect(self.edited)
        self.grid.refused.connect(self.refused)

    def _edit_button(self, name: str) -> QPushButton:
        button = QPushButton(EDITS[name].label)
        button.setObjectName(name)
        button.clicked.connect(self._on_edit_clicked)
        return button

    def _filter_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for entry in FILTERS.values():
            action = menu.addAction(entry.label)
            action.setData(entry.name)
            action.setToolTip(wrapped(entry.help))
        menu.triggered.connect(self._on_filter_triggered)
        return menu

    def _on_box_changed(self, value: int) -> None:
        name = next(name for name, box in self._boxes.items() if box is self.sender())
        self.place_chosen.emit(name, value)

    def _on_edit_clicked(self) -> None:
        self.edit_requested.emit(self.sender().objectName())

    def _on_filter_triggered(self, action: QAction) -> None:
        self.filter_requested.emit(action.data())


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(8)
    calm_wheel(combo)
    return combo


def _spin(name: str) -> QSpinBox:
    spin = QSpinBox()
    spin.setAccessibleName(name)
    spin.setWrapping(True)
    spin.setGroupSeparatorShown(True)
    spin.setKeyboardTracking(False)
    spin.setMinimumWidth(84)
    spin.setToolTip(f"{name}, counted from 0; the arrow keys go to the one before and the next.")
    calm_wheel(spin)
    return spin


def _button(text: str, tip: str, intent: object) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(wrapped(tip))
    button.clicked.connect(intent)
    return button


def _refuse(button: QPushButton, tip: str, reason: str) -> None:
    """Grey `button` out where there is a `reason`, and say it; else say what it does."""
    button.setEnabled(not reason)
    button.setToolTip(wrapped(f"Not here: {reason}." if reason else tip))
    button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
