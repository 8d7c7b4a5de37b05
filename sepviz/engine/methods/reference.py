"""The article's plain loops: one window, one kernel, one sum at a time. Slow, and therefore easy to believe."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sepviz.engine.methods.lowering import pad
from sepviz.engine.methods.shifts import Tile
from sepviz.engine.strips import scratch

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.methods.lowering import Lowering, Span
    from sepviz.engine.spec import Conv2dSpec
    from sepviz.engine.strips import Strip

PRODUCTS_PER_STRIP = 1_000_000
"""A strip takes about 5 ms: one window costs as much as CALL_PRODUCTS products before it multiplies anything."""
CALL_PRODUCTS = 2000


def applies(spec: Conv2dSpec) -> str | None:
    """Return None: loops can do any layer."""
    return None


def lower(
    kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec, checkpoint: Checkpoint
) -> Lowering:
    """Return the loops over every output value of a layer of `spec`."""
    return _Loops(kernel, bias, spec)


class _Loops:
    def __init__(self, kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec) -> None:
        self.kernel, self.bias, self.spec = kernel, bias, spec

    def __call__(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> Sequence[Strip]:
        pixels = out.shape[1] * out.shape[2]
        run = max(PRODUCTS_PER_STRIP // (CALL_PRODUCTS + self.kernel[0].size), 1)
        return _Strips(partial(self._run, x, out), out.shape[0], pixels, min(run, pixels))

    def _run(self, x: NDArray[np.floating], out: NDArray[np.floating], channel: int, places: Span) -> None:
        """Compute the pixels `places` of one output channel, counted row by row."""
        (eh, ew), (sh, sw), (dh, dw) = self.spec.extent, self.spec.strides, self.spec.dilations
        per_group = self.spec.in_channels // self.spec.groups
        first = channel // self.spec.depth_multiplier * per_group
        kernel, offset = self.kernel[channel], 0 if self.bias is None else self.bias[channel]
        above = places[0] // out.shape[2]
        seen = self._padded(x[first : first + per_group], above, (places[1] - 1) // out.shape[2])
        for place in range(*places):
            row, column = divmod(place, out.shape[2])
            top, left = (row - above) * sh, column * sw
            window = seen[:, top : top + eh : dh, left : left + ew : dw]
            out[channel, row, column] = np.sum(window * kernel) + offset

    def _padded(self, x: NDArray[np.floating], above: int, below: int) -> NDArray[np.floating]:
        """Input rows under the output rows `above` to `below`, with the zeros around them."""
        pads = self.spec.pads(*x.shape[1:])
        stride = self.spec.strides[0]
        shape = len(x), (below - above) * stride + self.spec.extent[0], x.shape[2] + sum(pads[1])
        padded = scratch("padded rows", shape, x.dtype)
        pad(padded, x, pads, Tile(phase=0, rows=(above * stride, below * stride + 1), columns=(0, shape[2])))
        return padded


class _Strips(Sequence["Strip"]):
    """The strips of the loops, each made when its turn comes: of a large picture there are millions."""

    def __init__(self, run: Callable[[int, Span], None], channels: int, pixels: int, piece: int) -> None:
        self.run, self.channels, self.pixels, self.piece = run, channels, pixels, piece
        self.pieces = -(-pixels // piece)

    def __len__(self) -> int:
        return self.channels * self.pieces

    def __getitem__(self, turn: Any) -> Any:
        channel, number = divmod(range(len(self))[turn], self.pieces)
        start = number * self.piece
        return partial(self.run, channel, (start, min(start + self.piece, self.pixels)))
