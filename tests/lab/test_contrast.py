import numpy as np
import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.spec import EngineError
from sepviz.lab import contrast
from sepviz.lab.contrast import compare_and_measure, measure_difference, read_input
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study


def maps(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("band", [1, 60, 2**20])
def test_that_a_difference_is_the_same_however_it_is_cut_into_bands(band, monkeypatch):
    monkeypatch.setattr(contrast, "BAND_ELEMENTS", band)
    expected, found = maps(4, 7, 5), maps(4, 7, 5, seed=1)
    difference = measure_difference(expected, found)
    assert difference.relative == pytest.approx(np.linalg.norm(expected - found) / np.linalg.norm(expected), rel=1e-6)
    assert np.array_equal(difference.worst, np.abs(expected - found).max(axis=0))
    assert difference.largest == np.abs(expected - found).max()
    assert difference.scale == np.abs(expected).max()
    assert not difference.is_rounding


def test_that_rounding_is_told_from_a_real_difference_pixel_by_pixel():
    expected = maps(3, 6, 6)
    found = expected * np.float32(1 + 1e-6)
    assert measure_difference(expected, found).is_rounding
    found[1, 2, 3] += 0.01
    assert np.argwhere(measure_difference(expected, found).where).tolist() == [[2, 3]]


def test_that_what_is_no_number_does_not_agree():
    found = maps(1, 2, 2)
    found[0, 1, 0] = np.nan
    assert np.argwhere(measure_difference(maps(1, 2, 2), found).where).tolist() == [[1, 0]]


def test_that_anything_is_infinitely_far_from_nothing_except_nothing():
    nothing = np.zeros((1, 2, 2), np.float32)
    assert measure_difference(nothing, nothing).relative == 0
    assert measure_difference(nothing, nothing).is_rounding
    assert measure_difference(nothing, nothing + 1).relative == float("inf")


def test_that_maps_of_other_shapes_are_not_subtracted():
    with pytest.raises(EngineError, match="cannot be subtracted"):
        measure_difference(maps(1, 4, 4), maps(1, 4, 5))


def test_that_measuring_can_be_cancelled_and_tells_its_progress(monkeypatch):
    monkeypatch.setattr(contrast, "BAND_ELEMENTS", 1)
    seen = []
    measure_difference(maps(2, 5, 4), maps(2, 5, 4), seen.append)
    assert seen == sorted(seen)
    assert 1 <= len(seen) <= 5  # the threads share the five bands, and only this one reports

    def stop(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        measure_difference(maps(2, 5, 4), maps(2, 5, 4), stop)


def test_that_measuring_leaves_read_only_maps_alone():
    expected = maps(2, 3, 3)
    kept = expected.copy()
    expected.flags.writeable = False
    assert not measure_difference(expected, expected).worst.flags.writeable
    assert np.array_equal(expected, kept)


def test_that_the_candidate_is_measured_against_the_baseline():
    picture = picture_from_array(np.random.default_rng(7).integers(0, 256, (9, 8, 3), dtype=np.uint8), "noise.png")
    seen = []
    comparison, difference = compare_and_measure(Study(picture=picture, out_channels=4), seen.append)
    assert np.array_equal(
        difference.worst, np.abs(comparison.baseline.output - comparison.candidate.output).max(axis=0)
    )
    assert seen == sorted(seen)
    assert seen[-1] > 0.9


def test_that_nothing_is_read_without_a_picture():
    with pytest.raises(EngineError, match="open one first"):
        read_input(Study())


def test_that_a_problem_of_any_of_the_studies_is_told():
    picture = picture_from_array(np.zeros((9, 8), np.uint8), "black.png")
    study = Study(picture=picture)
    assert read_input(study, study).shape == (1, 9, 8)
    with pytest.raises(EngineError, match="out_channels is 0"):
        read_input(study, Study(picture=picture, out_channels=0))
