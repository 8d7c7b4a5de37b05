"""Feature maps (C, H, W) as one picture, and from a place in the picture back to channel, y and x.

The *sheet* is the plane that all maps lie on at full size, one unit a map pixel, row after row. A *picture* is a
rectangle of the sheet at some number of screen pixels: that mapping is linear over the whole picture; only edges of
tiles are moved, by less than one screen pixel, to fall between screen pixels with gaps that are all equally wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import ceil
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from sepviz.render.each import STEP_VALUES, in_turn
from sepviz.render.resample import Piece, cut, shrink, shrink_finite, touching
from sepviz.render.scale import affine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.render.each import Each
    from sepviz.render.resample import Maps

Rect: TypeAlias = tuple[float, float, float, float]
"""(x0, y0, x1, y1) in sheet coordinates."""

GAP_SHARE = 0.04
"""Width of a gap as a share of a tile's longer side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where each map lies on the sheet; lengths in map pixels.

    Parameters
    ----------
    count : int
        Number of maps.
    map_height, map_width : int
        Size of each map: the size of its tile.
    columns : int
        Tiles in a row.
    gap : float
        Space between neighbours, in both directions.
    """

    count: int
    map_height: int
    map_width: int
    columns: int
    gap: float

    @property
    def rows(self) -> int:
        """Rows of tiles; the last one may have empty cells."""
        return ceil(self.count / self.columns)

    @property
    def width(self) -> float:
        """Width of the whole sheet."""
        return self.columns * (self.map_width + self.gap) - self.gap

    @property
    def height(self) -> float:
        """Height of the whole sheet."""
        return self.rows * (self.map_height + self.gap) - self.gap

    def tile_rect(self, channel: int) -> tuple[float, float, int, int]:
        """Return (x, y, width, height) of the tile of `channel`."""
        row, column = divmod(channel, self.columns)
        return column * (self.map_width + self.gap), row * (self.map_height + self.gap), self.map_width, self.map_height

    def tile_at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Return (channel, y, x) of the map pixel at a place of the sheet; None beside the maps."""
        column, inner_x = divmod(x, self.map_width + self.gap)
        row, inner_y = divmod(y, self.map_height + self.gap)
        channel = int(row * self.columns + column)
        if not (0 <= column < self.columns and row >= 0 and channel < self.count):
            return None
        if inner_x >= self.map_width or inner_y >= self.map_height:
            return None
        return channel, int(inner_y), int(inner_x)

    def visible(self, x0: float, y0: float, x1: float, y1: float) -> list[int]:
        """Return the channels whose tiles share an area with a rectangle of the sheet."""
        return [
            row * self.columns + column
            for row in touching(self.rows, self.map_height, self.gap, y0, y1)
            for column in touching(self.columns, self.map_width, self.gap, x0, x1)
            if row * self.columns + column < self.count
        ]


def gap_for(map_height: int, map_width: int) -> float:
    """Return the gap that looks the same beside maps of any size: 4 % of their longer side."""
    return GAP_SHARE * max(map_height, map_width)


def best_columns(count: int, map_height: int, map_width: int, width: float, height: float) -> int:
    """Return how many columns make the tiles largest in an area of `width` by `height`."""
    gap = gap_for(map_height, map_width)

    def scale(columns: int) -> float:
        layout = Layout(count=count, map_height=map_height, map_width=map_width, columns=columns, gap=gap)
        return min(width / layout.width, height / layout.height)

    return max(range(1, count + 1), key=scale)


def layout_for(shape: tuple[int, int, int], area: tuple[float, float], columns: int = 0) -> Layout:
    """Return the layout of maps of `shape` (C, H, W) for an `area` (width, height) in any unit.

    Parameters
    ----------
    columns : int
        Tiles in a row; 0 chooses the number that makes the tiles largest.
    """
    count, map_height, map_width = shape
    columns = min(columns, count) or best_columns(count, map_height, map_width, *area)
    gap = gap_for(map_height, map_width)
    return Layout(count=count, map_height=map_height, map_width=map_width, columns=columns, gap=gap)


