"""What the painted views draw with: colours of the palette in use, brushes for the layers of a block, fitted text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from sepviz.engine.block import BLOCKS
from sepviz.gui.theme import theme_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPalette

    from sepviz.study.costs import Costs

LETTERS = ("A", "B")
SWATCH = 11.0
"""Side of a colour square in a legend, in pixels."""
_HATCH = 6
_PALING = (0.0, 0.55, 0.78)


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of one palette; `sides` are those of baseline and candidate."""

    text: QColor
    muted: QColor
    line: QColor
    canvas: QColor
    sides: tuple[QColor, QColor]


def ink_of(palette: QPalette) -> Ink:
    """Return the colours that belong to `palette`, so that a repaint is all that a change of theme needs."""
    theme = theme_of(palette)
    return Ink(
        text=QColor(theme.text),
        muted=QColor(theme.muted),
        line=QColor(theme.line),
        canvas=QColor(theme.canvas),
        sides=(QColor(theme.baseline), QColor(theme.candidate)),
    )


def block_labels(costs: Costs) -> tuple[str, str]:
    """Return what the two blocks are called: ("Standard", "Depthwise separable")."""
    return BLOCKS[costs.baseline.kind].label, BLOCKS[costs.candidate.kind].label


def mix(colour: QColor, other: QColor, share: float) -> QColor:
    """Return `colour` with `share` (0 to 1) of `other` in it."""
    pairs = ((colour.red(), other.red()), (colour.green(), other.green()), (colour.blue(), other.blue()))
    return QColor(*(round(mine * (1 - share) + theirs * share) for mine, theirs in pairs))


def fill_layer(painter: QPainter, rect: QRectF, ink: Ink, side: int, layer: int) -> None:
    """Fill `rect` as the layer number `layer` of block `side`: paler with each layer, and the second hatched."""
    colour = ink.sides[side]
    painter.fillRect(rect, mix(colour, ink.canvas, _PALING[min(layer, len(_PALING) - 1)]))
    if layer % 2:
        painter.save()
        painter.setClipRect(rect)
        painter.setPen(QPen(colour, 1.4))
        height, steps = rect.height(), math.ceil((rect.width() + rect.height()) / _HATCH)
        starts = [rect.left() - height + step * _HATCH for step in range(steps)]
        painter.drawLines([QLineF(x, rect.bottom(), x + height, rect.top()) for x in starts])
        painter.restore()


def bold(font: QFont) -> QFont:
    """Return `font` in bold."""
    strong = QFont(font)
    strong.setBold(True)
    return strong


def text_width(font: QFont, text: str) -> float:
    """Return the width of `text` in pixels, with a pixel to spare so that it is never elided in that width."""
    return QFontMetricsF(font).horizontalAdvance(text) + 1


def first_fitting(font: QFont, texts: Sequence[str], width: float) -> str:
    """Return the first of `texts`, longest first, that fits `width`; the last one shortened when none does."""
    for text in texts:
        if text_width(font, text) <= width:
            return text
    return QFontMetricsF(font).elidedText(texts[-1], Qt.TextElideMode.ElideRight, width)


def fitting_heading(font: QFont, heading: str, width: float) -> str:
    """Return `heading`, "title  ·  shape", without the shape where there is no room for all of it."""
    return first_fitting(font, (heading, heading.partition("  ·  ")[0]), width)


def draw_text(
    painter: QPainter, rect: QRectF, text: str, colour: QColor, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
) -> None:
    """Draw one line of plain text in the middle of the height of `rect`, shortened when it is too long."""
    painter.setPen(colour)
    shown = first_fitting(painter.font(), (text,), rect.width())
    painter.drawText(rect, int(align | Qt.AlignmentFlag.AlignVCenter), shown)


def draw_swatch(painter: QPainter, left: float, middle: float, ink: Ink, side: int, layer: int = 0) -> None:
    """Draw the colour square of a block or of one of its layers, centred on the height `middle`."""
    square = QRectF(left, middle - SWATCH / 2, SWATCH, SWATCH)
    fill_layer(painter, square, ink, side, layer)
    painter.setPen(QPen(mix(ink.sides[side], ink.text, 0.25), 1))
    painter.setBrush(QBrush(Qt.BrushStyle.NoBrush))
    painter.drawRect(square.adjusted(0.5, 0.5, -0.5, -0.5))
