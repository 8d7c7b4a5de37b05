"""From the values of feature maps to the 255 levels of a colour map.

Level 0 is the *ground*: no data (gaps, empty cells, not a number). Data take the levels 1 to 255: 1 shows the low end
of a range, 255 its high end and 128, exactly, its middle; so zero is the middle colour of a symmetric range.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from sepviz.render.each import in_turn, portions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.render.each import Each

ScalePolicy: TypeAlias = Literal["per-map", "shared", "symmetric"]
"""Which values the ends of the colour map stand for."""

GROUND = 0
"""The level of what is no data."""
LOWEST, MIDDLE, HIGHEST = 1, 128, 255
"""The levels of the low end, the middle and the high end of a range."""

CACHED_VALUES = 1 << 16
"""About this many values are handled at a time, so that a second look at them finds them in the cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyText:
    """What a reader is told about a scale policy."""

    label: str
    help: str


SCALE_POLICIES: dict[ScalePolicy, PolicyText] = {
    "per-map": PolicyText(
        label="Per map",
        help="Each map uses the whole colour map, from its own minimum to its own maximum. "
        "Shows structure; strengths of two maps cannot be compared.",
    ),
    "shared": PolicyText(
        label="Shared",
        help="One range for all maps of both layers: equal colours are equal values.",
    ),
    "symmetric": PolicyText(
        label="Symmetric",
        help="One range for all maps of both layers, centred on zero: the middle colour is zero, and equal colours "
        "are equal values. Best with a diverging colour map.",
    ),
}


@dataclass(frozen=True, slots=True)
class Range:
    """The values that the two ends of a colour map stand for, low <= high."""

    low: float
    high: float

    def value_at(self, level: float) -> float:
        """Return the value that `level` (1 to 255) shows; what a colour bar writes beside it."""
        share = (level - LOWEST) / (HIGHEST - LOWEST)
        return self.low * (1 - share) + self.high * share


def overall(*ranges: NDArray[np.float64]) -> Range:
    """Return the smallest range that holds all rows of the (C, 2) arrays `ranges`."""
    return Range(min(float(r[:, 0].min()) for r in ranges), max(float(r[:, 1].max()) for r in ranges))


