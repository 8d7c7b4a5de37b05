"""Small pictures to learn from: textures and shapes in random colours, places and sizes, under noise.

The classes cannot be told apart by colour, brightness or place: foreground and background are drawn anew for every
picture, so that a bright ring on dark and a dark ring on bright are both "rings", and the mean colour is taken away.
What is left is the pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sepviz.engine.checkpoint import Checkpoint, carry_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator
    from numpy.typing import NDArray

    Field: TypeAlias = NDArray[np.float64]
    Pattern: TypeAlias = Callable[[Generator, Field, Field], Field]

NOISE = 0.2
"""Standard deviation of the noise on every value of colours in 0..1."""
LEAST_CONTRAST = 0.35
"""How much foreground and background differ in one channel at least."""
PICTURES_PER_CHECKPOINT = 64


def _wave(random: Generator, along: Field) -> Field:
    """Return a wave of random length (3 to 6 pixels) and phase, in 0..1."""
    length, phase = random.uniform(3, 6), random.uniform(0, 2 * pi)
    wave: Field = 0.5 + 0.5 * np.sin(2 * pi * along / length + phase)
    return wave


def _turned(random: Generator, x: Field, y: Field, angle: float, jitter: float) -> tuple[Field, Field]:
    """Return the coordinates along and across a direction of about `angle` degrees."""
    turn = np.deg2rad(angle + random.uniform(-jitter, jitter))
    return x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)


def _placed(random: Generator, x: Field, y: Field) -> tuple[Field, Field]:
    """Return the coordinates from a random place in the middle three fifths of the picture."""
    side = len(x)
    column, row = random.uniform(0.2 * side, 0.8 * side, 2)
    return x - column, y - row


def _grating(angle: float) -> Pattern:
    def draw(random: Generator, x: Field, y: Field) -> Field:
        return _wave(random, _turned(random, x, y, angle, 15)[0])

    return draw


def _checkerboard(random: Generator, x: Field, y: Field) -> Field:
    along, across = _turned(random, x, y, 0, 45)
    length, phases = random.uniform(4, 7), random.uniform(0, 2 * pi, 2)
    waves = np.sin(2 * pi * along / length + phases[0]) * np.sin(2 * pi * across / length + phases[1])
    board: Field = (waves > 0).astype(np.float64)
    return board


def _rings(random: Generator, x: Field, y: Field) -> Field:
    return _wave(random, np.hypot(*_placed(random, x, y)))


def _blob(random: Generator, x: Field, y: Field) -> Field:
    x, y = _placed(random, x, y)
    wide, high = random.uniform(0.12, 0.25, 2) * len(x)
    blob: Field = np.exp(-((x / wide) ** 2) - (y / high) ** 2)
    return blob


def _corner(random: Generator, x: Field, y: Field) -> Field:
    along, across = _turned(random, *_placed(random, x, y), 0, 180)
    return ((along > 0) & (across > 0)).astype(np.float64)


PATTERNS: dict[str, Pattern] = {
    "horizontal wave": _grating(90),
    "rising wave": _grating(45),
    "vertical wave": _grating(0),
    "falling wave": _grating(135),
    "checkerboard": _checkerboard,
    "rings": _rings,
    "blob": _blob,
    "corner": _corner,
}
"""The classes, by name; a picture's label is its place in this table."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Textures:
    """Labelled pictures, read-only.

    Attributes
    ----------
    images : ndarray
        float32 (number, side, side, 3), channels innermost, the mean of each channel is 0.
    labels : ndarray
        (number,) whole numbers, the place of each picture's pattern in :data:`PATTERNS`.
    """

    images: NDArray[np.float32]
    labels: NDArray[np.int64]


def draw_textures(number: int, side: int, seed: tuple[int, ...], checkpoint: Checkpoint = carry_on) -> Textures:
    """Draw `number` pictures of `side` x `side` pixels, every class equally often, from the random stream `seed`."""
    random = np.random.default_rng(seed)
    labels = random.permutation(np.arange(number) % len(PATTERNS))
    x, y = np.meshgrid(np.arange(side, dtype=np.float64), np.arange(side, dtype=np.float64))
    images = np.empty((number, side, side, 3), np.float32)
    draw = tuple(PATTERNS.values())
    for at, label in enumerate(labels):
        images[at] = _painted(random, draw[label](random, x, y))
        if at % PICTURES_PER_CHECKPOINT == 0:
            checkpoint(at / number)
    for array in (images, labels):
        array.flags.writeable = False
    return Textures(images=images, labels=labels)


def _painted(random: Generator, pattern: Field) -> Field:
    """Return `pattern` (side, side) in two random colours, with noise, without its mean colour: (side, side, 3)."""
    back, front = _two_colours(random)
    noise = NOISE * random.standard_normal((*pattern.shape, 3))
    painted: Field = 2 * (pattern[:, :, None] * (front - back) + noise)  # twice, for values of about unit size
    painted -= painted.mean(axis=(0, 1))
    return painted


def _two_colours(random: Generator) -> tuple[Field, Field]:
    """Return two colours that differ by at least :data:`LEAST_CONTRAST` in one channel."""
    while True:
        back, front = random.random((2, 3))
        if np.abs(front - back).max() >= LEAST_CONTRAST:
            return back, front
