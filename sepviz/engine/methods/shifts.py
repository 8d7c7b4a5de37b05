"""Column-shifted copies of rows: the half of a lowering that is worth paying for.

A full lowering copies every pixel once per kernel tap. Here it is copied once per kernel COLUMN; the kernel's rows come
free, because a matrix whose rows are (kernel row, channel, kernel column) is a strided view of the copies in which
neighbouring output rows overlap in memory (after Cho and Brand 2017, arXiv 1706.06873).

A dilated kernel skips rows, so neighbouring output rows share none. Output rows are therefore taken in *phases*: those
`phases` apart read the same input rows, `stride` copied rows apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import gcd
from typing import TYPE_CHECKING

from sepviz.engine.methods.lowering import inside

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sepviz.engine.methods.lowering import Span
    from sepviz.engine.spec import Conv2dSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A piece of an output plane: rows ``phase + phases * t`` for t in `rows`, and a span of columns."""

    phase: int
    rows: Span
    columns: Span


class Shifts:
    """The geometry of the shifted copies of one layer."""

    def __init__(self, spec: Conv2dSpec) -> None:
        self.spec = spec
        self.pads = lru_cache(maxsize=4)(spec.pads)  # asked for several times a strip
        common = gcd(spec.strides[0], spec.dilations[0])
        self.phases = spec.dilations[0] // common
        self.stride = spec.strides[0] // common

    def rows_in_phase(self, phase: int, out_height: int) -> int:
        """Output rows of one phase."""
        return len(range(phase, out_height, self.phases))

    def rows_read(self, rows: int) -> int:
        """Return the number of copied input rows under `rows` neighbouring output rows of a phase."""
        return (rows - 1) * self.stride + self.spec.kernel[0]

    def place(self, out: NDArray[np.floating], tile: Tile) -> NDArray[np.floating]:
        """Return the tile of `out` (..., out_h, out_w) as a view (..., rows, columns)."""
        start, stop = (self.phase_row(tile.phase, row) for row in tile.rows)
        return out[..., start : stop : self.phases, slice(*tile.columns)]

    def phase_row(self, phase: int, row: int) -> int:
        """Output row that is number `row` of its phase."""
        return phase + self.phases * row

    def _first_row(self, tile: Tile, height: int, width: int) -> int:
        """Input row under the tile's first output row; below 0 in the padding."""
        (top, _), _ = self.pads(height, width)
        return self.phase_row(tile.phase, tile.rows[0]) * self.spec.strides[0] - top

    def input_rows(self, tile: Tile, height: int, width: int) -> slice:
        """Input rows from the first to the last that the tile reads."""
        first = self._first_row(tile, height, width)
        last = first + (self.rows_read(tile.rows[1] - tile.rows[0]) - 1) * self.spec.dilations[0]
        return slice(max(first, 0), max(last + 1, 0))

    def fill(self, target: NDArray[np.floating], x: NDArray[np.floating], tile: Tile) -> None:
        """Write the copies that a tile needs, zeros of the padding included.

        Parameters
        ----------
        target : ndarray
            (kernel columns, channels, rows read, columns); a transposed view is welcome.
        x : ndarray
            (channels, H, W).
        """
        height, width = x.shape[1:]
        _, (left, _) = self.pads(height, width)
        sw, (dh, dw) = self.spec.strides[1], self.spec.dilations
        row = self._first_row(tile, height, width)
        start, stop = inside(row, dh, target.shape[2], height)
        target[:, :, :start] = 0
        target[:, :, stop:] = 0
        if start == stop:
            return
        rows = x[:, row + start * dh : row + (stop - 1) * dh + 1 : dh]
        for tap, copy in enumerate(target[:, :, start:stop]):
            column = tile.columns[0] * sw - left + tap * dw
            first, last = inside(column, sw, copy.shape[2], width)
            copy[:, :, :first] = 0
            copy[:, :, last:] = 0
            if first < last:
                copy[:, :, first:last] = rows[:, :, column + first * sw : column + (last - 1) * sw + 1 : sw]


def row_length(columns: int) -> int:
    """Return the length to give a scratch row, away from powers of two, whose rows would share cache sets."""
    return columns + 16 if columns % 64 == 0 and columns >= 256 else columns
