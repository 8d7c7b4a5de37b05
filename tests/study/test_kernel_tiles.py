"""Promises of sheets of kernels: numbers are those of the layer, and tiles lie so that a reader can follow them."""

from __future__ import annotations

import pytest

from sepviz.study.kernel_tiles import CHARACTER, LABEL_HEIGHT, KernelTiles, lay_out


def tiles(out_channels, channels, groups=1, *, is_pointwise=False):
    return KernelTiles(
        filters=range(out_channels),
        channels=channels,
        filters_per_group=out_channels // groups,
        is_pointwise=is_pointwise,
    )


def test_that_a_kernel_is_numbered_by_input_channel_and_filter():
    assert tiles(64, 3).label(5 * 3 + 2) == "2→5"
    assert tiles(64, 3).place(5 * 3 + 2) == (5, 2)


def test_that_a_depthwise_kernel_names_the_channel_that_it_multiplies():
    assert [tiles(6, 1, 3).label(tile) for tile in range(6)] == ["0→0", "0→1", "1→2", "1→3", "2→4", "2→5"]


def test_that_channels_of_a_group_are_numbered_as_those_of_the_layer():
    assert tiles(8, 2, 4).label(5 * 2 + 1) == "5→5"


def test_that_a_pointwise_filter_is_one_tile_whose_weights_are_its_channels():
    assert tiles(8, 4, is_pointwise=True).label(5) == "→5"
    assert tiles(8, 4, is_pointwise=True).place(5, 3) == (5, 3)
    assert tiles(8, 4, 2, is_pointwise=True).place(5, 3) == (5, 7)


def test_that_one_filter_of_many_keeps_its_number():
    assert KernelTiles(filters=range(7, 8), channels=3, filters_per_group=64).label(2) == "2→7"


@pytest.mark.parametrize("area", [(460, 640), (900, 300), (200, 150), (20, 10)])
@pytest.mark.parametrize(
    ("found", "shape"),
    [
        (tiles(64, 3), (192, 3, 3)),
        (tiles(64, 64), (4096, 3, 3)),
        (tiles(12, 1, 3), (12, 15, 15)),
        (tiles(64, 64, is_pointwise=True), (64, 1, 64)),
        (tiles(1, 1), (1, 1, 1)),
    ],
)
def test_that_the_first_look_shows_every_tile_and_has_the_shape_of_its_area(found, shape, area):
    layout, (x0, y0, x1, y1) = lay_out(found, shape, area, 1.0)
    assert x0 <= 0 < layout.width <= x1
    assert y0 <= 0 < layout.height <= y1
    assert (x1 - x0) * area[1] == pytest.approx((y1 - y0) * area[0])


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_that_numbers_have_room_above_every_kernel_where_the_area_allows(ratio):
    area = round(460 * ratio), round(640 * ratio)
    layout, (x0, y0, x1, _) = lay_out(tiles(64, 3), (192, 3, 3), area, ratio)
    scale = area[0] / (x1 - x0)
    assert layout.gap * scale >= 0.99 * ratio * LABEL_HEIGHT
    assert -y0 * scale >= ratio * LABEL_HEIGHT
    assert (layout.map_width + layout.gap) * scale >= ratio * CHARACTER * len("2→63")


@pytest.mark.parametrize(("channels", "out_channels"), [(3, 64), (64, 64), (512, 8), (7, 11)])
def test_that_a_filter_is_whole_rows_or_whole_filters_are_a_row(channels, out_channels):
    layout, _ = lay_out(tiles(out_channels, channels), (channels * out_channels, 3, 3), (460, 640), 1.0)
    assert layout.columns % channels == 0 or channels % layout.columns == 0


def test_that_small_kernels_lie_with_filters_as_rows_and_channels_as_columns():
    layout, _ = lay_out(tiles(64, 64), (4096, 3, 3), (460, 640), 1.0)
    assert layout.columns == 64


def test_that_kernels_are_not_made_tiny_to_keep_a_filter_in_one_row():
    prime = 521
    layout, _ = lay_out(tiles(2, prime), (2 * prime, 3, 3), (400, 400), 1.0)
    assert layout.columns < 60
