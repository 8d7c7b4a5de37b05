"""Where a depthwise separable layer begins to cost more than the standard layer it stands for, in closed form.

K² stands for kernel height × width, N for out_channels, d for depth_multiplier, P for the pixels of the output plane.
Stride, dilation, padding and in_channels cancel. All follow from the counts of :mod:`sepviz.engine.cost`; a bias adds
one parameter per output channel of each convolution.
"""

from __future__ import annotations

from math import inf, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def saving(area: int, out_channels: int, multiplier: int) -> float:
    """Return MACs of the standard layer / MACs of the separable one, K²N / (d (K² + N)): at d = 1, 1/(1/N + 1/K²)."""
    return area * out_channels / (multiplier * (area + out_channels))


def multiplier_limit(area: int, out_channels: int, *, bias: bool = False) -> float:
    """Return the d below which the separable layer has less: K²N / (K² + N), for parameters with bias K² + N + 1."""
    return area * out_channels / (area + out_channels + bias)


def width_limit(area: int, multiplier: int, *, bias: bool = False) -> float:
    """Return the N above which the separable layer has less: d K² / (K² - d); infinite where no N is enough."""
    return multiplier * (area + bias) / (area - multiplier) if area > multiplier else inf


def traffic_limit(area: int, out_channels: int, multiplier: int, *, bias: bool = False) -> float:
    """Return the 2P above which the unfused separable layer moves more bytes: K²N/d - N - K²; at or below 0, always.

    At d = 1 this is N (K² - 1) - K². It follows from d (K² + 2P + N) > K² N, elements for each input channel.
    """
    return area * out_channels / multiplier - out_channels - area - bias


def crossings(x: Sequence[float], ratio: Sequence[float]) -> tuple[float, ...]:
    """Return where a positive `ratio` passes 1, read off between neighbouring points on logarithmic scales."""
    return tuple(_crossings(x, ratio))


def _crossings(x: Sequence[float], ratio: Sequence[float]) -> Iterator[float]:
    heights = [log(value) for value in ratio]
    for left, right, below, above in zip(x, x[1:], heights, heights[1:], strict=False):
        if (below < 0) != (above < 0):
            yield left * (right / left) ** (below / (below - above))
