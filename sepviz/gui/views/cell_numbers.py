"""Numbers in small cells: how many decimals there is room for, and many of them drawn at once."""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QGlyphRun, QRawFont

from sepviz.study.quantity import minus

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPainter

FIGURES = "0123456789.−infa"  # with the letters of "inf" and "nan"
SIZES = (10, 9)
"""Sizes of type in pixels, the first that fits."""


ENOUGH = 2
"""Decimals for which smaller type is worth its while: a column of numbers with one does not add up."""


def decimals(peak: float, fits: Callable[[str], bool], *, signed: bool = True) -> int | None:
    """Return how many decimals numbers up to `peak` are written with where there is room for what `fits`.

    Three at most. Enough for two digits of `peak`, or for one in the second decimal; None where there is no room for
    that.
    """
    for places in (3, 2, 1, 0):
        least = 10.0**-places if places > 1 else 10.0 ** (1 - places)
        if peak >= least and fits(number(-peak if signed else peak, places)):
            return places
    return None


def number(value: float, places: int) -> str:
    """Write `value` with `places` decimals, without a zero before the point: 0.25 -> ".25"."""
    text = f"{value:.{places}f}"
    if not float(text):
        return "0"
    return minus(text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text)


class NumberType(NamedTuple):
    """A font for numbers: the glyph and the width of each character, and how far below the middle its line is."""

    font: QFont
    raw: QRawFont
    glyphs: dict[str, tuple[int, float]]
    drop: float


class Figures(NamedTuple):
    """A number laid out: its glyphs, and how far each begins from the middle."""

    glyphs: list[int]
    offsets: list[float]


class GlyphLine:
    """Numbers of one colour, gathered and then drawn at once: many small texts would take most of the time."""

    def __init__(self) -> None:
        self._glyphs: list[int] = []
        self._places: list[QPointF] = []

    def write(self, figures: Figures, middle: float, baseline: float) -> None:
        """Add a number, centred on `middle`."""
        self._glyphs += figures.glyphs
        self._places += [QPointF(middle + x, baseline) for x in figures.offsets]

    def draw(self, painter: QPainter, type_: NumberType) -> None:
        """Draw all of it."""
        run = QGlyphRun()
        run.setRawFont(type_.raw)
        run.setGlyphIndexes(self._glyphs)
        run.setPositions(self._places)
        painter.drawGlyphRun(QPointF(), run)


@lru_cache(maxsize=8)
def number_type(pixels: int) -> NumberType:
    """Return the type of `pixels` that numbers are written in."""
    font = QFont()
    font.setPixelSize(pixels)
    raw, metrics = QRawFont.fromFont(font), QFontMetricsF(font)
    indexes = raw.glyphIndexesForString(FIGURES)
    widths = [metrics.horizontalAdvance(character) for character in FIGURES]
    glyphs = dict(zip(FIGURES, zip(indexes, widths, strict=True), strict=True))
    return NumberType(font, raw, glyphs, metrics.capHeight() / 2)


@lru_cache(maxsize=4096)
def figures(text: str, pixels: int) -> Figures:
    """Lay a number out, once: in small cells the same few come again and again."""
    glyphs = [number_type(pixels).glyphs[character] for character in text]
    ends = list(accumulate((width for _, width in glyphs), initial=0.0))
    return Figures([glyph for glyph, _ in glyphs], [end - ends[-1] / 2 for end in ends[:-1]])


@lru_cache(maxsize=256)
def number_form(peak: float, width: float, signed: bool) -> tuple[int, int | None]:
    """Return the size of type, and the decimals, of numbers up to `peak` in cells of `width`; None for no numbers."""
    found = [(pixels, decimals(peak, partial(_fits, pixels, width - 2), signed=signed)) for pixels in SIZES]
    legible = [(pixels, places) for pixels, places in found if places is not None]
    enough = [(pixels, places) for pixels, places in legible if places >= ENOUGH]
    return next(iter(enough or legible), (SIZES[0], None))


def _fits(pixels: int, room: float, text: str) -> bool:
    """Return whether a number in type of `pixels` is no wider than `room`."""
    glyphs = number_type(pixels).glyphs
    return sum(glyphs[character][1] for character in text) <= room
