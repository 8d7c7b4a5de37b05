"""The article's plain loops: one window, one kernel, one sum at a time. Slow, and therefore easy to believe."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.methods.lowering import Strips, pad
from sepviz.engine.strips import scratch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.methods.lowering import Lowering
    from sepviz.engine.spec import Conv2dSpec

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

    def __call__(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> Strips:
        maps, height, width = out.shape
        run = max(PRODUCTS_PER_STRIP // (CALL_PRODUCTS + self.kernel[0].size), 1)
        rows, columns = max(run // width, 1), min(run, width)
        starts = range(0, height, rows), range(0, width, columns)
        return Strips(partial(self._run, x, out, rows, columns), range(maps), *starts)

    def _run(
        self,
        x: NDArray[np.floating],
        out: NDArray[np.floating],
        rows: int,
        columns: int,
        channel: int,
        top: int,
        left: int,
    ) -> None:
        """Compute at most `rows` x `columns` pixels of one output channel, from row `top` and column `left` on."""
        (eh, ew), (sh, sw), (dh, dw) = self.spec.extent, self.spec.strides, self.spec.dilations
        per_group = self.spec.in_channels // self.spec.groups
        first = channel // self.spec.depth_multiplier * per_group
        kernel, offset = self.kernel[channel], 0 if self.bias is None else self.bias[channel]
        result = out[channel, top : top + rows, left : left + columns]
        seen = self._padded(x[first : first + per_group], top, left, *result.shape)
        for row, column in product(*map(range, result.shape)):
            window = seen[:, row * sh : row * sh + eh : dh, column * sw : column * sw + ew : dw]
            result[row, column] = np.sum(window * kernel) + offset

    def _padded(self, x: NDArray[np.floating], top: int, left: int, rows: int, columns: int) -> NDArray[np.floating]:
        """Input under some rows and columns of output pixels, with the zeros around it."""
        (eh, ew), (sh, sw) = self.spec.extent, self.spec.strides
        shape = len(x), (rows - 1) * sh + eh, (columns - 1) * sw + ew
        padded = scratch("padded rows", shape, x.dtype)
        (above, _), (before, _) = self.spec.pads(*x.shape[1:])
        pad(padded, x, (top * sh - above, left * sw - before))
        return padded
