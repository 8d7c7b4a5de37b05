"""What the colours of a sheet mean: a strip of the colour map with the values at its ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sepviz.gui.theme import theme_of
from sepviz.render.colormap import COLORMAPS
from sepviz.render.scale import HIGHEST, LOWEST, MIDDLE
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
        self._low = self._high = self._note = self._words = ""
        self._strip = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the height of a line of text."""
        return QSize(STRIP_WIDTH * 2, self.fontMetrics().height() + 2)

    def show_ranges(self, ranges: NDArray[np.float64], policy: str, colormap: str, channel: int, word: str) -> None:
        """Show what the ends of `colormap` stand for: for all tiles, or under "per-map" for the tile of `channel`."""
        own = policy == "per-map" and len(ranges) > 1
        shown = ranges[[min(max(channel, 0), len(ranges) - 1)]] if own else ranges
        low, high = shown[:, 0].min(), shown[:, 1].max()
        self._words, self._strip = value_words(low, high, word), _strip(colormap, is_one=low == high)
        self._low, self._high = significant(low), significant(high)
        if low == high:
            self._low, self._high = "", self._words
        self.show_note(f"{word} {max(channel, 0)}; each {word} has its own scale" if own else "")

    def show_note(self, note: str) -> None:
        """Show `note` behind the colours."""
        self._note = note
        self.setToolTip(f"Colours: {self._words}. {note}".rstrip())
        self.setAccessibleName(f"colour bar, {self._words} {note}".rstrip())
        self.update()

    def strip_width(self) -> int:
        """Return how wide the strip is: less than usual where the values need the room."""
        ends = sum(self.fontMetrics().horizontalAdvance(end) + APART for end in (self._low, self._high) if end)
        return max(STRIP_LEAST, min(STRIP_WIDTH, self.width() - ends - APART))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw low, strip, high and the note, from left to right; of one value alone the strip, and then its words."""
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
            if not text:
                continue
            painter.setPen(QColor(colour))
            room = self.width() - x
            painter.drawText(
                QRectF(x, 0, room, height), centre, metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            )
            x += metrics.horizontalAdvance(text) + APART


def value_words(low: float, high: float, word: str) -> str:
    """Say what values there are; a difference that is 0 everywhere is none."""
    if low < high:
        return f"values from {significant(low)} to {significant(high)}"
    return "0 everywhere: no difference" if word == "difference" and low == 0 else f"{significant(low)} everywhere"


def _strip(colormap: str, *, is_one: bool) -> QImage:
    """Return the colours from low to high; those of one value alone are all the middle one, as it is drawn."""
    levels = np.full((1, 255), MIDDLE, np.uint8) if is_one else np.arange(LOWEST, HIGHEST + 1, dtype=np.uint8)[None]
    colours = np.ascontiguousarray(COLORMAPS[colormap].table[levels])
    return QImage(colours.data, 255, 1, 255 * 3, QImage.Format.Format_RGB888).copy()
