"""Many channels: gather each output pixel's window as one row with the channels innermost, then one matrix product.

With the channels innermost a window is a few long runs of memory (kernel width x channels each), so gathering costs
little beside the product. Works for every layer; wins where a group reads many channels.
"""

from __future__ import annotations

from functools import partial
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from sepviz.engine.methods.lowering import (
    MACS_WORTH_A_THREAD,
    Strips,
    grouped,
    lay_out_groups,
    maps_at_once,
    pad,
    spans,
)
from sepviz.engine.strips import scratch, thread_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.methods.lowering import Lowering, Span
    from sepviz.engine.spec import Conv2dSpec

WINDOW_BYTES = 1_200_000
"""Gathered windows of one strip: about what the second-level cache holds."""
LEAST_PIXELS = 64
"""A product over fewer pixels would mostly wait for its weights."""
LONGEST_WINDOW = 16_384
"""Longer windows are multiplied some kernel rows at a time, so that a step's time and scratch stay bounded."""
SMALL_PLANE = 400
"""Up to this many output pixels the threads share the output channels, so that each reads its half of the weights."""


def applies(spec: Conv2dSpec) -> str | None:
    """Return None: any layer can be lowered this way."""
    return None


def lower(
    kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec, checkpoint: Checkpoint
) -> Lowering:
    """Lay the weights out as (groups, out_channels / groups, kh * kw * in_channels / groups)."""
    return _ChannelsLast(kernel, bias, spec, checkpoint)


def _channels_innermost(kernels: NDArray[np.floating]) -> NDArray[np.floating]:
    return kernels.transpose(0, 2, 3, 1).reshape(len(kernels), -1)


class _ChannelsLast:
    def __init__(
        self,
        kernel: NDArray[np.floating],
        bias: NDArray[np.floating] | None,
        spec: Conv2dSpec,
        checkpoint: Checkpoint,
    ) -> None:
        self.spec = spec
        self.matrices, self.bias = lay_out_groups(_channels_innermost, kernel, bias, spec, checkpoint)

    def __call__(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> Strips:
        inputs, results = grouped(x, self.spec.groups), grouped(out, self.spec.groups)
        _, out_h, out_w = out.shape
        height, width, share = self._piece(out_h, out_w, x.itemsize)
        pieces = spans(out_h, height), spans(out_w, width), spans(self.spec.depth_multiplier, share)
        return Strips(partial(self._run, inputs, results), range(self.spec.groups), *pieces)

    def _piece(self, out_height: int, out_width: int, itemsize: int) -> tuple[int, int, int]:
        """Rows, columns and output channels of one strip; several rows only if they are whole."""
        _, maps, taps = self.matrices.shape
        pixels = out_height * out_width
        threads = thread_count() if pixels * self.matrices.size > 2 * MACS_WORTH_A_THREAD else 1
        by_channel = pixels <= SMALL_PLANE and self.spec.groups == 1
        rows, share = (out_height, -(-maps // threads)) if by_channel else (-(-out_height // threads), maps)
        step = self._kernel_rows() * taps // self.spec.kernel[0]
        run = max(WINDOW_BYTES // (step * itemsize), LEAST_PIXELS)
        share = min(share, maps_at_once(step, min(run, rows * out_width)))
        return max(min(run // out_width, rows), 1), min(run, out_width), share

    def _kernel_rows(self) -> int:
        """Kernel rows that are multiplied at a time."""
        kh, taps = self.spec.kernel[0], prod(self.spec.weight_shape[1:])
        return min(max(LONGEST_WINDOW * kh // taps, 1), kh)

    def _run(
        self,
        x: NDArray[np.floating],
        out: NDArray[np.floating],
        group: int,
        rows: Span,
        columns: Span,
        channels: Span,
    ) -> Iterator[None]:
        """Write one piece of one group; x (groups, channels, H, W), out (groups, maps, out_h, out_w)."""
        some = slice(*channels)
        place = out[group, some, slice(*rows), slice(*columns)]
        result = place.reshape(place.shape[0], -1)  # a view: the rows are whole, or there is only one
        kernels = self.matrices[group, some].reshape(len(result), self.spec.kernel[0], -1)
        for taken in spans(self.spec.kernel[0], self._kernel_rows()):
            matrix = kernels[:, slice(*taken)].reshape(len(result), -1)
            windows = self._windows(x[group], rows, columns, taken).T
            if taken[0] == 0:
                np.matmul(matrix, windows, out=result)
            else:
                result += matrix @ windows
            yield
        if self.bias is not None:
            result += self.bias[group, some]

    def _windows(self, x: NDArray[np.floating], rows: Span, columns: Span, taken: Span) -> NDArray[np.floating]:
        """Kernel rows `taken` of the windows of a piece, (pixels, kernel rows * kw * channels), in scratch."""
        (_, kw), (sh, sw), (dh, dw) = self.spec.kernel, self.spec.strides, self.spec.dilations
        seen = self._padded(x, rows, columns, taken)
        row, column, channel = seen.strides
        shape = (rows[1] - rows[0], columns[1] - columns[0], taken[1] - taken[0], kw, x.shape[0])
        windows = scratch("windows", shape, x.dtype)
        np.copyto(windows, as_strided(seen, shape, (row * sh, column * sw, row * dh, column * dw, channel)))
        return windows.reshape(-1, prod(shape[2:]))

    def _padded(self, x: NDArray[np.floating], rows: Span, columns: Span, taken: Span) -> NDArray[np.floating]:
        """Input that those windows read, zeros included, (rows, columns, channels), in scratch."""
        channels, height, width = x.shape
        (top, _), (left, _) = self.spec.pads(height, width)
        above, below = self._reach(rows, 0, taken, top)
        begin, end = self._reach(columns, 1, (0, self.spec.kernel[1]), left)
        padded = scratch("padded input", (below - above, end - begin, channels), x.dtype)
        pad(padded.transpose(2, 0, 1), x, (above, begin))
        return padded

    def _reach(self, span: Span, axis: int, taps: Span, before: int) -> Span:
        """Input rows (axis 0) or columns (axis 1) under some output ones and kernel taps; or beyond in the padding."""
        stride, dilation = self.spec.strides[axis], self.spec.dilations[axis]
        first = span[0] * stride + taps[0] * dilation
        last = (span[1] - 1) * stride + (taps[1] - 1) * dilation
        return first - before, last + 1 - before
