"""One palette for all frames of an animation, so that a colour that stays the same stays the same to the last bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sepviz.export.animation.cells import UNMADE
from sepviz.export.canvas import BASELINE, CANDIDATE, INK, LINE, MUTED, PAPER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

CLEAR = 255
"""The index of no colour: a pixel that is as in the frame before."""
KEPT = (
    *(tuple(bytes.fromhex(colour[1:])) for colour in (PAPER, INK, MUTED, LINE, BASELINE, CANDIDATE)),
    UNMADE,
)
"""Colours of large areas and of text, which the palette holds as they are."""
_COLOURS = 1 << 24
_WEIGHT = 24
_CHUNK = 4096


class Palette:
    """255 colours, and of every colour which of them is nearest.

    Parameters
    ----------
    colours : uint8 (255, 3)
    """

    def __init__(self, colours: NDArray[np.uint8]) -> None:
        self.colours = colours
        self._nearest = np.zeros(_COLOURS, np.uint8)
        self._known = np.zeros(_COLOURS, np.bool_)

    def indices(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the index of the nearest colour for every pixel of uint8 (H, W, 3), not dithered."""
        codes = _codes(rgb)
        new = np.unique(codes[~self._known[codes]])
        for start in range(0, len(new), _CHUNK):
            some = new[start : start + _CHUNK]
            off = _colours(some)[:, None, :].astype(np.int32) - self.colours.astype(np.int32)
            self._nearest[some] = (off * off).sum(axis=2).argmin(axis=1)
        self._known[new] = True
        return self._nearest[codes]

    def flat(self) -> list[int]:
        """Return red, green, blue of all 256 indices, one after the other; no two are the same colour."""
        taken = set(_codes(self.colours).tolist())
        clear = next(code for code in range(_COLOURS) if code not in taken)
        return [*self.colours.ravel().tolist(), *_colours(np.array([clear])).ravel().tolist()]


def palette_of(
    samples: Iterable[NDArray[np.uint8]], reduce: Callable[[NDArray[np.uint8], int], NDArray[np.uint8]]
) -> Palette:
    """Return the palette for frames like the `samples`, uint8 (H, W, 3).

    Where they have more than 255 colours, ``reduce(colours (N, 3), count)`` finds `count` that stand for them; a colour
    that is seen often counts more, but not by as much, as else the ground would take what the maps need.
    """
    seen: dict[int, int] = {}
    for sample in samples:
        codes, counts = np.unique(_codes(sample), return_counts=True)
        for code, number in zip(codes.tolist(), counts.tolist(), strict=True):
            seen[code] = seen.get(code, 0) + number
    kept = [int(_codes(np.array(colour, np.uint8))) for colour in KEPT]
    others = np.array([code for code in seen if code not in kept], np.int64)
    room = CLEAR - len(kept)
    if len(others) > room:
        weights = np.minimum(np.sqrt([seen[code] for code in others.tolist()]), _WEIGHT).astype(int) + 1
        others = np.unique(_codes(reduce(_colours(others.repeat(weights)), room)))
    filled = dict.fromkeys([*kept, *others.tolist(), *range(2 * CLEAR)])
    return Palette(_colours(np.array([*filled][:CLEAR])))


def _codes(rgb: NDArray[np.uint8]) -> NDArray[np.int64]:
    red, green, blue = (rgb[..., channel].astype(np.int64) for channel in range(3))
    codes: NDArray[np.int64] = (red << 16) | (green << 8) | blue
    return codes


def _colours(codes: NDArray[np.int64]) -> NDArray[np.uint8]:
    return np.stack([codes >> 16, (codes >> 8) & 255, codes & 255], axis=-1).astype(np.uint8)
