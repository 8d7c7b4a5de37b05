"""A pixel's story in numbers: patch × kernel = products, drawn as small grids of coloured cells."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
    QStaticText,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sepviz.gui.views.cell_numbers import GlyphLine, NumberType, figures, number, number_form, number_type
from sepviz.gui.views.ink import Ink, bold, draw_text, ink_of, mix
from sepviz.gui.views.patch_layout import BOLD, CENTRE, RIGHT, Arranged, Caption, Grid, arrange
from sepviz.render.colormap import COLORMAPS
from sepviz.render.scale import HIGHEST, LOWEST, MIDDLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.study.provenance import Product, Sum


SIGNED, GREY = "CET-CBD1", "grey"
LOWEST_NUMBER = 12.0
"""Lowest cell that has its number written in it, in pixels."""
LINED = 9.0
"""Smallest cell that is set off from its neighbours by a line."""
DARK_BELOW = 140
"""Cells darker than this carry light numbers."""
IS_DARK = tuple(COLORMAPS[name].table.mean(axis=1) < DARK_BELOW for name in (SIGNED, GREY))
"""Which levels are so dark, of values with a sign and of a picture."""
LIGHT, DARK = QColor("white"), QColor("black")
EMPTY = Arranged(grids=(), captions=(), height=0.0)


class Cell(NamedTuple):
    """A cell of the arrays of `product`."""

    product: Product
    row: int
    column: int


class PatchGrid(QWidget):
    """Draws the sums of one side; a cell under the pointer is framed in all three grids and told in full."""

    def __init__(self) -> None:
        super().__init__()
        self._sums: tuple[Sum, ...] = ()
        self._arranged = EMPTY
        self._under: Cell | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_sums(self, sums: tuple[Sum, ...], *, spoken: bool = True) -> None:
        """Show `sums`; not `spoken` while they change all the time."""
        before, self._sums = self._arranged, sums
        self._look_at(None)
        self._arrange()
        region = changed_region(before, self._arranged)
        self.update() if region is None else self.update(region)
        if spoken:
            self.setAccessibleName(sums[-1].result if sums else "")
            self.setAccessibleDescription(_spoken(sums))

    def describe(self, place: QPointF) -> str:
        """Return what the cell at `place` of the widget is, in words; "" beside the cells."""
        cell = self._cell_at(place)
        return "" if cell is None else cell.product.describe(cell.row, cell.column)

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The grids as they are drawn."""
        return self._arranged.grids

    def _arrange(self) -> None:
        self._arranged = arrange(self._sums, self.width(), self.font())
        height = round(self._arranged.height)
        if self.minimumHeight() != height:
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        """Return the height of the story at the present width."""
        return QSize(300, round(self._arranged.height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the grids to the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what of the story is in view."""
        painter, ink, seen = QPainter(self), ink_of(self.palette()), event.region()
        fonts = self.font(), bold(self.font())
        keys = tuple(font.key() for font in fonts)
        for caption in self._arranged.captions:
            # a hair's breadth of overlap is only the margin of a line
            if seen.intersects(caption.rect.adjusted(2, 2, -2, -2).toAlignedRect()):
                is_bold = caption.tone in BOLD
                painter.setFont(fonts[is_bold])
                painter.setPen(ink.muted if caption.tone == "muted" else ink.text)
                _draw_caption(painter, caption, keys[is_bold])
        lines = QPen(mix(ink.line, ink.canvas, 0.3), 1)
        for grid in self._arranged.grids:
            if seen.intersects(grid.rect.toAlignedRect()):
                _paint_grid(painter, grid, ink, lines)
                self._paint_frame(painter, grid, ink)
        painter.end()

    def _paint_frame(self, painter: QPainter, grid: Grid, ink: Ink) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink.line, 1))
        painter.drawRect(grid.rect)
        if self._under is not None and self._under.product is grid.product and grid.holds(self._under.column):
            rect = grid.rect_of(self._under.row, self._under.column)
            for colour, width in ((ink.canvas, 4), (ink.text, 2)):
                painter.setPen(QPen(colour, width))
                painter.drawRect(rect)

    def _cell_at(self, place: QPointF) -> Cell | None:
        for grid in self._arranged.grids:
            if grid.rect.contains(place):
                width, height = grid.cell
                rows, columns = grid.values.shape
                row = min(int((place.y() - grid.rect.top()) / height), rows - 1)
                column = min(int((place.x() - grid.rect.left()) / width), columns - 1)
                return Cell(grid.product, row, grid.first + column)
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Frame the cell under the pointer."""
        self._look_at(self._cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Frame nothing."""
        self._look_at(None)

    def _look_at(self, cell: Cell | None) -> None:
        if cell != self._under:
            self._under = cell
            self.update()

    def event(self, event: QEvent) -> bool:
        """Tell the cell under the pointer in full."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.describe(QPointF(event.pos())), self)
            return True
        return super().event(event)


def changed_region(before: Arranged, after: Arranged) -> QRegion | None:
    """Return where two stories differ that are laid out alike, most of which stays from pixel to pixel; else None."""
    if before.places != after.places:
        return None
    captions = zip(before.captions, after.captions, strict=True)
    grids = zip(before.grids, after.grids, strict=True)
    region = QRegion()
    for old, new in captions:
        if old != new:
            region += _inked(new)
    for old_grid, new_grid in grids:
        if not new_grid.looks_like(old_grid):
            region += new_grid.rect.adjusted(-1, -1, 1, 1).toAlignedRect()
    return region


def _inked(caption: Caption) -> QRect:
    """Return where a caption may have ink: not at the edges of its line, which the frame of a grid may touch."""
    return caption.rect.adjusted(0, 1, 0, -1).toRect()


def _draw_caption(painter: QPainter, caption: Caption, font_key: str) -> None:
    text, rect = _static(caption.text, font_key), caption.rect
    room = rect.width() - text.size().width()
    if room < 0:
        draw_text(painter, rect, caption.text, painter.pen().color(), caption.align)
        return
    left = {RIGHT: room, CENTRE: room / 2}.get(caption.align, 0.0)
    painter.drawStaticText(rect.topLeft() + QPointF(left, (rect.height() - text.size().height()) / 2), text)


@lru_cache(maxsize=4096)
def _static(text: str, font_key: str) -> QStaticText:
    """Return `text` laid out once: the same few numbers and words come again and again."""
    font = QFont()
    font.fromString(font_key)
    static = QStaticText(text)
    static.setTextFormat(Qt.TextFormat.PlainText)
    static.prepare(font=font)
    return static


def _paint_grid(painter: QPainter, grid: Grid, ink: Ink, lines: QPen) -> None:
    levels, palette = _levels(grid), COLORMAPS[GREY if grid.is_grey else SIGNED].table
    colours = palette[levels]
    rows, columns = grid.values.shape
    image = QImage(colours.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    painter.drawImage(grid.rect, image)
    if min(grid.cell) >= LINED:
        _paint_lines(painter, grid, lines)
    is_padding = grid.product.is_padding[:, grid.first : grid.first + columns] & (grid.kind != "weights")
    for row, column in np.argwhere(is_padding).tolist():
        rect = grid.rect_of(row, grid.first + column)
        painter.fillRect(rect, ink.canvas)
        painter.fillRect(rect, QBrush(ink.muted, Qt.BrushStyle.BDiagPattern))
    _paint_numbers(painter, grid, IS_DARK[grid.is_grey][levels], is_padding, ink)


def _paint_lines(painter: QPainter, grid: Grid, lines: QPen) -> None:
    painter.setPen(lines)
    rows, columns = grid.values.shape
    (width, height), rect = grid.cell, grid.rect
    xs = [rect.left() + column * width for column in range(1, columns)]
    ys = [rect.top() + row * height for row in range(1, rows)]
    painter.drawLines(
        [QLineF(x, rect.top(), x, rect.bottom()) for x in xs] + [QLineF(rect.left(), y, rect.right(), y) for y in ys]
    )


def _paint_numbers(
    painter: QPainter, grid: Grid, is_dark: NDArray[np.bool_], is_padding: NDArray[np.bool_], ink: Ink
) -> None:
    width, height = grid.cell
    # the colours are those of the whole layer, the decimals those that this patch has room for
    own = float(np.nanmax(np.abs(grid.values), initial=0.0)) or grid.peak
    pixels, places = number_form(own, width, not grid.is_grey)
    if places is None or height < LOWEST_NUMBER:
        return
    type_ = number_type(pixels)
    lines = GlyphLine(), GlyphLine()
    left, top = grid.rect.left() + width / 2, grid.rect.top() + height / 2 + type_.drop
    rows = zip(grid.values.tolist(), is_dark.tolist(), is_padding.tolist(), strict=True)
    for row, cells in enumerate(rows):
        for column, (value, dark, padding) in enumerate(zip(*cells, strict=True)):
            if not padding:
                text = figures(number(value, places), pixels)
                lines[dark].write(text, left + column * width, top + row * height)
    for line, colour in zip(lines, (DARK, LIGHT), strict=True):
        painter.setPen(colour)
        line.draw(painter, type_)
    if is_padding.any():
        _paint_padding_words(painter, grid, is_padding, type_, ink)


def _paint_padding_words(
    painter: QPainter, grid: Grid, is_padding: NDArray[np.bool_], type_: NumberType, ink: Ink
) -> None:
    painter.setFont(type_.font)
    painter.setPen(ink.text)
    width, _ = grid.cell
    for row, column in np.argwhere(is_padding).tolist():
        rect = grid.rect_of(row, grid.first + column)
        painter.fillRect(rect.adjusted(width / 5, 4, -width / 5, -4), ink.canvas)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), "pad" if grid.kind == "read" else "0")


def _levels(grid: Grid) -> NDArray[np.uint8]:
    """Return the level of every cell in its colour map, (h, w): grey for a picture, else white at zero."""
    span, middle = (HIGHEST - LOWEST, LOWEST) if grid.is_grey else (HIGHEST - MIDDLE, MIDDLE)
    scaled = grid.values * (span / (grid.peak or 1.0))
    scaled += middle + 0.5
    np.fmin(np.fmax(scaled, LOWEST), HIGHEST, out=scaled)
    return scaled.astype(np.uint8)


def _spoken(sums: tuple[Sum, ...]) -> str:
    """Return the story without its matrices: every row with what it comes to, and every total."""
    lines = []
    for step in sums:
        lines.append(step.title)
        lines += [f"{product.label} {product.note}".strip() for product in step.products]
        lines += (*step.lines, step.result)
    return ". ".join(filter(None, lines))
