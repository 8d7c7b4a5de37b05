"""Synthetic pictures that teach: on each of them one property of a convolution can be seen at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

PatternPixels: TypeAlias = NDArray[np.uint8 | np.float32]

SIDE = 256
"""Height and width of every pattern but the impulse."""
IMPULSE_SIDE = 31
"""Small and odd: what the widest kernel makes of the one pixel has room, a centre, and is seen without zooming."""
_SEED = 2017
_BARS = ((1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1), (0, 0, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A synthetic picture: what it is called, what it teaches, and how it is drawn."""

    name: str
    label: str
    help: str
    draw: Callable[[], PatternPixels]


def draw_pattern(name: str) -> PatternPixels:
    """Return the pattern `name`: uint8 or float32 in 0..1, (H, W) grey or (H, W, 3) colour; the same on every call.

    Raises
    ------
    KeyError
        When `name` is not in :data:`PATTERNS`.
    """
    return PATTERNS[name].draw()


def _impulse() -> PatternPixels:
    pixels = np.zeros((IMPULSE_SIDE, IMPULSE_SIDE), np.uint8)
    pixels[IMPULSE_SIDE // 2, IMPULSE_SIDE // 2] = 255
    return pixels


def _step() -> PatternPixels:
    pixels = np.zeros((SIDE, SIDE), np.uint8)
    pixels[:, SIDE // 2 :] = 255
    return pixels


def _checkerboard(cell: int = 16) -> PatternPixels:
    rows, columns = np.indices((SIDE, SIDE)) // cell
    return ((rows + columns) % 2 * 255).astype(np.uint8)


def _sweep() -> PatternPixels:
    """Return a zone plate: cos(pi r^2 / SIDE) has r / SIDE cycles a pixel: one half at the middle of a side."""
    offset = np.arange(SIDE, dtype=np.float64) - SIDE / 2
    squared_radius = offset[:, None] ** 2 + offset[None, :] ** 2
    return (0.5 + 0.5 * np.cos(np.pi * squared_radius / SIDE)).astype(np.float32)


def _bars() -> PatternPixels:
    stripes = np.repeat(np.array(_BARS, np.uint8) * 255, SIDE // len(_BARS), axis=0)
    return np.repeat(stripes[None], SIDE, axis=0)


def _gradient() -> PatternPixels:
    return np.repeat(np.linspace(0, 1, SIDE, dtype=np.float32)[None], SIDE, axis=0)


def _noise() -> PatternPixels:
    return np.random.default_rng(_SEED).integers(0, 256, (SIDE, SIDE), np.uint8)


PATTERNS: dict[str, Pattern] = {
    pattern.name: pattern
    for pattern in (
        Pattern(
            name="impulse",
            label="Impulse",
            help="One white pixel on black: every map shows its own kernel at the centre, turned by half a turn.",
            draw=_impulse,
        ),
        Pattern(
            name="step",
            label="Step edge",
            help="Black beside white: shows which kernels answer to an edge, and how wide a larger kernel smears it.",
            draw=_step,
        ),
        Pattern(
            name="checkerboard",
            label="Checkerboard",
            help="Edges in two directions and corners: a spatially separable kernel takes a corner for two edges.",
            draw=_checkerboard,
        ),
        Pattern(
            name="sweep",
            label="Sine sweep",
            help="Rings that grow finer outwards: a map shows what its kernel passes; stride 2 adds false rings.",
            draw=_sweep,
        ),
        Pattern(
            name="bars",
            label="Colour bars",
            help="Eight pure colours: a depthwise layer sees one channel at a time, the pointwise layer mixes them.",
            draw=_bars,
        ),
        Pattern(
            name="gradient",
            label="Gradient",
            help="Black to white in even steps: a kernel whose weights sum to zero answers with one flat value.",
            draw=_gradient,
        ),
        Pattern(
            name="noise",
            label="Noise",
            help="All frequencies alike (seeded): the texture that is left in a map is the kernel's own.",
            draw=_noise,
        ),
    )
}
"""The patterns by name, in the order of the menu."""
