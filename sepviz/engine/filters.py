"""Named image filters for a kernel of any size: each is exactly the classic one at 3 × 3.

All are built from one-dimensional profiles. A classic three-tap profile of length n is the three taps blurred with a
binomial of length n - 2, so a larger kernel is the same filter on a smoother picture. Two taps keep what two taps can
express (a difference, no curvature); one tap keeps nothing of a derivative. A 1 × 1 kernel has no room for any filter:
there every filter is the identity. Signs are those of a cross-correlation: sobel-x is positive where the picture gets
brighter to the right.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, cos, pi, sin
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Kernel: TypeAlias = "NDArray[np.float64]"

ORIENTATIONS = 8
"""Directions that a bank cycles through, from 0 to just under 180 degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A row of :data:`FILTERS`.

    `make` takes kernel height, kernel width and the number of the kernel in its layer, which only the banks read.
    """

    name: str
    label: str
    help: str
    make: Callable[[int, int, int], Kernel]

    def kernel(self, height: int, width: int, number: int = 0) -> Kernel:
        """Return the filter for one kernel, (height, width)."""
        return np.ones((1, 1)) if height == width == 1 else self.make(height, width, number)


def _blur(length: int) -> Kernel:
    """Binomial coefficients that sum to 1."""
    return np.array([comb(length - 1, tap) for tap in range(length)]) / 2.0 ** (length - 1)


def _point(length: int) -> Kernel:
    """1 at the tap that "same" padding puts on the pixel itself."""
    taps = np.zeros(length)
    taps[(length - 1) // 2] = 1
    return taps


def _stretched(classic: list[float], length: int) -> Kernel:
    return np.convolve(_blur(length - 2), classic)


def _spot(length: int) -> Kernel:
    return _stretched([0, 1, 0], length) if length > 2 else _point(length)


def _slope(length: int) -> Kernel:
    """First difference; a ramp of slope 1 gives 2 at any length above 1."""
    if length > 2:
        return _stretched([-1, 0, 1], length)
    return np.array([-2.0, 2.0]) if length == 2 else np.zeros(1)


def _curve(length: int) -> Kernel:
    """Second difference."""
    return _stretched([1, -2, 1], length) if length > 2 else np.zeros(length)


def _flat(length: int) -> Kernel:
    return _stretched([1, 1, 1], length) if length > 2 else np.ones(length)


def _scharr_blur(length: int) -> Kernel:
    return _stretched([3 / 16, 10 / 16, 3 / 16], length) if length > 2 else _blur(length)


def _identity(height: int, width: int, number: int) -> Kernel:
    return np.outer(_point(height), _point(width))


def _box(height: int, width: int, number: int) -> Kernel:
    return np.full((height, width), 1 / (height * width))


def _gaussian(height: int, width: int, number: int) -> Kernel:
    return np.outer(_blur(height), _blur(width))


def _sobel_x(height: int, width: int, number: int) -> Kernel:
    return 4 * np.outer(_blur(height), _slope(width))


def _sobel_y(height: int, width: int, number: int) -> Kernel:
    return _sobel_x(width, height, number).T


def _scharr_x(height: int, width: int, number: int) -> Kernel:
    return 16 * np.outer(_scharr_blur(height), _slope(width))


def _scharr_y(height: int, width: int, number: int) -> Kernel:
    return _scharr_x(width, height, number).T


def _laplacian(height: int, width: int, number: int) -> Kernel:
    return np.outer(_spot(height), _curve(width)) + np.outer(_curve(height), _spot(width))


def _sharpen(height: int, width: int, number: int) -> Kernel:
    return _identity(height, width, number) - _laplacian(height, width, number)


def _emboss(height: int, width: int, number: int) -> Kernel:
    relief: Kernel = np.outer(_slope(height), _flat(width)) + np.outer(_flat(height), _slope(width))
    return _identity(height, width, number) + relief


def _edge(height: int, width: int, number: int) -> Kernel:
    """First derivative along one of the orientations (steerable: a blend of the two Sobel filters)."""
    angle = pi * (number % ORIENTATIONS) / ORIENTATIONS
    return cos(angle) * _sobel_x(height, width, 0) + sin(angle) * _sobel_y(height, width, 0)


def _gabor(height: int, width: int, number: int) -> Kernel:
    """Return a wave under a Gaussian, mean 0, absolute sum 2; first all even phases, then all odd ones."""
    angle = pi * (number % ORIENTATIONS) / ORIENTATIONS
    phase = pi / 2 * (number // ORIENTATIONS % 2)
    side = max(height, width, 3)
    y = np.arange(height)[:, None] - (height - 1) / 2
    x = np.arange(width)[None, :] - (width - 1) / 2
    wave = np.cos(2 * pi * (cos(angle) * x + sin(angle) * y) / (0.75 * side) - phase)
    taps: Kernel = wave * np.exp(-(x**2 + y**2) / (2 * (side / 4) ** 2))
    taps -= taps.mean()
    size = np.abs(taps).sum()
    return taps * (2 / size) if size > 1e-9 else np.zeros((height, width))


FILTERS: dict[str, Filter] = {
    entry.name: entry
    for entry in (
        Filter(name="identity", label="Identity", help="The picture itself: 1 at one tap.", make=_identity),
        Filter(name="box", label="Box blur", help="The plain mean of all taps.", make=_box),
        Filter(name="gaussian", label="Gaussian blur", help="Binomial weights: a soft blur.", make=_gaussian),
        Filter(name="sharpen", label="Sharpen", help="The picture minus its Laplacian.", make=_sharpen),
        Filter(name="sobel-x", label="Sobel, x", help="Slope to the right, blurred across.", make=_sobel_x),
        Filter(name="sobel-y", label="Sobel, y", help="Slope downwards, blurred across.", make=_sobel_y),
        Filter(name="scharr-x", label="Scharr, x", help="As Sobel, truer to direction.", make=_scharr_x),
        Filter(name="scharr-y", label="Scharr, y", help="As Sobel, truer to direction.", make=_scharr_y),
        Filter(name="laplacian", label="Laplacian", help="Curvature in both directions.", make=_laplacian),
        Filter(name="emboss", label="Emboss", help="Light from the top left.", make=_emboss),
        Filter(
            name="edge-bank",
            label="Bank of edges",
            help=f"Each kernel a slope in the next of {ORIENTATIONS} directions.",
            make=_edge,
        ),
        Filter(
            name="gabor-bank",
            label="Bank of Gabors",
            help=f"Each kernel a small wave in the next of {ORIENTATIONS} directions, then out of phase.",
            make=_gabor,
        ),
    )
}
