"""Promises of a map with marks: places and pixels agree at every zoom, and marks are where they belong."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest

from sepviz.gui.theme import LIGHT
from sepviz.gui.views.pixel_map import Marks, PixelMap, Plate

MAPS = np.linspace(0, 1, 12 * 16).reshape(1, 12, 16)


@pytest.fixture
def view(keep, app):
    view = keep(PixelMap("baseline"))
    view.resize(340, 280)
    view.show_plate(Plate(title="A", maps=MAPS, size=MAPS.shape[1:], ranges=np.array([[0.0, 1.0]]), colormap="grey"))
    view.show()
    app.processEvents()
    return view


def colour_at(view, y, x):
    return view.grab().toImage().pixelColor(view.place_of(y, x).toPoint())


@pytest.mark.parametrize("zoom", [1.0, 4.0])
@pytest.mark.parametrize("pixel", [(0, 0), (5, 7), (11, 15)])
def test_that_the_place_of_a_pixel_is_on_that_pixel(view, zoom, pixel):
    view.show_zoom(zoom)
    view.show_marks(Marks(centre=pixel), "")
    assert view.pixel_at(view.place_of(*pixel)) == pixel
    assert view.rect().contains(view.place_of(*pixel).toPoint())


def test_that_beside_the_map_there_is_no_pixel(view):
    assert view.pixel_at(QPointF(1, view.height() - 1)) is None


def test_that_pixels_have_the_colours_of_their_values(view):
    assert colour_at(view, 0, 0).red() < colour_at(view, 5, 7).red() < colour_at(view, 11, 15).red()


def test_that_a_picture_is_shown_in_its_own_colours(view):
    maps = np.zeros((3, 12, 16))
    maps[0] = 1.0
    view.show_plate(
        Plate(title="Input", maps=maps, size=maps.shape[1:], ranges=np.tile([0.0, 1.0], (3, 1)), colormap="grey")
    )
    assert colour_at(view, 5, 5) == QColor(255, 0, 0)


def test_that_what_is_not_done_yet_is_veiled(view):
    before = [colour_at(view, *pixel) for pixel in ((5, 3), (5, 9), (8, 2))]
    view.show_marks(Marks(done=(5, 6)), "")
    after = [colour_at(view, *pixel) for pixel in ((5, 3), (5, 9), (8, 2))]
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, False]


def test_that_reached_outputs_stand_out_each_for_itself(view):
    view.show_marks(Marks(reached=((2, 6), (3, 9))), "")
    assert colour_at(view, 2, 3) == colour_at(view, 6, 9) == QColor("white")
    assert colour_at(view, 4, 6) != QColor("white")


def test_that_outputs_that_touch_padding_are_marked_and_the_others_not(view):
    before = colour_at(view, 5, 5), colour_at(view, 0, 5)
    view.show_marks(Marks(touched=((0, 11), (0, 15))), "")
    assert colour_at(view, 5, 5) == before[0]
    assert colour_at(view, 0, 5) != before[1]


def test_that_a_field_is_framed_in_the_colour_of_its_side(view):
    view.show_marks(Marks(fields=((0, ((4, 5, 6), (4, 5, 6))),)), "")
    image = view.grab().toImage()
    found = {image.pixelColor(x, y).name() for x in range(view.width()) for y in range(view.height())}
    assert LIGHT.baseline in found
    assert LIGHT.candidate not in found


def test_that_pointer_click_and_wheel_are_told(view):
    heard = []
    view.hovered.connect(lambda pixel: heard.append(("over", pixel)))
    view.picked.connect(lambda y, x: heard.append(("picked", (y, x))))
    view.zoomed.connect(lambda steps: heard.append(("zoomed", steps)))
    place = view.place_of(3, 4)
    QTest.mouseMove(view, place.toPoint())
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place.toPoint())
    nothing, up = Qt.KeyboardModifier.NoModifier, QPoint(0, 120)
    wheel = QWheelEvent(
        place, place, QPoint(), up, Qt.MouseButton.NoButton, nothing, Qt.ScrollPhase.NoScrollPhase, False
    )
    view.wheelEvent(wheel)
    view.leaveEvent(None)
    assert heard == [("over", (3, 4)), ("picked", (3, 4)), ("zoomed", 1), ("over", None)]
