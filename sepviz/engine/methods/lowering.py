"""What a method is to the rest of the engine: a layer with its weights laid out, cut into strips for one input."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from sepviz.engine.strips import run_strips

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.methods.shifts import Tile
    from sepviz.engine.spec import Conv2dSpec, Pair
    from sepviz.engine.strips import Strip

    Lower: TypeAlias = Callable[[NDArray[np.floating], NDArray[np.floating] | None, Conv2dSpec, Checkpoint], "Lowering"]
    """(kernel, bias or None, spec, checkpoint) -> lowering; kernel and bias already have the input's dtype."""
    Applies: TypeAlias = Callable[[Conv2dSpec], str | None]
    """spec -> None, or the reason why the method cannot do that layer."""
    Span: TypeAlias = tuple[int, int]
    """(start, stop)."""

MACS_PER_STRIP = 200_000_000
"""A strip does at most about this many multiply-accumulates, some 6 ms of one core, so that a cancel is soon heard."""
LEAST_PIXELS = 16
"""A product over fewer pixels takes as long as over so many: it waits for its weights."""
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


class Strips(Sequence["Strip"]):
    """A strip for every combination of one item of each axis, made when its turn comes: there may be millions."""

    def __init__(self, run: Callable[..., object], *axes: Sequence[Any]) -> None:
        self.run, self.axes, self.length = run, axes, prod(map(len, axes))

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, turn: Any) -> Any:
        turn, items = range(self.length)[turn], []
        for axis in reversed(self.axes):
            turn, place = divmod(turn, len(axis))
            items.append(axis[place])
        return partial(self.run, *reversed(items))


def maps_at_once(taps: int, pixels: int) -> int:
    """Return how many output channels, each a sum of `taps` products for each of `pixels`, one strip may make."""
    return max(MACS_PER_STRIP // (taps * max(pixels, LEAST_PIXELS)), 1)


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


def lay_out_groups(
    arrange: Callable[[NDArray[np.floating]], NDArray[np.floating]],
    kernel: NDArray[np.floating],
    bias: NDArray[np.floating] | None,
    spec: Conv2dSpec,
    checkpoint: Checkpoint,
) -> tuple[NDArray[np.floating], NDArray[np.floating] | None]:
    """Return one matrix for each group, (groups, out_channels / groups, taps), and the bias to add to its products.

    Parameters
    ----------
    arrange : callable
        (some output channels, in_channels / groups, kh, kw) -> (some output channels, taps).
    """
    matrices = np.empty((spec.out_channels, prod(spec.weight_shape[1:])), kernel.dtype)
    lay_out(arrange, matrices, kernel, checkpoint)
    shape = spec.groups, spec.depth_multiplier, -1
    return matrices.reshape(shape), None if bias is None else bias.reshape(shape)


def grouped(maps: NDArray[np.floating], groups: int) -> NDArray[np.floating]:
    """Return `maps` (channels, H, W), C-contiguous, as (groups, channels / groups, H, W): a view, to write into too."""
    return maps.reshape(groups, -1, *maps.shape[1:])


def _lay_out_some(
    arrange: Callable[[NDArray[np.floating]], NDArray[np.floating]],
    target: NDArray[np.floating],
    kernel: NDArray[np.floating],
) -> None:
    target[:] = arrange(kernel)


def pad(target: NDArray[np.floating], x: NDArray[np.floating], start: Pair, step: Pair = (1, 1)) -> None:
    """Write the input from row and column `start` on, `step` by `step`, with zeros where there is none.

    Parameters
    ----------
    target : ndarray
        (channels, rows, columns); a transposed view is welcome.
    x : ndarray
        (channels, H, W).
    start : (int, int)
        Below 0 in the padding.
    """
    (row, column), (down, across) = start, step
    first, last = inside(row, down, target.shape[1], x.shape[1])
    begin, end = inside(column, across, target.shape[2], x.shape[2])
    target[:, :first] = 0
    target[:, last:] = 0
    target[:, first:last, :begin] = 0
    target[:, first:last, end:] = 0
    if first < last and begin < end:
        rows = slice(row + first * down, row + (last - 1) * down + 1, down)
        columns = slice(column + begin * across, column + (end - 1) * across + 1, across)
        target[:, first:last, begin:end] = x[:, rows, columns]
