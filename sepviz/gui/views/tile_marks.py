"""What is drawn over the tiles of a sheet: their numbers, and a frame around the chosen one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QApplication, QGraphicsObject

from sepviz.gui.theme import theme_of
from sepviz.gui.views.kernel_numbers import FONT_PX, KernelSheet, paint_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyqtgraph as pg
    from PySide6.QtWidgets import QWidget

    from sepviz.render.mosaic import Layout
    from sepviz.study.kernel_tiles import KernelTiles

LABELLED_WIDTH, LABELLED_HEIGHT = 36, 28
"""Smallest tile, in screen pixels, that carries its number."""
OUTLINED = 6
"""Narrowest tile, in screen pixels, that is outlined; below that there would be more line than tile."""
FRAME = 3
"""Pixels by which the frame of the chosen tile reaches into it."""
OUTLINE = QColor(128, 128, 128, 110)
"""Edge of a kernel: its values are often as pale as what is behind it."""
PLATE, INK = QColor(0, 0, 0, 120), QColor("white")


class TileMarks(QGraphicsObject):
    """Lies over the picture of a sheet, in its coordinates, but draws at the size of the screen."""

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__()
        self._box = box
        self._layout: Layout | None = None
        self._tiles: KernelTiles | None = None
        self.channel = -1
        self.setZValue(10)

    def show_layout(self, layout: Layout | None, channel: int, kernels: KernelTiles | None = None) -> None:
        """Mark the tiles of `layout`, which are maps or `kernels`, and frame that of `channel`; -1 for none."""
        if (layout, kernels) != (self._layout, self._tiles):
            self.prepareGeometryChange()
            self._layout, self._tiles = layout, kernels
        self.show_channel(channel)

    def show_channel(self, channel: int) -> None:
        """Frame the tile of `channel`."""
        self.channel = channel
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the whole sheet with room for the frame, or for the numbers beside kernels."""
        if self._layout is None:
            return QRectF()
        room = self._layout.gap + 1 if self._tiles is None else self._layout.width + self._layout.height
        return QRectF(-room, -room, self._layout.width + 2 * room, self._layout.height + 2 * room)

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        """Draw what is in view, in screen pixels, so that text and lines keep their size while zooming."""
        layout = self._layout
        if layout is None:
            return
        to_screen, rect = painter.transform(), self._box.viewRect()
        painter.resetTransform()
        font = QFont(painter.font())
        font.setPixelSize(FONT_PX)
        painter.setFont(font)
        painter.setPen(INK)
        tiles = {
            channel: to_screen.mapRect(QRectF(*layout.tile_rect(channel)))
            for channel in layout.visible(rect.left(), rect.top(), rect.right(), rect.bottom())
        }
        if self._tiles is not None:
            _outline(painter, tiles.values())
            if layout.count > 1:
                view, theme = to_screen.mapRect(rect), theme_of((widget or QApplication).palette())
                paint_numbers(painter, KernelSheet(self._tiles, layout, tiles, view), theme)
            return
        is_framed = self.channel in tiles and layout.count > 1
        if is_framed:
            _frame(painter, tiles[self.channel])
        for channel, tile in tiles.items():
            if layout.count > 1 and tile.width() >= LABELLED_WIDTH and tile.height() >= LABELLED_HEIGHT:
                inside = FRAME if is_framed and channel == self.channel else 0
                _label(painter, tile.adjusted(inside, inside, 0, 0), channel)


def _label(painter: QPainter, tile: QRectF, channel: int) -> None:
    text = _text(channel)
    painter.fillRect(QRectF(tile.topLeft(), text.size()).adjusted(0, 0, 6, 0), PLATE)
    painter.drawStaticText(tile.topLeft() + QPointF(3, 0), text)


def _outline(painter: QPainter, tiles: Iterable[QRectF]) -> None:
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(OUTLINE, 1))
    painter.drawRects([tile for tile in tiles if tile.width() >= OUTLINED])
    painter.restore()


def _frame(painter: QPainter, tile: QRectF) -> None:
    # dark under light: seen on every colour map
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in (("#000000", 4.0), ("#ffffff", 2.0)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawRect(tile.adjusted(1, 1, -1, -1))


@lru_cache(maxsize=1024)
def _text(channel: int) -> QStaticText:
    text = QStaticText(str(channel))
    text.setTextFormat(Qt.TextFormat.PlainText)
    font = QFont()
    font.setPixelSize(FONT_PX)
    text.prepare(font=font)
    return text
