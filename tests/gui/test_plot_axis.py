"""Promises of the axes: numbers as everywhere else, and no more of them than can be read."""

from __future__ import annotations

from sepviz.gui.views.plot_axis import PlotAxis


def test_that_plain_numbers_have_their_thousands_apart(keep):
    axis = keep(PlotAxis("left"))
    assert axis.tickStrings([0, 1000, 2000], 1, 1000) == ["0", "1,000", "2,000"]
    assert axis.tickStrings([0.0, 0.5], 1, 0.5) == ["0.0", "0.5"]
