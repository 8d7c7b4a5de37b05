"""A frame around what belongs together: Fusion's own is darker than the window, which nobody sees on a dark one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QFrame

from sepviz.gui.theme import rim, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_ROUND = 3.0


class Card(QFrame):
    """Paints its frame in the colour that the edges of controls have."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(rim(theme_of(self.palette())), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _ROUND, _ROUND)
        painter.end()
