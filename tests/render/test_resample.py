from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepviz.render.resample import cut, shrink, shrink_finite, touching, weights


@settings(derandomize=True, deadline=None)
@given(side=st.integers(1, 90), pixels=st.integers(1, 90), data=st.data())
def test_that_the_weights_of_a_screen_pixel_sum_to_one(side: int, pixels: int, data: st.DataObject) -> None:
    low = data.draw(st.integers(0, pixels - 1))
    high = data.draw(st.integers(low + 1, pixels))
    first, shares = weights(side, pixels, low, high)
    assert first + shares.shape[1] <= side
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-6)


@settings(derandomize=True, deadline=None)
@given(side=st.integers(2, 90), data=st.data())
def test_that_every_map_pixel_counts_as_much_as_any_other(side: int, data: st.DataObject) -> None:
    pixels = data.draw(st.integers(1, side - 1))
    first, shares = weights(side, pixels, 0, pixels)
    assert first == 0
    np.testing.assert_allclose(shares.sum(axis=0), pixels / side, rtol=1e-5)


@settings(derandomize=True, deadline=None)
@given(side=st.integers(1, 40), data=st.data())
def test_that_enlarging_takes_one_pixel_and_keeps_their_order(side: int, data: st.DataObject) -> None:
    pixels = data.draw(st.integers(side, 200))
    _, shares = weights(side, pixels, 0, pixels)
    assert set(np.unique(shares)) <= {0, 1}
    taken = shares.argmax(axis=1)
    assert taken.tolist() == [int((i + 0.5) * side // pixels) for i in range(pixels)]


@settings(derandomize=True, deadline=None)
@given(
    count=st.integers(1, 30),
    side=st.integers(1, 60),
    gap=st.floats(0.04, 4),
    start=st.floats(-50, 300),
    extent=st.floats(1, 900),
    pixels=st.integers(1, 400),
)
def test_that_pieces_are_in_order_and_near_where_they_belong(
    count: int, side: int, gap: float, start: float, extent: float, pixels: int
) -> None:
    scale = pixels / extent
    pieces = cut(count, side, gap, start, start + extent, pixels)
    assert all(before.stop <= after.start for before, after in pairwise(pieces))
    for piece in pieces:
        left = (piece.place * (side + gap) - start) * scale
        # a gap that is widened to one pixel moves edges on both of its sides
        assert left - 1.26 <= piece.start < piece.stop <= left + side * scale + 1.26
        assert 0 <= piece.start < piece.stop <= pixels
        assert piece.weights.shape == (piece.stop - piece.start, piece.last - piece.first)


def test_that_only_tiles_with_a_share_touch() -> None:
    # tiles at 0-10, 12-22, 24-34
    assert list(touching(3, 10, 2, 0, 34)) == [0, 1, 2]
    assert list(touching(3, 10, 2, 10, 12)) == []
    assert list(touching(3, 10, 2, 9, 13)) == [0, 1]
    assert list(touching(3, 10, 2, 12, 24)) == [1]
    assert list(touching(3, 10, 2, -9, -1)) == []
    assert list(touching(3, 10, 2, 40, 90)) == []


@pytest.mark.parametrize("pixels", [9, 40, 100])
def test_that_finite_maps_need_no_special_way(pixels: int) -> None:
    maps = np.random.default_rng(0).standard_normal((6, 31, 20)).astype(np.float32)
    across, down = cut(3, 20, 1, 0, 62, pixels), cut(2, 31, 1, 0, 63, pixels)
    plain = shrink(maps, 3, down, across, pixels)
    np.testing.assert_allclose(shrink_finite(maps, 3, down, across, pixels)[plain != 0], plain[plain != 0], rtol=2e-5)
