"""Memory for outputs, used again.

A system hands out fresh memory page by page at the first touch, which can cost more than the layer that writes it. So
the memory of large outputs is kept, and given out again when no array looks at it any more.
"""

from __future__ import annotations

import sys
import threading
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

SMALLEST_BYTES = 2**20
"""Outputs below this come from the ordinary heap, which reuses them itself; those beyond KEPT_BYTES are not kept."""
KEPT_BYTES = 640 * 2**20
"""What the pool holds at most, in use or not: more than the window keeps, so that what it lets go is used again."""
SLACK = 1.25
"""A kept piece may be this many times larger than what is asked for."""
_lock = threading.Lock()
_pieces: list[NDArray[np.uint8]] = []


def borrow(shape: tuple[int, ...], dtype: DTypeLike) -> tuple[NDArray[Any], bool]:
    """Return an uninitialised array, and whether its memory was used before and so is really there.

    The memory is free again as soon as the array and all views of it are gone: NumPy makes each of them refer to the
    piece itself, so a count of its references tells.
    """
    size = prod(shape) * np.dtype(dtype).itemsize
    if size < SMALLEST_BYTES or size > KEPT_BYTES:
        return np.empty(shape, dtype), False
    with _lock:
        piece = _unused(size)
    known = piece is not None
    if piece is None:
        piece = np.empty(size, np.uint8)
    return piece[:size].view(dtype).reshape(shape), known


def keep(array: NDArray[Any]) -> None:
    """Take the fresh memory of a borrowed array into the pool, once all of it is really there.

    Not before: memory whose touching was cancelled would be given out as known, and its first strip would pay for it.
    """
    if array.base is not None:
        with _lock:
            _pieces.append(array.base)
            _shrink()


def kept_bytes() -> int:
    """Return how many bytes the pool holds, in use or not."""
    with _lock:
        return sum(piece.nbytes for piece in _pieces)


def _unused(size: int) -> NDArray[np.uint8] | None:
    for piece, references in zip(_pieces, _references(_pieces), strict=True):
        if size <= piece.nbytes <= SLACK * size and references == UNUSED:
            return piece
    return None


def _references(pieces: list[NDArray[np.uint8]]) -> list[int]:
    return [sys.getrefcount(piece) for piece in pieces]


UNUSED = _references([np.empty(1, np.uint8)])[0]
"""References to a piece that nobody uses, counted as the pool counts: how many those are differs between Pythons."""


def _shrink() -> None:
    """Let go of the oldest pieces; one in use lives on until its user is done."""
    while len(_pieces) > 1 and sum(piece.nbytes for piece in _pieces) > KEPT_BYTES:
        del _pieces[0]
