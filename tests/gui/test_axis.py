"""Promises of the axes of the timing view."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepviz.gui.views.axis import linear_ticks, ratio_span, ratio_ticks, time_axis


def test_that_the_axis_reaches_every_repeat_of_a_calm_measurement():
    axis = time_axis([[1.0, 1.1, 1.3], [0.5, 0.6, 0.7]])
    assert axis.end >= 1.3
    assert axis.beyond == (0, 0)
    assert not axis.is_clipped


def test_that_a_few_extreme_repeats_do_not_squash_the_others_and_are_counted():
    calm = [1.0 + 0.001 * index for index in range(40)]
    axis = time_axis([[*calm, 9.0], [*calm, 5.0, 50.0]])
    assert axis.end < 1.2
    assert axis.beyond == (1, 2)
    assert axis.is_clipped


def test_that_a_fast_layer_is_not_cut_where_the_slow_one_is_still_shown():
    assert time_axis([[10.0, 10.1, 10.2], [0.1, 0.1, 4.0]]).beyond == (0, 0)


@given(st.floats(min_value=1e-9, max_value=1e9), st.integers(min_value=2, max_value=12))
def test_that_ticks_start_at_zero_stay_within_the_axis_and_are_never_too_many(end, most):
    ticks = linear_ticks(end, most)
    assert ticks[0] == 0
    assert ticks[-1] <= end * 1.00001
    assert 2 <= len(ticks) <= most + 2


@pytest.mark.parametrize(("end", "most", "ticks"), [(10, 5, [0, 2, 4, 6, 8, 10]), (4.4, 5, [0, 1, 2, 3, 4])])
def test_that_ticks_are_round_numbers(end, most, ticks):
    assert linear_ticks(end, most) == pytest.approx(ticks)


@given(st.lists(st.floats(min_value=1e-3, max_value=1e5), min_size=1))
def test_that_the_ratio_axis_encloses_every_value_and_one(values):
    low, high = ratio_span(values)
    assert 2.0**low < min(*values, 1.0)
    assert 2.0**high > max(*values, 1.0)


def test_that_a_ratio_of_one_is_always_ticked():
    assert ratio_ticks(-1, 3, 10) == [-1, 0, 1, 2, 3]
    assert 0 in ratio_ticks(-3, 17, 5)
    assert len(ratio_ticks(-3, 17, 5)) <= 6