def steps(down: list[Piece], map_values: int, screen_values: int) -> list[list[Piece]]:
    """Divide the pieces of a picture, from the top down, into steps of about :data:`~sepviz.render.each.STEP_VALUES`.

    A row of map pixels counts `map_values`, a row of screen pixels `screen_values`.
    """
    divided: list[list[Piece]] = []
    room = 0
    for piece in down:
        if room <= 0:
            divided.append([])
            room = STEP_VALUES
        divided[-1].append(piece)
        room -= (piece.last - piece.first) * map_values + (piece.stop - piece.start) * screen_values
    return divided


def check(maps: Maps, ranges: NDArray[np.float64], layout: Layout, rect: Rect, size: tuple[int, int]) -> None:
    """Raise ValueError if the arguments of :func:`draw` do not belong together."""
    expected = (layout.count, layout.map_height, layout.map_width)
    if maps.shape != expected:
        raise ValueError(f"maps have the shape {maps.shape}, but the layout is for {expected}; make one for them")
    if ranges.shape != (layout.count, 2):
        raise ValueError(f"ranges have the shape {ranges.shape}; give low and high for {layout.count} maps")
    if rect[2] <= rect[0] or rect[3] <= rect[1] or min(size) < 1:
        raise ValueError(f"{rect} cannot be drawn on {size} pixels; both need a width and a height above 0")


def draw(
    maps: Maps,
    ranges: NDArray[np.float64],
    layout: Layout,
    rect: Rect,
    size: tuple[int, int],
    each: Each = in_turn,
) -> NDArray[np.uint8]:
    """Draw what `rect` holds of the sheet as levels for a colour map, 0 where there is no map.

    Parameters
    ----------
    maps : Maps (C, H, W)
        The feature maps that `layout` was made for; read in parts, and only what `rect` shows.
    ranges : array (C, 2)
        What the levels 1 and 255 stand for in each map; see :func:`sepviz.render.scale.resolve`.
    layout : Layout
        Where each map lies.
    rect : (x0, y0, x1, y1)
        The part of the sheet to draw; it may reach beyond the sheet.
    size : (width, height)
        Screen pixels that the picture shall have.
    each : Each
        Runs the rows of the picture, which are independent.

    Returns
    -------
    levels : uint8 (height, width), read-only
        Maps that shrink are averaged over area, maps that grow show their pixels as squares.

    Raises
    ------
    ValueError
        If `maps`, `ranges` and `layout` do not belong together, or `rect` or `size` is empty.
    """
    check(maps, ranges, layout, rect, size)
    x0, y0, x1, y1 = rect
    width, height = size
    levels = np.zeros((height, width), np.uint8)
    scaling = affine(ranges, maps.dtype)
    across = cut(layout.columns, layout.map_width, layout.gap, x0, x1, width)
    down = cut(layout.rows, layout.map_height, layout.gap, y0, y1, height) if across else []
    column = np.full(width, -1)
    for piece in across:
        column[piece.start : piece.stop] = piece.place

    def paint(step: list[Piece]) -> None:
        drawn = _averages(maps, layout.columns, step, across, width)
        for row, pieces in groupby(step, key=attrgetter("place")):
            spans = [slice(piece.start, piece.stop) for piece in pieces]
            whole = slice(spans[0].start, spans[-1].stop)
            levels[whole] = scaling.of(_channels(layout, row, column)).levels(drawn[: whole.stop - whole.start])
            drawn = drawn[whole.stop - whole.start :]

    map_values = sum(piece.last - piece.first for piece in across)
    each(steps(down, map_values, 4 * width), paint)
    levels.setflags(write=False)
    return levels


def _averages(maps: Maps, columns: int, step: list[Piece], across: list[Piece], width: int) -> NDArray[Any]:
    """Return the screen rows of `step` (rows, width); only finite map pixels count."""
    with np.errstate(invalid="ignore", over="ignore"):
        drawn = shrink(maps, columns, step, across, width)
        return drawn if np.isfinite(drawn).all() else shrink_finite(maps, columns, step, across, width)


def _channels(layout: Layout, row: int, column: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the channel under every screen pixel of a row of tiles, -1 where there is none; as `column` is."""
    channel = row * layout.columns + column
    return np.where((column >= 0) & (channel < layout.count), channel, -1)
