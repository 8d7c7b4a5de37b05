from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sepviz.render.mosaic import Layout, best_columns, draw, layout_for
from sepviz.render.scale import map_ranges

LEVEL_RANGE = (1.0, 255.0)
"""With this range a value is its own level, so a picture can be read back as values."""

layouts = st.builds(
    Layout,
    count=st.integers(1, 40),
    map_height=st.integers(1, 50),
    map_width=st.integers(1, 50),
    columns=st.integers(1, 12),
    gap=st.floats(0.01, 5),
)


def level_ranges(count: int) -> NDArray[np.float64]:
    return np.tile(LEVEL_RANGE, (count, 1))


def whole(layout: Layout) -> tuple[float, float, float, float]:
    return 0.0, 0.0, layout.width, layout.height


def constant_maps(count: int, height: int, width: int) -> NDArray[np.float32]:
    """Map c has the value c + 1 throughout."""
    return np.tile(np.arange(1, count + 1, dtype=np.float32)[:, None, None], (1, height, width))


@settings(derandomize=True, deadline=None)
@given(layout=layouts, data=st.data())
def test_that_tile_at_finds_the_pixel_again(layout: Layout, data: st.DataObject) -> None:
    channel = data.draw(st.integers(0, layout.count - 1))
    y = data.draw(st.integers(0, layout.map_height - 1))
    x = data.draw(st.integers(0, layout.map_width - 1))
    left, top, width, height = layout.tile_rect(channel)
    assert (width, height) == (layout.map_width, layout.map_height)
    assert layout.tile_at(left + x + 0.5, top + y + 0.5) == (channel, y, x)


@settings(derandomize=True, deadline=None)
@given(layout=layouts, share_x=st.floats(-0.2, 1.2), share_y=st.floats(-0.2, 1.2))
def test_that_tile_at_and_the_rectangles_agree_everywhere(layout: Layout, share_x: float, share_y: float) -> None:
    x, y = share_x * layout.width, share_y * layout.height
    margin = 1e-9 * (layout.width + layout.height)
    rects = [layout.tile_rect(channel) for channel in range(layout.count)]
    inside = [left <= x < left + w and top <= y < top + h for left, top, w, h in rects]
    near = [
        min(abs(x - left), abs(x - left - w)) < margin or min(abs(y - top), abs(y - top - h)) < margin
        for left, top, w, h in rects
    ]
    if any(near):
        return
    found = layout.tile_at(x, y)
    assert (found[0] if found else None) == (inside.index(True) if any(inside) else None)


@settings(derandomize=True, deadline=None)
@given(layout=layouts, shares=st.tuples(*[st.floats(-0.3, 1.3)] * 4))
def test_that_visible_lists_the_tiles_that_share_an_area(layout: Layout, shares: tuple[float, ...]) -> None:
    x0, x1 = sorted(share * layout.width for share in shares[:2])
    y0, y1 = sorted(share * layout.height for share in shares[2:])
    if min(x1 - x0, y1 - y0) < 1e-6:
        return
    expected = []
    for channel in range(layout.count):
        left, top, width, height = layout.tile_rect(channel)
        if min(x1, left + width) - max(x0, left) > 1e-10 and min(y1, top + height) - max(y0, top) > 1e-10:
            expected.append(channel)
    assert set(expected) <= set(layout.visible(x0, y0, x1, y1))
    grown = set(layout.visible(x0 + 1e-9, y0 + 1e-9, x1 - 1e-9, y1 - 1e-9))
    assert grown <= set(expected)


@settings(derandomize=True, deadline=None)
@given(count=st.integers(1, 60), width=st.integers(1, 40), height=st.integers(1, 40), aspect=st.floats(0.2, 5))
def test_that_no_other_number_of_columns_gives_larger_tiles(count: int, width: int, height: int, aspect: float) -> None:
    def scale(columns: int) -> float:
        layout = layout_for((count, height, width), (1000 * aspect, 1000), columns)
        return min(1000 * aspect / layout.width, 1000 / layout.height)

    best = best_columns(count, height, width, 1000 * aspect, 1000)
    assert scale(best) >= max(map(scale, range(1, count + 1)))


