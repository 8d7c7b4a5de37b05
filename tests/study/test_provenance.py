"""Promises of a pixel's story: its terms add up to the engine's value, and what is left out is accounted for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepviz.engine.block import BLOCKS
from sepviz.study.compare import Compare
from sepviz.study.picture import picture_from_array
from sepviz.study.provenance import CELLS, FEW, MANY, compare_with_map, input_field, trace_back
from sepviz.study.study import Study

PICTURE = picture_from_array(np.random.default_rng(3).integers(0, 256, (12, 15, 3), np.uint8), "noise")


def compare(**changes):
    return Compare(study=Study(picture=PICTURE, **{"out_channels": 6, **changes}))()


@given(
    candidate=st.sampled_from(sorted(BLOCKS)),
    kernel_size=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    dilation=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    padding=st.sampled_from(["same", "valid"]),
    depth_multiplier=st.integers(1, 3),
    bias=st.booleans(),
    activation=st.sampled_from(["none", "relu"]),
    place=st.tuples(st.floats(0, 0.999), st.floats(0, 0.999), st.floats(0, 0.999)),
)
@settings(max_examples=60)
def test_that_what_is_told_and_what_is_left_out_make_the_value_in_the_map(place, **fields):
    comparison = compare(groups=3, **fields)
    trace = comparison.candidate
    channel, y, x = (int(share * side) for share, side in zip(place, trace.output.shape, strict=True))
    story = trace_back(trace, comparison.input, channel, y, x, shown=2)
    assert story.last.value == pytest.approx(story.value, rel=1e-4, abs=1e-5)
    assert story.value == trace.output[channel, y, x]
    assert len(story.feeding) == min(2, story.feeding_count)
    for terms in story.feeding:
        assert terms.value == pytest.approx(terms.computed, rel=1e-4, abs=1e-5)


def test_that_the_story_of_two_layers_has_two_steps_and_that_of_one_layer_one():
    comparison = compare()
    stories = [trace_back(trace, comparison.input, 0, 4, 5) for trace in (comparison.baseline, comparison.candidate)]
    assert [len(story.sums) for story in stories] == [1, 2]
    assert stories[1].sums[0].result == ""


def test_that_the_rest_is_counted_and_summed():
    comparison = compare(depth_multiplier=4)
    story = trace_back(comparison.candidate, comparison.input, 0, 4, 5)
    rest = story.last.products.ravel()[FEW:].sum()
    (line,) = [line for line in story.sums[0].lines if line.startswith("and ")]
    assert line.startswith("and 8 more such sums, together ")
    assert float(line.split()[6].replace("−", "-")) == pytest.approx(rest, rel=1e-3)


def test_that_more_is_told_when_it_is_asked_for():
    comparison = compare(depth_multiplier=4)
    story = trace_back(comparison.candidate, comparison.input, 0, 4, 5, shown=MANY)
    assert len(story.sums[0].products) == 12
    assert not [line for line in story.sums[0].lines if line.startswith("and ")]


def test_that_a_long_mix_tells_its_first_products_and_the_sum_of_the_others():
    comparison = compare(candidate="spatially-separable", kernel_size=(1, 1), out_channels=40)
    story = trace_back(comparison.candidate, comparison.input, 0, 4, 5)
    (product,) = story.sums[1].products
    assert product.read.shape == (1, CELLS)
    assert any(line.startswith("and 16 more products") for line in story.sums[1].lines)


def test_that_a_cell_in_the_corner_is_told_as_padding_and_one_inside_with_its_numbers():
    comparison = compare()
    product = trace_back(comparison.baseline, comparison.input, 0, 0, 0).sums[0].products[0]
    assert product.describe(0, 0).startswith("Padding: y -1, x -1 lies outside and is read as 0")
    assert product.describe(1, 1).startswith("Channel 0 at y 0, x 0: ")


def test_that_the_input_field_of_a_separable_block_is_that_of_its_depthwise_layer():
    comparison = compare(stride=(2, 2), dilation=(3, 3), padding="valid")
    for trace in (comparison.baseline, comparison.candidate):
        assert input_field(trace, 12, 15, 1, 2) == ((2, 5, 8), (4, 7, 10))


def test_that_the_input_field_of_a_pointwise_first_block_holds_no_padding_of_the_second_layer():
    comparison = compare(candidate="blueprint-separable")
    assert input_field(comparison.candidate, 12, 15, 0, 5) == ((0, 1), (4, 5, 6))


def test_that_a_difference_by_rounding_is_not_called_equal():
    assert compare_with_map(0.5, 0.5) == "Sum of the terms 0.50000 = value in the map 0.50000"
    assert "≈" in compare_with_map(0.48210, 0.48211)