def resolve(policy: ScalePolicy, *ranges: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the ranges to draw with, one (C, 2) array for each given one.

    Parameters
    ----------
    policy : {"per-map", "shared", "symmetric"}
        See :data:`SCALE_POLICIES`.
    *ranges : array (C, 2)
        The minimum and maximum of every map, as :func:`map_ranges` gives them; one array for each set of maps that is
        shown at the same time.
    """
    if policy == "per-map":
        return list(ranges)
    common = overall(*ranges)
    if policy == "symmetric":
        extent = max(abs(common.low), abs(common.high))
        common = Range(-extent, extent)
    return [np.tile([common.low, common.high], (len(r), 1)) for r in ranges]


def map_ranges(maps: NDArray[Any], each: Each = in_turn) -> NDArray[np.float64]:
    """Return minimum and maximum of every map of `maps` (C, H, W) as an array (C, 2).

    Values that are not finite are passed over; a map without a finite value has the range (0, 0).
    """
    ranges = np.zeros((len(maps), 2))
    flat = maps.reshape(len(maps), -1)
    size = max(1, CACHED_VALUES // max(1, flat.shape[1]))

    def measure(channels: range) -> None:
        for first in range(channels.start, channels.stop, size):
            part = slice(first, min(first + size, channels.stop))
            ranges[part, 0], ranges[part, 1] = flat[part].min(axis=1), flat[part].max(axis=1)
        spoilt = ~np.isfinite(ranges[channels.start : channels.stop]).all(axis=1)
        for channel in np.flatnonzero(spoilt) + channels.start:
            ranges[channel] = finite_range(flat[channel])

    each(portions(*flat.shape), measure)
    return ranges


def finite_range(values: NDArray[Any]) -> tuple[float, float]:
    """Return the least and the greatest finite one of `values`; (0, 0) if there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


CLIPPED_SHARE = 0.005
"""Share of a map's values that :func:`central_ranges` leaves beyond each end."""
CENTRAL_SHARE = 0.25
"""Smallest share of its full range that a map may be clipped to."""
PARTITIONED_VALUES = 1 << 18
"""Sorting the samples of a map takes about as long as drawing so many values."""
SAMPLES, SMALL = 2048, 4096
"""Values looked at to estimate a range; a map of fewer than the second number is looked at as a whole."""


def central_ranges(maps: NDArray[Any], ranges: NDArray[np.float64], each: Each = in_turn) -> NDArray[np.float64]:
    """Return `ranges` (C, 2) of `maps` (C, H, W) without the most extreme values, where that shows the rest better.

    Half a per cent of the values of a map, estimated from about 2,048 of them, may lie beyond each end. A map whose
    strong values are few (an impulse, an edge) would lose just what it shows: where the clipped range is less than a
    quarter of the full one, the full one is kept. So it is for small maps, of which every pixel is seen.
    """
    flat = maps.reshape(len(maps), -1)
    step = sample_step(*maps.shape[1:])
    return central_of(flat[:, ::step], ranges, each) if step > 1 else ranges


def sample_step(height: int, width: int) -> int:
    """Return the step through a map's values, row after row, that meets about 2,048 of them; 1 for a small map."""
    if height * width <= SMALL:
        return 1
    step = max(2, height * width // SAMPLES)
    # a step that shares a factor with the width would look at the same few columns only
    while gcd(step, width) > 1:
        step += 1
    return step


def central_of(samples: NDArray[Any], ranges: NDArray[np.float64], each: Each = in_turn) -> NDArray[np.float64]:
    """Return :func:`central_ranges` of maps of which `ranges` (C, 2) and `samples` (C, number) are known."""
    beyond = int(CLIPPED_SHARE * samples.shape[1])
    central = np.zeros((len(samples), 2))

    def estimate(channels: range) -> None:
        part = slice(channels.start, channels.stop)
        ordered = np.partition(samples[part], (beyond, samples.shape[1] - 1 - beyond), axis=1)
        central[part, 0], central[part, 1] = ordered[:, beyond], ordered[:, -1 - beyond]

    each(portions(len(samples), PARTITIONED_VALUES), estimate)
    enough = np.diff(central) >= CENTRAL_SHARE * np.diff(ranges)
    return np.where(np.isfinite(central).all(axis=1, keepdims=True) & enough, central, ranges)


@dataclass(frozen=True, slots=True)
class Affine:
    """level = (value - low) * gain + offset, for one range or, with arrays, for many."""

    low: NDArray[Any]
    gain: NDArray[Any]
    offset: NDArray[Any]

    def of(self, owner: NDArray[np.intp] | int) -> Affine:
        """Return the scaling by range `owner`, or by ``owner[i]`` for column i, where -1 stands for the ground."""
        gain = np.where(np.less(owner, 0), np.nan, self.gain[owner]).astype(self.gain.dtype)
        return Affine(self.low[owner], gain, self.offset[owner])

    def levels(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Return the levels (uint8) of `values`: rounded, clipped to 1..255, not a number -> 0."""
        scaled = np.subtract(values, self.low, dtype=self.low.dtype)
        scaled *= self.gain
        scaled += self.offset
        np.clip(scaled, LOWEST, HIGHEST, out=scaled)
        with np.errstate(invalid="ignore"):
            levels: NDArray[np.uint8] = scaled.astype(np.uint8)
        # only not a number is left to be not finite, and its byte may be anything
        levels *= np.isfinite(scaled)
        return levels


def affine(ranges: NDArray[np.float64], dtype: np.dtype[Any]) -> Affine:
    """Return the scaling that takes each row (low, high) of `ranges` to the levels 1 to 255.

    An empty range (low == high) has no slope to divide by: all its values become the middle level, 128. Computes in
    float32 for maps of `dtype` float32 unless a range is too wide or too narrow for that, else in float64.
    """
    low, high = ranges[:, 0], ranges[:, 1]
    empty = low == high
    gain = np.divide(HIGHEST - LOWEST, high - low, where=~empty, out=np.zeros(len(ranges)))
    # half a level more: the conversion to uint8 cuts off, and shall round
    offset = np.where(empty, MIDDLE, LOWEST) + 0.5
    ordinary = bool((empty | ((gain > 1e-30) & (gain < 1e30))).all())
    precision = np.result_type(dtype, np.float32 if ordinary else np.float64)
    return Affine(low.astype(precision), gain.astype(precision), offset.astype(precision))


def to_bytes(maps: NDArray[Any], ranges: NDArray[np.float64], each: Each = in_turn) -> NDArray[np.uint8]:
    """Return the levels (uint8) of `maps` (C, H, W), map c scaled from ``ranges[c] = (low, high)`` to 1..255.

    Values outside a range are clipped to its ends, not a number becomes 0, and a map whose range is empty
    (low == high) becomes 128 throughout.
    """
    levels = np.empty(maps.shape, np.uint8)
    scaling = affine(ranges, maps.dtype)
    rows = max(1, CACHED_VALUES // max(1, maps.shape[2]))

    def fill(channels: range) -> None:
        for channel in channels:
            one = scaling.of(channel)
            for top in range(0, maps.shape[1], rows):
                levels[channel, top : top + rows] = one.levels(maps[channel, top : top + rows])

    each(portions(len(maps), maps.shape[1] * maps.shape[2]), fill)
    levels.setflags(write=False)
    return levels
