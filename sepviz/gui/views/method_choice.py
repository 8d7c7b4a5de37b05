"""The switch of the timing view: which method both layers are timed with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from sepviz.engine.conv2d import AUTO, METHODS
from sepviz.study.benchmark import LOOPS, LOOPS_SIDE, shared_methods

if TYPE_CHECKING:
    from sepviz.study.study import Study

_LETTERS = 12
_WIDEST = 280


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodChoice:
    """One way to time both layers: a method's name or "auto", and what it is called."""

    value: str
    label: str
    help: str


def method_choices(study: Study) -> tuple[MethodChoice, ...]:
    """Return each at its best, every method that can do both layers of `study`, and the article's loops, in this order.

    The study's own method is among them even where it can do some of the layers only.
    """
    shared = [name for name in shared_methods(study) if name != LOOPS]
    partly = [] if study.method in (AUTO, LOOPS, *shared) else [study.method]
    return (
        MethodChoice(value=AUTO, label="Automatic", help="A short written rule picks it for each layer."),
        *(MethodChoice(value=name, label=f"the same for both: {name}", help=METHODS[name].help) for name in shared),
        *(MethodChoice(value=name, label=f"{name} where it can", help=METHODS[name].help) for name in partly),
        MethodChoice(value=LOOPS, label=_loops_label(study), help=METHODS[LOOPS].help),
    )


def _loops_label(study: Study) -> str:
    return "the article's loops" if study.method == LOOPS else f"the article's loops, at {LOOPS_SIDE} px"


class MethodSwitch(QWidget):
    """A labelled list of methods; it tells what the user chose, not what it was shown."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: tuple[MethodChoice, ...] = ()
        self._list = QComboBox(self)
        self._list.setToolTip(
            "The algorithm that both layers are timed with. The panel's method, which makes the maps, stays as it is."
        )
        self._list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # the narrowest window has room for so many letters only
        self._list.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._list.setMinimumContentsLength(_LETTERS)
        self._list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._list.setMaximumWidth(_WIDEST)
        label = QLabel("Method:", self)
        label.setBuddy(self._list)
        self._list.setAccessibleName("Method of the measurement")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row.addWidget(label)
        row.addWidget(self._list, 1)
        row.addStretch(0)
        self._list.activated.connect(self._on_list_activated)

    def show_choices(self, choices: tuple[MethodChoice, ...], value: str) -> None:
        """Offer `choices`, with the one of `value` chosen, without telling anyone."""
        if choices != self._choices:
            self._choices = choices
            self._list.clear()
            for index, choice in enumerate(choices):
                self._list.addItem(choice.label)
                self._list.setItemData(index, choice.help, Qt.ItemDataRole.ToolTipRole)
            view = self._list.view()
            view.setMinimumWidth(view.sizeHintForColumn(0) + 2 * view.frameWidth())
        self._list.setCurrentIndex([choice.value for choice in choices].index(value))

    def _on_list_activated(self, index: int) -> None:
        self.chosen.emit(self._choices[index].value)
