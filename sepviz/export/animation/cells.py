"""Small maps whose every pixel is seen: drawn as equal squares, with windows and single pixels marked on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sepviz.export.canvas import INK, LINE, MUTED, NOTE, PAPER, to_image
from sepviz.render.colormap import COLORMAPS, apply
from sepviz.render.scale import to_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sepviz.engine.explain import Places
    from sepviz.engine.spec import Pair
    from sepviz.export.canvas import Canvas

UNMADE = (230, 233, 238)
"""Colour of a pixel that is not made yet; and of padding, which is nothing."""
LARGEST_CELL = 40
HALO, LINE_WIDTH = 6.0, 3.0
GAP, LABEL = 10, 18
RAGGED = 0.85
"""What the size of tiles is worth where the last row is not full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Where the pixels of a map lie on a canvas: the first at (x, y), each `cell` units wide and high."""

    x: float
    y: float
    cell: float
    rows: int
    columns: int
    first_row: int = 0
    first_column: int = 0

    @property
    def width(self) -> float:
        """Width in units."""
        return self.columns * self.cell

    @property
    def height(self) -> float:
        """Height in units."""
        return self.rows * self.cell

    def paint(self, canvas: Canvas, colours: NDArray[np.uint8]) -> None:
        """Paint uint8 (rows, columns, 3) as squares, and a thin line around them."""
        side = canvas.pixels(self.cell)
        canvas.image(self.x, self.y, to_image(colours.repeat(side, axis=0).repeat(side, axis=1)))
        canvas.frame(self.x - 1, self.y - 1, self.width + 2, self.height + 2, LINE)

    def mark(self, canvas: Canvas, places: Places, colour: str) -> None:
        """Draw a frame around `places`; where they leave gaps, a thin one around each as well."""
        rows, columns = places
        if not rows or not columns:
            return
        gaps = len(rows) <= rows[-1] - rows[0] or len(columns) <= columns[-1] - columns[0]
        for row in rows if gaps else ():
            for column in columns:
                self._frame(canvas, (row, column), (row, column), colour, 1.0)
        start, stop = (rows[0], columns[0]), (rows[-1], columns[-1])
        self._frame(canvas, start, stop, PAPER, HALO)
        self._frame(canvas, start, stop, colour, LINE_WIDTH)

    def mark_pixel(self, canvas: Canvas, pixel: Pair) -> None:
        """Draw a dark frame around one pixel."""
        self._frame(canvas, pixel, pixel, PAPER, HALO)
        self._frame(canvas, pixel, pixel, INK, LINE_WIDTH)

    def _frame(self, canvas: Canvas, start: Pair, stop: Pair, colour: str, thickness: float) -> None:
        """Draw a frame around the pixels from `start` to `stop`, its lines around their edges."""
        out = thickness / 2
        x = self.x + (start[1] - self.first_column) * self.cell
        y = self.y + (start[0] - self.first_row) * self.cell
        width, height = ((last - first + 1) * self.cell for first, last in zip(start[::-1], stop[::-1], strict=True))
        canvas.frame(x - out, y - out, width + thickness, height + thickness, colour, thickness)


def cell_side(rows: int, columns: int, width: float, height: float) -> float:
    """Return the largest side of a square, in units, with which a map fits an area."""
    return min(width / columns, height / rows, LARGEST_CELL)


def centred(
    canvas: Canvas, area: tuple[float, float, float, float], rows: int, columns: int, first: Pair = (0, 0)
) -> Grid:
    """Return the grid of a map in the middle of `area` (x, y, width, height), on whole pixels."""
    x, y, width, height = area
    cell = max(1, int(cell_side(rows, columns, width, height) * canvas.scale + 1e-6)) / canvas.scale
    left, top = x + (width - columns * cell) / 2, y + (height - rows * cell) / 2
    left, top = (round(place * canvas.scale) / canvas.scale for place in (left, top))
    return Grid(x=left, y=top, cell=cell, rows=rows, columns=columns, first_row=first[0], first_column=first[1])


def tiled(
    canvas: Canvas, area: tuple[float, float, float, float], labels: Sequence[str], rows: int, columns: int
) -> Sequence[Grid]:
    """Write `labels` below as many maps of one size, as large as they can be side by side, and return their grids."""
    x, y, width, height = area
    across, wide, high = _table(len(labels), rows, columns, width, height)
    grids = []
    for number, label in enumerate(labels):
        row, column = divmod(number, across)
        left, top = x + column * (wide + GAP), y + row * (high + LABEL + GAP)
        grid = centred(canvas, (left, top, wide, high), rows, columns)
        canvas.text(left + wide / 2, grid.y + grid.height + NOTE + 1, label, NOTE, MUTED, align="centre")
        grids.append(grid)
    return grids


def most_tiles(canvas: Canvas, area: tuple[float, float, float, float], wanted: int, rows: int, columns: int) -> int:
    """Return how many of the `wanted` maps fit `area` with at least a whole pixel for each of theirs; 1 at least."""

    def fit(count: int) -> bool:
        _, wide, high = _table(count, rows, columns, *area[2:])
        return cell_side(rows, columns, wide, high) * canvas.scale >= 1

    return next((count for count in range(wanted, 1, -1) if fit(count)), 1)


def _table(count: int, rows: int, columns: int, width: float, height: float) -> tuple[int, float, float]:
    """Return how many of `count` maps stand side by side, and width and height of the room that each then has."""

    def room(across: int) -> tuple[float, float]:
        down = -(-count // across)
        return (width - GAP * (across - 1)) / across, (height - GAP * (down - 1)) / down - LABEL

    def worth(across: int) -> float:
        return cell_side(rows, columns, *room(across)) * (1.0 if count % across == 0 else RAGGED)

    across = max(range(1, count + 1), key=worth)
    return across, *room(across)


def coloured(
    maps: NDArray[np.floating], ranges: NDArray[np.float64], colormap: str, last: Pair | None = None
) -> NDArray[np.uint8]:
    """Return `maps` (C, H, W) as colours (C, H, W, 3), of which those after `last` in raster order are not made yet."""
    colours = apply(to_bytes(maps, ranges), COLORMAPS[colormap])
    if last is not None:
        _, height, width = maps.shape
        unmade = np.arange(height * width).reshape(height, width) > last[0] * width + last[1]
        colours[:, unmade] = UNMADE
    return colours


def on_padding(colours: NDArray[np.uint8], rows: range, columns: range) -> NDArray[np.uint8]:
    """Return `colours` (H, W, 3) on the plane of `rows` and `columns`, of which those outside are padding."""
    height, width, _ = colours.shape
    plane = np.full((len(rows), len(columns), 3), UNMADE, np.uint8)
    plane[-rows.start : height - rows.start, -columns.start : width - columns.start] = colours
    return plane
