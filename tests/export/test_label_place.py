"""Promises of labels in a plot: they stay inside, beside what they name, and clear of each other and of the curves."""

from __future__ import annotations

import numpy as np
import pytest

from sepviz.export.label_place import Box, place_label

AREA = Box(x=0.0, y=0.0, width=400.0, height=200.0)
SIZE = 90.0, 18.0
NOTHING = np.empty((0, 2))


@pytest.mark.parametrize("place", [(5.0, 5.0), (395.0, 195.0), (200.0, 100.0), (None, 3.0), (398.0, None)])
def test_that_a_label_never_leaves_the_plot(place):
    assert AREA.holds(place_label(*place, SIZE, AREA, [], NOTHING))


def test_that_labels_of_one_place_do_not_cover_each_other():
    taken: list[Box] = []
    for _ in range(5):
        taken.append(place_label(200.0, 100.0, SIZE, AREA, taken, NOTHING))
    assert all(one.overlap(other) == 0 for one in taken for other in taken if one is not other)


def test_that_a_label_keeps_off_a_curve_where_it_can():
    curve = np.column_stack([np.linspace(0, 400, 200), np.full(200, 100.0)])
    assert place_label(200.0, 100.0, SIZE, AREA, [], curve).count(curve) == 0


def test_that_the_label_of_a_line_touches_it():
    beside = place_label(150.0, None, SIZE, AREA, [], NOTHING)
    assert beside.x - 150 == pytest.approx(10)
    above = place_label(None, 150.0, SIZE, AREA, [], NOTHING)
    assert above.y + above.height == pytest.approx(148)


def test_that_a_plot_too_small_for_its_label_gets_it_from_its_corner():
    box = place_label(10.0, 10.0, SIZE, Box(x=0.0, y=0.0, width=60.0, height=30.0), [], NOTHING)
    assert box.x == 0


def test_that_a_label_is_not_taken_for_that_of_another_mark():
    own, other = (200.0, 100.0), (260.0, 112.0)
    box = place_label(*own, SIZE, AREA, [], NOTHING, [own, other])
    assert box.distance(*own) < box.distance(*other)
    heedless = place_label(*own, SIZE, AREA, [], NOTHING)
    assert heedless.distance(*other) < heedless.distance(*own)


def test_that_the_distance_from_a_label_is_that_from_its_edge():
    box = Box(x=10.0, y=10.0, width=20.0, height=10.0)
    assert [box.distance(*place) for place in ((15, 12), (33, 24), (20, 5))] == [0, 5, 5]
