"""Promises of the tab of one pixel: it stays at its pixel, plays every one, and rests when nobody looks."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from shiboken6 import delete

from sepviz.gui.document import Document
from sepviz.gui.pixel_guide import PixelGuide
from sepviz.gui.pixel_scene import ZOOMS
from sepviz.study.compare import Compare
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study, View
from sepviz.study.walk import PACES

HEIGHT, WIDTH = 12, 16
PICTURE = picture_from_array(np.random.default_rng(2).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8), "noise")
FASTEST = len(PACES) - 1


class Window(QObject):
    closing = Signal()
    pixel_chosen = Signal(str, int, int, int)

    def __init__(self):
        super().__init__()
        self.tab, self.tabs = "pixel", {}

    def add_tab(self, name, widget):
        self.tabs[name] = widget

    def current_tab(self):
        return self.tab


class Explorer(QObject):
    shown = Signal(object)

    def __init__(self):
        super().__init__()
        self.comparison = None

    def show(self, **changes):
        self.comparison = Compare(study=Study(picture=PICTURE, **{"out_channels": 4, **changes}))()
        self.shown.emit(None)


class Desk:
    """A guide with everything around it."""

    def __init__(self):
        self.document = Document(Study(picture=PICTURE, out_channels=4), View())
        self.explorer, self.window = Explorer(), Window()
        self.guide = PixelGuide(self.document, self.explorer, self.window)
        self.page = self.guide.page

    @property
    def pixel(self):
        return self.guide.gaze.walk.y, self.guide.gaze.walk.x

    def result(self, side):
        return self.page.grids[side]._sums[-1].result


@pytest.fixture
def desk(app, keep):
    desk = Desk()
    page = keep(desk.page)
    page.resize(900, 600)
    desk.explorer.show()
    page.show()
    app.processEvents()
    yield desk
    desk.window.closing.emit()
    delete(desk.guide)


def click(view, y, x):
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.place_of(y, x).toPoint())


def test_that_it_begins_in_the_middle_and_tells_both_values(desk):
    assert desk.pixel == (HEIGHT // 2, WIDTH // 2)
    for side, trace in enumerate((desk.explorer.comparison.baseline, desk.explorer.comparison.candidate)):
        value = float(desk.result(side).rpartition(" ")[2].replace("−", "-"))
        assert value == pytest.approx(trace.output[0, HEIGHT // 2, WIDTH // 2], rel=1e-4)


def test_that_a_click_on_either_map_takes_its_pixel(desk):
    click(desk.page.maps["baseline"], 2, 3)
    assert desk.pixel == (2, 3)
    click(desk.page.maps["candidate"], 5, 9)
    assert desk.pixel == (5, 9)


def test_that_the_pointer_only_looks_and_leaving_returns_to_the_pixel_kept(desk):
    desk.page.maps["baseline"].hovered.emit((1, 1))
    assert desk.guide.gaze.pixel == (1, 1)
    desk.page.maps["baseline"].hovered.emit(None)
    assert desk.guide.gaze.pixel == (HEIGHT // 2, WIDTH // 2)


def test_that_an_input_pixel_tells_how_many_outputs_it_reaches_until_clicked_again(desk):
    click(desk.page.maps["input"], 4, 4)
    assert "y 4, x 4 reaches 9 pixels of A, 9 of B" in desk.page.bar.state.lines[1]
    click(desk.page.maps["input"], 0, 0)
    assert "reaches 4 pixels of A" in desk.page.bar.state.lines[1]
    click(desk.page.maps["input"], 0, 0)
    assert desk.guide.gaze.source is None


def test_that_arrow_keys_walk_and_stop_at_the_edge(desk):
    for _ in range(WIDTH):
        QTest.keyClick(desk.page, Qt.Key.Key_Left)
    QTest.keyClick(desk.page, Qt.Key.Key_Down)
    assert desk.pixel == (HEIGHT // 2 + 1, 0)
    QTest.keyClick(desk.page, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert desk.pixel == (0, 0)


def test_that_space_plays_to_the_last_pixel_and_rests_there(desk, wait_until):
    QTest.keyClick(desk.page, Qt.Key.Key_Home)
    desk.page.paced.emit(FASTEST)
    QTest.keyClick(desk.page, Qt.Key.Key_Space)
    assert desk.guide.gaze.playing
    wait_until(lambda: not desk.guide.gaze.playing)
    assert desk.pixel == (HEIGHT - 1, WIDTH - 1)
    assert not desk.guide._timer.isActive()


def test_that_playing_passes_no_pixel_by(desk):
    desk.guide._on_page_asked("first")
    desk.guide._on_page_asked("play")
    seen = [desk.pixel]
    while desk.guide.gaze.playing:
        desk.guide._on_timer_timeout()
        seen.append(desk.pixel)
    assert seen == list(np.ndindex(HEIGHT, WIDTH))


def test_that_backwards_plays_from_the_last_pixel_to_the_first(desk):
    desk.page.bar.checks["reverse"].click()
    desk.guide._on_page_asked("first")
    desk.guide._on_page_asked("play")
    assert desk.pixel == (HEIGHT - 1, WIDTH - 1)
    while desk.guide.gaze.playing:
        desk.guide._on_timer_timeout()
    assert desk.pixel == (0, 0)


def test_that_a_click_on_a_button_leaves_space_to_playing(desk, wait_until):
    desk.page.activateWindow()
    wait_until(desk.page.hasFocus)
    QTest.mouseClick(desk.page.bar.buttons["on"], Qt.MouseButton.LeftButton)
    assert desk.page.hasFocus()


def test_that_the_keys_step_on_and_back(desk):
    QTest.keyClick(desk.page, Qt.Key.Key_Period)
    assert desk.pixel == (HEIGHT // 2, WIDTH // 2 + 1)
    QTest.keyClick(desk.page, Qt.Key.Key_Comma)
    assert desk.pixel == (HEIGHT // 2, WIDTH // 2)


def test_that_leaving_the_tab_lets_the_window_rest(desk):
    desk.document.edit_view("tab", "pixel")
    desk.guide._on_page_asked("play")
    desk.window.tab = "maps"
    desk.document.edit_view("tab", "maps")
    assert not desk.guide._timer.isActive()


def test_that_nothing_is_told_while_another_tab_is_looked_at(desk):
    desk.window.tab = "maps"
    before = desk.result(0)
    desk.guide.show_pixel("baseline", 2, 1, 1)
    assert desk.result(0) == before
    desk.window.tab = "pixel"
    desk.document.edit_view("tab", "pixel")
    assert desk.pixel == (1, 1)
    assert desk.page.maps["baseline"].accessibleName().startswith("A  Standard, map 2")
    assert desk.page.heads[0].texts[0].startswith("A  Standard:")


def test_that_the_same_part_of_the_picture_is_looked_at_when_shapes_change(desk):
    desk.guide.show_pixel("candidate", 0, HEIGHT - 1, 3)
    desk.explorer.show(stride=(2, 2))
    assert desk.pixel == (HEIGHT // 2 - 1, 1)


def test_that_work_is_counted_at_the_pixel(desk):
    QTest.keyClick(desk.page, Qt.Key.Key_End)
    assert [work.done for work in desk.page.works._works] == [work.total for work in desk.page.works._works]


def test_that_outputs_that_touch_padding_are_counted_and_marked(desk):
    desk.page.bar.checks["padding"].click()
    edge = HEIGHT * WIDTH - (HEIGHT - 2) * (WIDTH - 2)
    assert desk.page.bar.touched.lines == (f"{edge} of {HEIGHT * WIDTH} in A, {edge} of {HEIGHT * WIDTH} in B",)
    assert desk.page.maps["baseline"]._marks.touched == ((0, HEIGHT - 1), (0, WIDTH - 1))


def test_that_more_sums_are_told_when_wanted(desk):
    desk.explorer.show(depth_multiplier=4)
    few = len(desk.page.grids[1]._sums[0].products)
    desk.page.bar.checks["more"].click()
    assert len(desk.page.grids[1]._sums[0].products) == 12 > few


def test_that_zoom_keeps_within_its_steps(desk):
    for _ in range(20):
        desk.page.zoomed.emit(1)
    assert ZOOMS[desk.guide.gaze.zoom] == ZOOMS[-1]
    for _ in range(20):
        desk.page.zoomed.emit(-1)
    assert ZOOMS[desk.guide.gaze.zoom] == 1


def test_that_an_impulse_shows_the_kernel_itself(desk):
    pixels = np.zeros((HEIGHT, WIDTH), np.uint8)
    pixels[6, 8] = 255
    study = Study(picture=picture_from_array(pixels, "impulse"), out_channels=2)
    desk.explorer.comparison = Compare(study=study)()
    desk.explorer.shown.emit(None)
    desk.guide.show_pixel("baseline", 0, 6, 8)
    (product,) = desk.page.grids[0]._sums[0].products
    assert np.array_equal(product.read, [[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    assert desk.explorer.comparison.baseline.output[0, 6, 8] == pytest.approx(product.weights[1, 1])
