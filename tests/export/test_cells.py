"""Promises of small maps: squares of one size, marks where they belong, nothing beyond the area."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sepviz.export.animation.cells import LABEL, UNMADE, Grid, centred, coloured, most_tiles, on_padding, tiled

pytestmark = pytest.mark.usefixtures("app")
AREA = (10.0, 20.0, 280.0, 190.0)


def within(grid, area):
    x, y, width, height = area
    return (
        grid.x >= x - 1
        and grid.y >= y - 1
        and grid.x + grid.width <= x + width + 1
        and grid.y + grid.height <= y + height + 1
    )


@pytest.mark.parametrize("scale", [0.625, 0.8333, 1.0, 2.0])
@pytest.mark.parametrize(("rows", "columns"), [(11, 16), (1, 1), (110, 110), (3, 90), (90, 3)])
def test_that_a_map_fits_its_area_with_whole_pixels(recorder, scale, rows, columns):
    canvas = recorder(scale=scale)
    grid = centred(canvas, AREA, rows, columns)
    assert within(grid, AREA)
    assert grid.cell * scale == pytest.approx(round(grid.cell * scale))
    assert grid.cell * scale >= 1


@pytest.mark.parametrize(("count", "rows", "columns"), [(3, 3, 3), (3, 11, 16), (4, 40, 8), (2, 5, 60), (1, 110, 110)])
def test_that_tiles_fit_side_by_side_with_their_labels(recorder, count, rows, columns):
    canvas = recorder(scale=0.8333)
    assert most_tiles(canvas, AREA, count, rows, columns) == count
    grids = tiled(canvas, AREA, [f"map {number}" for number in range(count)], rows, columns)
    assert canvas.texts == [f"map {number}" for number in range(count)]
    assert all(within(grid, (*AREA[:3], AREA[3] - LABEL)) for grid in grids)
    for first, second in pairwise(grids):
        assert second.x >= first.x + first.width or second.y >= first.y + first.height + LABEL


def test_that_maps_of_many_pixels_are_fewer_instead_of_cut(recorder):
    canvas = recorder(scale=0.625)
    assert most_tiles(canvas, AREA, 4, 100, 100) == 1
    assert most_tiles(canvas, AREA, 4, 40, 40) == 4


def test_that_a_frame_stands_around_its_pixels_and_around_each_where_they_have_gaps(recorder):
    grid, dense, sparse = (
        Grid(x=0, y=0, cell=10, rows=9, columns=9, first_row=-1, first_column=-1),
        recorder(),
        recorder(),
    )
    grid.mark(dense, ((0, 1, 2), (1, 2)), "#0072B2")
    (x, y, width, height, _) = dense.frames[-1]
    assert (x + 1.5, y + 1.5, width - 3, height - 3) == (20, 10, 20, 30)
    assert len(dense.frames) == 2
    grid.mark(sparse, ((0, 2), (1, 3)), "#0072B2")
    assert len(sparse.frames) == 4 + 2


def test_that_what_is_not_made_yet_is_bare_and_the_rest_has_its_colours():
    maps = np.arange(12.0).reshape(1, 3, 4)
    whole = coloured(maps, np.array([[0.0, 11.0]]), "grey")
    part = coloured(maps, np.array([[0.0, 11.0]]), "grey", (1, 2))
    assert (part[0].reshape(-1, 3)[:7] == whole[0].reshape(-1, 3)[:7]).all()
    assert (part[0].reshape(-1, 3)[7:] == UNMADE).all()
    assert (whole != UNMADE).any(axis=-1).all()


def test_that_a_picture_lies_on_its_padding():
    colours = np.full((2, 3, 3), 7, np.uint8)
    plane = on_padding(colours, range(-1, 4), range(-2, 3))
    assert plane.shape == (5, 5, 3)
    assert (plane[1:3, 2:5] == 7).all()
    assert (plane == 7).all(axis=2).sum() == 6
