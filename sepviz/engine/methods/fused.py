"""A depthwise layer and the pointwise layer after it, strip by strip: the maps between them never leave the cache.

Layer by layer, the maps between are written to memory and read back, and need memory of their own. Here the depthwise
layer fills a strip of rows, and the matrix product of the pointwise layer takes it from there at once. Whoever wants
the maps between gets them written, once, on the way.
"""

from __future__ import annotations

from functools import partial
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from sepviz.engine.methods.lowering import MACS_PER_STRIP, grouped, spans
from sepviz.engine.methods.shifts import Tile
from sepviz.engine.strips import scratch, thread_count

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from sepviz.engine.methods.lowering import Depthwise, Span
    from sepviz.engine.methods.pointwise import Pointwise
    from sepviz.engine.spec import Conv2dSpec, Shape
    from sepviz.engine.strips import Strip

STRIP_VALUES = 128 * 1024
"""Values between the layers in one strip: half a megabyte, about what a second-level cache holds."""
WORTH_VALUES = 512 * 1024
"""Up to this many values between the layers stay in the cache anyway: then layer by layer is faster, by up to 1.4."""
ROWS_PER_TAP = 4
"""Rows of a strip for every kernel row beyond the first: what lies above and below is read by the next strip again."""
STRIPS_PER_THREAD = 2
"""At least, so that a thread that starts late does not keep the other waiting."""


def worth_it(depthwise: Depthwise, middle: Shape) -> bool:
    """Whether to fuse after a depthwise layer with maps of shape `middle`.

    They must exceed the cache, and a strip of neighbouring rows that is worth its edges must fit it.
    """
    rows, columns = _least_strip(depthwise.spec, middle)
    return depthwise.phases == 1 and prod(middle) > WORTH_VALUES and middle[0] * rows * columns <= STRIP_VALUES


def _least_strip(spec: Conv2dSpec, middle: Shape) -> Span:
    """Rows and columns below which the edges of a strip cost too much."""
    rows, columns = (ROWS_PER_TAP * (extent - 1) + 1 for extent in spec.extent)
    return min(rows, middle[1]), min(columns, middle[2])


class Fused:
    """Both layers with their weights laid out, for one dtype; `between` is the activation, in place, or None."""

    def __init__(
        self, depthwise: Depthwise, between: Callable[[NDArray[np.floating]], None] | None, pointwise: Pointwise
    ) -> None:
        self.depthwise, self.between, self.pointwise = depthwise, between, pointwise

    def __call__(
        self, x: NDArray[np.floating], middle: Shape, kept: NDArray[np.floating] | None, out: NDArray[np.floating]
    ) -> list[Strip]:
        """Return the strips that write `out` and, if it is given, `kept`: the maps between, of shape `middle`.

        Both arrays are C-contiguous.
        """
        height, width = self._piece(middle)
        return [
            partial(self._run, x, kept, out, Tile(phase=0, rows=rows, columns=columns))
            for rows, columns in product(spans(middle[1], height), spans(middle[2], width))
        ]

    def _piece(self, middle: Shape) -> Span:
        """Rows and columns of one strip, the columns whole if the rows then suffice."""
        channels, out_h, out_w = middle
        macs = channels * (self.depthwise.spec.kernel[0] * self.depthwise.spec.kernel[1] + self.pointwise.maps)
        most = min(STRIP_VALUES // channels, MACS_PER_STRIP // macs)
        rows, _ = _least_strip(self.depthwise.spec, middle)
        width = min(max(most // rows, 1), out_w)
        least = -(-out_h // (STRIPS_PER_THREAD * thread_count()))
        return max(min(most // width, least), 1), width

    def _run(
        self, x: NDArray[np.floating], kept: NDArray[np.floating] | None, out: NDArray[np.floating], tile: Tile
    ) -> None:
        rows, columns = slice(*tile.rows), slice(*tile.columns)
        channels = self.depthwise.spec.out_channels
        if kept is None:
            shape = channels, rows.stop - rows.start, columns.stop - columns.start
            maps = scratch("maps between", shape, x.dtype)
        else:
            maps = kept[:, rows, columns]
        groups = self.depthwise.spec.groups
        self.depthwise.write(x, grouped(maps, groups), (0, groups), tile)
        if self.between is not None:
            self.between(maps)
        self.pointwise.mix(maps, out[:, rows, columns])
