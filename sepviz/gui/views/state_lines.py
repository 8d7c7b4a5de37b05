"""A few lines of text in a place whose size never changes, for what changes many times a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from sepviz.gui.views.ink import draw_text, ink_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class StateLines(QWidget):
    """Room for `count` lines; a label would have everything around it laid out anew with each text."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count
        self.lines: tuple[str, ...] = ()
        self.setAccessibleName("State")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_lines(self, lines: tuple[str, ...], *, spoken: bool = True) -> None:
        """Show `lines`, shortened where they are too long; not `spoken` while they change all the time."""
        if lines == self.lines:
            return
        self.lines = lines
        self.setToolTip("\n".join(lines))
        if spoken:
            self.setAccessibleDescription(". ".join(lines))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for all lines."""
        return QSize(200, self._count * (self.fontMetrics().height() + 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the first line in full strength, the others muted."""
        painter, ink = QPainter(self), ink_of(self.palette())
        height = self.height() / self._count
        for number, text in enumerate(self.lines[: self._count]):
            rect = QRectF(0, number * height, self.width(), height)
            draw_text(painter, rect, text, ink.muted if number else ink.text)
        painter.end()
