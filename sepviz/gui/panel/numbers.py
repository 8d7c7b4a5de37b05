"""Whole numbers by hand: a box that takes no wrong text, and a slider that is fine where numbers are small."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QObject, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QSlider, QSpinBox, QToolTip, QWidget

from sepviz.study.quantity import unit_for

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QMouseEvent, QWheelEvent

    from sepviz.study.params import Param

_PAGE_STOPS = 2
_TRAVEL_OCTAVE = 4
"""A slider goes through 2**4 positions while its value doubles."""


def calm_wheel(widget: QWidget) -> None:
    """Let the wheel change `widget` only while it has the focus; else it scrolls what is around it."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_CalmWheel(widget))


class _CalmWheel(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class NumberBox(QSpinBox):
    """A spin box that counts a number when it is committed, and says why it refuses a key.

    Parameters
    ----------
    param : Param
        Its range, step, stops and special value.
    name : str
        What assistive technology calls this box.
    unit : str
        Written behind the number.
    """

    changed = Signal(int, bool)
    """(value, settled) as the user changes it; settled is False while an arrow is held."""

    def __init__(self, param: Param, name: str, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._param = param
        self._stepping = False
        self.setLocale(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
        self.setGroupSeparatorShown(True)
        self.setKeyboardTracking(False)
        self.setRange(param.minimum, param.maximum)
        self.setSingleStep(param.step)
        self.setSpecialValueText(param.special)
        self._unit = unit
        self._suit_unit()
        self.setAccessibleName(name)
        calm_wheel(self)
        self.lineEdit().setAcceptDrops(False)  # a picture dropped here is meant for the window
        self.lineEdit().inputRejected.connect(self._on_line_edit_input_rejected)
        self.valueChanged.connect(self._on_value_changed)

    def show_value(self, value: int) -> None:
        """Show `value`, without a signal; a text that is being typed stays while the value is the same."""
        if value != self.value():
            with QSignalBlocker(self):
                self.setValue(value)
            self._suit_unit()

    def stepBy(self, steps: int) -> None:
        """Go `steps` steps up, or down if it is negative."""
        self._stepping = True
        if self._param.stops:
            self.interpretText()
            self.setValue(stop_beside(self._param.stops, self.value(), steps))
            self.selectAll()
        else:
            super().stepBy(steps)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Return the directions in which there is something left."""
        if not self._param.stops:
            return super().stepEnabled()
        flag = QAbstractSpinBox.StepEnabledFlag
        ways = ((1, flag.StepUpEnabled), (-1, flag.StepDownEnabled))
        enabled = flag.StepNone
        for step, way in ways:
            if stop_beside(self._param.stops, self.value(), step) != self.value():
                enabled |= way
        return enabled

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Judge a text as it is typed: a number that is too small is as impossible as one that is too large."""
        typed = self._bare(text)
        if typed and self._param.special.startswith(typed):
            done = typed == self._param.special
            return QValidator.State.Acceptable if done else QValidator.State.Intermediate, text, position
        if typed and not typed.strip("0") and self._param.minimum > 0:
            return QValidator.State.Invalid, text, position
        return super().validate(text, position)

    def valueFromText(self, text: str) -> int:
        """Read a committed text; the special value may be written out."""
        special = self._param.special
        return self.minimum() if special and self._bare(text) == special else super().valueFromText(text)

    def _suit_unit(self) -> None:
        """Write the unit behind the number as it is said of so many: 1 map, 2 maps."""
        suffix = f" {unit_for(self.value(), self._unit)}" if self._unit else ""
        if suffix != self.suffix():
            self.setSuffix(suffix)

    def _bare(self, text: str) -> str:
        return text.strip().removesuffix(self.suffix().strip()).strip().lower()

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window while nothing is typed that waits to be committed."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and not self._is_typing():
            keys = QKeySequence.StandardKey
            if event.matches(keys.Undo) or event.matches(keys.Redo):
                event.ignore()
                return False
        return super().event(event)

    def _is_typing(self) -> bool:
        typed = self._bare(self.lineEdit().text())
        return not typed or typed not in (self._param.special, self.textFromValue(self.value()))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Settle when an arrow key is let go."""
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self._settle()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Settle when an arrow button is let go."""
        super().mouseReleaseEvent(event)
        self._settle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Settle after every notch."""
        super().wheelEvent(event)
        self._settle()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Settle when the focus leaves while an arrow is held."""
        super().focusOutEvent(event)
        self._settle()

    def _settle(self) -> None:
        if self._stepping:
            self._stepping = False
            self.changed.emit(self.value(), True)

    def _on_value_changed(self, value: int) -> None:
        self._suit_unit()
        self.changed.emit(value, not self._stepping)

    def _on_line_edit_input_rejected(self) -> None:
        below = self.mapToGlobal(QPoint(0, self.height()))
        QToolTip.showText(below, f"{self.accessibleName()}: a whole number from {limits(self._param)}", self)


class ValueSlider(QSlider):
    """A horizontal slider through :func:`travel`."""

    moved = Signal(int, bool)
    """(value, settled) as the user moves it; settled is False while the handle is held."""

    def __init__(self, minimum: int, maximum: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._travel = travel(minimum, maximum)
        self._swept = False
        self.setRange(0, len(self._travel) - 1)
        self.setPageStep(max(1, len(self._travel) // 8))
        self.setAccessibleName(name)
        calm_wheel(self)
        self.valueChanged.connect(self._on_value_changed)
        self.sliderReleased.connect(self._on_slider_released)

    def show_value(self, value: int) -> None:
        """Show the place of `value`, without a signal."""
        with QSignalBlocker(self):
            self.setValue(bisect_right(self._travel, value) - 1)

    def _on_value_changed(self, position: int) -> None:
        self._swept = self.isSliderDown()
        self.moved.emit(self._travel[position], not self._swept)

    def _on_slider_released(self) -> None:
        if self._swept:
            self._swept = False
            self.moved.emit(self._travel[self.value()], True)


def limits(param: Param) -> str:
    """Return the range of the numbers of `param`, such as "1 to 15 px"."""
    lowest = f"{param.minimum:,} ({param.special})" if param.special else f"{param.minimum:,}"
    return f"{lowest} to {param.maximum:,} {param.unit}".rstrip()


def travel(minimum: int, maximum: int) -> tuple[int, ...]:
    """Return the values of a slider: every number up to 32, every second up to 64, every fourth up to 128, ...

    Parameters
    ----------
    minimum, maximum : int
        The first and the last value, 0 <= minimum <= maximum.
    """
    values = []
    value = minimum
    while value < maximum:
        values.append(value)
        step = 1 << max(0, value.bit_length() - 1 - _TRAVEL_OCTAVE)
        value += step - value % step
    return (*values, maximum)


def stop_beside(stops: tuple[int, ...], value: int, steps: int) -> int:
    """Return the stop `steps` away from `value`, or the last one on the way; `value` itself when there is none.

    Parameters
    ----------
    stops : tuple of int
        Rising, but for the last, which may be a special value that stands for more than all others.
    value : int
        Any number.
    steps : int
        How far, up or down; a page is cut to two stops.
    """
    last = stops[-1] if stops[-1] < stops[0] else None

    def rank(stop: int) -> tuple[bool, int]:
        return stop == last, stop

    for _ in range(min(abs(steps), _PAGE_STOPS)):
        beyond = [stop for stop in stops if stop != value and (rank(stop) > rank(value)) == (steps > 0)]
        if not beyond:
            break
        value = beyond[0] if steps > 0 else beyond[-1]
    return value
