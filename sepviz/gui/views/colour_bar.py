"""What the colours of a sheet mean: a strip of the colour map with the values at its ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sepviz.gui.theme import theme_of
from sepviz.render.colormap import COLORMAPS
from sepviz.study.quantity import significant

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRIP_WIDTH, STRIP_HEIGHT = 140, 9
STRIP_LEAST = 24
"""Width that the strip gives way down to, so that both values stay whole."""
APART = 6


class ColourBar(QWidget):
    """The colour map as a strip; low and high beside it, and whose values they are."""

    def __init__(self) -> None:
        super().__init__()
        self._low = self._high = self._note = ""
        self._strip = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the height of a line of text."""
        return QSize(STRIP_WIDTH * 2, self.fontMetrics().height() + 2)

    def show_ranges(self, ranges: NDArray[np.float64], policy: str, colormap: str, channel: int, word: str) -> None:
        """Show what the ends of `colormap` stand for: for all tiles, or under "per-map" for the tile of `channel`."""
        levels = np.arange(1, 256, dtype=np.uint8)[None]
        colours = np.ascontiguousarray(COLORMAPS[colormap].table[levels])
        self._strip = QImage(colours.data, 255, 1, 255 * 3, QImage.Format.Format_RGB888).copy()
        own = policy == "per-map" and len(ranges) > 1
        shown = ranges[[min(max(channel, 0), len(ranges) - 1)]] if own else ranges
        ends = shown[:, 0].min(), shown[:, 1].max()
        self._low, self._high = (significant(end) for end in ends)
        self._note = f"{word} {max(channel, 0)}; each {word} has its own scale" if own else ""
        self.setToolTip(f"Colours run from {self._low} to {self._high}. {self._note}")
        self.setAccessibleName(f"colour bar from {self._low} to {self._high} {self._note}")
        self.update()

    def strip_width(self) -> int:
        """Return how wide the strip is: less than usual where the values need the room."""
        ends = sum(self.fontMetrics().horizontalAdvance(end) + APART for end in (self._low, self._high))
        return max(STRIP_LEAST, min(STRIP_WIDTH, self.width() - ends - APART))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw low, strip, high and the note, from left to right."""
        painter, theme = QPainter(self), theme_of(self.palette())
        metrics, height, strip = self.fontMetrics(), self.height(), self.strip_width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        centre = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        x = 0
        for text, colour in ((self._low, theme.text), (None, ""), (self._high, theme.text), (self._note, theme.muted)):
            if text is None:
                painter.drawImage(QRectF(x, (height - STRIP_HEIGHT) / 2, strip, STRIP_HEIGHT), self._strip)
                x += strip + APART
                continue
            painter.setPen(QColor(colour))
            room = self.width() - x
            painter.drawText(
                QRectF(x, 0, room, height), centre, metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            )
            x += metrics.horizontalAdvance(text) + APART
