"""Sheets of kernels: which weights a tile shows, what it is numbered, and where it lies so that the number has room.

A number reads as the layer does: ``2→5`` is the kernel from input channel 2 to filter 5, which makes output channel 5;
``→5`` is a whole pointwise filter. Both count from 0, and are those of the layer even where its channels are grouped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sepviz.render.mosaic import Layout, best_columns

if TYPE_CHECKING:
    from sepviz.engine.spec import Pair, Shape
    from sepviz.render.mosaic import Rect

KERNEL_GAP = 0.4
"""Gap between kernels without a number, as a share of their shorter side: a kernel has few pixels of its own."""
LABEL_HEIGHT = 13
"""Pixels that a line of numbers takes; kernels are at least as large where each has its number."""
CHARACTER = 6.5
"""Pixels that a character of a number takes at most, and the space beside it."""
CROWDED = 0.6
"""Share of the largest possible scale down to which filters stay whole rows, or each has a row of its own."""
KEY = "numbers: input channel → filter"
"""What the numbers of kernels mean."""
EDGE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelTiles:
    """The tiles of a sheet of kernels, filter after filter.

    Attributes
    ----------
    filters : range
        The filters that are shown, by their numbers in the layer.
    channels : int
        Input channels that each of them reads.
    filters_per_group : int
        Filters in a row that read the same input channels.
    is_pointwise : bool
        Whether a tile is a whole filter, its weights side by side, and not one kernel of it.
    """

    filters: range
    channels: int
    filters_per_group: int
    is_pointwise: bool = False

    @property
    def together(self) -> int:
        """How many tiles belong in one row: the kernels of a filter, or the filters that multiply a channel."""
        if self.is_pointwise:
            return 1
        is_depthwise = self.channels == 1 and self.filters_per_group < len(self.filters)
        return self.filters_per_group if is_depthwise else self.channels

    def place(self, tile: int, x: int = 0) -> Pair:
        """Return (filter, input channel) of `tile`; `x` is the pixel in it where that tells the channel."""
        number, channel = (tile, x) if self.is_pointwise else divmod(tile, self.channels)
        filter_number = self.filters[number]
        return filter_number, filter_number // self.filters_per_group * self.channels + channel

    def label(self, tile: int) -> str:
        """Return the number of `tile`, counted from 0: "2→5" or, of a whole filter, "→5"."""
        number, channel = self.place(tile)
        return f"→{number}" if self.is_pointwise else f"{channel}→{number}"

    def widest(self) -> str:
        """Return the longest of all numbers."""
        return self.label(len(self.filters) * (1 if self.is_pointwise else self.channels) - 1)


class _Plan(NamedTuple):
    """A choice of columns: `scale` is how many screen pixels a weight has, `gap` is in weights."""

    is_numbered: bool
    scale: float
    columns: int
    gap: float


def lay_out(tiles: KernelTiles, shape: Shape, area: Pair, ratio: float) -> tuple[Layout, Rect]:
    """Return the layout of kernels of `shape` (count, height, width), and what to look at first: all, with margins.

    Every tile has its number above it where there is room; else rows and columns have theirs in the margins.

    Parameters
    ----------
    area : (width, height)
        In screen pixels.
    ratio : float
        How many screen pixels make one of those that text is measured in.
    """
    count, height, width = shape
    text = ratio * CHARACTER * (len(tiles.widest()) + 1)
    top, edge = ratio * (LABEL_HEIGHT + EDGE), ratio * EDGE
    room = max(1.0, area[0] - 2 * edge), max(1.0, area[1] - top - edge)
    beside = max(1.0, room[0] - text), room[1]

    def plan(columns: int) -> _Plan:
        rows, gap = -(-count // columns), ratio * LABEL_HEIGHT
        scale = min(
            (room[0] - (columns - 1) * gap) / (columns * width),
            (room[1] - (rows - 1) * gap) / (rows * height),
        )
        # a strip of weights may be as thin as it is; a kernel beside larger gaps would be hard to find
        if scale * min(height, width) >= gap and scale * width + gap >= text:
            return _Plan(is_numbered=True, scale=scale, columns=columns, gap=gap / scale)
        gap = KERNEL_GAP * min(height, width)
        scale = min(beside[0] / (columns * (width + gap) - gap), beside[1] / (rows * (height + gap) - gap))
        return _Plan(is_numbered=False, scale=scale, columns=columns, gap=gap)

    best = max(map(plan, _whole_filters(tiles.together, count)))
    free, in_rows = (plan(columns) for columns in (best_columns(count, height, width, *beside), tiles.together))
    if best.scale < CROWDED * free.scale:
        best = free
    elif not best.is_numbered and in_rows.scale >= CROWDED * best.scale:
        best = in_rows  # the numbers beside rows and columns say all
    layout = Layout(count=count, map_height=height, map_width=width, columns=best.columns, gap=best.gap)
    left = edge if best.is_numbered else edge + text
    return layout, _framed(layout, area, (left, top, edge, edge))


def _whole_filters(together: int, count: int) -> list[int]:
    """Return the numbers of columns at which each `together` tiles are whole rows, or some of them are one row."""
    several = range(together, max(count, together) + 1, together)
    return [*(columns for columns in range(1, together) if together % columns == 0), *several]


def _framed(layout: Layout, area: Pair, margins: tuple[float, float, float, float]) -> Rect:
    """Return the rectangle with the shape of `area` that shows `layout` within (left, top, right, bottom) pixels."""
    # of an area with no room for text, most is for the tiles
    left, top, right, bottom = (min(margin, side / 3) for margin, side in zip(margins, 2 * area, strict=True))
    width, height = area[0] - left - right, area[1] - top - bottom
    scale = max(layout.width / width, layout.height / height)
    x0 = -left * scale - (width * scale - layout.width) / 2
    y0 = -top * scale - (height * scale - layout.height) / 2
    return x0, y0, x0 + area[0] * scale, y0 + area[1] * scale
