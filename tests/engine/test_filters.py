import numpy as np
import pytest

from sepviz.engine.filters import FILTERS, ORIENTATIONS

SIZES = [(1, 1), (1, 2), (2, 1), (2, 2), (1, 5), (4, 1), (3, 3), (3, 5), (4, 4), (6, 3), (7, 7), (15, 15)]
DERIVATIVES = ["sobel-x", "sobel-y", "scharr-x", "scharr-y", "laplacian", "edge-bank", "gabor-bank"]
PRESERVING = ["identity", "box", "gaussian", "sharpen", "emboss"]

CLASSIC = {
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "sobel-x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "sobel-y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "scharr-x": [[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]],
    "scharr-y": [[-3, -10, -3], [0, 0, 0], [3, 10, 3]],
    "laplacian": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
}


@pytest.mark.parametrize("name", CLASSIC)
def test_that_a_filter_is_the_classic_one_at_three_by_three(name):
    assert np.array_equal(FILTERS[name].kernel(3, 3), CLASSIC[name])


def test_that_blurs_are_means_at_three_by_three():
    assert FILTERS["box"].kernel(3, 3) == pytest.approx(np.full((3, 3), 1 / 9))
    assert np.array_equal(16 * FILTERS["gaussian"].kernel(3, 3), [[1, 2, 1], [2, 4, 2], [1, 2, 1]])


def test_that_a_larger_sobel_is_the_one_of_the_books_up_to_scale():
    kernel = FILTERS["sobel-x"].kernel(5, 5)
    assert kernel / kernel[0, 3] * 2 == pytest.approx(np.outer([1, 4, 6, 4, 1], [-1, -2, 0, 2, 1]))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", FILTERS)
def test_that_a_filter_fits_any_kernel(name, size):
    for number in range(2 * ORIENTATIONS):
        kernel = FILTERS[name].kernel(*size, number)
        assert kernel.shape == size
        assert np.isfinite(kernel).all()


@pytest.mark.parametrize("size", SIZES[1:])
def test_that_derivatives_see_nothing_in_a_flat_picture(size):
    for name in DERIVATIVES:
        for number in range(2 * ORIENTATIONS):
            assert FILTERS[name].kernel(*size, number).sum() == pytest.approx(0, abs=1e-12), name


@pytest.mark.parametrize("size", SIZES)
def test_that_the_others_leave_a_flat_picture_as_it_is(size):
    for name in PRESERVING:
        assert FILTERS[name].kernel(*size).sum() == pytest.approx(1), name


@pytest.mark.parametrize("size", [(1, 2), (3, 3), (2, 4), (5, 7), (4, 9)])
def test_that_a_slope_filter_answers_a_ramp_alike_at_any_size(size):
    ramp = np.broadcast_to(np.arange(size[1]), size)
    assert (FILTERS["sobel-x"].kernel(*size) * ramp).sum() == pytest.approx(8)
    assert (FILTERS["scharr-x"].kernel(*size) * ramp).sum() == pytest.approx(32)


def test_that_a_bank_turns_and_comes_round():
    edges = [FILTERS["edge-bank"].kernel(3, 3, number) for number in range(ORIENTATIONS + 1)]
    assert edges[0] == pytest.approx(FILTERS["sobel-x"].kernel(3, 3))
    assert edges[ORIENTATIONS // 2] == pytest.approx(FILTERS["sobel-y"].kernel(3, 3))
    assert edges[ORIENTATIONS] == pytest.approx(edges[0])
    gabors = [FILTERS["gabor-bank"].kernel(7, 7, number) for number in range(2 * ORIENTATIONS)]
    different = {tuple(np.round(kernel, 6).ravel()) for kernel in gabors}
    assert len(different) == 2 * ORIENTATIONS


def test_that_every_filter_is_the_identity_in_one_tap():
    assert all(entry.kernel(1, 1, 3).tolist() == [[1]] for entry in FILTERS.values())
