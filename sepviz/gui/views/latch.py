"""A button that stays down, and is seen to be: a darker shade alone would not be told from the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QPushButton

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_INSET, _BELOW, _BAR = 4, 2, 2


class Latch(QPushButton):
    """One of several of which one is down; a bar below its text says which."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setCheckable(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button, and the bar while it is down."""
        super().paintEvent(event)
        if self.isChecked():
            painter = QPainter(self)
            bar = QRect(_INSET, self.height() - _BELOW - _BAR, self.width() - 2 * _INSET, _BAR)
            painter.fillRect(bar, self.palette().highlight())
            painter.end()
