"""1 × 1 layers: no lowering at all, one matrix product per block of pixels."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.methods.lowering import MACS_PER_STRIP, MACS_WORTH_A_THREAD, spans
from sepviz.engine.strips import thread_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.methods.lowering import Span
    from sepviz.engine.spec import Conv2dSpec
    from sepviz.engine.strips import Strip

PIXELS_PER_STRIP = 16_384
"""With few channels longer products are faster: a photograph takes 0.8 to 0.95 of the time that it takes with 4096."""
VALUES_PER_STRIP = 2 * 1024 * 1024
"""Of the output: with many maps the strips are shorter, about 1 ms to write."""
LEAST_PIXELS = 64
"""A product over fewer pixels would mostly wait for its weights."""
SMALL_PLANE = 512
"""Up to this many pixels the threads share the output channels instead."""


def applies(spec: Conv2dSpec) -> str | None:
    """Return a reason unless each output pixel reads one input pixel, in place."""
    if spec.kernel != (1, 1):
        return f"it is for 1x1 kernels, and this one is {spec.kernel[0]}x{spec.kernel[1]}"
    if spec.strides != (1, 1) or spec.pads(1, 1) != ((0, 0), (0, 0)):
        return f"it is for stride 1 without padding, and here stride is {spec.stride}, padding {spec.padding}"
    return None


def lower(
    kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec, checkpoint: Checkpoint
) -> Pointwise:
    """Lay the weights out as (groups, out_channels / groups, in_channels / groups)."""
    return Pointwise(kernel, bias, spec)


class Pointwise:
    """A 1 × 1 layer of one dtype; also the second half of a fused separable block."""

    def __init__(self, kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec) -> None:
        self.maps = spec.out_channels
        self.matrices = kernel.reshape(spec.groups, spec.depth_multiplier, -1)
        self.bias = None if bias is None else bias.reshape(spec.groups, spec.depth_multiplier, 1)

    def __call__(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> list[Strip]:
        """Return the strips that write the layer's result for `x` into `out`, C-contiguous."""
        groups, maps, channels = self.matrices.shape
        pixels = x.shape[1] * x.shape[2]
        inputs, results = x.reshape(groups, channels, pixels), out.reshape(groups, maps, pixels)
        run, share = self._piece(pixels)
        return [
            partial(self._run, inputs[..., start:stop], results[..., start:stop], some)
            for start, stop in spans(pixels, run)
            for some in spans(maps, share)
        ]

    def _piece(self, pixels: int) -> Span:
        """Pixels and output channels of one strip."""
        groups, maps, channels = self.matrices.shape
        macs = groups * maps * channels
        threads = thread_count() if macs * pixels > 2 * MACS_WORTH_A_THREAD else 1
        if pixels <= SMALL_PLANE or macs > MACS_PER_STRIP // LEAST_PIXELS:
            run = min(pixels, SMALL_PLANE)
            return run, min(-(-maps // threads), max(MACS_PER_STRIP // (groups * channels * run), 1))
        run = min(PIXELS_PER_STRIP, VALUES_PER_STRIP // (groups * maps), MACS_PER_STRIP // macs)
        return min(max(run, LEAST_PIXELS), -(-pixels // threads)), maps

    def _run(self, x: NDArray[np.floating], out: NDArray[np.floating], channels: Span) -> None:
        """Write some maps of one run of pixels; x (groups, channels, pixels), out (groups, maps, pixels)."""
        some = slice(*channels)
        result = out[:, some]
        np.matmul(self.matrices[:, some], x, out=result)
        if self.bias is not None:
            result += self.bias[:, some]

    def mix(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> None:
        """Write a piece of the plane of one group, x (in_channels, rows, columns) to out (maps, rows, columns)."""
        # whole rows are one run of pixels, and the product is longest
        if out.strides[1] == out.shape[2] * out.itemsize:
            np.matmul(self.matrices[0], x.reshape(len(x), -1), out=out.reshape(self.maps, -1))
        else:
            np.matmul(self.matrices[0], x.transpose(1, 0, 2), out=out.transpose(1, 0, 2))
        if self.bias is not None:
            out += self.bias[0, :, :, None]
