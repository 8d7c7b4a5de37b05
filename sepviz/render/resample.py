"""From map pixels to screen pixels, for whole rows of maps: exact area averaging, or squares where maps are enlarged.

Both directions are treated alike, one after the other: a line of tiles is cut into :class:`Piece` values, small
matrices of weights that matrix multiplication applies to many maps at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


class Maps(Protocol):
    """Feature maps (C, H, W) that can be read in parts: an array, or what makes values where they are read."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(C, H, W)."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the values."""

    def __getitem__(self, key: tuple[slice, slice, slice], /) -> NDArray[Any]:
        """Return the values of channels, rows and columns."""


def touching(count: int, side: int, gap: float, start: float, stop: float) -> range:
    """Return which of `count` tiles in a line share a length with the interval `start` to `stop`."""
    pitch = side + gap
    first = floor(start / pitch)
    first += start >= first * pitch + side
    return range(max(0, first), min(count, ceil(stop / pitch)))


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Neighbouring screen pixels `start` to `stop` of one tile, along one axis.

    They show the map pixels `first` to `last` of the tile in column (or row) `place`, averaged with the rows of
    `weights` (screen pixels, map pixels).
    """

    place: int
    start: int
    stop: int
    first: int
    last: int
    weights: NDArray[np.float32]


PIECE = 12
"""Screen pixels in a piece: few, as most of a large matrix of weights would be zeros."""

PADDING = 16
"""Unused values after each row of a buffer."""


@lru_cache(maxsize=512)
def weights(side: int, pixels: int, low: int, high: int) -> tuple[int, NDArray[np.float32]]:
    """Return how `side` map pixels make the screen pixels `low` to `high` of a tile of `pixels`.

    Where screen pixels are fewer, it is exact area averaging: screen pixel i is the mean of the map from
    i * side / pixels to (i + 1) * side / pixels, fractions included. Else each takes the one map pixel at its centre,
    so that map pixels stay squares.

    Returns
    -------
    first : int
        The first map pixel that has a weight.
    weights : float32 (high - low, map pixels)
        Rows of sum 1.
    """
    first, last = low * side // pixels, -(-high * side // pixels)
    # in units of 1 / pixels of a map pixel everything is a whole number
    source = np.arange(first, last) * pixels
    edges = np.arange(low, high + 1)[:, None] * side
    if pixels < side:
        shared = np.minimum(edges[1:], source + pixels) - np.maximum(edges[:-1], source)
        shares = shared.clip(0) / side
    else:
        shares = (edges[:-1] + edges[1:]) // (2 * pixels) * pixels == source
    made = shares.astype(np.float32)
    made.setflags(write=False)
    return first, made


def cut(count: int, side: int, gap: float, start: float, stop: float, pixels: int) -> list[Piece]:
    """Cut a line of `count` tiles into the pieces that `pixels` screen pixels show between `start` and `stop`.

    All gaps become equally wide: the nearest whole number of screen pixels, one at least unless tiles are tiny. They
    are centred on where they belong, so an edge is moved by less than one screen pixel, and by 3/4 at most unless a
    gap is widened to one.
    """
    scale = pixels / (stop - start)
    space = max(round(gap * scale), int((side + gap) * scale >= 3))

    def gap_before(place: int) -> int:
        return floor((place * (side + gap) - gap / 2 - start) * scale - space / 2 + 0.5)

    pieces = []
    for place in touching(count, side, gap, start, stop):
        left, right = gap_before(place) + space, gap_before(place + 1)
        end = min(right, pixels)
        for low in range(max(left, 0), end, PIECE):
            high = min(low + PIECE, end)
            first, shares = weights(side, right - left, low - left, high - left)
            pieces.append(Piece(place, low, high, first, first + shares.shape[1], shares))
    return pieces


def as_it_is(part: NDArray[Any]) -> NDArray[Any]:
    """Return `part`: what :func:`shrink` averages unless told otherwise."""
    return part


def finite_or_zero(part: NDArray[Any]) -> NDArray[Any]:
    """Return `part` with 0 for each value that is not finite."""
    return np.where(np.isfinite(part), part, part.dtype.type(0))


def shrink(
    maps: Maps,
    columns: int,
    down: list[Piece],
    across: list[Piece],
    width: int,
    look: Callable[[NDArray[Any]], NDArray[Any]] = as_it_is,
) -> NDArray[Any]:
    """Return the screen rows of `down` (rows, width) from maps that lie in `columns`; 0 beside the tiles.

    What is averaged is ``look(part)`` of each part of the maps that is read. First rows, then columns: memory is read
    once, in order, and the second step has little left to do.
    """
    left, right = across[0].place, across[-1].place + 1
    first, last = min(piece.first for piece in across), max(piece.last for piece in across)
    height = sum(piece.stop - piece.start for piece in down)
    dtype = np.result_type(maps.dtype, np.float32)
    # the padding keeps rows from lying a power of two apart, which the cache bears badly
    rows = np.zeros((height, right - left, last - first + PADDING), dtype)
    top = 0
    for piece in down:
        channels = slice(piece.place * columns + left, piece.place * columns + right)
        part = look(maps[channels, piece.first : piece.last, first:last])
        into = rows[top : top + len(piece.weights), : len(part), : last - first]
        np.matmul(piece.weights, part, out=into.transpose(1, 0, 2))
        top += len(piece.weights)
    drawn = np.zeros((height, width), dtype)
    for piece in across:
        source = rows[:, piece.place - left, piece.first - first : piece.last - first]
        np.matmul(source, piece.weights.T, out=drawn[:, piece.start : piece.stop])
    return drawn


def shrink_finite(maps: Maps, columns: int, down: list[Piece], across: list[Piece], width: int) -> NDArray[Any]:
    """Return what :func:`shrink` does, but only finite map pixels count; not a number where there is none."""
    total = shrink(maps, columns, down, across, width, finite_or_zero)
    share = shrink(maps, columns, down, across, width, np.isfinite)
    mean: NDArray[Any] = np.divide(total, share, where=share > 0, out=np.full_like(total, np.nan))
    return mean
