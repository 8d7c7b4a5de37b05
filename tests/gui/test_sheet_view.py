"""Promises of a sheet: pointer and keys find the right map, and zooming asks for the part that is looked at."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from sepviz.engine.checkpoint import carry_on
from sepviz.gui.theme import DARK, LIGHT, apply_theme
from sepviz.gui.views.colour_bar import STRIP_LEAST, ColourBar
from sepviz.gui.views.sheet_view import SheetView
from sepviz.render.colormap import COLORMAPS
from sepviz.study.compare import Compare
from sepviz.study.picture import picture_from_array
from sepviz.study.sheets import Explore
from sepviz.study.study import Study, View

NAME = "baseline.output"
PIXELS = np.random.default_rng(5).integers(0, 256, (24, 32, 3), np.uint8)
STUDY = Study(picture=picture_from_array(PIXELS, "noise"), out_channels=8)
OTHER = Study(picture=picture_from_array(PIXELS, "noise"), out_channels=8, seed=9)


@pytest.fixture(scope="module")
def comparison():
    return Compare(study=STUDY)()


@pytest.fixture(scope="module")
def other_comparison():
    return Compare(study=OTHER)()


def draw(view, comparison, **changes):
    """Return the sheet of `comparison` for what `view` looks at."""
    explore = Explore(
        study=comparison.study, view=View(**changes), viewports={NAME: view.viewport()}, ask=comparison.again
    )
    return explore(carry_on).sheets[NAME]


@pytest.fixture
def view(keep, app, comparison):
    view = keep(SheetView(NAME))
    view.resize(640, 480)
    view.show()
    app.processEvents()
    view.show_sheet(draw(view, comparison), 0)
    app.processEvents()
    return view


def heard(signal):
    words = []
    signal.connect(lambda *word: words.append(word))
    return words


def place(view, channel, y, x):
    """Return where on the screen the pixel (y, x) of map `channel` is."""
    left, top, *_ = view.sheet.layout.tile_rect(channel)
    scene = view._box.mapViewToScene(QPointF(left + x + 0.5, top + y + 0.5))
    return view.graphics.mapFromScene(scene)


def wheel(view, at, notches):
    viewport = view.graphics.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(viewport.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def test_that_title_shape_and_range_are_told(view, comparison):
    assert view._title.text() == "Standard  ·  8 × 24 × 32"
    assert view._title.textFormat() == Qt.TextFormat.PlainText
    assert view.accessibleName() == view._title.text()
    assert view.accessibleDescription().startswith("values from ")
    assert "each map has its own scale" in view.findChild(ColourBar).accessibleName()


@pytest.mark.parametrize("channel", [0, 3, 7])
def test_that_a_click_chooses_the_map_under_it(view, channel):
    chosen = heard(view.chosen)
    QTest.mouseClick(view.graphics.viewport(), Qt.MouseButton.LeftButton, pos=place(view, channel, 12, 16))
    assert chosen == [(channel,)]


def test_that_a_double_click_opens_the_map_under_it(view):
    opened, at = heard(view.opened), place(view, 5, 12, 16)
    QTest.mouseClick(view.graphics.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(view.graphics.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(view.graphics.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert opened == [(5,)]


def test_that_a_click_beside_the_maps_chooses_nothing(view):
    chosen = heard(view.chosen)
    QTest.mouseClick(view.graphics.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert chosen == []


def test_that_arrows_choose_a_neighbour_and_stay_within(view):
    chosen, columns = heard(view.chosen), view.sheet.layout.columns
    for start, key, expected in (
        (0, Qt.Key.Key_Right, [(1,)]),
        (1, Qt.Key.Key_Left, [(0,)]),
        (0, Qt.Key.Key_Down, [(columns,)]),
        (columns, Qt.Key.Key_Up, [(0,)]),
        (0, Qt.Key.Key_Left, []),
        (0, Qt.Key.Key_Up, []),
        (7, Qt.Key.Key_Right, []),
        (7, Qt.Key.Key_Down, []),
    ):
        del chosen[:]
        view.show_channel(start)
        QTest.keyClick(view, key)
        assert chosen == expected


def test_that_enter_opens_the_framed_map(view):
    opened = heard(view.opened)
    view.show_channel(6)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_Enter)
    assert opened == [(6,), (6,)]


@pytest.mark.parametrize(("channel", "y", "x"), [(0, 0, 0), (3, 7, 21), (7, 23, 31)])
def test_that_the_pointer_finds_channel_place_and_value(view, comparison, channel, y, x):
    left, top, *_ = view.sheet.layout.tile_rect(channel)
    spot = view._spot(view._box.mapViewToScene(QPointF(left + x + 0.5, top + y + 0.5)))
    assert (spot.channel, spot.y, spot.x, spot.word) == (channel, y, x, "map")
    assert spot.value == pytest.approx(float(comparison.baseline.output[channel, y, x]))


def test_that_leaving_is_told(view):
    spots = heard(view.hovered)
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert spots == [(None,)]


def test_that_at_first_the_whole_sheet_is_asked_for_in_screen_pixels(view):
    viewport = view.viewport()
    assert viewport.rect is None
    assert viewport.area == (view.graphics.width(), view.graphics.height())
    x0, y0, x1, y1 = view.sheet.rect
    assert min(x0, y0) <= 0
    assert x1 >= view.sheet.layout.width - 1e-6
    assert y1 >= view.sheet.layout.height - 1e-6


def test_that_zooming_asks_for_the_part_looked_at_in_the_shape_of_the_screen(view, comparison):
    changes, moves = heard(view.viewport_changed), heard(view.moved)
    at = place(view, 0, 12, 16)
    wheel(view, at, 6)
    assert changes
    x0, y0, x1, y1 = view.viewport().rect
    width, height = view.viewport().area
    assert x1 - x0 < 0.8 * (view.sheet.rect[2] - view.sheet.rect[0])
    assert (x1 - x0) / (y1 - y0) == pytest.approx(width / height, rel=0.01)
    assert x0 < 16 < x1
    assert y0 < 12 < y1
    assert moves[-1][0] == QRectF(x0, y0, x1 - x0, y1 - y0)
    sheet = draw(view, comparison)
    view.show_sheet(sheet, 0, is_detail=True)
    assert sheet.levels.shape == (height, width)
    assert view.viewport().rect == pytest.approx((x0, y0, x1, y1))


def test_that_the_picture_lies_where_the_pointer_finds_it(app, view, comparison):
    picture = view.graphics.grab().toImage()
    table = draw(view, comparison)
    colours = COLORMAPS[table.content.colormap].table[table.levels]
    for channel, y, x in ((0, 12, 16), (5, 3, 30), (7, 20, 2)):
        at = place(view, channel, y, x)
        assert picture.pixelColor(at).getRgb()[:3] == tuple(int(part) for part in colours[at.y(), at.x()])


def test_that_keys_zoom_and_home_asks_for_the_whole_again(view):
    fitted = heard(view.fitted)
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.viewport().rect is not None
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert fitted == [()]
    view.fit()
    assert view.viewport().rect is None


def test_that_a_zoom_survives_other_weights_but_not_another_layout(view, comparison, other_comparison):
    QTest.keyClick(view, Qt.Key.Key_Plus)
    view.show_sheet(draw(view, other_comparison), 0)
    assert view.viewport().rect is not None
    view.show_sheet(draw(view, comparison, tile=300), 0)
    assert view.viewport().rect is None


def test_that_nothing_of_an_earlier_study_is_left_around_a_detail(view, comparison, other_comparison):
    QTest.keyClick(view, Qt.Key.Key_Plus)
    view.show_sheet(draw(view, comparison), 0, is_detail=True)
    assert np.array_equal(view._under.image.shape, view._image.image.shape)
    view.show_sheet(draw(view, other_comparison), 0)
    assert view._under.image is None


def test_that_following_looks_where_the_partner_looks(view):
    rect = QRectF(4, 3, 32, 24 * 32 / 32)
    rect.setHeight(rect.width() * view.graphics.height() / view.graphics.width())
    view.follow(rect)
    x0, y0, x1, y1 = view.viewport().rect
    assert (x0, y0, x1, y1) == pytest.approx((4, 3, 36, 3 + rect.height()), abs=1e-6)


def test_that_another_size_asks_for_another_picture(app, view):
    changes = heard(view.viewport_changed)
    view.resize(500, 400)
    app.processEvents()
    assert changes
    assert view.viewport().area == (view.graphics.width(), view.graphics.height())


def test_that_no_sheet_hides_it_and_keys_do_nothing(view):
    chosen = heard(view.chosen)
    view.show_sheet(None, -1)
    assert view.isHidden()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert chosen == []


def test_that_the_ground_follows_the_colours_of_the_window(app, view):
    grounds = [view.graphics.backgroundBrush().color().name()]
    try:
        apply_theme(app, "dark")
        app.processEvents()
        grounds.append(view.graphics.backgroundBrush().color().name())
        assert view.graphics.grab().toImage().pixelColor(1, 1).name() == DARK.canvas
    finally:
        apply_theme(app, "light")
    assert grounds == [LIGHT.canvas, DARK.canvas]


def test_that_the_colour_bar_tells_the_range_of_the_framed_map(view):
    names = []
    for channel in (0, 5):
        view.show_channel(channel)
        names.append(view.findChild(ColourBar).accessibleName())
    assert "map 0;" in names[0]
    assert "map 5;" in names[1]
    low, high = view.sheet.ranges[5]
    assert f"{low:.3g}"[:4].replace("-", "−") in names[1]
    assert f"{high:.3g}"[:4].replace("-", "−") in names[1]


def test_that_no_label_reads_mark_up(view):
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in view.findChildren(QLabel))


def test_that_a_narrow_sheet_leaves_the_shape_out_of_its_title_rather_than_half_of_it(app, view):
    view.resize(QFontMetrics(view._title.font()).horizontalAdvance(view.accessibleName()) - 4, 300)
    app.processEvents()
    assert view._title.text() == "Standard"
    assert view._title.toolTip() == view.accessibleName()


def test_that_a_narrow_colour_bar_keeps_both_values_whole(app, view):
    wide, narrow = view.findChild(ColourBar), ColourBar()
    narrow.show_ranges(np.array([[-0.8441, 0.3281]]), "global", "viridis", 0, "map")
    narrow.resize(sum(narrow.fontMetrics().horizontalAdvance(end) + 6 for end in ("−0.844", "0.328")) + 60, 20)
    assert narrow.strip_width() < wide.strip_width()
    assert narrow.strip_width() >= STRIP_LEAST
