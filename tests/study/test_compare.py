from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.spec import EngineError
from sepviz.study.compare import PREVIEW_SIZE, Compare
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study


@pytest.fixture
def picture():
    pixels = np.random.default_rng(7).integers(0, 256, (24, 36, 3), dtype=np.uint8)
    return picture_from_array(pixels, "noise.png")


def test_that_a_comparison_carries_its_question_and_read_only_maps(picture):
    study = Study(picture=picture, out_channels=5)
    comparison = Compare(study=study)()
    assert comparison.study == study
    assert comparison.input.shape == (3, 24, 36)
    assert comparison.baseline.output.shape == (5, 24, 36)
    assert [maps.shape[0] for maps in comparison.candidate.activations] == [3, 5]
    for maps in (comparison.input, *comparison.baseline.activations, *comparison.candidate.activations):
        assert not maps.flags.writeable


def test_that_the_same_study_gives_the_same_bits(picture):
    study = Study(picture=picture, out_channels=4, seed=3)
    first, second = Compare(study=study)(), Compare(study=study)()
    assert np.array_equal(first.baseline.output, second.baseline.output)
    assert np.array_equal(first.candidate.output, second.candidate.output)


def test_that_another_seed_gives_other_maps(picture):
    study = Study(picture=picture, out_channels=4)
    first, second = Compare(study=study)(), Compare(study=replace(study, seed=1))()
    assert not np.allclose(first.baseline.output, second.baseline.output)


def test_that_one_filter_everywhere_makes_both_layers_equal(picture):
    comparison = Compare(study=Study(picture=picture, out_channels=6, init="sobel-x"))()
    largest = np.abs(comparison.baseline.output).max()
    assert np.allclose(comparison.baseline.output, comparison.candidate.output, atol=1e-5 * largest)


def test_that_an_activation_between_changes_the_candidate_only(picture):
    study = Study(picture=picture, out_channels=4)
    plain, cut = Compare(study=study)(), Compare(study=replace(study, activation="relu"))()
    assert np.array_equal(plain.baseline.output, cut.baseline.output)
    assert cut.candidate.activations[0].min() == 0
    assert not np.allclose(plain.candidate.output, cut.candidate.output)


def test_that_cancelling_ends_the_comparison(picture):
    def stop(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        Compare(study=Study(picture=picture))(stop)


def test_that_progress_goes_forward(picture):
    seen = []
    Compare(study=Study(picture=picture, out_channels=512, kernel_size=(7, 7)))(seen.append)
    assert seen == sorted(seen)
    assert 0 <= seen[0] <= seen[-1] <= 1


def test_that_without_a_picture_there_is_nothing_to_compare():
    with pytest.raises(EngineError, match="no picture"):
        Compare(study=Study())()


def test_that_a_quick_comparison_needs_no_preview(picture):
    assert Compare(study=Study(picture=picture)).preview() is None


def test_that_a_slow_comparison_has_a_small_preview():
    picture = picture_from_array(np.zeros((600, 900), np.uint8), "large.png")
    preview = Compare(study=Study(picture=picture, size=0, out_channels=512)).preview()
    assert preview is not None
    assert max(preview.study.input_shape[1:]) == PREVIEW_SIZE
