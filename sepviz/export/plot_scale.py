"""From the values of a plot to places in a figure: how far each axis reaches, and which numbers are written on it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import TYPE_CHECKING

from sepviz.export.chart import round_step
from sepviz.study.quantity import log_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sepviz.lab.plot import Axis

ROOM = 0.06
"""Share of an axis that is left free at both of its ends."""
MOST_TICKS = 6
FEW_DECADES = 1.2
"""Decades up to which digits between the powers of ten have ticks of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotScale:
    """One axis: `low` and `high` are its ends, as exponents of ten where it is logarithmic."""

    axis: Axis
    low: float
    high: float

    @classmethod
    def over(cls, axis: Axis, values: Iterable[float]) -> PlotScale:
        """Return the scale on which all `values` that can be placed have room."""
        exponents = [place for value in values if (place := _exponent(axis, value)) is not None]
        low, high = (min(exponents), max(exponents)) if exponents else (0.0, 1.0)
        if high - low < 1e-9 * max(1.0, abs(high)):
            low, high = (low - 0.5, high + 0.5) if axis.log or not low else (low - abs(low) / 2, high + abs(high) / 2)
        room = ROOM * (high - low)
        from_zero = not axis.log and 0 <= low < 0.25 * high
        return cls(axis=axis, low=0.0 if from_zero else low - room, high=high + room)

    def place(self, value: float) -> float | None:
        """Return where `value` is: 0 at the low end, 1 at the high one; None where it cannot be on this axis."""
        exponent = _exponent(self.axis, value)
        return None if exponent is None else (exponent - self.low) / (self.high - self.low)

    def clamped(self, value: float) -> float:
        """Return where `value` is, or the end that it lies beyond."""
        place = self.place(value)
        return 0.0 if place is None else min(max(place, 0.0), 1.0)

    def ticks(self) -> list[tuple[float, str]]:
        """Return (place from 0 to 1, text) of the numbers along the axis."""
        if self.axis.ticks:
            found = ((self.place(value), text) for value, text in self.axis.ticks)
            return [(place, text) for place, text in found if place is not None and 0 <= place <= 1]
        ticks = self._powers() if self.axis.log else self._steps()
        return [((exponent - self.low) / (self.high - self.low), text) for exponent, text in ticks]

    def _steps(self) -> list[tuple[float, str]]:
        step = round_step((self.high - self.low) / MOST_TICKS)
        places = max(0, ceil(-log10(step) - 1e-9))
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [(number * step, f"{number * step:,.{places}f}") for number in range(first, last + 1)]

    def _powers(self) -> list[tuple[float, str]]:
        decades = self.high - self.low
        digits = range(1, 10) if decades < FEW_DECADES else (1, 2, 5)
        stride = max(1, ceil(decades / MOST_TICKS))
        exponents = (
            power + log10(digit) for power in range(floor(self.low), floor(self.high) + 1, 1) for digit in digits
        )
        inside = [exponent for exponent in exponents if self.low <= exponent <= self.high]
        named = [(exponent, log_text(exponent, decades)) for exponent in inside]
        kept = [(exponent, text) for exponent, text in named if text]
        return [row for row in kept if stride == 1 or round(row[0]) % stride == 0]


def _exponent(axis: Axis, value: float) -> float | None:
    if not isfinite(value) or (axis.log and value <= 0):
        return None
    return log10(value) if axis.log else float(value)
