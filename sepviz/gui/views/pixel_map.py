"""One map, or a picture, with pixels marked on it: what is read, what is made, what is reached, what is done."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sepviz.gui.theme import theme_of
from sepviz.gui.views.ink import draw_text, fitting_heading, ink_of
from sepviz.render.colormap import COLORMAPS, apply
from sepviz.render.mosaic import Layout, draw
from sepviz.render.scale import GROUND
from sepviz.study.sheets import INPUT_COLORMAP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.explain import Places
    from sepviz.engine.lazy import Lazy
    from sepviz.engine.spec import Pair
    from sepviz.render.mosaic import Rect

RGB = 3
MARGIN = 8
"""Room around the picture, so that what is read outside it can be drawn."""
SMALLEST = 5.0
"""Side of the smallest mark, in screen pixels: one that stands for less would not be seen."""

BEYOND = 0.3
"""Share of the room that a closer look may show beyond the edge of the map."""
CLOSE_PIXELS = 2**17
"""Most pixels of a map that are computed while it is painted: a few milliseconds."""
POINTER = 18
"""How far the lines that point at a pixel begin from it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plate:
    """What a map shows: `maps` (1, H, W), coloured with `colormap` over `ranges` (1, 2); or three, a picture in RGB.

    `size` is the (height, width) in pixels. Of a survey, `maps` are means over small areas and have fewer; `source` is
    then the maps in full, which a close look reads.
    """

    title: str
    maps: NDArray[np.floating]
    size: Pair
    ranges: NDArray[np.float64]
    colormap: str
    source: Lazy | None = None

    def part(self, rect: Rect) -> tuple[NDArray[np.floating], Rect]:
        """Return the maps to draw `rect` from, and the same rectangle in their own pixels.

        Those in full only where few of their pixels are seen: they are computed while the window waits.
        """
        x0, y0, x1, y1 = rect
        (height, width), (_, rows, columns) = self.size, self.maps.shape
        if self.source is not None and (x1 - x0) * (y1 - y0) <= CLOSE_PIXELS:
            left, top = int(x0), int(y0)
            seen = self.source[:, top : min(int(y1) + 1, height), left : min(int(x1) + 1, width)]
            return seen, (x0 - left, y0 - top, x1 - left, y1 - top)
        across, down = columns / width, rows / height
        return self.maps, (x0 * across, y0 * down, x1 * across, y1 * down)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What is marked on a map.

    Attributes
    ----------
    centre : pair
        The pixel (y, x) that a closer look keeps in view.
    pixels, fields : tuple
        (side, pixel) and (side, places): a single pixel, and what is read, in the colour of the side.
    reached, touched : Places
        Outputs that an input pixel reaches; the rows and the columns whose outputs touch padding.
    done : pair
        The last pixel (y, x) that a sliding window has made; what comes after it is veiled.
    """

    centre: Pair = (0, 0)
    pixels: tuple[tuple[int, Pair], ...] = ()
    fields: tuple[tuple[int, Places], ...] = ()
    reached: Places | None = None
    touched: Places | None = None
    done: Pair | None = None


class PixelMap(QWidget):
    """Draws a plate with its marks, whole or closer, and says which pixel the pointer is on."""

    picked = Signal(int, int)
    """The pixel (y, x) was clicked."""
    hovered = Signal(object)
    """The pixel (y, x) under the pointer, or None."""
    zoomed = Signal(int)
    """The user turned the wheel: 1 for closer, -1 for farther."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._plate: Plate | None = None
        self._marks = Marks()
        self._zoom = 1.0
        self._image = QImage()
        self._drawn_for: tuple[Plate, Rect, Pair, str] | None = None
        self._under: Pair | None = None
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setMinimumSize(QSize(140, 80))

    def show_plate(self, plate: Plate | None) -> None:
        """Show `plate`, or nothing."""
        self._plate = plate
        self.setAccessibleName("" if plate is None else plate.title)
        self.update()

    def show_marks(self, marks: Marks, description: str) -> None:
        """Mark pixels; `description` says the same in words, "" while they change all the time."""
        if marks != self._marks:
            self._marks = marks
            self.update()
        if description:
            self.setAccessibleDescription(description)

    def show_zoom(self, zoom: float) -> None:
        """Look `zoom` times closer than at the whole."""
        if zoom != self._zoom:
            self._zoom = zoom
            self.update()

    def pixel_at(self, place: QPointF) -> Pair | None:
        """Return the pixel (y, x) at a place of the widget; None beside the map."""
        if self._plate is None:
            return None
        frame, scale = self._frame()
        x, y = (place.x() - frame.left()) / scale, (place.y() - frame.top()) / scale
        height, width = self._plate.size
        return (int(y), int(x)) if 0 <= x < width and 0 <= y < height else None

    def place_of(self, y: int, x: int) -> QPointF:
        """Return the place of the widget where the middle of pixel (y, x) is."""
        frame, scale = self._frame()
        return frame.topLeft() + QPointF((x + 0.5) * scale, (y + 0.5) * scale)

    def _heading(self) -> int:
        return self.fontMetrics().height() + 4

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(0, self._heading(), 0, 0)

    def _frame(self) -> tuple[QRectF, float]:
        """Return where the whole map lies, perhaps beyond the widget, and how many screen units a pixel has."""
        height, width = (1, 1) if self._plate is None else self._plate.size
        area = self._area()
        room = area.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        scale = max(1e-3, min(room.width() / width, room.height() / height)) * self._zoom
        y, x = self._marks.centre
        left = _edge(room.left(), room.width(), width * scale, (x + 0.5) * scale)
        top = _edge(room.top(), room.height(), height * scale, (y + 0.5) * scale)
        return QRectF(left, top, width * scale, height * scale), scale

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, map and marks."""
        painter, ink = QPainter(self), ink_of(self.palette())
        if self._plate is None:
            return
        heading = QRectF(0, 0, self.width(), self._heading())
        draw_text(painter, heading, fitting_heading(painter.font(), self._plate.title, heading.width()), ink.text)
        area = self._area()
        painter.setClipRect(area)
        painter.fillRect(area, ink.canvas)
        frame, scale = self._frame()
        self._paint_plate(painter, frame, scale, ink.canvas)
        self._paint_done(painter, frame, scale, ink.canvas)
        self._paint_places(painter, frame, scale)
        for side, places in self._marks.fields:
            _outline(painter, _bounds(places, frame, scale).adjusted(-side, -side, side, side), ink.sides[side])
        for side, pixel in self._marks.pixels:
            self._paint_pixel(painter, _cell(pixel, frame, scale), ink.sides[side])
        painter.end()

    def _paint_plate(self, painter: QPainter, frame: QRectF, scale: float, ground: QColor) -> None:
        plate = self._plate
        seen = frame.intersected(self._area())
        if plate is None or seen.isEmpty():
            return
        seen = QRectF(seen.toAlignedRect()).intersected(frame)
        x0, y0 = (seen.left() - frame.left()) / scale, (seen.top() - frame.top()) / scale
        rect: Rect = x0, y0, x0 + seen.width() / scale, y0 + seen.height() / scale
        ratio = self.devicePixelRatioF()
        size = max(1, round(seen.width() * ratio)), max(1, round(seen.height() * ratio))
        if self._drawn_for != (plate, rect, size, ground.name()):
            self._drawn_for = plate, rect, size, ground.name()
            self._image = _draw_plate(plate, rect, size, ground)
        painter.drawImage(seen, self._image)

    def _paint_done(self, painter: QPainter, frame: QRectF, scale: float, ground: QColor) -> None:
        if self._marks.done is None:
            return
        veil = QColor(ground)
        veil.setAlpha(205)
        y, x = self._marks.done
        top, left = frame.top() + y * scale, frame.left() + (x + 1) * scale
        painter.fillRect(QRectF(left, top, frame.right() - left, scale), veil)
        painter.fillRect(QRectF(frame.left(), top + scale, frame.width(), frame.bottom() - top - scale), veil)

    def _paint_places(self, painter: QPainter, frame: QRectF, scale: float) -> None:
        theme, marks = theme_of(self.palette()), self._marks
        if marks.touched is not None and self._plate is not None:
            warning = QColor(theme.warning)
            rows, columns = marks.touched
            height, width = self._plate.size
            strips = (rows, tuple(range(width))), (tuple(range(height)), columns)
            for rect in (one for places in strips for one in _rects(places, frame, scale, 2.0)):
                pale = QColor(warning)
                pale.setAlpha(110)
                painter.fillRect(rect, pale)
                painter.fillRect(rect, QBrush(warning, Qt.BrushStyle.BDiagPattern))
        for rect in _rects(marks.reached, frame, scale, SMALLEST) if marks.reached else ():
            painter.fillRect(rect.adjusted(-1, -1, 1, 1), QColor("black"))
            painter.fillRect(rect, QColor("white"))
        for side, places in marks.fields:
            # apart from each other, what is read is not all that lies in the frame around it
            rects = _rects(places, frame, scale, 1.0)
            for rect in rects if len(rects) > 1 else ():
                painter.fillRect(rect, ink_of(self.palette()).sides[side])

    def _paint_pixel(self, painter: QPainter, cell: QRectF, colour: QColor) -> None:
        middle = cell.center()
        cell = _at_least(cell, SMALLEST)
        near, far = cell.width() / 2 + 7, cell.width() / 2 + POINTER
        for pen in (QPen(QColor("black"), 3), QPen(QColor("white"), 1)):
            painter.setPen(pen)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                painter.drawLine(middle + QPointF(dx * near, dy * near), middle + QPointF(dx * far, dy * far))
        _outline(painter, cell, colour)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which pixel the pointer is on now."""
        found = self.pixel_at(event.position())
        if found != self._under:
            self._under = found
            self.hovered.emit(found)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the pixel under the pointer."""
        found = self.pixel_at(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(*found)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pixel the pointer was on."""
        if self._under is not None:
            self._under = None
            self.hovered.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ask for a closer look, or one from farther away."""
        if event.angleDelta().y():
            self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
        event.accept()


def _edge(start: float, room: float, length: float, centre: float) -> float:
    """Return where a map of `length` starts in `room`: in its middle, or with `centre` in view when it is too long.

    Then its ends come well into the room, so that what is read outside them is seen.
    """
    if length <= room:
        return start + (room - length) / 2
    beyond = BEYOND * room
    return start + min(beyond, max(room - length - beyond, room / 2 - centre))


def _runs(places: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return the stretches (first, stop) of neighbours in ascending `places`."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place:
            runs[-1] = runs[-1][0], place + 1
        else:
            runs.append((place, place + 1))
    return runs


def _rects(places: Places, frame: QRectF, scale: float, smallest: float) -> list[QRectF]:
    """Return `places` as few rectangles of the screen, none smaller than `smallest`."""
    rects = (
        QRectF(frame.left() + x0 * scale, frame.top() + y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale)
        for (y0, y1), (x0, x1) in product(_runs(places[0]), _runs(places[1]))
    )
    return [_at_least(rect, smallest) for rect in rects]


def _bounds(places: Places, frame: QRectF, scale: float) -> QRectF:
    rows, columns = places
    first = _cell((rows[0], columns[0]), frame, scale)
    return _at_least(first.united(_cell((rows[-1], columns[-1]), frame, scale)), SMALLEST)


def _cell(pixel: Pair, frame: QRectF, scale: float) -> QRectF:
    y, x = pixel
    return QRectF(frame.left() + x * scale, frame.top() + y * scale, scale, scale)


def _at_least(rect: QRectF, side: float) -> QRectF:
    across, down = max(0.0, side - rect.width()) / 2, max(0.0, side - rect.height()) / 2
    return rect.adjusted(-across, -down, across, down)


def _outline(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    # dark under the colour of the side: seen on every picture
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line, width in ((QColor("black"), 3.5), (colour, 1.5)):
        painter.setPen(QPen(line, width))
        painter.drawRect(rect.adjusted(-1, -1, 1, 1))


def _draw_plate(plate: Plate, rect: Rect, size: Pair, ground: QColor) -> QImage:
    """Draw `rect` of `plate` on `size` (width, height) screen pixels: averaged over area, or pixels as squares."""
    maps, rect = plate.part(rect)
    _, height, width = maps.shape
    layout = Layout(count=1, map_height=height, map_width=width, columns=1, gap=0)
    behind = ground.red(), ground.green(), ground.blue()
    levels = [
        draw(maps[one : one + 1], plate.ranges[one : one + 1], layout, rect, size) for one in range(len(plate.maps))
    ]
    if len(levels) == RGB:
        grey = COLORMAPS[INPUT_COLORMAP].table[:, 0]
        colours = np.where(levels[0][..., None] == GROUND, behind, grey[np.stack(levels, axis=-1)]).astype(np.uint8)
    else:
        colours = apply(levels[0], COLORMAPS[plate.colormap], behind)
    colours = np.ascontiguousarray(colours)
    return QImage(colours.data, size[0], size[1], 3 * size[0], QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )
