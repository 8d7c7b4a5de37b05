"""Chooses the map that is shown large."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget


class MapPicker(QWidget):
    """A number box for the chosen map, and how many there are."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._number, self._count = QSpinBox(), QLabel()
        self._number.setKeyboardTracking(False)
        self._number.setWrapping(True)
        self._number.setAcceptDrops(False)
        self._number.setToolTip("The map to show; [ and ] choose the one before and the next")
        self._number.setAccessibleName("Chosen map")
        self._number.valueChanged.connect(self.chosen)
        label = QLabel("Map")
        label.setBuddy(self._number)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (label, self._number, self._count):
            row.addWidget(widget)
        row.addStretch()

    def show_map(self, channel: int, count: int) -> None:
        """Show that map `channel` of `count` is chosen, without telling anyone."""
        blocked = self._number.blockSignals(True)
        self._number.setRange(0, count - 1)
        self._number.setValue(channel)
        self._number.blockSignals(blocked)
        self._count.setText(f"of {count:,}, counted from 0")
