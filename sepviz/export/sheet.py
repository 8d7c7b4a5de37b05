"""The pictures of a figure: the input, and sheets of feature maps with their colour bars."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from sepviz.export.canvas import BODY, HEADING, INK, LEADING, LINE, MUTED, SMALL, elided, text_width, to_image
from sepviz.export.caption import scale_words, value_range
from sepviz.render.colormap import COLORMAPS, apply
from sepviz.render.mosaic import Layout, draw, layout_for
from sepviz.render.picture import to_rgb
from sepviz.render.scale import HIGHEST, LOWEST, overall
from sepviz.study.quantity import shape, significant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.export.canvas import Canvas

GROUND = (255, 255, 255)
LARGEST_TILE = 363
"""Widest and highest that one map is drawn, so that a few maps do not fill a page."""
FADING = 225
"""Colours whose red, green and blue are all above this need a frame on white paper."""
BADGE = 24
HEAD = HEADING * LEADING + 6
FOOT = SMALL * LEADING + 10
FOOT_WIDTH = 540
NARROW_FOOT = 500
"""In less width there is no room to say which maps the ends of the colour bar are those of."""
BAR_WIDTH, BAR_HEIGHT = 110, 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SheetPanel:
    """All maps of one layer: a heading with their shape, the maps in rows, their range of values and a colour bar.

    `maps` is (C, H, W); `found` and `ranges` (C, 2) are every map's extremes and the range it is drawn with; `tallest`
    is how many units the maps may take below each other; `shape` is that of the maps in full where `maps` are means.
    """

    letter: str
    colour: str
    title: str
    maps: NDArray[np.floating]
    found: NDArray[np.float64]
    ranges: NDArray[np.float64]
    colormap: str
    scale: str
    tallest: float
    shape: tuple[int, ...] = ()

    def height(self, width: float) -> float:
        """Return the height of heading, maps and foot."""
        return HEAD + self._size(width)[1] + FOOT

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint the heading, the maps as sharp as the device is, and the foot."""
        layout = self._layout(width)
        map_width, map_height = self._size(width)
        self._paint_heading(canvas, x, y, min(width, max(map_width, FOOT_WIDTH)))
        size = canvas.pixels(map_width), canvas.pixels(map_height)
        levels = draw(self.maps, self.ranges, layout, (0.0, 0.0, layout.width, layout.height), size)
        canvas.image(x, y + HEAD, to_image(apply(levels, COLORMAPS[self.colormap], GROUND)))
        if _fades(self.colormap):
            self._paint_frames(canvas, x, y + HEAD, map_width / layout.width, layout)
        self._paint_foot(canvas, x, y + HEAD + map_height, min(width, max(map_width, FOOT_WIDTH)))

    def _layout(self, width: float) -> Layout:
        return _layout(self.maps.shape, width, self.tallest)

    def _size(self, width: float) -> tuple[int, int]:
        """Return width and height of the maps in whole units."""
        return maps_size(self.maps.shape, width, self.tallest)

    def _paint_frames(self, canvas: Canvas, x: float, y: float, scale: float, layout: Layout) -> None:
        thickness = min(1.0, layout.gap * scale / 2)
        for channel in range(layout.count):
            left, top, width, height = (scale * length for length in layout.tile_rect(channel))
            outer = x + left - thickness / 2, y + top - thickness / 2, width + thickness, height + thickness
            canvas.frame(*outer, LINE, thickness)

    def _paint_heading(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        canvas.badge(x, y, BADGE, self.letter, self.colour)
        sides = shape(self.shape or self.maps.shape)
        free = width - BADGE - 24 - text_width(sides, SMALL)
        title = elided(self.title, free, HEADING, bold=True)
        canvas.text(x + BADGE + 10, y + HEADING - 2, title, HEADING, bold=True)
        canvas.text(x + width, y + HEADING - 2, sides, SMALL, MUTED, align="right")

    def _paint_foot(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        baseline = y + SMALL + 8
        values = overall(self.found)
        canvas.text(x, baseline, f"values {value_range(values.low, values.high)}", SMALL, INK)
        words = f"{self._end(1)} {scale_words(self.scale)}"
        if width < NARROW_FOOT:
            words = self._end(1)
        right = x + width - text_width(words, SMALL)
        canvas.text(right, baseline, words, SMALL, MUTED)
        bar = right - 8 - BAR_WIDTH
        canvas.image(bar, baseline - BAR_HEIGHT, _colour_bar(canvas, self.colormap))
        if _fades(self.colormap):
            canvas.frame(bar, baseline - BAR_HEIGHT, BAR_WIDTH, BAR_HEIGHT, LINE)
        canvas.text(bar - 8, baseline, self._end(0), SMALL, MUTED, align="right")

    def _end(self, end: int) -> str:
        """Return what one end of the colour bar stands for: 0 the low one, 1 the high one."""
        if self.scale == "per-map":
            return ("low", "high")[end]
        return significant(float(self.ranges[0, end]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PicturePanel:
    """The picture that both layers read, with a line about it; `pixels` is (C, H, W) in 0 to 1."""

    name: str
    words: str
    pixels: NDArray[np.float32]
    tallest: float

    def height(self, width: float) -> float:
        """Return the height of the picture and both lines."""
        return self._size(width)[1] + 2 * BODY * LEADING + 6

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint the picture; pixels that grow stay squares."""
        picture_width, picture_height = self._size(width)
        pixels = canvas.pixels(picture_width), canvas.pixels(picture_height)
        grown = pixels[0] >= self.pixels.shape[2]
        mode = Qt.TransformationMode.FastTransformation if grown else Qt.TransformationMode.SmoothTransformation
        image = to_image(to_rgb(self.pixels)).scaled(*pixels, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
        canvas.image(x, y, image.convertToFormat(QImage.Format.Format_RGB888))
        canvas.frame(x, y, picture_width, picture_height, LINE)
        baseline = y + picture_height + BODY + 8
        canvas.text(x, baseline, elided(self.name, width, BODY, bold=True), BODY, bold=True)
        canvas.text(x, baseline + BODY * LEADING, elided(self.words, width, SMALL), SMALL, MUTED)

    def _size(self, width: float) -> tuple[int, int]:
        _, height, picture_width = self.pixels.shape
        scale = min(width / picture_width, self.tallest / height)
        return max(1, int(scale * picture_width)), max(1, int(scale * height))


@lru_cache(maxsize=1024)
def maps_size(shape: tuple[int, ...], width: float, tallest: float) -> tuple[int, int]:
    """Return width and height that maps of `shape` (C, H, W) take on a sheet, in whole units."""
    layout = _layout(shape, width, tallest)
    largest_side = max(layout.map_width, layout.map_height)
    scale = min(width / layout.width, tallest / layout.height, LARGEST_TILE / largest_side)
    return max(1, int(scale * layout.width)), max(1, int(scale * layout.height))


def _layout(shape: tuple[int, ...], width: float, tallest: float) -> Layout:
    channels, height, map_width = shape
    layout = layout_for((channels, height, map_width), (width, tallest))
    largest = LARGEST_TILE / max(height, map_width)
    if largest * layout.width >= width or largest * layout.height >= tallest:
        return layout
    # the tiles stop growing before the room is used up: then as many side by side as there is room for
    columns = max(1, int((width / largest + layout.gap) / (map_width + layout.gap)))
    return layout_for((channels, height, map_width), (width, tallest), columns)


def _fades(colormap: str) -> bool:
    """Say whether some colour of a map can hardly be told from the paper."""
    return int(COLORMAPS[colormap].table.min(axis=1).max()) > FADING


def _colour_bar(canvas: Canvas, colormap: str) -> QImage:
    levels = np.linspace(LOWEST, HIGHEST, canvas.pixels(BAR_WIDTH)).round().astype(np.uint8)
    return to_image(apply(np.tile(levels, (canvas.pixels(BAR_HEIGHT), 1)), COLORMAPS[colormap]))
