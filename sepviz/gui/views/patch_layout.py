"""Where the numbers of a pixel's story go: rows of small grids with their captions, for a width that is given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF

from sepviz.gui.views.ink import bold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sepviz.study.provenance import Product, Sum

Kind: TypeAlias = Literal["read", "weights", "products"]
BOLD = ("title", "strong")
KINDS: tuple[Kind, ...] = ("read", "weights", "products")
CAPTIONS: dict[Kind, str] = {"read": "read", "weights": "× weight", "products": "= product"}
SIGN = 18.0
"""Width between two grids, for the sign."""
WIDEST, HIGHEST, TALLEST = 46.0, 22.0, 190.0
"""Largest cell, and the largest height of a grid."""
EDGE = 2.0
"""Room for the lines around the outermost cells."""
STRIP_CELL = 46.0
PAD = 6.0
"""Space after a row."""
LEFT, RIGHT, CENTRE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """One matrix of numbers on the screen: the columns from `first` on of one kind of values of a product.

    `peak` is the magnitude that has the strongest colour; `is_grey` says that the values are those of a picture.
    """

    rect: QRectF
    kind: Kind
    product: Product
    values: NDArray[np.float64]
    first: int
    peak: float
    is_grey: bool

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell."""
        rows, columns = self.values.shape
        return self.rect.width() / columns, self.rect.height() / rows

    def rect_of(self, row: int, column: int) -> QRectF:
        """Return where the cell at (row, column) of the product is drawn."""
        width, height = self.cell
        return QRectF(self.rect.left() + (column - self.first) * width, self.rect.top() + row * height, width, height)

    def looks_like(self, other: Grid) -> bool:
        """Say whether `other`, at the same place, is drawn the same."""
        return (
            (self.kind, self.first, self.peak, self.is_grey) == (other.kind, other.first, other.peak, other.is_grey)
            and np.array_equal(self.values, other.values)
            and np.array_equal(self.product.is_padding, other.product.is_padding)
        )

    def holds(self, column: int) -> bool:
        """Say whether the product's `column` is one of those shown here."""
        return self.first <= column < self.first + int(self.values.shape[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A line of text; `tone` is "title", "text", "muted" or "strong"."""

    rect: QRectF
    text: str
    tone: str
    align: Qt.AlignmentFlag = LEFT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arranged:
    """All that is drawn, and how high it is."""

    grids: tuple[Grid, ...]
    captions: tuple[Caption, ...]
    height: float

    @property
    def places(self) -> list[QRectF]:
        """Where everything is; equal for stories that are laid out alike."""
        return [part.rect for part in self.grids] + [part.rect for part in self.captions]


class _Column:
    """Fills a column of `width` from the top down."""

    def __init__(self, width: float, font: QFont) -> None:
        self.width = width
        self.keys = font.key(), bold(font).key()
        self.line = QFontMetricsF(font).height() + 2
        self.y = 0.0
        self.grids: list[Grid] = []
        self.captions: list[Caption] = []

    def _advance(self, text: str, tone: str = "text") -> float:
        return advance(text, self.keys[tone in BOLD])

    def write(self, text: str, tone: str) -> None:
        """Add a line, wrapped at words where it is too long."""
        for piece in wrapped(text, self.width, self.keys[tone in BOLD]):
            self._put(QRectF(0, self.y, self.width, self.line), piece, tone)
            self.y += self.line

    def _put(self, rect: QRectF, text: str, tone: str, align: Qt.AlignmentFlag = LEFT) -> None:
        self.captions.append(Caption(rect=rect, text=text, tone=tone, align=align))

    def add_sum(self, step: Sum) -> None:
        """Add a step of the story."""
        self.write(step.title, "title")
        peaks = {kind: _peak(step, kind) for kind in KINDS}
        for number, product in enumerate(step.products):
            self._label(product)
            if product.is_strip:
                self._add_strip(product, step, peaks)
            else:
                self._add_patch(product, step, peaks, captioned=number == 0)
        for text in step.lines:
            self.write(text, "text")
        if step.result:
            self.write(step.result, "strong")
        self.y += 2 * PAD

    def _label(self, product: Product) -> None:
        """Write what is read, and what it comes to: on one line if both fit."""
        needed = self._advance(product.label) + self._advance(product.note) + 2 * PAD
        beside = bool(product.note) and needed <= self.width
        room = self._advance(product.label) if beside else self.width
        self._put(QRectF(0, self.y, room, self.line), product.label, "muted")
        if beside:
            self._put(QRectF(room, self.y, self.width - room, self.line), product.note, "text", RIGHT)
        self.y += self.line
        if product.note and not beside:
            self.write(product.note, "text")

    def _add_patch(self, product: Product, step: Sum, peaks: dict[Kind, float], *, captioned: bool) -> None:
        kh, kw = product.read.shape
        cell = min(WIDEST, (self.width - 2 * SIGN - EDGE) / (3 * kw))
        height = min(HIGHEST, cell, TALLEST / kh) * kh
        for place, kind in enumerate(KINDS):
            left = EDGE / 2 + place * (cell * kw + SIGN)
            if captioned:
                above = QRectF(left - SIGN / 2, self.y, cell * kw + SIGN, self.line)
                self._put(above, kind.removesuffix("s"), "muted", CENTRE)
            rect = QRectF(left, self.y + captioned * self.line, cell * kw, height)
            self._put_grid(rect, kind, product, slice(0, kw), step, peaks)
            if place:
                sign = QRectF(left - SIGN, rect.top(), SIGN, height)
                self._put(sign, "×="[place - 1], "text", CENTRE)
        self.y += captioned * self.line + height + PAD

    def _add_strip(self, product: Product, step: Sum, peaks: dict[Kind, float]) -> None:
        """Put channels side by side, in as many lines as they need; read, weight and product below each other."""
        names = max(self._advance(text) for text in CAPTIONS.values()) + PAD
        in_line = max(1, int((self.width - names) / STRIP_CELL))
        count = product.read.shape[1]
        for first in range(0, count, in_line):
            part = slice(first, min(first + in_line, count))
            length = (part.stop - part.start) * STRIP_CELL
            for column in range(part.start, part.stop):
                rect = QRectF(names + (column - first) * STRIP_CELL, self.y, STRIP_CELL, self.line)
                self._put(rect, str(product.channels[column]), "muted", CENTRE)
            self._put(QRectF(0, self.y, names, self.line), "channel" if step.reads_picture else "map", "muted")
            self.y += self.line
            for kind in KINDS:
                self._put(QRectF(0, self.y, names, HIGHEST), CAPTIONS[kind], "muted")
                self._put_grid(QRectF(names, self.y, length, HIGHEST), kind, product, part, step, peaks)
                self.y += HIGHEST
            self.y += PAD

    def _put_grid(
        self, rect: QRectF, kind: Kind, product: Product, part: slice, step: Sum, peaks: dict[Kind, float]
    ) -> None:
        self.grids.append(
            Grid(
                rect=rect,
                kind=kind,
                product=product,
                values=getattr(product, kind)[:, part],
                first=part.start,
                peak=peaks[kind],
                is_grey=step.reads_picture and kind == "read",
            )
        )


def arrange(sums: Sequence[Sum], width: float, font: QFont) -> Arranged:
    """Place the grids and captions of `sums` below each other in a column of `width`."""
    column = _Column(width, font)
    for step in sums:
        column.add_sum(step)
    return Arranged(grids=tuple(column.grids), captions=tuple(column.captions), height=column.y)


@lru_cache(maxsize=4096)
def advance(text: str, font_key: str) -> float:
    """Return the width of `text` in the font of ``QFont.key()`` `font_key`; most texts come again and again."""
    font = QFont()
    font.fromString(font_key)
    return QFontMetricsF(font).horizontalAdvance(text) + 1


def wrapped(text: str, width: float, font_key: str) -> list[str]:
    """Return `text` in lines of at most `width`, broken between words."""
    if advance(text, font_key) <= width:
        return [text]
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and advance(longer, font_key) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _peak(step: Sum, kind: Kind) -> float:
    if step.reads_picture and kind == "read":
        return 1.0
    return max((float(np.abs(getattr(product, kind)).max()) for product in step.products), default=0.0)
