"""Numbers along the side of a plot: with thousands apart, and on a logarithmic axis no more than can be read."""

from __future__ import annotations

from math import ceil, log10
from typing import TYPE_CHECKING

import pyqtgraph as pg

from sepviz.study.quantity import log_text, minus

if TYPE_CHECKING:
    from collections.abc import Sequence


class PlotAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of pyqtgraph whose numbers are written as everywhere in this program."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return the text of each tick; "" for one that stays without."""
        if self.logMode:
            low, high = self.range
            return [log_text(value, high - low) for value in values]
        places = max(0, ceil(-log10(spacing * scale) - 1e-9))
        return [minus(f"{value * scale:,.{places}f}") for value in values]
