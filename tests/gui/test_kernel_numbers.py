"""Promises of the numbers over a sheet of kernels: in place, apart from each other, and gone before they crowd."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from sepviz.gui.views.colour_bar import ColourBar
from sepviz.gui.views.kernel_numbers import FONT_PX, KernelSheet, numbers
from sepviz.gui.views.sheet_view import SheetView
from sepviz.study.drawing import draw_sheets, kernels_content
from sepviz.study.kernel_tiles import KernelTiles, lay_out

LAYERS = {
    "3 to 64": (KernelTiles(filters=range(64), channels=3, filters_per_group=64), (192, 3, 3)),
    "3 to 256": (KernelTiles(filters=range(256), channels=3, filters_per_group=256), (768, 3, 3)),
    "64 to 64": (KernelTiles(filters=range(64), channels=64, filters_per_group=64), (4096, 3, 3)),
    "grouped": (KernelTiles(filters=range(128), channels=16, filters_per_group=32), (2048, 3, 3)),
    "pointwise": (
        KernelTiles(filters=range(64), channels=64, filters_per_group=64, is_pointwise=True),
        (64, 1, 64),
    ),
}


@pytest.fixture
def metrics(app):
    font = QFont()
    font.setPixelSize(FONT_PX)
    return QFontMetricsF(font)


def seen(layer, area=(460.0, 400.0), closer=1.0):
    """Return the sheet of `layer` as an area shows it, `closer` than at first around its middle."""
    tiles, shape = LAYERS[layer]
    layout, (x0, y0, x1, y1) = lay_out(tiles, shape, area, 1.0)
    scale = closer * area[0] / (x1 - x0)
    left, top = (x0 + x1) / 2 - area[0] / scale / 2, (y0 + y1) / 2 - area[1] / scale / 2
    shown = layout.visible(left, top, left + area[0] / scale, top + area[1] / scale)
    places = {}
    for tile in shown:
        x, y, width, height = layout.tile_rect(tile)
        places[tile] = QRectF((x - left) * scale, (y - top) * scale, width * scale, height * scale)
    return KernelSheet(tiles, layout, places, QRectF(0, 0, *area))


@pytest.mark.parametrize("closer", [1.0, 2.5])
@pytest.mark.parametrize("layer", LAYERS)
def test_that_no_two_numbers_overlap(metrics, layer, closer):
    found = numbers(seen(layer, closer=closer), metrics)
    assert found
    for (one, place), (other, beside) in combinations(found.items(), 2):
        assert not place.intersects(beside), (one, other)


def test_that_every_kernel_has_its_number_above_it_where_there_is_room(metrics):
    sheet = seen("3 to 64", (460.0, 640.0))
    found = numbers(sheet, metrics)
    assert set(found) == {f"{channel}→{number}" for number in range(64) for channel in range(3)}
    for tile, place in sheet.places.items():
        above = found[sheet.tiles.label(tile)]
        assert above.left() == pytest.approx(place.left())
        assert above.bottom() <= place.top() + 0.01
        assert not any(above.adjusted(0, 1, 0, -1).intersects(other) for other in sheet.places.values())


@pytest.mark.parametrize("layer", ["64 to 64", "pointwise"])
def test_that_small_kernels_have_the_numbers_of_their_rows_and_columns_in_the_margin(metrics, layer):
    sheet = seen(layer)
    found = numbers(sheet, metrics)
    tiles = QRectF()
    for place in sheet.places.values():
        tiles = tiles.united(place)
    assert all(not place.intersects(tiles) for place in found.values())
    by_row = {text: place for text, place in found.items() if place.right() <= tiles.left()}
    assert len(by_row) > 8
    number = next(iter(by_row)).partition("→")[2]
    first = int(number) * (1 if layer == "pointwise" else 64)
    assert by_row[sheet.tiles.label(first)].center().y() == pytest.approx(sheet.places[first].center().y())


def test_that_rows_keep_their_numbers_where_a_sheet_is_looked_at_closely(metrics):
    sheet = seen("64 to 64", closer=2.5)
    found = numbers(sheet, metrics)
    assert sum(place.left() < 10 for place in found.values()) > 5
    assert all(sheet.view.left() <= place.left() for place in found.values())


def test_that_several_filters_in_a_row_are_named_by_their_first_kernels(metrics):
    sheet = seen("3 to 256")
    assert sheet.layout.columns > 3
    across = [text for text, place in numbers(sheet, metrics).items() if place.bottom() <= sheet.places[0].top()]
    assert across[:2] == ["0→0", "0→1"]


def test_that_the_bar_of_a_sheet_says_what_its_numbers_mean(keep, app):
    view = keep(SheetView("kernels"))
    view.resize(500, 400)
    view.show()
    kernels = np.random.default_rng(3).normal(size=(3, 5, 5)).astype(np.float32)
    tiles = KernelTiles(filters=range(7, 8), channels=3, filters_per_group=64)
    sheet = draw_sheets({"kernels": kernels_content("Kernel 7", kernels, tiles)}, {"kernels": view.viewport()})[
        "kernels"
    ]
    view.show_sheet(sheet, -1)
    app.processEvents()
    assert "numbers: input channel → filter" in view.findChild(ColourBar).accessibleName()


@pytest.mark.parametrize(("word", "told"), [("difference", "0 everywhere: no difference"), ("map", "0 everywhere")])
def test_that_a_bar_of_nothing_but_zeros_says_so(keep, word, told):
    bar = keep(ColourBar())
    bar.show_ranges(np.zeros((1, 2)), "symmetric", "CET-CBD1", 0, word)
    assert bar.accessibleName() == f"colour bar, {told}"
    assert told in bar.toolTip()
