"""What every part of a figure is painted with: one set of fonts and colours, and a painter that thinks in units.

A figure is :data:`WIDTH` units wide; on paper that is :data:`PRINT_WIDTH_MM`, the full width of a journal page, so that
18 units of text are about 7.7 points. Text is measured without hinting, so that lines break at the same words at every
scale and in every format.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from sepviz.study.quantity import unbroken

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

WIDTH = 1200
PRINT_WIDTH_MM = 180.0
MARGIN = 40

INK = "#1b1f24"
MUTED = "#565f6b"
LINE = "#c9ced6"
PAPER = "#ffffff"
BASELINE = "#0072B2"
CANDIDATE = "#E69F00"

TITLE = 30
HEADING = 20
BODY = 18
SMALL = 16
NOTE = 14

FAMILIES = ["DejaVu Sans", "Verdana", "Arial", "Helvetica"]
LEADING = 1.4

Align: TypeAlias = Literal["left", "centre", "right"]
_SHIFT = {"left": 0.0, "centre": 0.5, "right": 1.0}
Dashes: TypeAlias = Literal["solid", "dashed", "dotted", "dash-dotted"]
_PEN_STYLES: dict[Dashes, Qt.PenStyle] = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dotted": Qt.PenStyle.DotLine,
    "dash-dotted": Qt.PenStyle.DashDotLine,
}
Point: TypeAlias = tuple[float, float]


def text_font(size: float, *, bold: bool = False) -> QFont:
    """Return the figure's font with letters `size` units high, in an application that can measure text."""
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPixelSize(round(size))
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how many units `text` takes on one line."""
    return QFontMetricsF(text_font(size, bold=bold)).horizontalAdvance(text)


def elided(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Return `text`, its middle left out where it is wider than `width` units."""
    return QFontMetricsF(text_font(size, bold=bold)).elidedText(text, Qt.TextElideMode.ElideMiddle, width)


@lru_cache(maxsize=4096)
def wrapped(text: str, width: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """Return `text` as lines of at most `width` units, broken between words; a word that is too long is elided.

    Numbers stay with their units, and shapes in one piece, unless a line has no room for them.

    Lines are remembered, as a panel breaks its text for its height and again when it is painted.
    """
    metrics = QFontMetricsF(text_font(size, bold=bold))
    lines: list[str] = []
    parts = unbroken(text).split(" ")
    fitting = (
        part if metrics.horizontalAdvance(part) <= width else unbroken(part.replace("\u00a0", " "), units=False)
        for part in parts
    )
    words = (word for part in fitting for word in part.split(" "))
    for word in (metrics.elidedText(word, Qt.TextElideMode.ElideMiddle, width) for word in words):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def to_image(rgb: NDArray[np.uint8]) -> QImage:
    """Return uint8 (H, W, 3) as a QImage that owns its pixels."""
    height, width, _ = rgb.shape
    return QImage(rgb.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """A painter whose transform takes units to its device, and how many image pixels one unit deserves there."""

    painter: QPainter
    scale: float

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        size: float = BODY,
        colour: str = INK,
        *,
        bold: bool = False,
        align: Align = "left",
    ) -> None:
        """Write one line; `align` says which part of it stands at `x`."""
        x -= _SHIFT[align] * (text_width(text, size, bold=bold) if align != "left" else 0)
        self.painter.setFont(text_font(size, bold=bold))
        self.painter.setPen(QColor(colour))
        self.painter.drawText(QPointF(x, baseline), text)

    def bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        self.painter.fillRect(QRectF(x, y, width, height), QColor(colour))

    def frame(self, x: float, y: float, width: float, height: float, colour: str, thickness: float = 1.0) -> None:
        """Draw the outline of a rectangle, its lines inside it."""
        self._pen(colour, thickness)
        inset = thickness / 2
        self.painter.drawRect(QRectF(x, y, width, height).adjusted(inset, inset, -inset, -inset))

    def line(self, x0: float, y0: float, x1: float, y1: float, colour: str = LINE, thickness: float = 1.0) -> None:
        """Draw a straight line."""
        self._pen(colour, thickness)
        self.painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))

    def polyline(self, points: Sequence[Point], colour: str, thickness: float, dashes: Dashes = "solid") -> None:
        """Draw straight lines from each point to the next."""
        pen = QPen(QColor(colour), thickness, _PEN_STYLES[dashes])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPolyline(_polygon(points))

    def polygon(self, points: Sequence[Point], colour: str, opacity: float = 1.0) -> None:
        """Fill the area within `points`; what is below shines through where `opacity` is below 1."""
        paint = QColor(colour)
        paint.setAlphaF(opacity)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(paint)
        self.painter.drawPolygon(_polygon(points))

    def pill(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Draw a rounded frame, palely filled with its own colour."""
        fill = QColor(colour)
        fill.setAlphaF(0.1)
        self._pen(colour, 1.5)
        self.painter.setBrush(fill)
        self.painter.drawRoundedRect(QRectF(x, y, width, height), height / 2, height / 2)

    def dot(self, x: float, y: float, radius: float, colour: str, opacity: float) -> None:
        """Draw a filled circle that lets through what is below it."""
        paint = QColor(colour)
        paint.setAlphaF(opacity)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(paint)
        self.painter.drawEllipse(QPointF(x, y), radius, radius)

    def pixels(self, length: float) -> int:
        """Return how many image pixels a length in units deserves."""
        return max(1, round(length * self.scale))

    def image(self, x: float, y: float, image: QImage) -> None:
        """Draw `image`, one of its pixels for 1 / scale units, on whole pixels of the device: nothing is blurred."""
        left, top = (round(place * self.scale) / self.scale for place in (x, y))
        self.painter.drawImage(QRectF(left, top, image.width() / self.scale, image.height() / self.scale), image)

    def badge(self, x: float, y: float, side: float, letter: str, colour: str) -> None:
        """Draw the letter of a layer on a square of its colour."""
        self.bar(x, y, side, side, colour)
        ink = PAPER if colour == BASELINE else INK
        self.text(x + side / 2, y + 0.77 * side, letter, 0.75 * side, ink, bold=True, align="centre")

    def _pen(self, colour: str, thickness: float) -> None:
        pen = QPen(QColor(colour), thickness)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)


def _polygon(points: Sequence[Point]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])
