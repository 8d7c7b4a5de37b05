import numpy as np
import pytest

from sepviz.render.digest import Digest
from sepviz.render.resample import weights
from sepviz.render.scale import central_ranges, map_ranges

MAPS = np.random.default_rng(0).normal(3, 2, (3, 97, 83)).astype(np.float32)
PARTS = {
    "whole": [(0, 97, 0, 83)],
    "strips": [(top, min(top + 10, 97), 0, 83) for top in range(0, 97, 10)],
    "rows, from the bottom": [(top, top + 1, 0, 83) for top in reversed(range(97))],
    "tiles": [(top, min(top + 40, 97), left, min(left + 31, 83)) for left in (0, 31, 62) for top in (0, 40, 80)],
}


def digested(parts, maps=MAPS, size=(20, 17)):
    digest = Digest(maps.shape, size)
    for top, bottom, left, right in parts:
        digest.take(maps[:, top:bottom, left:right], top, left)
    return digest.result()


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_that_means_are_those_of_equal_areas_however_the_maps_come(parts):
    down, across = weights(97, 20, 0, 20)[1], weights(83, 17, 0, 17)[1]
    assert np.allclose(digested(parts).means, down @ MAPS @ across.T, atol=1e-4)


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_that_ranges_are_those_of_all_values(parts):
    found, ranges = digested(parts), map_ranges(MAPS)
    assert np.array_equal(found.ranges, ranges)
    assert np.array_equal(found.central, central_ranges(MAPS, ranges))


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_that_mean_and_spread_are_those_of_all_values(parts):
    found = digested(parts)
    assert found.mean == pytest.approx(MAPS.mean(dtype=np.float64), rel=1e-6)
    assert found.std == pytest.approx(MAPS.std(dtype=np.float64), rel=1e-5)


def test_that_a_small_spread_around_a_large_mean_is_not_lost():
    maps = (1000 + 0.01 * np.random.default_rng(1).standard_normal((1, 60, 70))).astype(np.float32)
    found = digested([(top, top + 20, 0, 70) for top in (0, 20, 40)], maps, (6, 7))
    assert found.std == pytest.approx(maps.std(dtype=np.float64), rel=1e-2)


def test_that_as_many_means_as_pixels_are_the_pixels():
    assert np.allclose(digested(PARTS["tiles"], size=(97, 83)).means, MAPS)


def test_that_values_that_are_not_finite_widen_no_range():
    maps = MAPS.copy()
    maps[0, 5, 6], maps[0, 7, 8], maps[1] = np.nan, np.inf, np.nan
    found = digested(PARTS["strips"], maps)
    assert np.array_equal(found.ranges, map_ranges(maps))
    assert np.isnan(found.mean)


def test_that_what_was_learnt_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        digested(PARTS["whole"]).means[0, 0, 0] = 1
