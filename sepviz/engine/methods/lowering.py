"""What a method is to the rest of the engine: a layer with its weights laid out, cut into strips for one input."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from sepviz.engine.methods.shifts import Tile
    from sepviz.engine.spec import Conv2dSpec
    from sepviz.engine.strips import Strip

    Lower: TypeAlias = Callable[[NDArray[np.floating], NDArray[np.floating] | None, Conv2dSpec], "Lowering"]
    """(kernel, bias or None, spec) -> lowering; kernel and bias already have the input's dtype."""
    Applies: TypeAlias = Callable[[Conv2dSpec], str | None]
    """spec -> None, or the reason why the method cannot do that layer."""
    Span: TypeAlias = tuple[int, int]
    """(start, stop)."""

MACS_PER_STRIP = 200_000_000
"""A strip does at most about this many multiply-accumulates, some 6 ms of one core, so that a cancel is soon heard."""
MACS_WORTH_A_THREAD = 4_000_000
"""Below twice this a layer is one strip: waking a second thread takes longer than it saves."""


class Lowering(Protocol):
    """A layer with its weights laid out for one method and one dtype."""

    def __call__(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> list[Strip]:
        """Return the strips that write the layer's result for `x` (in_channels, H, W) into `out`, C-contiguous."""


class Depthwise(Lowering, Protocol):
    """A depthwise layer whose strips can also be made one at a time, for the layer after it to use while they are hot.

    Attributes
    ----------
    phases : int
        Output rows that are taken together are so many apart; see :mod:`sepviz.engine.methods.shifts`.
    """

    spec: Conv2dSpec
    phases: int

    def write(self, x: NDArray[np.floating], result: NDArray[np.floating], channels: Span, tile: Tile) -> None:
        """Write `result` (channels, depth_multiplier, rows, columns), the place of one tile of some channels."""


def spans(length: int, piece: int) -> list[Span]:
    """Cut 0..`length` into spans of nearly equal size, none above `piece` (at least 1)."""
    number = -(-length // max(piece, 1))
    return list(pairwise(length * turn // number for turn in range(number + 1)))


def inside(first: int, step: int, number: int, length: int) -> Span:
    """Return the turns i of 0..`number` for which 0 <= first + i * step < length."""
    start = min(max(-(first // step), 0), number)
    return start, max(min((length - 1 - first) // step + 1, number), start)
