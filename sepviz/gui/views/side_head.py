"""The heading of a column that belongs to one of the two layers: its colour, its letter, and a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from sepviz.gui.views.ink import LETTERS, SWATCH, bold, draw_swatch, draw_text, first_fitting, ink_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_GAP = 6.0


class SideHead(QWidget):
    """One bold line behind the colour square of the baseline (`side` 0) or the candidate (1)."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self._side = side
        self.texts: tuple[str, ...] = (LETTERS[side],)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_texts(self, texts: tuple[str, ...]) -> None:
        """Show the first of `texts`, longest first, that fits behind the letter of the side."""
        shown = tuple(f"{LETTERS[self._side]}  {text}" for text in texts)
        if shown != self.texts:
            self.texts = shown
            self.setToolTip(shown[0])
            self.setAccessibleName(shown[0])
            self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a line."""
        return QSize(200, self.fontMetrics().height() + 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw square and text."""
        painter, ink = QPainter(self), ink_of(self.palette())
        draw_swatch(painter, 1, self.height() / 2, ink, self._side)
        painter.setFont(bold(self.font()))
        left = SWATCH + _GAP
        room = self.width() - left
        text = first_fitting(painter.font(), self.texts, room)
        draw_text(painter, QRectF(left, 0, room, self.height()), text, ink.text)
        painter.end()