def test_that_a_layout_holds_all_maps_in_the_columns_asked_for() -> None:
    layout = layout_for((10, 50, 100), (800, 600), columns=4)
    assert (layout.columns, layout.rows, layout.gap) == (4, 3, 4)
    assert (layout.width, layout.height) == (412, 158)
    assert layout_for((3, 50, 100), (800, 600), columns=9).columns == 3


def test_that_a_square_area_gets_a_square_of_square_maps() -> None:
    assert layout_for((64, 32, 32), (500, 500)).columns == 8
    assert layout_for((64, 32, 32), (4000, 100)).columns == 64
    assert layout_for((64, 32, 32), (100, 4000)).columns == 1


@pytest.mark.parametrize("size", [(97, 83), (200, 171), (613, 511), (1200, 1000)])
@pytest.mark.parametrize("rect", [None, (-20.0, -31.0, 150.0, 111.0), (37.3, 18.9, 71.2, 60.4)])
def test_that_each_pixel_shows_the_channel_that_tile_at_reports(
    size: tuple[int, int], rect: tuple[float, float, float, float] | None
) -> None:
    layout = layout_for((23, 17, 29), (600, 500), columns=5)
    x0, y0, x1, y1 = rect or whole(layout)
    levels = draw(constant_maps(23, 17, 29), level_ranges(23), layout, (x0, y0, x1, y1), size)
    assert levels.shape == (size[1], size[0])
    step_x, step_y = (x1 - x0) / size[0], (y1 - y0) / size[1]
    for row in range(0, size[1], 1 + size[1] // 50):
        for column in range(0, size[0], 1 + size[0] // 50):
            # edges are moved to the raster by up to 3/4 of a pixel
            around = {
                layout.tile_at(x0 + (column + 0.5 + dx) * step_x, y0 + (row + 0.5 + dy) * step_y)
                for dx in (-0.76, 0, 0.76)
                for dy in (-0.76, 0, 0.76)
            }
            assert levels[row, column] in {found[0] + 1 if found else 0 for found in around}


@pytest.mark.parametrize("zoom", [0.21, 0.5, 0.9, 1.0, 1.7, 6.0])
def test_that_hover_names_the_map_pixel_under_the_pointer(zoom: float) -> None:
    layout = layout_for((6, 40, 30), (300, 300), columns=3)
    across = np.tile(np.arange(1, 31, dtype=np.float32), (6, 40, 1))
    x0, y0, x1, y1 = whole(layout)
    size = (round(layout.width * zoom), round(layout.height * zoom))
    levels = draw(across, level_ranges(6), layout, (x0, y0, x1, y1), size)
    compared = 0
    for column in range(size[0]):
        found = layout.tile_at((column + 0.5) * layout.width / size[0], layout.height / 4)
        shown = int(levels[size[1] // 4, column])
        if found and shown:
            compared += 1
            assert abs(shown - 1 - found[2]) <= 1.25 / zoom + 1
    assert compared > size[0] * 0.8


def test_that_all_gaps_are_equally_wide() -> None:
    layout = layout_for((30, 100, 100), (500, 500), columns=6)
    levels = draw(constant_maps(30, 100, 100), level_ranges(30), layout, whole(layout), (347, 289))
    for line in (levels[20], levels[:, 20]):
        edges = np.flatnonzero(np.diff(np.concatenate([[1], line > 0, [1]]).astype(int)))
        inner = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a > 0 and b < len(line)]
        assert len(inner) >= 4
        assert {int(b - a) for a, b in inner} == {2}


def test_that_empty_cells_and_what_lies_outside_are_ground() -> None:
    layout = layout_for((5, 8, 8), (300, 300), columns=3)
    x0, y0, x1, y1 = whole(layout)
    maps = np.full((5, 8, 8), 200, np.float32)
    levels = draw(maps, level_ranges(5), layout, (x0 - 10, y0 - 10, x1 + 10, y1 + 10), (440, 360))
    scale_x, scale_y = 440 / (x1 - x0 + 20), 360 / (y1 - y0 + 20)
    left, top, width, height = layout.tile_rect(4)
    empty = layout.tile_rect(2)[0]
    assert not levels[: int(9.9 * scale_y)].any()
    assert not levels[:, : int(9.9 * scale_x)].any()
    assert not levels[int((top + 10) * scale_y) :, int((empty + 10) * scale_x) :].any()
    centre = levels[int((top + 10 + height / 2) * scale_y), int((left + 10 + width / 2) * scale_x)]
    assert centre == 200


def test_that_a_view_of_empty_cells_alone_is_ground() -> None:
    layout = layout_for((4, 8, 8), (300, 300), columns=3)
    rect = (layout.tile_rect(2)[0], layout.tile_rect(3)[1], layout.width, layout.height)
    assert not draw(np.ones((4, 8, 8), np.float32), level_ranges(4), layout, rect, (50, 50)).any()
    assert not draw(np.ones((4, 8, 8), np.float32), level_ranges(4), layout, (900, 900, 950, 950), (50, 50)).any()


@pytest.mark.parametrize("size", [(31, 47), (120, 130), (777, 500)])
def test_that_no_map_bleeds_into_its_neighbour(size: tuple[int, int]) -> None:
    layout = layout_for((9, 33, 21), (300, 300), columns=3)
    maps = np.full((9, 33, 21), 10, np.float32)
    maps[4] = 250
    levels = draw(maps, level_ranges(9), layout, whole(layout), size)
    assert set(np.unique(levels)) == {0, 10, 250}


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (7, 11), (37, 56), (99, 100), (100, 101), (250, 130)])
def test_that_the_average_of_a_constant_map_is_that_constant(size: tuple[int, int]) -> None:
    layout = layout_for((1, 101, 100), (300, 300))
    levels = draw(np.full((1, 101, 100), 77, np.float32), level_ranges(1), layout, whole(layout), size)
    assert (levels == 77).all()


@pytest.mark.parametrize(("width", "height"), [(37, 29), (64, 50), (5, 99), (128, 100), (1, 1)])
def test_that_area_averaging_preserves_the_mean(width: int, height: int) -> None:
    maps = np.random.default_rng(1).uniform(1, 255, (1, 100, 128)).astype(np.float32)
    layout = layout_for(maps.shape, (300, 300))
    levels = draw(maps, level_ranges(1), layout, whole(layout), (width, height))
    rounding = 0.5 if width * height < 100 else 0.05
    assert levels.mean() == pytest.approx(maps.mean(), abs=rounding + 0.5 / np.sqrt(width * height))


def test_that_each_pixel_is_the_exact_mean_of_the_area_it_covers() -> None:
    maps = np.random.default_rng(2).uniform(1, 255, (1, 10, 15)).astype(np.float32)
    layout = layout_for(maps.shape, (300, 300))
    levels = draw(maps, level_ranges(1), layout, whole(layout), (6, 4))
    # repeated to a common multiple, every screen pixel covers whole samples
    fine = maps[0].repeat(4, axis=0).repeat(6, axis=1)
    expected = fine.reshape(4, 10, 6, 15).mean(axis=(1, 3))
    assert np.abs(levels - expected).max() <= 0.501


def test_that_sixteen_pixels_enlarged_are_sixteen_squares() -> None:
    maps = np.arange(10, 250, 15, dtype=np.float32).reshape(1, 4, 4)
    layout = layout_for(maps.shape, (300, 300))
    levels = draw(maps, level_ranges(1), layout, whole(layout), (40, 40))
    assert (levels == maps[0].repeat(10, axis=0).repeat(10, axis=1)).all()


def test_that_a_sheet_of_kernels_shows_every_weight() -> None:
    kernels = np.random.default_rng(3).integers(1, 256, (64, 3, 3)).astype(np.float32)
    layout = layout_for(kernels.shape, (240, 240))
    assert layout.columns == 8
    levels = draw(kernels, level_ranges(64), layout, whole(layout), (200, 200))
    for channel in range(64):
        left, top, _, _ = layout.tile_rect(channel)
        for y, x in np.ndindex(3, 3):
            row, column = ((at + 0.5) * 200 / layout.width for at in (top + y, left + x))
            assert levels[int(row), int(column)] == kernels[channel, y, x]
    assert (levels == 0).any()


def test_that_a_zoomed_picture_is_a_part_of_the_large_one() -> None:
    maps = np.random.default_rng(4).uniform(1, 255, (6, 40, 50)).astype(np.float32)
    layout = Layout(count=6, map_height=40, map_width=50, columns=3, gap=2)
    large = draw(maps, level_ranges(6), layout, whole(layout), (154 * 3, 82 * 3))
    part = draw(maps, level_ranges(6), layout, (20, 30, 120, 70), (300, 120))
    assert (part == large[90:210, 60:360]).all()


def test_that_each_map_is_drawn_in_its_own_range() -> None:
    maps = np.stack([np.linspace(0, 1, 16), np.linspace(50, 90, 16)]).reshape(2, 4, 4).astype(np.float32)
    layout = Layout(count=2, map_height=4, map_width=4, columns=2, gap=1)
    levels = draw(maps, map_ranges(maps), layout, whole(layout), (9, 4))
    assert (levels[:, :4] == levels[:, 5:]).all()
    assert (levels[0, 0], levels[3, 3], levels[0, 4]) == (1, 255, 0)


def test_that_a_bad_pixel_spoils_no_other() -> None:
    maps = np.full((2, 20, 20), 90, np.float32)
    maps[0, 3, 3] = np.nan
    maps[0, 8, 8] = np.inf
    maps[1, :10, :10] = np.nan
    layout = Layout(count=2, map_height=20, map_width=20, columns=2, gap=2)
    levels = draw(maps, level_ranges(2), layout, whole(layout), (21, 10))
    assert (levels[:, :10] == 90).all()
    assert not levels[:5, 11:16].any()
    assert (levels[5:, 11:] == 90).all()
    large = draw(maps, level_ranges(2), layout, whole(layout), (84, 40))
    assert (large[:, :40] == 0).sum() == 8


def test_that_the_parts_can_be_drawn_in_any_order_and_the_answer_is_read_only() -> None:
    handed: list[int] = []

    def backwards(items: Sequence[Any], body: Callable[[Any], None], /) -> None:
        handed.append(len(items))
        for item in reversed(items):
            body(item)

    maps = np.random.default_rng(5).uniform(1, 255, (30, 160, 180)).astype(np.float32)
    layout = layout_for(maps.shape, (600, 500))
    levels = draw(maps, level_ranges(30), layout, whole(layout), (1200, 1000), backwards)
    assert handed[0] > 1
    assert (levels == draw(maps, level_ranges(30), layout, whole(layout), (1200, 1000))).all()
    assert not levels.flags.writeable


def test_that_double_precision_maps_keep_their_small_differences() -> None:
    maps = (1e9 + np.linspace(0, 1e-3, 64)).reshape(1, 8, 8)
    layout = layout_for(maps.shape, (300, 300))
    levels = draw(maps, map_ranges(maps), layout, whole(layout), (8, 8))
    assert len(np.unique(levels)) > 60


@pytest.mark.parametrize(
    ("shape", "count", "rect", "size", "message"),
    [
        ((3, 8, 9), 3, (0, 0, 5, 5), (10, 10), r"maps have the shape \(3, 8, 9\), but the layout is for \(3, 8, 8\)"),
        ((3, 8, 8), 2, (0, 0, 5, 5), (10, 10), "give low and high for 3 maps"),
        ((3, 8, 8), 3, (5, 0, 5, 5), (10, 10), "both need a width and a height above 0"),
        ((3, 8, 8), 3, (0, 0, 5, 5), (10, 0), "both need a width and a height above 0"),
    ],
)
def test_that_what_does_not_belong_together_is_named(
    shape: tuple[int, ...],
    count: int,
    rect: tuple[float, float, float, float],
    size: tuple[int, int],
    message: str,
) -> None:
    layout = Layout(count=3, map_height=8, map_width=8, columns=2, gap=1)
    with pytest.raises(ValueError, match=message):
        draw(np.ones(shape, np.float32), level_ranges(count), layout, rect, size)
