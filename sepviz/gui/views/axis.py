"""Where an axis starts, ends, and has its ticks: plain numbers, no painting."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

CLIP_QUANTILE = 0.95
"""Share of a layer's repeats that an axis shows when the few slowest would squash all others."""
_SQUASHING = 1.6
"""How far beyond that share the slowest repeat has to lie before the axis ends early."""
_MARGIN = 1.04


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAxis:
    """An axis from 0 to `end` seconds; `beyond` counts, for each layer, the repeats that lie past its end."""

    end: float
    beyond: tuple[int, ...]

    @property
    def is_clipped(self) -> bool:
        """Whether some repeats lie past the end."""
        return any(self.beyond)


def time_axis(samples: Sequence[Sequence[float]]) -> TimeAxis:
    """Return the axis for the repeats of each layer, in seconds.

    It reaches the slowest repeat, unless that one is so slow that the others would be squashed; then it ends behind the
    :data:`CLIP_QUANTILE` of the slower layer, and says how many lie beyond.
    """
    slowest = max(max(times) for times in samples)
    usual = max(float(np.quantile(times, CLIP_QUANTILE, method="lower")) for times in samples)
    end = _MARGIN * (usual if slowest > _SQUASHING * usual else slowest)
    return TimeAxis(end=end, beyond=tuple(sum(time > end for time in times) for times in samples))


def linear_ticks(end: float, most: int) -> list[float]:
    """Return round numbers from 0 to `end`: at most `most` steps (or 3) of 1, 2 or 5 times a power of ten."""
    # Rounding a step up makes it up to 2.5 times as long, so fewer than 3 could leave nothing but the 0.
    rough = end / max(most, 3)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(nice * power for nice in (1, 2, 5, 10) if nice * power >= rough * 0.999)
    return [index * step for index in range(math.floor(end / step * 1.000001) + 1)]


def ratio_span(values: Sequence[float]) -> tuple[int, int]:
    """Return the exponents (low, high) of the powers of two that enclose `values` and reach from 1/2 to 2 at least."""
    logs = [math.log2(value) for value in values if value > 0 and math.isfinite(value)]
    low, high = min(logs, default=0.0), max(logs, default=0.0)
    return min(-1, math.floor(low - 0.15)), max(1, math.ceil(high + 0.15))


def ratio_ticks(low: int, high: int, most: int) -> list[int]:
    """Return the exponents from `low` to `high` to write at a log2 axis: 0 among them, at most `most` or so."""
    step = max(1, math.ceil((high - low) / max(most, 1)))
    return [exponent for exponent in range(low, high + 1) if exponent % step == 0]
