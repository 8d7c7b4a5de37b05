"""One small widget for every kind of field. A user's change is `edited`; what is shown never emits."""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache
from textwrap import fill
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sepviz.gui.panel.link import Link
from sepviz.gui.panel.numbers import NumberBox, ValueSlider, calm_wheel, limits
from sepviz.study.params import Choice, Kind, Param, format_value

if TYPE_CHECKING:
    from sepviz.engine.spec import Pads, Pair

_TOOLTIP_COLUMNS = 60
_SIDES = {"top": "↑", "bottom": "↓", "left": "←", "right": "→"}
_PADDING_CHOICES = (
    Choice(value="same", label="same", help="Enough zeros that the output side is ⌈input side / stride⌉."),
    Choice(value="valid", label="valid", help="No zeros; the output is smaller than the input."),
    Choice(
        value="explicit", label="explicit", help="As many zeros on each side as you say, starting from what same pads."
    ),
)


class Editor(QWidget):
    """What all editors have in common: they show without emitting, and emit `edited` only for what the user did.

    `handle` is the part that a label leads to.
    """

    edited = Signal(object, bool)
    """(value, settled); settled is False while a slider or an arrow is held, so that a sweep is one step of undo."""
    handle: QWidget

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.param = param
        self.setToolTip(tooltip(param))
        self.setAccessibleName(param.label)

    @abstractmethod  # which mypy sees to: Qt's classes cannot take the metaclass that would too
    def show_value(self, value: object) -> None:
        """Show `value`, a value of the field."""


class IntegerEditor(Editor):
    """A number box, with a slider below it where sweeping makes sense."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self._box = NumberBox(param, param.label, param.unit)
        self._slider = _slider(param)
        self.handle = self._box
        layout = _flush(QVBoxLayout(self))
        layout.addWidget(self._box)
        self._box.changed.connect(self._on_number_changed)
        if self._slider:
            layout.addWidget(self._slider)
            self._slider.moved.connect(self._on_number_changed)

    def show_value(self, value: object) -> None:
        """Show a whole number."""
        number = cast("int", value)
        self._box.show_value(number)
        if self._slider:
            self._slider.show_value(number)

    def _on_number_changed(self, value: int, settled: bool) -> None:
        self.show_value(value)
        self.edited.emit(value, settled)


class PairEditor(Editor):
    """Height × width, and a toggle that keeps both equal; it is on when a square value comes from elsewhere."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self._height = NumberBox(param, f"{param.label}, height")
        self._width = NumberBox(param, f"{param.label}, width")
        self._link = Link(f"{param.label}, square")
        self._slider = _slider(param)
        self.handle = self._height
        self._lay_out()
        self._height.changed.connect(self._on_height_changed)
        self._width.changed.connect(self._on_width_changed)
        self._link.clicked.connect(self._on_link_clicked)
        self._link.setChecked(True)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._height, 1)
        row.addWidget(QLabel("×"))
        row.addWidget(self._width, 1)
        row.addWidget(QLabel(self.param.unit))
        row.addWidget(self._link)
        column = _flush(QVBoxLayout(self))
        column.addLayout(row)
        if self._slider:
            column.addWidget(self._slider)
            self._slider.moved.connect(self._on_slider_moved)

    def show_value(self, value: object) -> None:
        """Show (height, width)."""
        pair = cast("Pair", value)
        if pair != self._shown():
            self._link.setChecked(pair[0] == pair[1])
        self._show_pair(pair)

    def _shown(self) -> Pair:
        return self._height.value(), self._width.value()

    def _show_pair(self, pair: Pair) -> None:
        self._height.show_value(pair[0])
        self._width.show_value(pair[1])
        if self._slider:
            self._slider.show_value(max(pair))

    def _edit(self, pair: Pair, settled: bool) -> None:
        self._show_pair(pair)
        self.edited.emit(pair, settled)

    def _on_height_changed(self, height: int, settled: bool) -> None:
        self._edit((height, height if self._link.isChecked() else self._width.value()), settled)

    def _on_width_changed(self, width: int, settled: bool) -> None:
        self._edit((width if self._link.isChecked() else self._height.value(), width), settled)

    def _on_link_clicked(self, linked: bool) -> None:
        height, width = self._shown()
        if linked and height != width:
            self._edit((height, height), True)

    def _on_slider_moved(self, side: int, settled: bool) -> None:
        self._link.setChecked(True)
        self._edit((side, side), settled)


class ChoiceEditor(Editor):
    """A combo box; each item tells what it means."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self._combo = _ChoiceBox(param.choices, param)
        self.handle = self._combo
        _flush(QVBoxLayout(self)).addWidget(self._combo)
        self._combo.activated.connect(self._on_combo_activated)

    def show_value(self, value: object) -> None:
        """Show the choice that has this value."""
        self._combo.show_choice(str(value))

    def _on_combo_activated(self, _index: int) -> None:
        self.edited.emit(self._combo.chosen, True)


class FlagEditor(Editor):
    """A check box that says whether it is on."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self._box = QCheckBox()
        self._box.setAccessibleName(param.label)
        self.handle = self._box
        _flush(QVBoxLayout(self)).addWidget(self._box)
        self._box.clicked.connect(self._on_box_clicked)
        self.show_value(False)
        self._box.setMinimumHeight(self._box.sizeHint().height())

    def show_value(self, value: object) -> None:
        """Show on or off."""
        self._box.setChecked(bool(value))  # `clicked`, unlike `toggled`, is the user's alone
        self._box.setText(format_value(self.param, value))

    def _on_box_clicked(self, checked: bool) -> None:
        self.show_value(checked)
        self.edited.emit(checked, True)


