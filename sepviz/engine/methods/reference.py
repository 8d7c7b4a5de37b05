"""The article's plain loops: one window, one kernel, one sum at a time. Slow, and therefore easy to believe."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.methods.lowering import spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.methods.lowering import Lowering, Span
    from sepviz.engine.spec import Conv2dSpec
    from sepviz.engine.strips import Strip

PRODUCTS_PER_STRIP = 1_000_000
"""A strip takes about 5 ms: one window costs as much as CALL_PRODUCTS products before it multiplies anything."""
CALL_PRODUCTS = 2000


def applies(spec: Conv2dSpec) -> str | None:
    """Return None: loops can do any layer."""
    return None


def lower(kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec) -> Lowering:
    """Return the loops over every output value of a layer of `spec`."""
    return _Loops(kernel, bias, spec)


class _Loops:
    def __init__(self, kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec) -> None:
        self.kernel, self.bias, self.spec = kernel, bias, spec

    def __call__(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> list[Strip]:
        rows, columns = self.spec.pads(*x.shape[1:])
        padded = np.pad(x, ((0, 0), rows, columns))
        run = max(PRODUCTS_PER_STRIP // (CALL_PRODUCTS + self.kernel[0].size), 1)
        places = spans(out.shape[1] * out.shape[2], run)
        return [partial(self._run, padded, out, channel, some) for channel in range(out.shape[0]) for some in places]

    def _run(self, padded: NDArray[np.floating], out: NDArray[np.floating], channel: int, places: Span) -> None:
        """Compute the pixels `places` of one output channel, counted row by row."""
        (eh, ew), (sh, sw), (dh, dw) = self.spec.extent, self.spec.strides, self.spec.dilations
        per_group = self.spec.in_channels // self.spec.groups
        first = channel // self.spec.depth_multiplier * per_group
        seen, kernel = padded[first : first + per_group], self.kernel[channel]
        offset = 0 if self.bias is None else self.bias[channel]
        for place in range(*places):
            row, column = divmod(place, out.shape[2])
            top, left = row * sh, column * sw
            window = seen[:, top : top + eh : dh, left : left + ew : dw]
            out[channel, row, column] = np.sum(window * kernel) + offset
