from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepviz.render.scale import SCALE_POLICIES, Range, central_ranges, map_ranges, overall, resolve, to_bytes


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(5, 300, 301), (700, 3, 3), (1, 1, 1), (3, 1, 400)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_that_a_range_is_the_minimum_and_maximum_of_its_map(
    rng: np.random.Generator, shape: tuple[int, int, int], dtype: type
) -> None:
    maps = rng.standard_normal(shape).astype(dtype)
    ranges = map_ranges(maps)
    assert ranges.shape == (shape[0], 2)
    assert ranges.tolist() == [[float(m.min()), float(m.max())] for m in maps]


def test_that_what_is_not_finite_is_passed_over() -> None:
    maps = np.array([[[1, np.nan, 3]], [[-np.inf, 2, np.inf]], [[np.nan] * 3], [[4, 5, 6]]], np.float32)
    assert map_ranges(maps).tolist() == [[1, 3], [2, 2], [0, 0], [4, 6]]


def test_that_ranges_can_be_measured_in_any_order(rng: np.random.Generator) -> None:
    def backwards(items: Sequence[Any], body: Callable[[Any], None], /) -> None:
        for item in reversed(items):
            body(item)

    maps = rng.standard_normal((40, 300, 300)).astype(np.float32)
    assert (map_ranges(maps, backwards) == map_ranges(maps)).all()
    assert (to_bytes(maps, map_ranges(maps), backwards) == to_bytes(maps, map_ranges(maps))).all()


BASELINE = np.array([[-1.0, 2.0], [0.0, 5.0]])
CANDIDATE = np.array([[-3.0, 1.0]])


def test_that_per_map_leaves_each_map_its_own_range() -> None:
    first, second = resolve("per-map", BASELINE, CANDIDATE)
    assert first.tolist() == BASELINE.tolist()
    assert second.tolist() == CANDIDATE.tolist()


def test_that_shared_gives_both_layers_one_range() -> None:
    assert [r.tolist() for r in resolve("shared", BASELINE, CANDIDATE)] == [[[-3, 5], [-3, 5]], [[-3, 5]]]
    assert overall(BASELINE, CANDIDATE) == Range(-3, 5)


def test_that_symmetric_is_centred_on_zero() -> None:
    assert [r.tolist() for r in resolve("symmetric", BASELINE, CANDIDATE)] == [[[-5, 5], [-5, 5]], [[-5, 5]]]


def test_that_every_policy_is_explained() -> None:
    assert list(SCALE_POLICIES) == ["per-map", "shared", "symmetric"]
    assert all(text.label and len(text.help) > 40 for text in SCALE_POLICIES.values())


def test_that_a_level_tells_its_value() -> None:
    shown = Range(-2, 6)
    assert [shown.value_at(level) for level in (1, 128, 255)] == [-2, 2, 6]


def test_that_the_ends_and_the_middle_have_the_stated_levels() -> None:
    maps = np.array([[[-4.0, 0.0, 4.0, -9.0, 9.0, np.nan]]], np.float32)
    assert to_bytes(maps, np.array([[-4.0, 4.0]])).tolist() == [[[1, 128, 255, 1, 255, 0]]]


@pytest.mark.parametrize("value", [0.0, -7.5, 1e30])
def test_that_a_constant_map_becomes_the_middle_level(value: float) -> None:
    maps = np.full((1, 3, 3), value, np.float32)
    assert (to_bytes(maps, map_ranges(maps)) == 128).all()


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [
        (1e8, 1e8 + 1e-3, np.float64),
        (0, 1e-40, np.float32),
        (-3e38, 3e38, np.float32),
        (-1e-300, 1e-300, np.float64),
        (70000, 70004, np.float16),
        (1e6, 1e6 + 254, np.float32),
    ],
)
def test_that_no_range_collapses(low: float, high: float, dtype: type) -> None:
    if dtype is np.float16:
        low, high = 1.0, 3.0
    maps = np.linspace(low, high, 255).astype(dtype).reshape(1, 5, 51)
    levels = to_bytes(maps, map_ranges(maps)).ravel().astype(int)
    assert np.abs(levels - np.arange(1, 256)).max() <= (0 if dtype is not np.float16 else 1)


@settings(derandomize=True, deadline=None)
@given(
    values=st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=40),
    low=st.floats(-1e3, 1e3),
    extent=st.floats(1e-2, 1e3),
)
def test_that_a_level_stands_for_its_value_within_half_a_step(values: list[float], low: float, extent: float) -> None:
    maps = np.array(values, np.float64).reshape(1, 1, -1)
    shown = Range(low, low + extent)
    levels = to_bytes(maps, np.array([[shown.low, shown.high]]))
    assert levels.min() >= 1
    back = np.array([shown.value_at(int(level)) for level in levels.ravel()])
    clipped = maps.ravel().clip(shown.low, shown.high)
    assert np.abs(back - clipped).max() <= extent / 254 * 0.5001 + 1e-9


def test_that_levels_are_read_only(rng: np.random.Generator) -> None:
    maps = rng.standard_normal((1, 2, 2)).astype(np.float32)
    assert not to_bytes(maps, map_ranges(maps)).flags.writeable


def test_that_a_few_wild_values_do_not_squash_the_rest():
    maps = np.random.default_rng(3).random((2, 64, 96)).astype(np.float32)
    maps[0, 5, 7] = 3.0
    central = central_ranges(maps, map_ranges(maps))
    assert central[0] == pytest.approx((0, 1), abs=0.02)


def test_that_a_map_with_few_strong_values_keeps_its_full_range():
    maps = np.zeros((1, 165, 165), np.float32)
    maps[0, 81:84, 81:84] = 1
    ranges = map_ranges(maps)
    assert np.array_equal(central_ranges(maps, ranges), ranges)


def test_that_central_ranges_are_estimated_from_all_columns():
    columns = np.tile(np.linspace(0, 1, 512, dtype=np.float32), (1, 512, 1))
    assert central_ranges(columns, map_ranges(columns))[0] == pytest.approx((0.005, 0.995), abs=0.01)


def test_that_a_map_with_values_that_are_no_numbers_keeps_its_full_range():
    maps = np.random.default_rng(4).random((1, 96, 96)).astype(np.float32)
    maps[0, :2] = np.nan
    ranges = map_ranges(maps)
    assert np.array_equal(central_ranges(maps, ranges), ranges)


def test_that_a_small_map_keeps_its_full_range():
    maps = np.random.default_rng(5).random((1, 31, 31)).astype(np.float32)
    maps[0, 3, 3] = 2
    ranges = map_ranges(maps)
    assert np.array_equal(central_ranges(maps, ranges), ranges)
