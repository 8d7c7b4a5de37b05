"""Promises of a sliding window: it misses no pixel, ends at both ends, and counts the work that it has done."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepviz.study.compare import Compare
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study
from sepviz.study.walk import PACES, Walk, corresponding, work_done

sizes = st.tuples(st.integers(1, 9), st.integers(1, 9))


@given(sizes)
def test_that_single_steps_visit_every_pixel_in_raster_order(size):
    walk, seen = Walk(size=size), []
    for _ in range(size[0] * size[1]):
        seen.append((walk.y, walk.x))
        walk = walk.stepped(1)
    assert seen == list(np.ndindex(size))


@given(sizes, st.integers(-200, 200))
def test_that_a_step_stops_at_both_ends(size, count):
    walk = Walk(size=size).stepped(count)
    assert walk.index == min(max(count, 0), walk.last)


def test_that_a_walk_stays_at_the_same_part_of_the_picture_when_the_map_changes_its_size():
    assert Walk(size=(20, 30), y=12, x=4).fitted((10, 10)) == Walk(size=(10, 10), y=6, x=1)
    assert Walk(size=(341, 512), y=170, x=256).fitted((30, 30)) == Walk(size=(30, 30), y=15, x=15)


@given(sizes, st.integers(0, 200), sizes)
def test_that_a_walk_stays_within_a_map_of_any_size_and_at_its_pixel_in_an_equal_one(size, steps, other):
    walk = Walk(size=size).stepped(steps)
    assert walk.fitted(size) == walk
    fitted = walk.fitted(other)
    assert 0 <= fitted.y < other[0]
    assert 0 <= fitted.x < other[1]


@given(sizes, sizes)
def test_that_the_last_pixel_stands_for_the_last_and_equal_sizes_for_the_same(size, other):
    last = size[0] - 1, size[1] - 1
    assert corresponding(last, size, other) == (other[0] - 1, other[1] - 1)
    assert corresponding((0, last[1]), size, size) == (0, last[1])


@pytest.mark.parametrize("candidate", ["depthwise-separable", "spatially-separable", "blueprint-separable"])
def test_that_all_work_is_done_at_the_last_pixel_and_is_that_of_the_costs(candidate):
    picture = picture_from_array(np.zeros((9, 12, 3), np.uint8), "black")
    comparison = Compare(study=Study(picture=picture, out_channels=4, stride=(2, 2), candidate=candidate))()
    _, height, width = comparison.candidate.output.shape
    works = work_done(1, comparison.candidate, (height - 1, width - 1))
    macs = [layer.macs for layer in comparison.costs.candidate.layers]
    assert [(work.done, work.total) for work in works] == [(one, one) for one in macs]


def test_that_work_grows_with_every_pixel():
    picture = picture_from_array(np.zeros((4, 5, 3), np.uint8), "black")
    trace = Compare(study=Study(picture=picture, out_channels=2))().candidate
    done = [work_done(1, trace, place)[0].done for place in np.ndindex(4, 5)]
    assert done == sorted(set(done))


def test_that_paces_grow_and_name_their_speed():
    speeds = [pace.pixels / pace.interval_ms for pace in PACES]
    assert speeds == sorted(speeds)
    assert PACES[0].label == "1 px/s"
    assert all(1000 / pace.interval_ms <= 60 for pace in PACES)
