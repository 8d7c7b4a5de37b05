from __future__ import annotations

import numpy as np
import pytest

from sepviz.study.patterns import IMPULSE_SIDE, PATTERNS, SIDE, draw_pattern


@pytest.mark.parametrize("name", PATTERNS)
def test_that_a_pattern_is_a_picture_and_the_same_each_time(name: str) -> None:
    pixels = draw_pattern(name)
    assert pixels.shape[:2] in {(SIDE, SIDE), (IMPULSE_SIDE, IMPULSE_SIDE)}
    assert pixels.shape[2:] in {(), (3,)}
    assert pixels.max() == (255 if pixels.dtype == np.uint8 else 1)
    assert pixels.min() < 0.01 * pixels.max()
    np.testing.assert_array_equal(pixels, draw_pattern(name))


@pytest.mark.parametrize("name", PATTERNS)
def test_that_a_pattern_says_what_it_teaches(name: str) -> None:
    pattern = PATTERNS[name]
    assert pattern.name == name
    assert pattern.label
    assert pattern.help.endswith(".")


def test_that_an_unknown_pattern_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        draw_pattern("plaid")


def test_that_the_impulse_is_one_pixel_at_the_very_centre() -> None:
    pixels = draw_pattern("impulse")
    assert np.argwhere(pixels).tolist() == [[IMPULSE_SIDE // 2, IMPULSE_SIDE // 2]]
    np.testing.assert_array_equal(pixels, pixels[::-1, ::-1])


def test_that_the_step_has_one_edge() -> None:
    changes = np.argwhere(np.diff(draw_pattern("step").astype(int), axis=1))
    assert set(changes[:, 1]) == {SIDE // 2 - 1}
    assert len(changes) == SIDE


def test_that_the_checkerboard_is_half_white_and_its_neighbours_differ() -> None:
    pixels = draw_pattern("checkerboard")
    assert pixels.mean() == 127.5
    np.testing.assert_array_equal(pixels[:, 16:], 255 - pixels[:, :-16])


def test_that_the_sweep_reaches_half_a_cycle_a_pixel_at_its_sides_and_no_more() -> None:
    middle_row = draw_pattern("sweep")[SIDE // 2]
    assert abs(middle_row[0] - middle_row[1]) > 0.99
    assert np.abs(np.diff(middle_row[SIDE // 2 - 4 : SIDE // 2 + 4])).max() < 0.1


def test_that_the_bars_are_all_eight_corners_of_the_colour_cube() -> None:
    colours = np.unique(draw_pattern("bars").reshape(-1, 3), axis=0)
    assert len(colours) == 8
    assert set(colours.ravel()) == {0, 255}


def test_that_the_gradient_has_even_steps() -> None:
    steps = np.diff(draw_pattern("gradient").astype(np.float64), axis=1)
    assert np.ptp(steps) < 1e-6
    assert steps.min() > 0
