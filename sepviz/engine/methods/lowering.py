"""What a method is to the rest of the engine: a layer with its weights laid out, cut into strips for one input."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol, TypeAlias

from sepviz.engine.strips import run_strips

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.methods.shifts import Tile
    from sepviz.engine.spec import Conv2dSpec, Pads
    from sepviz.engine.strips import Strip

    Lower: TypeAlias = Callable[[NDArray[np.floating], NDArray[np.floating] | None, Conv2dSpec, Checkpoint], "Lowering"]
    """(kernel, bias or None, spec, checkpoint) -> lowering; kernel and bias already have the input's dtype."""
    Applies: TypeAlias = Callable[[Conv2dSpec], str | None]
    """spec -> None, or the reason why the method cannot do that layer."""
    Span: TypeAlias = tuple[int, int]
    """(start, stop)."""

MACS_PER_STRIP = 200_000_000
"""A strip does at most about this many multiply-accumulates, some 6 ms of one core, so that a cancel is soon heard."""
WEIGHTS_PER_STRIP = 250_000
"""Weights that are laid out in one go: about 2 ms."""
MACS_WORTH_A_THREAD = 4_000_000
"""Below twice this a layer is one strip: waking a second thread takes longer than it saves."""


class Lowering(Protocol):
    """A layer with its weights laid out for one method and one dtype."""

    def __call__(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> Sequence[Strip]:
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


def lay_out(
    arrange: Callable[[NDArray[np.floating]], NDArray[np.floating]],
    target: NDArray[np.floating],
    kernel: NDArray[np.floating],
    checkpoint: Checkpoint,
) -> None:
    """Write ``arrange(kernel)`` to `target`, a few output channels at a time, so that a cancel is heard between.

    Parameters
    ----------
    arrange : callable
        (some output channels, in_channels / groups, kh, kw) -> what belongs into the same part of `target`.
    """
    piece = WEIGHTS_PER_STRIP // kernel[0].size
    strips = [
        partial(_lay_out_some, arrange, target[slice(*some)], kernel[slice(*some)])
        for some in spans(len(kernel), piece)
    ]
    run_strips(strips, lambda fraction: checkpoint(0.0))


def _lay_out_some(
    arrange: Callable[[NDArray[np.floating]], NDArray[np.floating]],
    target: NDArray[np.floating],
    kernel: NDArray[np.floating],
) -> None:
    target[:] = arrange(kernel)


def pad(target: NDArray[np.floating], x: NDArray[np.floating], pads: Pads, tile: Tile) -> None:
    """Write the input from under the first pixel of a tile onwards, for stride 1, zeros of the padding included.

    Parameters
    ----------
    target : ndarray
        (channels, rows, columns); a transposed view is welcome.
    x : ndarray
        (channels, H, W).
    """
    (top, _), (left, _) = pads
    row, column = tile.rows[0] - top, tile.columns[0] - left
    first, last = inside(row, 1, target.shape[1], x.shape[1])
    begin, end = inside(column, 1, target.shape[2], x.shape[2])
    target[:, :first] = 0
    target[:, last:] = 0
    target[:, first:last, :begin] = 0
    target[:, first:last, end:] = 0
    target[:, first:last, begin:end] = x[:, row + first : row + last, column + begin : column + end]
