"""A few maps as one small picture with a title above and words below, painted at the size that it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from sepviz.gui.theme import theme_of
from sepviz.gui.views.ink import bold
from sepviz.gui.views.page import plain_label
from sepviz.render.colormap import COLORMAPS, apply
from sepviz.render.mosaic import draw, layout_for
from sepviz.render.scale import map_ranges, resolve

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HEIGHT = 176
"""Pixels that the maps have; the words come on top."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exhibit:
    """Maps to show, (C, H, W), all in one range of colours, with a heading and a sentence."""

    title: str
    words: str
    maps: NDArray[np.floating]
    colormap: str = "viridis"


class MapPicture(QWidget):
    """One :class:`Exhibit`; what it shows is told in its words."""

    def __init__(self, exhibit: Exhibit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title, words = plain_label(exhibit.title), plain_label(exhibit.words, muted=True)
        title.setFont(bold(self.font()))
        self.canvas = _Canvas(exhibit, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (title, self.canvas, words):
            column.addWidget(widget)
        column.addStretch(1)


class _Canvas(QWidget):
    """The maps, as large as the width and the height allow, at the left."""

    def __init__(self, exhibit: Exhibit, parent: QWidget) -> None:
        super().__init__(parent)
        self._exhibit = exhibit
        self._drawn: QPixmap | None = None
        self.setAccessibleName(exhibit.title)
        self.setAccessibleDescription(exhibit.words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(HEIGHT, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._drawn = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._drawn = None
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        scale = self.devicePixelRatioF()
        if self._drawn is None:
            area = round(self.width() * scale), round(self.height() * scale)
            self._drawn = paint_maps(self._exhibit, area, theme_of(self.palette()).window)
        size = self._drawn.size() / scale
        painter = QPainter(self)
        painter.drawPixmap(QRect(0, 0, size.width(), size.height()), self._drawn)
        painter.end()


def paint_maps(exhibit: Exhibit, area: tuple[int, int], ground: str) -> QPixmap:
    """Return the maps of `exhibit` in one range of colours, as large as `area` (width, height) allows."""
    maps, colour = exhibit.maps, QColor(ground)
    layout = layout_for(maps.shape, area)
    scale = min(area[0] / layout.width, area[1] / layout.height)
    size = max(1, round(layout.width * scale)), max(1, round(layout.height * scale))
    (ranges,) = resolve("shared", map_ranges(maps))
    levels = draw(maps, ranges, layout, (0.0, 0.0, layout.width, layout.height), size)
    pixels = apply(levels, COLORMAPS[exhibit.colormap], (colour.red(), colour.green(), colour.blue()))
    image = QImage(pixels.tobytes(), *size, 3 * size[0], QImage.Format.Format_RGB888)
    return QPixmap.fromImage(image, Qt.ImageConversionFlag.ColorOnly)
