"""Depthwise layers with small kernels: tap by tap over flat planes, added up by one call for all taps.

A plane is copied once, with its zeros, into rows of equal length. Seen as one flat run of values, every kernel tap is
that run from another start, so the whole plane of a tap is one long inner loop: multiply by one weight, add. Values at
the row ends, where the run goes on into the next row, are computed too and left out at the end. NumPy's ``einsum`` does
this for all taps in one call and without temporaries, as long as the pixels are its innermost axis.

Small planes have no long run of pixels. There the channels are turned innermost instead, if there are many.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from sepviz.engine.methods import banded
from sepviz.engine.methods.lowering import MACS_WORTH_A_THREAD, pad, spans
from sepviz.engine.methods.shifts import Tile, row_length
from sepviz.engine.strips import scratch, thread_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
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
SMALL_PLANE = 1024
"""Up to this many output pixels the channels go innermost, if a strip has at least MANY_CHANNELS of them."""
MANY_CHANNELS = 64


def applies(spec: Conv2dSpec) -> str | None:
    """Return a reason unless every map reads one channel, pixel by pixel."""
    if spec.strides != (1, 1):
        return f"it is for stride 1, and here stride is {spec.stride}"
    return banded.applies(spec)


def lower(
    kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec, checkpoint: Checkpoint
) -> Depthwise:
    """Lay the weights out as (channels, depth_multiplier, kh, kw)."""
    return _Taps(kernel, bias, spec)


class _Taps:
    phases = 1

    def __init__(self, kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec) -> None:
        self.spec = spec
        self.pads = lru_cache(maxsize=4)(spec.pads)  # asked for once a strip
        self.kernels = kernel.reshape(spec.groups, spec.depth_multiplier, *spec.kernel)
        self.innermost = np.ascontiguousarray(self.kernels.transpose(2, 3, 1, 0))
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
        """Rows, columns and channels of one strip.

        All channels of some rows where the channels go innermost, else whole planes of several channels or some rows
        of one.
        """
        maps, taps = self.spec.depth_multiplier, self.kernels[0, 0].size
        values = self.spec.out_channels * out_height * out_width
        least = STRIPS_PER_THREAD * thread_count() if values * taps > MACS_WORTH_A_THREAD // 2 else 1
        most = min(VALUES_PER_STRIP, PRODUCTS_PER_STRIP // taps, -(-values // least)) // maps
        if self.spec.groups >= MANY_CHANNELS and out_height * out_width <= SMALL_PLANE:
            return max(most // (self.spec.groups * out_width), 1), out_width, self.spec.groups
        width = min(out_width, LONGEST_TILE)
        rows = min(max(most // width, 1), out_height)
        return rows, width, max(most // (width * rows), 1)

    def _run(self, x: NDArray[np.floating], out: NDArray[np.floating], channels: Span, tile: Tile) -> None:
        self.write(x, out[slice(*channels), :, slice(*tile.rows), slice(*tile.columns)], channels, tile)

    def write(self, x: NDArray[np.floating], result: NDArray[np.floating], channels: Span, tile: Tile) -> None:
        """Write `result` (channels, depth_multiplier, rows, columns), the place of one tile of some channels."""
        if len(result) >= MANY_CHANNELS and result.shape[2] * result.shape[3] <= SMALL_PLANE:
            self._run_along_channels(x, result, channels, tile)
        else:
            self._run_along_pixels(x, result, channels, tile)
        if self.bias is not None:
            result += self.bias[slice(*channels)]

    def _run_along_pixels(
        self, x: NDArray[np.floating], result: NDArray[np.floating], channels: Span, tile: Tile
    ) -> None:
        some, (dh, dw), size = slice(*channels), self.spec.dilations, x.itemsize
        number, maps, rows, columns = result.shape
        below, right = (extent - 1 for extent in self.spec.extent)
        length = columns + right
        planes = scratch("padded planes", (number, (rows + below) * length + right), x.dtype)
        pad(planes[:, : (rows + below) * length].reshape(number, -1, length), x[some], self.pads(*x.shape[1:]), tile)
        strides = planes.strides[0], dh * length * size, dw * size, size
        shifted = as_strided(planes, (number, *self.spec.kernel, rows * length), strides)
        sums = scratch("sums of taps", (number, maps, rows * length), x.dtype)
        # order "F" with the labels reversed makes the pixels the innermost axis
        np.einsum("cijp,cmij->pmc", shifted, self.kernels[some], out=sums.transpose(2, 1, 0), order="F")
        result[:] = sums.reshape(number, maps, rows, length)[..., :columns]

    def _run_along_channels(
        self, x: NDArray[np.floating], result: NDArray[np.floating], channels: Span, tile: Tile
    ) -> None:
        some, (dh, dw) = slice(*channels), self.spec.dilations
        number, maps, rows, columns = result.shape
        below, right = (extent - 1 for extent in self.spec.extent)
        pixels = scratch("padded pixels", (rows + below, columns + right, number), x.dtype)
        pad(pixels.transpose(2, 0, 1), x[some], self.pads(*x.shape[1:]), tile)
        row, column, channel = pixels.strides
        strides = row, column, dh * row, dw * column, channel
        windows = as_strided(pixels, (rows, columns, *self.spec.kernel, number), strides)
        # rows of a length that is no power of two: they are read crosswise
        sums = scratch("sums of channels", (rows, columns, maps, row_length(number)), x.dtype)[..., :number]
        np.einsum("yxijc,ijmc->yxmc", windows, self.innermost[..., some], out=sums)
        result[:] = sums.transpose(3, 2, 0, 1)
