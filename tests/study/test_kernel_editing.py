"""Promises of the kernel in the hand: what is changed, how far it reaches, and that nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from sepviz.engine.filters import FILTERS
from sepviz.engine.kernel_edits import EDITS
from sepviz.engine.spec import EngineError
from sepviz.study.kernel_editing import (
    KernelPlace,
    cells,
    clamped,
    layer_weights,
    own_weights,
    why_no_edit,
    with_cells,
    with_edit,
    with_filter,
)
from sepviz.study.study import Study

STUDY = Study(out_channels=5, kernel_size=(2, 3), bias=True)
STANDARD = KernelPlace(side="baseline", filter=3, channel=1)
POINTWISE = KernelPlace(side="candidate", layer=1, filter=4)


def test_that_cells_put_back_change_that_kernel_alone():
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    study = with_cells(STUDY, STANDARD, values)
    before, after = layer_weights(STUDY, STANDARD), layer_weights(study, STANDARD)
    np.testing.assert_array_equal(cells(study, STANDARD), values)
    same = np.ones(before.kernel.shape, bool)
    same[3, 1] = False
    np.testing.assert_array_equal(after.kernel[same], before.kernel[same])
    np.testing.assert_array_equal(after.bias, before.bias)


def test_that_a_pointwise_filter_is_one_row_of_all_its_channels():
    assert cells(STUDY, POINTWISE).shape == (1, 3)
    study = with_cells(STUDY, POINTWISE, np.array([[1.0, 2.0, 3.0]]))
    np.testing.assert_array_equal(layer_weights(study, POINTWISE).kernel[4, :, 0, 0], [1, 2, 3])


def test_that_cells_of_another_shape_are_refused_with_both_shapes():
    with pytest.raises(EngineError, match="3 × 3; the kernel here is 2 × 3"):
        with_cells(STUDY, STANDARD, np.zeros((3, 3)))


@pytest.mark.parametrize(("scope", "changed"), [("kernel", 1), ("filter", 3), ("layer", 15)])
def test_that_an_edit_reaches_as_far_as_its_scope(scope, changed):
    study = with_edit(STUDY, STANDARD, scope, EDITS["negate"])
    before, after = layer_weights(STUDY, STANDARD).kernel, layer_weights(study, STANDARD).kernel
    flipped = (after == -before).all(axis=(2, 3))
    assert flipped.sum() == changed
    assert flipped[3, 1]
    np.testing.assert_array_equal(after[~flipped], before[~flipped])


def test_that_a_bank_goes_on_with_the_number_of_the_filter():
    study = with_filter(STUDY, STANDARD, "layer", FILTERS["edge-bank"])
    kernel = layer_weights(study, STANDARD).kernel
    for number in range(5):
        expected = FILTERS["edge-bank"].kernel(2, 3, number)
        np.testing.assert_allclose(kernel[number], np.stack([expected] * 3), atol=1e-6)


def test_that_a_kernel_that_is_not_square_cannot_be_turned_and_says_why():
    assert "2 × 3" in why_no_edit(STUDY, STANDARD, EDITS["rotate"])
    with pytest.raises(EngineError, match="square"):
        with_edit(STUDY, STANDARD, "kernel", EDITS["rotate"])


def test_that_a_pointwise_filter_takes_no_image_filter_and_no_turn():
    assert why_no_edit(STUDY, POINTWISE, EDITS["flip-vertically"])
    assert not why_no_edit(STUDY, POINTWISE, EDITS["normalise"])
    with pytest.raises(EngineError, match="no room"):
        with_filter(STUDY, POINTWISE, "kernel", FILTERS["box"])
    study = with_edit(STUDY, POINTWISE, "layer", EDITS["normalise"])
    np.testing.assert_allclose(np.abs(layer_weights(study, POINTWISE).kernel).sum(axis=(1, 2, 3)), 1, rtol=1e-5)


def test_that_the_name_tells_that_it_was_edited_once():
    once = with_edit(STUDY, STANDARD, "kernel", EDITS["negate"])
    twice = with_edit(once, STANDARD, "kernel", EDITS["zero-mean"])
    assert own_weights(STUDY, STANDARD) is None
    assert own_weights(twice, STANDARD).name == "edited"


def test_that_numbers_too_large_for_float32_are_refused():
    study = with_cells(STUDY, STANDARD, np.full((2, 3), 3e38))
    with pytest.raises(EngineError, match="finite"), np.errstate(over="ignore"):
        with_cells(study, STANDARD, np.full((2, 3), 1e39))


def test_that_a_place_beyond_the_study_is_brought_to_the_nearest():
    far = KernelPlace(side="candidate", layer=7, filter=99, channel=99)
    assert clamped(STUDY, far) == KernelPlace(side="candidate", layer=1, filter=4, channel=2)
