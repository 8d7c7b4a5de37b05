"""Depthwise layers with small kernels: tap by tap over flat planes, added up by one call for all taps.

A plane is copied once, with its zeros, into rows of equal length. Seen as one flat run of values, every kernel tap is
that run from another start, so the whole plane of a tap is one long inner loop: multiply by one weight, add. Values at
the row ends, where the run goes on into the next row, are computed too and left out at the end. NumPy's ``einsum`` does
this for all taps in one call and without temporaries, as long as the pixels are its innermost axis.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from sepviz.engine.methods import banded
from sepviz.engine.methods.lowering import MACS_WORTH_A_THREAD, inside, spans
from sepviz.engine.methods.shifts import Tile
from sepviz.engine.strips import scratch, thread_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.methods.lowering import Depthwise, Span
    from sepviz.engine.spec import Conv2dSpec
    from sepviz.engine.strips import Strip

VALUES_PER_STRIP = 128 * 1024
"""Sums of one strip, which is one call; fewer would not pay for it, more would not stay in the second-level cache."""
PRODUCTS_PER_STRIP = 20_000_000
"""A strip takes about 6 ms of one core."""
STRIPS_PER_THREAD = 2
"""At least, where there are rows and channels enough, so that the threads end together."""
LONGEST_TILE = 8192
"""Columns of one strip, so that a very wide picture is cut as well."""


def applies(spec: Conv2dSpec) -> str | None:
    """Return a reason unless every map reads one channel, pixel by pixel."""
    if spec.strides != (1, 1):
        return f"it is for stride 1, and here stride is {spec.stride}"
    return banded.applies(spec)


def lower(kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec) -> Depthwise:
    """Lay the weights out as (channels, depth_multiplier, kh, kw)."""
    return _Taps(kernel, bias, spec)


class _Taps:
    phases = 1

    def __init__(self, kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec) -> None:
        self.spec = spec
        self.pads = lru_cache(maxsize=4)(spec.pads)  # asked for once a strip
        self.kernels = kernel.reshape(spec.groups, spec.depth_multiplier, *spec.kernel)
        self.bias = None if bias is None else bias.reshape(spec.groups, spec.depth_multiplier, 1, 1)

    def __call__(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> list[Strip]:
        results = out.reshape(self.spec.groups, self.spec.depth_multiplier, *out.shape[1:])
        rows, columns, channels = self._piece(*out.shape[1:])
        return [
            partial(self._run, x, results, some, Tile(phase=0, rows=height, columns=width))
            for height in spans(out.shape[1], rows)
            for width in spans(out.shape[2], columns)
            for some in spans(self.spec.groups, channels)
        ]

    def _piece(self, out_height: int, out_width: int) -> tuple[int, int, int]:
        """Rows, columns and channels of one strip: whole planes of several channels, or else some rows of one."""
        maps, taps = self.spec.depth_multiplier, self.kernels[0, 0].size
        values = self.spec.out_channels * out_height * out_width
        least = STRIPS_PER_THREAD * thread_count() if values * taps > MACS_WORTH_A_THREAD // 2 else 1
        most = min(VALUES_PER_STRIP, PRODUCTS_PER_STRIP // taps, -(-values // least)) // maps
        width = min(out_width, LONGEST_TILE)
        rows = min(max(most // width, 1), out_height)
        return rows, width, max(most // (width * rows), 1)

    def _run(self, x: NDArray[np.floating], out: NDArray[np.floating], channels: Span, tile: Tile) -> None:
        self.write(x, out[slice(*channels), :, slice(*tile.rows), slice(*tile.columns)], channels, tile)

    def write(self, x: NDArray[np.floating], result: NDArray[np.floating], channels: Span, tile: Tile) -> None:
        """Write `result` (channels, depth_multiplier, rows, columns), the place of one tile of some channels."""
        some, (dh, dw), size = slice(*channels), self.spec.dilations, x.itemsize
        number, maps, rows, columns = result.shape
        below, right = (extent - 1 for extent in self.spec.extent)
        length = columns + right
        planes = scratch("padded planes", (number, (rows + below) * length + right), x.dtype)
        self._pad(planes[:, : (rows + below) * length].reshape(number, -1, length), x[some], tile)
        strides = planes.strides[0], dh * length * size, dw * size, size
        shifted = as_strided(planes, (number, *self.spec.kernel, rows * length), strides)
        sums = scratch("sums of taps", (number, maps, rows * length), x.dtype)
        # order "F" with the labels reversed makes the pixels the innermost axis
        np.einsum("cijp,cmij->pmc", shifted, self.kernels[some], out=sums.transpose(2, 1, 0), order="F")
        result[:] = sums.reshape(number, maps, rows, length)[..., :columns]
        if self.bias is not None:
            result += self.bias[some]

    def _pad(self, planes: NDArray[np.floating], x: NDArray[np.floating], tile: Tile) -> None:
        """Write the input under a tile, zeros of the padding included, into `planes` (channels, rows, columns)."""
        height, width = x.shape[1:]
        (top, _), (left, _) = self.pads(height, width)
        row, column = tile.rows[0] - top, tile.columns[0] - left
        first, last = inside(row, 1, planes.shape[1], height)
        begin, end = inside(column, 1, planes.shape[2], width)
        planes[:, :first] = 0
        planes[:, last:] = 0
        planes[:, first:last, :begin] = 0
        planes[:, first:last, end:] = 0
        planes[:, first:last, begin:end] = x[:, row + first : row + last, column + begin : column + end]
