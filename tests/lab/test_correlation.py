from dataclasses import replace

import numpy as np
import pytest

from sepviz.lab.correlation import OPERATORS, CompareCorrelation, flip, flipped_study
from sepviz.study.kernels import own_kernel, with_kernel
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study

PIXELS = np.random.default_rng(7).integers(0, 256, (9, 11, 3), dtype=np.uint8)
STUDY = Study(picture=picture_from_array(PIXELS, "noise.png"), out_channels=4)


def test_that_flipping_turns_by_180_degrees_and_twice_is_nothing():
    kernel = np.arange(12, dtype=np.float32).reshape(1, 1, 3, 4)
    assert flip(kernel).ravel().tolist() == list(range(11, -1, -1))
    assert np.array_equal(flip(flip(kernel)), kernel)
    assert not flip(kernel).flags.writeable


def test_that_an_impulse_shows_the_kernel_under_true_convolution():
    pixels = np.zeros((7, 7), np.uint8)
    pixels[3, 3] = 255
    kernel = np.arange(1, 10, dtype=np.float32).reshape(1, 1, 3, 3)
    study = Study(picture=picture_from_array(pixels, "impulse.png"), out_channels=1)
    study = with_kernel(study, own_kernel("baseline", 0, kernel, None, "edited"))
    comparison = CompareCorrelation(study=study)().comparison
    assert np.allclose(comparison.candidate.output[0, 2:5, 2:5], kernel)
    assert np.allclose(comparison.baseline.output[0, 2:5, 2:5], flip(kernel))


@pytest.mark.parametrize("init", ["gaussian", "laplacian", "gabor-bank"])  # the first waves of the bank are even
def test_that_a_symmetric_filter_is_the_same_under_both_operators(init):
    answer = CompareCorrelation(study=replace(STUDY, init=init))()
    assert answer.difference.is_rounding
    assert "are one" in answer.sentence


def test_that_a_slope_changes_its_sign():
    answer = CompareCorrelation(study=replace(STUDY, init="sobel-x"))()
    assert np.allclose(answer.comparison.candidate.output, -answer.comparison.baseline.output, atol=1e-4)
    assert answer.difference.relative == pytest.approx(2, rel=1e-4)
    assert answer.sentence.endswith("are 200 % apart.")


def test_that_a_flat_picture_does_not_tell_the_operators_apart():
    flat = picture_from_array(np.full((9, 9), 80, np.uint8), "flat.png")
    answer = CompareCorrelation(study=replace(STUDY, picture=flat, padding="valid"))()
    assert answer.difference.is_rounding
    assert "the maps of this picture do not" in answer.sentence


def test_that_every_kernel_of_a_block_is_turned_and_its_bias_kept():
    study = replace(STUDY, baseline="depthwise-separable", bias=True)
    comparison = CompareCorrelation(study=study)().comparison
    assert comparison.study == flipped_study(study)
    for before, after in zip(comparison.baseline.weights, comparison.candidate.weights, strict=True):
        assert np.array_equal(after.kernel, flip(before.kernel))
        assert np.array_equal(after.bias, before.bias)


def test_that_each_operator_says_which_is_which():
    assert "deep-learning" in OPERATORS["correlation"]
    assert "signal processing" in OPERATORS["convolution"]
