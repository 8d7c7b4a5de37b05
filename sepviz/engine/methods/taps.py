"""Depthwise layers with small kernels: tap by tap over flat planes, added up by one call for all taps.

A plane is copied once, with its zeros, into rows of equal length. Seen as one flat run of values, every kernel tap is
that run from another start, so the whole plane of a tap is one long inner loop: multiply by one weight, add. Values at
the row ends, where the run goes on into the next row, are computed too and left out at the end. NumPy's ``einsum`` does
this for all taps in one call and without temporaries, as long as the pixels are its innermost axis.

A layer of stride 2 is the sum of four layers of stride 1: those kernel taps that meet the even rows and columns of the
input, those that meet the odd ones, and the two mixtures, each on the part of the input that it meets. So it is for any
stride.

Small planes have no long run of pixels. There the channels are turned innermost instead, if there are many.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import product
from math import gcd
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from sepviz.engine.methods import banded
from sepviz.engine.methods.lowering import MACS_WORTH_A_THREAD, grouped, pad, spans
from sepviz.engine.methods.shifts import Tile, row_length
from sepviz.engine.strips import scratch, thread_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.methods.lowering import Depthwise, Span
    from sepviz.engine.spec import Conv2dSpec, Pair
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
    """Return a reason unless every map reads one channel."""
    return banded.applies(spec)


def lower(
    kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec, checkpoint: Checkpoint
) -> Depthwise:
    """Lay the weights out as (channels, depth_multiplier, kh, kw)."""
    return _Taps(kernel, bias, spec)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """The kernel taps that meet the same rows and columns of a strided input: a layer of stride 1 on those.

    `start` is the first of its taps, in input pixels; the taps are `dilations` apart, in the pixels that it meets.
    """

    start: Pair
    dilations: Pair
    kernels: NDArray[np.floating]


def _parts(kernels: NDArray[np.floating], spec: Conv2dSpec) -> list[_Part]:
    """Take kernels (channels, depth_multiplier, kh, kw) apart by the input rows and columns that their taps meet."""
    (sh, sw), (dh, dw) = spec.strides, spec.dilations
    down, across = gcd(sh, dh), gcd(sw, dw)
    every = sh // down, sw // across  # this many taps further on, a tap meets the same rows or columns again
    firsts = (range(min(step, taps)) for step, taps in zip(every, spec.kernel, strict=True))
    return [
        _Part(
            start=(row * dh, column * dw),
            dilations=(dh // down, dw // across),
            kernels=np.ascontiguousarray(kernels[..., row :: every[0], column :: every[1]]),
        )
        for row, column in product(*firsts)
    ]


class _Taps:
    phases = 1

    def __init__(self, kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec) -> None:
        self.spec = spec
        self.pads = lru_cache(maxsize=4)(spec.pads)  # asked for once a strip
        self.kernels = kernel.reshape(spec.groups, spec.depth_multiplier, *spec.kernel)
        self.parts = _parts(self.kernels, spec)
        self.innermost = np.ascontiguousarray(self.kernels.transpose(2, 3, 1, 0))
        self.bias = None if bias is None else bias.reshape(spec.groups, spec.depth_multiplier, 1, 1)

    def __call__(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> list[Strip]:
        results = grouped(out, self.spec.groups)
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

    def _first(self, x: NDArray[np.floating], tile: Tile) -> Pair:
        """Input row and column under the tile's first pixel; below 0 in the padding."""
        (top, _), (left, _) = self.pads(*x.shape[1:])
        (sh, sw) = self.spec.strides
        return tile.rows[0] * sh - top, tile.columns[0] * sw - left

    def _run_along_pixels(
        self, x: NDArray[np.floating], result: NDArray[np.floating], channels: Span, tile: Tile
    ) -> None:
        some, (number, maps, rows, columns) = slice(*channels), result.shape
        length = columns + max(part.dilations[1] * (part.kernels.shape[3] - 1) for part in self.parts)
        sums = scratch("sums of taps", (number, maps, rows * length), x.dtype)
        for turn, part in enumerate(self.parts):
            shifted = self._shifted(x[some], part, tile, length)
            added = sums if turn == 0 else scratch("sums of a part", sums.shape, x.dtype)
            # order "F" with the labels reversed makes the pixels the innermost axis
            np.einsum("cijp,cmij->pmc", shifted, part.kernels[some], out=added.transpose(2, 1, 0), order="F")
            if turn > 0:
                sums += added
        result[:] = sums.reshape(number, maps, rows, length)[..., :columns]

    def _shifted(self, x: NDArray[np.floating], part: _Part, tile: Tile, length: int) -> NDArray[np.floating]:
        """View of padded planes as (channels, kernel rows, kernel columns, pixels); rows of `length` run together."""
        (dh, dw), (kh, kw), size = part.dilations, part.kernels.shape[2:], x.itemsize
        rows, beyond = tile.rows[1] - tile.rows[0], dw * (kw - 1)
        height = rows + dh * (kh - 1)
        planes = scratch("padded planes", (len(x), height * length + beyond), x.dtype)
        row, column = (first + tap for first, tap in zip(self._first(x, tile), part.start, strict=True))
        pad(planes[:, : height * length].reshape(len(x), height, length), x, (row, column), self.spec.strides)
        strides = planes.strides[0], dh * length * size, dw * size, size
        return as_strided(planes, (len(x), kh, kw, rows * length), strides)

    def _run_along_channels(
        self, x: NDArray[np.floating], result: NDArray[np.floating], channels: Span, tile: Tile
    ) -> None:
        some, (number, maps, rows, columns) = slice(*channels), result.shape
        (eh, ew), (sh, sw), (dh, dw) = self.spec.extent, self.spec.strides, self.spec.dilations
        pixels = scratch("padded pixels", ((rows - 1) * sh + eh, (columns - 1) * sw + ew, number), x.dtype)
        pad(pixels.transpose(2, 0, 1), x[some], self._first(x, tile))
        row, column, channel = pixels.strides
        strides = sh * row, sw * column, dh * row, dw * column, channel
        windows = as_strided(pixels, (rows, columns, *self.spec.kernel, number), strides)
        # rows of a length that is no power of two: they are read crosswise
        sums = scratch("sums of channels", (rows, columns, maps, row_length(number)), x.dtype)[..., :number]
        np.einsum("yxijc,ijmc->yxmc", windows, self.innermost[..., some], out=sums)
        result[:] = sums.transpose(3, 2, 0, 1)
