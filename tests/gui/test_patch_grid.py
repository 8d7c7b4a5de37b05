"""Promises of the grids of numbers: a cell is told in full, padding is told apart, and nothing is cut."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtTest import QTest

from sepviz.gui.theme import DARK, apply_theme
from sepviz.gui.views.patch_grid import PatchGrid, changed_region
from sepviz.gui.views.patch_layout import arrange
from sepviz.study.compare import Compare
from sepviz.study.picture import picture_from_array
from sepviz.study.provenance import trace_back
from sepviz.study.study import Study

PICTURE = picture_from_array(np.random.default_rng(4).integers(0, 256, (12, 15, 3), np.uint8), "noise")


def sums(y=4, x=5, side="baseline", **changes):
    comparison = Compare(study=Study(picture=PICTURE, **{"out_channels": 4, **changes}))()
    return trace_back(getattr(comparison, side), comparison.input, 0, y, x).sums


@pytest.fixture
def grid(keep, app):
    grid = keep(PatchGrid())
    grid.resize(400, 300)
    grid.show_sums(sums())
    grid.show()
    app.processEvents()
    return grid


def test_that_a_cell_is_told_with_all_three_numbers(grid):
    first = grid.grids[0]
    text = grid.describe(first.rect_of(1, 2).center())
    read, weight = first.product.read[1, 2], first.product.weights[1, 2]
    assert text.startswith("Channel 0 at y 4, x 6: ")
    assert float(text.split(": ")[1].split()[0]) == pytest.approx(read, rel=1e-4)
    assert float(text.rpartition(" ")[2]) == pytest.approx(read * weight, rel=1e-3)


def test_that_beside_the_cells_nothing_is_told(grid):
    assert grid.describe(QPointF(grid.width() - 1, 1)) == ""


def test_that_the_cell_under_the_pointer_is_framed_in_read_weight_and_product(grid, app):
    plain = grid.grab().toImage()
    QTest.mouseMove(grid, grid.grids[0].rect_of(0, 0).center().toPoint())
    app.processEvents()
    framed = grid.grab().toImage()
    for one in grid.grids[:3]:
        area = one.rect_of(0, 0).toAlignedRect()
        assert plain.copy(area) != framed.copy(area)


def test_that_padding_looks_like_nothing_that_is_read(grid, app):
    grid.show_sums(sums(0, 0))
    app.processEvents()
    image, read = grid.grab().toImage(), grid.grids[0]
    padding, inside = (image.copy(read.rect_of(row, 1).toAlignedRect()) for row in (0, 1))
    assert padding != inside
    assert grid.describe(read.rect_of(0, 1).center()).startswith("Padding")


@pytest.mark.parametrize("changes", [{}, {"kernel_size": (7, 7)}, {"candidate": "spatially-separable"}])
@pytest.mark.parametrize("width", [220, 400, 900])
def test_that_every_grid_stays_within_its_column(app, changes, width):
    arranged = arrange(sums(side="candidate", depth_multiplier=4, **changes), width, app.font())
    column = QRectF(0, 0, width, arranged.height)
    assert all(column.contains(one.rect) for one in arranged.grids)
    inner = [one.rect.adjusted(1, 1, -1, -1) for one in arranged.grids]
    assert not any(one.intersects(other) for place, one in enumerate(inner) for other in inner[:place])


def test_that_only_what_changed_is_painted_anew(app):
    before, after = (arrange(sums(4, x), 400, app.font()) for x in (5, 6))
    region = changed_region(before, after)
    weights = [one.rect.center().toPoint() for one in after.grids if one.kind == "weights"]
    read = [one.rect.center().toPoint() for one in after.grids if one.kind == "read"]
    assert not any(region.contains(place) for place in weights)
    assert all(region.contains(place) for place in read)


def test_that_stories_laid_out_otherwise_are_painted_whole(app):
    assert changed_region(arrange(sums(), 400, app.font()), arrange(sums(kernel_size=(5, 5)), 400, app.font())) is None


def test_that_the_story_can_be_heard(grid):
    assert grid.accessibleName().startswith("Sum of the terms ")
    assert "channel 2 (blue) Σ" in grid.accessibleDescription()


def test_that_a_theme_repaints_it(grid, app):
    light = grid.grab().toImage().pixelColor(2, grid.height() - 2)
    apply_theme(app, "dark")
    try:
        app.processEvents()
        corner = grid.grab().toImage().pixelColor(2, grid.height() - 2)
    finally:
        apply_theme(app, "light")
    assert corner.name() == DARK.window
    assert light != corner


def test_that_the_pointer_leaving_takes_the_frame_away(grid, app):
    plain = grid.grab().toImage()
    QTest.mouseMove(grid, grid.grids[0].rect_of(0, 0).center().toPoint())
    grid.leaveEvent(None)
    app.processEvents()
    assert grid.grab().toImage() == plain