class PaddingEditor(Editor):
    """A choice of same, valid and explicit; explicit has a number box for every side."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self._suggestion: Pads = ((0, 0), (0, 0))
        self._combo = _ChoiceBox(_PADDING_CHOICES, param)
        self._boxes = tuple(NumberBox(param, f"{param.label}, {side}") for side in _SIDES)
        self._sides = _sides_of(self._boxes, param.unit)
        self._sides.hide()
        self.handle = self._combo
        layout = _flush(QVBoxLayout(self))
        layout.addWidget(self._combo)
        layout.addWidget(self._sides)
        self._combo.activated.connect(self._on_combo_activated)
        for box in self._boxes:
            box.changed.connect(self._on_box_changed)

    def suggest(self, pads: Pads) -> None:
        """Take `pads` as the start of an explicit padding: what "same" pads here."""
        self._suggestion = pads

    def show_value(self, value: object) -> None:
        """Show "same", "valid" or ((top, bottom), (left, right))."""
        self._sides.setVisible(not isinstance(value, str))
        self._combo.show_choice(value if isinstance(value, str) else "explicit")
        if not isinstance(value, str):
            rows, columns = cast("Pads", value)
            for box, number in zip(self._boxes, (*rows, *columns), strict=True):
                box.show_value(number)

    def _edit(self, padding: object, settled: bool = True) -> None:
        self.show_value(padding)
        self.edited.emit(padding, settled)

    def _on_combo_activated(self, _index: int) -> None:
        chosen = self._combo.chosen
        if chosen != "explicit":
            self._edit(chosen)
        elif self._sides.isHidden():
            self._edit(self._suggestion)

    def _on_box_changed(self, _number: int, settled: bool) -> None:
        top, bottom, left, right = (box.value() for box in self._boxes)
        self._edit(((top, bottom), (left, right)), settled)


class _ChoiceBox(QComboBox):
    """A combo box of choices that never asks for more width than it has."""

    def __init__(self, choices: tuple[Choice, ...], param: Param) -> None:
        super().__init__()
        self._help = tooltip(param)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setAccessibleName(param.label)
        calm_wheel(self)
        for row, choice in enumerate(choices):
            self.addItem(choice.label, choice.value)
            self.setItemData(row, wrapped(choice.help), Qt.ItemDataRole.ToolTipRole)
        self._show_help()

    @property
    def chosen(self) -> str:
        """The value of the choice that is shown."""
        return str(self.currentData())

    def show_choice(self, value: str) -> None:
        """Show the choice that has `value`."""
        self.setCurrentIndex(self.findData(value))  # `activated`, unlike `currentIndexChanged`, is the user's alone
        self._show_help()

    def showPopup(self) -> None:
        """Open the list wide enough to read every choice."""
        view = self.view()
        view.setMinimumWidth(
            view.sizeHintForColumn(0) + 2 * view.frameWidth() + view.verticalScrollBar().sizeHint().width()
        )
        super().showPopup()

    def _show_help(self) -> None:
        of_choice = self.currentData(Qt.ItemDataRole.ToolTipRole) or ""
        self.setToolTip("\n\n".join(filter(None, (self._help, of_choice and f"{self.currentText()}: {of_choice}"))))


EDITORS: dict[Kind, type[Editor]] = {
    "integer": IntegerEditor,
    "pair": PairEditor,
    "padding": PaddingEditor,
    "choice": ChoiceEditor,
    "flag": FlagEditor,
}
"""The editor of every kind of field."""


@lru_cache(256)  # many fields share their choices, and every part of an editor has the tooltip of its field
def wrapped(text: str) -> str:
    """Return `text` in short lines: a tooltip of plain text is not wrapped by itself."""
    return fill(text, _TOOLTIP_COLUMNS, break_on_hyphens=False)


def tooltip(param: Param) -> str:
    """Return what `param` means and what it can be, in short lines of plain text."""
    return f"{wrapped(param.help)}\nRange: {limits(param)}." if param.maximum else wrapped(param.help)


def _slider(param: Param) -> ValueSlider | None:
    return ValueSlider(param.minimum, param.maximum, f"{param.label}, slider") if param.slider else None


def _sides_of(boxes: tuple[NumberBox, ...], unit: str) -> QWidget:
    widget = QWidget()
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(4)
    for index, ((side, arrow), box) in enumerate(zip(_SIDES.items(), boxes, strict=True)):
        row, column = divmod(index, 2)
        box.setToolTip(f"Zeros at the {side}, {unit}.")
        grid.addWidget(QLabel(arrow), row, 2 * column)
        grid.addWidget(box, row, 2 * column + 1)
        grid.setColumnStretch(2 * column + 1, 1)
    grid.addWidget(QLabel(unit), 1, 4)
    return widget


def _flush(layout: QVBoxLayout) -> QVBoxLayout:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    return layout
