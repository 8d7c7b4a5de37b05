"""Promises of the axes of a painted plot: all values have room, and the numbers along them are round and few."""

from __future__ import annotations

import pytest

from sepviz.export.plot_scale import MOST_TICKS, PlotScale
from sepviz.lab.plot import Axis

LINEAR, LOG = Axis(label="x"), Axis(label="x", log=True)


@pytest.mark.parametrize("axis", [LINEAR, LOG])
@pytest.mark.parametrize("values", [(3.0, 7.0), (1e-3, 5e6), (64.0,), (1e-30, 1.0), (5.0, 5.0)])
def test_that_every_value_has_room_on_its_axis(axis, values):
    scale = PlotScale.over(axis, values)
    assert all(0 <= scale.place(value) < 1 for value in values)
    assert scale.low < scale.high


def test_that_small_counts_start_from_zero_and_far_ones_do_not():
    assert PlotScale.over(LINEAR, (1.0, 16.0)).low == 0
    assert PlotScale.over(LINEAR, (70.0, 79.0)).low > 60


def test_that_what_a_logarithmic_axis_cannot_hold_has_no_place():
    scale = PlotScale.over(LOG, (0.0, 1.0, 10.0, float("inf")))
    assert scale.place(0.0) is None
    assert scale.clamped(0.0) == 0
    assert scale.clamped(1e9) == 1


@pytest.mark.parametrize(
    ("axis", "values", "texts"),
    [
        (LINEAR, (0.0, 16.0), ["0", "5", "10", "15"]),
        (LINEAR, (0.0, 1.0), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (LOG, (1.0, 1000.0), ["1", "10", "100", "1,000"]),
        (LOG, (4.0, 30.0), ["5", "10", "20"]),
        (LOG, (1e-30, 1.0), ["10⁻³⁰", "10⁻²⁴", "10⁻¹⁸", "10⁻¹²", "10⁻⁶", "1"]),
    ],
)
def test_that_numbers_along_an_axis_are_round(axis, values, texts):
    assert [text for _, text in PlotScale.over(axis, values).ticks()] == texts


@pytest.mark.parametrize("decades", range(1, 40, 3))
def test_that_there_are_never_more_numbers_than_can_be_read(decades):
    assert 1 <= len(PlotScale.over(LOG, (1.0, 10.0**decades)).ticks()) <= 2 * MOST_TICKS


def test_that_named_places_stand_for_numbers():
    axis = Axis(label="step", ticks=((0.0, "standard"), (1.0, "separable")))
    scale = PlotScale.over(axis, (0.0, 1.0))
    assert [text for _, text in scale.ticks()] == ["standard", "separable"]
    assert scale.ticks()[1][0] == scale.place(1.0)


def test_that_an_axis_without_values_is_still_one():
    assert PlotScale.over(LOG, ()).ticks()
