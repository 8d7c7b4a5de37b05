"""The numbers of kernels: above each where there is room, else of rows and columns, beside the sheet or at its edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sepviz.gui.theme import Theme
    from sepviz.render.mosaic import Layout
    from sepviz.study.kernel_tiles import KernelTiles

FONT_PX = 10
APART = 4
"""Pixels between a number and what is beside it."""
RULED = 2
"""Narrowest gap, in screen pixels, that has room for a line between two filters."""


class KernelSheet(NamedTuple):
    """What is seen of a sheet of kernels: `places` of its tiles by number, and `view`, both in screen pixels."""

    tiles: KernelTiles
    layout: Layout
    places: Mapping[int, QRectF]
    view: QRectF

    @property
    def scale(self) -> float:
        """Screen pixels in a weight."""
        some = next(iter(self.places.values()))
        return some.width() / self.layout.map_width

    @property
    def gap(self) -> float:
        """Screen pixels between two tiles."""
        return self.layout.gap * self.scale


class _Mark(NamedTuple):
    """A number, and where it is written."""

    text: str
    place: QRectF


def paint_numbers(painter: QPainter, sheet: KernelSheet, theme: Theme) -> None:
    """Write the numbers of `sheet`, and draw lines between its filters where several are in a row."""
    if not sheet.places:
        return
    metrics = QFontMetricsF(painter.font())
    painter.setPen(QPen(QColor(theme.edge), 1))
    painter.drawLines(list(_rules(sheet)))
    painter.setPen(QColor(theme.text))
    is_roomy = _is_roomy(sheet, metrics)
    for text, place in numbers(sheet, metrics).items():
        if not is_roomy:  # of a sheet that is looked at closely, rows and columns keep their numbers at the edge
            painter.fillRect(place.adjusted(-2, 0, 2, 0), QColor(theme.canvas))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def numbers(sheet: KernelSheet, metrics: QFontMetricsF) -> dict[str, QRectF]:
    """Return every number that is written and where: no two overlap."""
    marks = _above(sheet, metrics) if _is_roomy(sheet, metrics) else _beside(sheet, metrics)
    return {mark.text: mark.place for mark in marks}


def _is_roomy(sheet: KernelSheet, metrics: QFontMetricsF) -> bool:
    """Say whether every tile has room for its number above it."""
    pitch = sheet.layout.map_width * sheet.scale + sheet.gap
    return sheet.gap >= metrics.height() - 1 and pitch >= metrics.horizontalAdvance(sheet.tiles.widest()) + APART


def _above(sheet: KernelSheet, metrics: QFontMetricsF) -> Iterator[_Mark]:
    height = metrics.height()
    for tile, place in sheet.places.items():
        text = sheet.tiles.label(tile)
        yield _Mark(text, QRectF(place.left(), place.top() - height, metrics.horizontalAdvance(text), height))


def _beside(sheet: KernelSheet, metrics: QFontMetricsF) -> Iterator[_Mark]:
    """Yield the numbers of the first row and column in view, as many as there is room for."""
    widest, height = metrics.horizontalAdvance(sheet.tiles.widest()), metrics.height()
    first, last = min(sheet.places), max(sheet.places)
    rows = range(first // sheet.layout.columns, last // sheet.layout.columns + 1)
    left, top = sheet.places[first].left(), sheet.places[first].top()
    left = max(left - APART - widest, sheet.view.left() + APART / 2)
    top = max(top - height - 1, sheet.view.top())
    pitch = sheet.layout.map_height * sheet.scale + sheet.gap
    for row in _thinned(rows, pitch, height):
        tile = row * sheet.layout.columns + first % sheet.layout.columns
        middle = sheet.places[tile].center().y()
        if middle > top + 1.5 * height or middle - height / 2 > top + height:
            yield _Mark(sheet.tiles.label(tile), QRectF(left, middle - height / 2, widest, height))
    for text, x in _across(sheet, first, widest):
        yield _Mark(text, QRectF(x - widest / 2, top, widest, height))


def _across(sheet: KernelSheet, first: int, widest: float) -> Iterator[tuple[str, float]]:
    """Yield the numbers above the first row in view and the middle of each: of tiles, or of the weights of a filter."""
    row, columns, together = first - first % sheet.layout.columns, sheet.layout.columns, sheet.tiles.together
    shown = range(first - row, max(column for column in range(columns) if row + column in sheet.places) + 1)
    if sheet.tiles.is_pointwise and columns == 1:
        pixels, left = range(sheet.layout.map_width), sheet.places[first].left()
        for x in _thinned(pixels, sheet.scale, widest + APART):
            yield f"{sheet.tiles.place(first, x)[1]}→", left + (x + 0.5) * sheet.scale
        return
    pitch = sheet.layout.map_width * sheet.scale + sheet.gap
    # where several filters are in a row, the first kernel of each stands for it
    for column in _thinned(shown, pitch, widest + APART, together if columns > together else 1):
        yield sheet.tiles.label(row + column), sheet.places[row + column].center().x()


def _thinned(numbers: range, pitch: float, room: float, step: int = 1) -> Iterable[int]:
    """Return those of `numbers`, `pitch` pixels apart, that have `room`: multiples of `step` times a power of 2."""
    while step * pitch < room:
        step *= 2
    return (number for number in numbers if number % step == 0)


def _rules(sheet: KernelSheet) -> Iterator[QLineF]:
    """Yield a line to the left of every filter that follows another one in its row."""
    together, columns = sheet.tiles.together, sheet.layout.columns
    if together == 1 or columns <= together or sheet.gap < RULED:
        return
    aside, up = min(sheet.gap / 2, APART), min(sheet.gap - 1, FONT_PX + 1)
    for tile, place in sheet.places.items():
        if tile % together == 0 and tile % columns:
            x = place.left() - aside
            yield QLineF(QPointF(x, place.top() - up), QPointF(x, place.bottom()))
