"""Promises of the axes: numbers as everywhere else, and no more of them than can be read."""

from __future__ import annotations

from math import log10

import pytest

from sepviz.gui.views.plot_axis import PlotAxis, log_text


@pytest.mark.parametrize(
    ("value", "decades", "text"),
    [
        (1, 5, "1"),
        (1000, 5, "1,000"),
        (0.01, 5, "0.01"),
        (2, 5, ""),
        (2, 1, "2"),
        (0.05, 1, "0.05"),
        (3, 1, ""),
        (3, 0.5, "3"),
        (1e6, 5, "10⁶"),
        (2e6, 1, "2·10⁶"),
        (1e-5, 5, "10⁻⁵"),
        (999.9999, 5, "1,000"),
    ],
)
def test_that_only_numbers_with_room_are_named(value, decades, text):
    assert log_text(log10(value), decades) == text


def test_that_plain_numbers_have_their_thousands_apart(keep):
    axis = keep(PlotAxis("left"))
    assert axis.tickStrings([0, 1000, 2000], 1, 1000) == ["0", "1,000", "2,000"]
    assert axis.tickStrings([0.0, 0.5], 1, 0.5) == ["0.0", "0.5"]
