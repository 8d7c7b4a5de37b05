"""Promises of pictures side by side: they move together when they are alike, and the pointer tells all of them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from sepviz.gui.views.map_grid import MapGrid
from sepviz.study.drawing import draw_sheets, map_content
from sepviz.study.study import View

MAPS = np.arange(240, dtype=np.float32).reshape(3, 8, 10)


@pytest.fixture
def grid(keep):
    grid = keep(MapGrid((("one", "two"), ("small",)), (2, 1), 200))
    grid.resize(500, 400)
    grid.show()
    show(grid, {"one": MAPS, "two": -MAPS, "small": MAPS[:, :4, :4]})
    return grid


def show(grid, maps):
    contents = {name: map_content(name, values, 1, View(clip=False)) for name, values in maps.items()}
    grid.show_sheets(draw_sheets(contents, grid.viewports()))


def test_that_those_of_one_size_move_together(grid):
    grid.views["one"].moved.emit(QRectF(1, 2, 4, 3))
    rects = {name: port.rect for name, port in grid.viewports().items()}
    assert rects["two"] is not None
    assert rects["small"] is None


def test_that_the_pointer_tells_the_value_in_each_of_one_size(grid):
    heard = []
    grid.hovered.connect(heard.append)
    view = grid.views["one"]
    view.graphics.scene().sigMouseMoved.emit(view._box.mapViewToScene(QPointF(3.5, 2.5)))
    assert heard == ["y 2, x 3:   one  103.00     two  −103.00"]


def test_that_a_picture_without_a_sheet_is_hidden(grid):
    show(grid, {"two": MAPS})
    assert [name for name, view in grid.views.items() if not view.isHidden()] == ["two"]
