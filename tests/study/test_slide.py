"""Promises of a sliding window: what it reads lies where it says, every pixel has its turn, its work adds up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepviz.engine.spec import EngineError
from sepviz.study.picture import picture_from_array
from sepviz.study.slide import LARGEST_PLANE, Crop, Slide, plane_of, step_at, step_numbers
from sepviz.study.study import Study
from sepviz.study.walk import work_done

PICTURE = picture_from_array(np.random.default_rng(3).integers(0, 256, (40, 60, 3), np.uint8), "noise.png")


def compared(pixels=8, crop=None, **fields):
    return Slide(study=Study(picture=PICTURE, **fields), pixels=pixels, crop=crop or Crop())()


@pytest.mark.parametrize(
    ("crop", "top", "left", "size"),
    [
        (Crop(), 0, 0, (40, 60)),
        (Crop(share=50), 10, 15, (20, 30)),
        (Crop(share=50, down=0, across=100), 0, 30, (20, 30)),
        (Crop(share=10, down=100, across=0), 36, 0, (4, 6)),
        (Crop(share=1), 19, 29, (1, 1)),
    ],
)
def test_that_a_crop_is_the_part_it_says(crop, top, left, size):
    part = crop.of(PICTURE)
    assert (part.pixels == PICTURE.pixels[top : top + size[0], left : left + size[1]]).all()
    assert (part.height, part.width) == size
    assert part.name == PICTURE.name
    assert crop.sides(PICTURE.width, PICTURE.height) == size[::-1]


@pytest.mark.parametrize(
    "fields",
    [{}, {"stride": (2, 3)}, {"padding": "valid"}, {"dilation": (2, 1)}, {"candidate": "blueprint-separable"}],
)
def test_that_the_number_of_output_pixels_is_known_beforehand(fields):
    slide = Slide(study=Study(picture=PICTURE, **fields), pixels=12, crop=Crop(share=70))
    _, height, width = slide().baseline.output.shape
    assert slide.output_pixels == height * width


@given(st.integers(1, 400), st.integers(1, 50))
def test_that_steps_are_evenly_spaced_few_enough_and_end_at_the_end(pixels, most):
    numbers = step_numbers(pixels, most)
    assert 1 <= len(numbers) <= most
    assert numbers[-1] == pixels - 1
    assert len(set(np.diff(numbers).tolist())) <= 1
    if pixels <= most:
        assert numbers == tuple(range(pixels))


@pytest.mark.parametrize(
    "kind", ["standard", "depthwise", "depthwise-separable", "blueprint-separable", "spatially-separable"]
)
@pytest.mark.parametrize("fields", [{}, {"stride": (2, 2)}, {"padding": "valid", "kernel_size": (3, 5)}])
def test_that_nothing_is_read_before_it_is_made_and_all_work_is_done_in_the_end(kind, fields):
    comparison = compared(candidate=kind, out_channels=3, **fields)
    trace, done = comparison.candidate, -1
    _, height, width = comparison.baseline.output.shape
    for number in range(height * width):
        _, step = step_at(comparison, number)
        assert step.done >= done
        done = step.done
        if step.read is not None:
            assert (max(step.read[0]), max(step.read[1])) <= step.reached[0]
        assert step.reached[-1] == step.pixel
    costs = comparison.costs.candidate
    assert step.done == step.total == costs.macs
    assert step.reached[0] == tuple(side - 1 for side in trace.activations[0].shape[1:])


def test_that_the_work_is_that_of_the_window_where_the_last_layer_reads_single_pixels():
    comparison = compared()
    for number in (0, 17, 39):
        for side, step in enumerate(step_at(comparison, number)):
            trace = (comparison.baseline, comparison.candidate)[side]
            assert step.done == sum(work.done for work in work_done(side, trace, step.pixel))


def test_that_the_plane_holds_every_window():
    comparison = compared(kernel_size=(5, 3), dilation=(2, 1))
    rows, columns = plane_of(comparison)
    assert (rows, columns) == (range(-4, 9), range(-1, 9))


def test_that_too_wide_a_plane_is_refused_with_the_numbers():
    with pytest.raises(EngineError, match=rf"up to 188 pixels wide; .* up to {LARGEST_PLANE}: take less padding"):
        compared(padding=((90, 90), (90, 90)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pixels": 3}, "pixels is 3 px; take 4 to 64 px"),
        ({"pixels": 65}, "pixels is 65 px"),
        ({"crop": Crop(share=0)}, "part of the picture is 0 %; take 1 to 100 %"),
        ({"crop": Crop(down=101)}, "down is 101 %; take 0 to 100 %"),
        ({"study": Study()}, "no picture"),
    ],
)
def test_that_numbers_out_of_range_are_refused_with_the_limits(changes, said):
    slide = replace(Slide(study=Study(picture=PICTURE)), **changes)
    with pytest.raises(EngineError, match=said):
        slide()
