"""What is kept of maps that are too many to keep: their means over small areas, and what was measured of every value.

The maps are given part by part, in any order, each value once. Means are exact: every pixel counts with the share of it
that lies in the area, as in :mod:`sepviz.render.resample`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sepviz.render.each import in_turn
from sepviz.render.resample import weights
from sepviz.render.scale import central_of, finite_range, sample_step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.render.each import Each


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Digested:
    """What was learnt of maps (C, H, W); arrays are read-only.

    Attributes
    ----------
    means : float32 (C, h, w)
        Means over areas that are all equally large.
    ranges, central : float64 (C, 2)
        The least and the greatest finite value of every map, over all its pixels; and the same without the most
        extreme values, see :func:`sepviz.render.scale.central_ranges`.
    mean, std : float
        Of all values together.
    """

    means: NDArray[np.float32]
    ranges: NDArray[np.float64]
    central: NDArray[np.float64]
    mean: float
    std: float


BAND_VALUES = 1 << 17
"""Of a map, handled at a time, so that a second look at them finds them in the cache."""
PORTIONS = 8
"""Into so many the channels of a part are divided."""


class _Band(NamedTuple):
    """Rows `first` to `last` of the maps; `shares` (rows there, rows here) make of them the means from row `low` on."""

    first: int
    last: int
    low: int
    shares: NDArray[np.float32]


class Digest:
    """Takes maps of `shape` (C, H, W) in part by part, and keeps `size` (h, w) means of each."""

    def __init__(self, shape: tuple[int, int, int], size: tuple[int, int]) -> None:
        channels, self._height, self._width = shape
        self._means = np.zeros((channels, *size), np.float32)
        self._ranges = np.tile([np.inf, -np.inf], (channels, 1))
        self._moments = np.zeros((channels, 3))
        self._edges, rest = np.divmod(np.arange(size[1] + 1) * self._width, size[1])
        self._shares = (rest / size[1]).astype(np.float32)
        self._step = sample_step(self._height, self._width)
        count = len(range(0, self._height * self._width, self._step)) if self._step > 1 else 0
        self._rows, self._columns = np.divmod(np.arange(count) * self._step, self._width)
        self._samples = np.zeros((channels, count), np.float32)

    def take(self, part: NDArray[Any], top: int, left: int, each: Each = in_turn) -> None:
        """Take `part` (C, rows, columns) in, whose first pixel is (top, left)."""
        _, rows, columns = part.shape
        bands = self._bands(top, rows, max(1, BAND_VALUES // columns))
        low, high = bands[0].low, bands[-1].low + len(bands[-1].shares)

        def measure(channels: range) -> None:
            lines = np.zeros((len(channels), high - low, columns), np.float32)
            for number, channel in enumerate(channels):
                self._note(channel, [part[channel, band.first - top : band.last - top] for band in bands])
                for band in bands:
                    into = lines[number, band.low - low : band.low - low + len(band.shares)]
                    into += band.shares @ part[channel, band.first - top : band.last - top]
            self._add_lines(channels, lines, low, left)

        with np.errstate(invalid="ignore", over="ignore"):
            each(_shared_out(len(part)), measure)
        inside = (self._rows >= top) & (self._rows < top + rows)
        inside &= (self._columns >= left) & (self._columns < left + columns)
        self._samples[:, inside] = part[:, self._rows[inside] - top, self._columns[inside] - left]

    def result(self) -> Digested:
        """Return what was learnt, once every part was given."""
        ranges = np.where(np.isfinite(self._ranges), self._ranges, 0.0)
        central = central_of(self._samples, ranges) if self._step > 1 else ranges
        count, mean, squares = _together(self._moments)
        for array in (self._means, ranges, central):
            array.flags.writeable = False
        std = float(np.sqrt(squares / count))
        return Digested(means=self._means, ranges=ranges, central=central, mean=mean, std=std)

    def _bands(self, top: int, rows: int, step: int) -> list[_Band]:
        """Divide `rows` of the maps from `top` on into bands of `step` rows."""
        kept, bands = self._means.shape[1], []
        for first in range(top, top + rows, step):
            last = min(first + step, top + rows)
            low, high = first * kept // self._height, -(-last * kept // self._height)
            start, shares = weights(self._height, kept, low, high)
            bands.append(_Band(first, last, low, shares[:, first - start : last - start]))
        return bands

    def _note(self, channel: int, bands: list[NDArray[Any]]) -> None:
        """Widen the range of a map by `bands`, and add their moments: count, mean, and squares around the mean."""
        moments = [tuple(self._moments[channel])]
        # memory that is fresh each time costs more than what is worked out in it
        room = np.empty(max(band.size for band in bands), np.float32)
        found = self._ranges[channel]
        for band in bands:
            low, high = float(band.min()), float(band.max())
            mean = float(np.add.reduce(band, axis=None)) / band.size
            centred = np.subtract(band, np.float32(mean), out=room[: band.size].reshape(band.shape)).reshape(-1)
            moments.append((band.size, mean, float(centred @ centred)))
            if not (isfinite(low) and isfinite(high)):
                low, high = finite_range(band) if np.isfinite(band).any() else (np.inf, -np.inf)
            found[:] = min(found[0], low), max(found[1], high)
        self._moments[channel] = _together(np.array(moments))

    def _add_lines(self, channels: range, lines: NDArray[np.float32], low: int, left: int) -> None:
        """Add rows of the means of `channels` whose columns are still those of the maps, from column `left` on."""
        stop, (_, width) = left + lines.shape[2], self._means.shape[1:]
        first, last = left * width // self._width, -(-stop * width // self._width)
        edges, shares = self._edges[first : last + 1], self._shares[first : last + 1]
        sums = np.add.reduceat(lines, (edges[:-1] - left).clip(0), axis=2)
        # a pixel that lies across an edge was counted with the area after it
        inside = (edges >= left) & (edges < stop)
        across = np.zeros((*lines.shape[:2], len(edges)), np.float32)
        across[:, :, inside] = lines[:, :, edges[inside] - left] * shares[inside]
        sums += across[:, :, 1:] - across[:, :, :-1]
        rows = slice(low, low + lines.shape[1])
        self._means[channels.start : channels.stop, rows, first:last] += sums * np.float32(width / self._width)


def _shared_out(count: int) -> list[range]:
    """Divide channels into a few portions, each worth a thread's while."""
    size = max(1, count // PORTIONS)
    return [range(count)[first : first + size] for first in range(0, count, size)]


def _together(moments: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return (count, mean, squares around the mean) of all values of which rows of `moments` (n, 3) hold the same.

    After Chan, Golub and LeVeque 1979: no large sums of squares are subtracted from each other.
    """
    counts, means, squares = moments.T
    count = float(counts.sum())
    with np.errstate(invalid="ignore", over="ignore"):
        mean = float(counts @ means) / max(count, 1.0)
        return count, mean, float(squares.sum() + counts @ (means - mean) ** 2)
