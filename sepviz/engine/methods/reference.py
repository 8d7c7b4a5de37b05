"""The article's plain loops: one window, one kernel, one sum at a time. Slow, and therefore easy to believe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.methods.lowering import spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.methods.lowering import Lowering
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
        places = out.shape[1] * out.shape[2]
        run = max(PRODUCTS_PER_STRIP // (CALL_PRODUCTS + self.kernel[0].size), 1)
        return [
            self._strip(padded, out, channel, start, stop)
            for channel in range(out.shape[0])
            for start, stop in spans(places, run)
        ]

    def _strip(
        self, padded: NDArray[np.floating], out: NDArray[np.floating], channel: int, start: int, stop: int
    ) -> Strip:
        spec, kernel = self.spec, self.kernel[channel]
        (eh, ew), (sh, sw), (dh, dw) = spec.extent, spec.strides, spec.dilations
        per_group = spec.in_channels // spec.groups
        first = channel // spec.depth_multiplier * per_group
        seen = padded[first : first + per_group]
        offset = 0 if self.bias is None else self.bias[channel]

        def run() -> None:
            for place in range(start, stop):
                row, column = divmod(place, out.shape[2])
                top, left = row * sh, column * sw
                window = seen[:, top : top + eh : dh, left : left + ew : dw]
                out[channel, row, column] = np.sum(window * kernel) + offset

        return run
