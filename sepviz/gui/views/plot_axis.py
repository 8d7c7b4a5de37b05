"""Numbers along the side of a plot: with thousands apart, and on a logarithmic axis no more than can be read."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING

import pyqtgraph as pg

if TYPE_CHECKING:
    from collections.abc import Sequence

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN = (1e-3, 1e5)
"""Powers of ten from and up to which a number is written out."""
DECADES_OF_POWERS = 2.2
"""Decades from which on only the powers of ten are named."""
DECADES_OF_STEPS = 0.7
"""Decades up to which every digit is named; between the two, 1, 2 and 5."""


class PlotAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of pyqtgraph whose numbers are written as everywhere in this program."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return the text of each tick; "" for one that stays without."""
        if self.logMode:
            low, high = self.range
            return [log_text(value, high - low) for value in values]
        places = max(0, ceil(-log10(spacing * scale) - 1e-9))
        return [f"{value * scale:,.{places}f}" for value in values]


def log_text(exponent: float, decades: float) -> str:
    """Write 10**exponent for an axis that spans so many `decades`, or "" where it is not to be named."""
    power = floor(exponent + 1e-9)
    digit = round(10 ** (exponent - power))
    if digit == 10:
        power, digit = power + 1, 1
    named = {1} if decades > DECADES_OF_POWERS else set(range(1, 10)) if decades < DECADES_OF_STEPS else {1, 2, 5}
    if digit not in named:
        return ""
    value = digit * 10.0**power
    if _PLAIN[0] <= value < _PLAIN[1]:
        return f"{value:,.{max(0, -power)}f}"
    tail = f"10{str(power).translate(_SUPERSCRIPTS)}"
    return tail if digit == 1 else f"{digit}·{tail}"
