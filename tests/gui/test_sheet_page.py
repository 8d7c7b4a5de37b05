"""Promises of a tab of sheets: partners move together, and the pointer tells both sides."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from sepviz.gui.views.sheet_page import ARRANGEMENTS, SheetPage
from sepviz.gui.views.sheet_view import SheetView
from sepviz.study.picture import picture_from_array
from sepviz.study.sheets import TABS
from sepviz.study.study import Study

PIXELS = np.random.default_rng(5).integers(0, 256, (24, 32, 3), np.uint8)
STUDY = Study(picture=picture_from_array(PIXELS, "noise"), out_channels=6)


@pytest.fixture
def parts(launch, settled):
    parts = launch(STUDY)
    settled(parts)
    return parts


def hover(view, channel, y, x):
    left, top, *_ = view.sheet.layout.tile_rect(channel)
    view.graphics.scene().sigMouseMoved.emit(view._box.mapViewToScene(QPointF(left + x + 0.5, top + y + 0.5)))


def told(value):
    """Return a pattern for a number that is written with five significant digits."""
    return pytest.approx(value, rel=1e-3, abs=1e-9)


def numbers(text):
    return [float(word.replace("−", "-")) for word in re.findall(r"(?<=  )[−-]?[\d.]+(?:e[−-]?\d+)?", text)]


def test_that_every_sheet_of_a_tab_has_a_place():
    for name, arrangement in ARRANGEMENTS.items():
        placed = [sheet for group in arrangement.groups for sheet in group]
        assert sorted(placed) == sorted(TABS[name])
        assert all(len(group) == len(arrangement.stretch) for group in arrangement.groups)
        assert {sheet for group in arrangement.linked for sheet in group} <= set(placed)


def test_that_the_pointer_tells_channel_place_and_the_value_on_both_sides(parts):
    page = parts.window.pages["maps"]
    hover(page.sheets["baseline.output"], 4, 7, 21)
    text, comparison = parts.window._reading.text(), parts.explorer.comparison
    assert text.startswith("map 4, y 7, x 21:")
    assert "Standard" in text
    assert "Depthwise separable" in text
    assert numbers(text) == told([comparison.baseline.output[4, 7, 21], comparison.candidate.output[4, 7, 21]])


def test_that_the_pointer_over_the_other_side_tells_the_same_with_that_side_first(parts):
    hover(parts.window.pages["maps"].sheets["candidate.output"], 2, 1, 3)
    comparison = parts.explorer.comparison
    expected = [comparison.candidate.output[2, 1, 3], comparison.baseline.output[2, 1, 3]]
    assert numbers(parts.window._reading.text()) == told(expected)


def test_that_the_pointer_over_the_large_maps_names_them_and_their_difference(parts, settled):
    for change in (("channel", 3), ("tab", "pair")):
        parts.document.edit_view(*change)
        settled(parts)
    hover(parts.window.pages["pair"].sheets["baseline.map"], 0, 5, 6)
    text, comparison = parts.window._reading.text(), parts.explorer.comparison
    first, second = comparison.baseline.output[3, 5, 6], comparison.candidate.output[3, 5, 6]
    assert text.startswith("y 5, x 6:")
    assert "Standard, map 3" in text
    assert "Depthwise separable, map 3" in text
    assert numbers(text)[:3] == told([first, second, first - second])


def test_that_leaving_takes_the_reading_away(parts):
    view = parts.window.pages["maps"].sheets["baseline.output"]
    hover(view, 0, 0, 0)
    view.hovered.emit(None)
    assert parts.window._reading.text() == ""


def test_that_the_partner_follows_and_sheets_of_another_kind_stay(parts, settled):
    sheets = parts.window.pages["maps"].sheets
    QTest.keyClick(sheets["baseline.output"], Qt.Key.Key_Plus)
    rects = [sheets[name].viewport().rect for name in ("baseline.output", "candidate.output")]
    assert rects[0] is not None
    assert rects[1] == pytest.approx(rects[0], rel=0.02, abs=0.5)
    assert sheets["baseline.stage"].viewport().rect is None
    settled(parts)
    for name in ("baseline.output", "candidate.output"):
        assert sheets[name].sheet.rect == pytest.approx(sheets[name].viewport().rect)


def test_that_home_shows_the_whole_of_both_partners(parts, settled):
    sheets = parts.window.pages["maps"].sheets
    whole = sheets["baseline.output"].sheet.rect
    QTest.keyClick(sheets["baseline.output"], Qt.Key.Key_Plus)
    settled(parts)
    QTest.keyClick(sheets["candidate.output"], Qt.Key.Key_Home)
    settled(parts)
    for name in ("baseline.output", "candidate.output"):
        assert sheets[name].viewport().rect is None
        assert sheets[name].sheet.rect == pytest.approx(whole)


def test_that_zoom_and_home_before_anything_is_drawn_leave_the_whole_sheet(parts, settled):
    view = parts.window.pages["maps"].sheets["baseline.output"]
    whole = view.sheet.rect
    QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.keyClick(view, Qt.Key.Key_Home)
    settled(parts)
    assert view._looked_at() == pytest.approx(whole)


def test_that_sheets_laid_out_otherwise_are_no_partners(parts, settled):
    parts.document.edit("depth_multiplier", 2)
    settled(parts)
    sheets = parts.window.pages["maps"].sheets
    QTest.keyClick(sheets["candidate.stage"], Qt.Key.Key_Plus)
    assert sheets["baseline.stage"].viewport().rect is None


def test_that_a_click_frames_the_map_on_both_sides_at_once(parts):
    page = parts.window.pages["maps"]
    page.sheets["baseline.output"].chosen.emit(5)
    assert [page.sheets[f"{side}.output"]._marks.channel for side in ("baseline", "candidate")] == [5, 5]
    assert page.sheets["baseline.stage"]._marks.channel == -1
    assert parts.document.view.channel == 5


def test_that_a_chosen_map_that_is_not_there_is_the_last(parts, settled):
    parts.document.edit_view("channel", 5)
    parts.document.edit("candidate", "depthwise")
    settled(parts)
    page = parts.window.pages["maps"]
    assert page.sheets["baseline.output"]._marks.channel == 5
    assert page.sheets["candidate.output"]._marks.channel == 2


def test_that_opening_a_map_turns_to_its_tab(parts, settled):
    parts.window.pages["maps"].sheets["candidate.output"].opened.emit(4)
    settled(parts)
    assert (parts.document.view.channel, parts.document.view.tab) == (4, "pair")
    assert parts.window.tabs.currentIndex() == 1
    assert parts.window.pages["pair"].sheets["candidate.map"].sheet.content.title.endswith("map 4")


def test_that_a_sheet_that_a_study_has_not_is_hidden(parts, settled):
    parts.document.edit_view("tab", "kernels")
    settled(parts)
    sheets = parts.window.pages["kernels"].sheets
    assert sheets["baseline.kernels.1"].isHidden()
    assert not sheets["candidate.kernels.1"].isHidden()


def test_that_fitting_the_tab_fits_all_its_sheets(parts, settled):
    sheets = parts.window.pages["maps"].sheets
    for name in ("baseline.output", "candidate.stage"):
        QTest.keyClick(sheets[name], Qt.Key.Key_Plus)
    settled(parts)
    parts.window.actions_by_name["fit"].trigger()
    settled(parts)
    assert all(view.viewport().rect is None for view in sheets.values())


def test_that_a_page_shows_no_frame_before_there_is_anything(keep):
    page = keep(SheetPage(ARRANGEMENTS["maps"]))
    page.show_channel(3)
    assert page.sheets["baseline.output"]._marks.channel == -1


def test_that_the_sheets_of_a_page_are_made_when_it_is_first_seen(keep):
    page = keep(SheetPage(ARRANGEMENTS["pair"]))
    page.show_channel(3)
    assert not page.findChildren(SheetView)
    page.show()
    assert {view.name for view in page.findChildren(SheetView)} == set(TABS["pair"])


@pytest.mark.parametrize(("height", "width"), [(24, 32), (10, 60), (60, 10)])
def test_that_b_comes_after_a_and_the_difference_after_both(parts, settled, height, width):
    noise = picture_from_array(np.random.default_rng(5).integers(0, 256, (height, width, 3), np.uint8), "noise")
    for change in ((parts.document.edit, "picture", noise), (parts.document.edit_view, "tab", "pair")):
        change[0](*change[1:])
        settled(parts)
    sheets = parts.window.pages["pair"].sheets
    places = [sheets[name].mapTo(parts.window, QPoint()) for name in ("baseline.map", "candidate.map", "difference")]
    assert sorted(places, key=lambda place: (place.y(), place.x())) == places
