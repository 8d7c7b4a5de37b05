"""The tabs: the one that is looked at is marked by more than a shade, as a button that stays down is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QTabBar, QTabWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

BAR, _INSET = 3, 1


class Tabs(QTabWidget):
    """Pages, of which the chosen one's tab has a bar along its top."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabBar(_Bar())
        self.setDocumentMode(True)


class _Bar(QTabBar):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        place = self.tabRect(self.currentIndex())
        if not place.isEmpty():
            painter = QPainter(self)
            colour = self.palette().highlight()
            painter.fillRect(place.x() + _INSET, place.y(), place.width() - 2 * _INSET, BAR, colour)
            painter.end()
