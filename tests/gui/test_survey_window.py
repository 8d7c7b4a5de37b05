"""The window on a picture whose maps are too large to be kept; here all are."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from sepviz.engine.spec import EngineError
from sepviz.gui.kernel_guide import KernelPlace, TryKernel
from sepviz.gui.pixel_scene import Gaze, plates, scene
from sepviz.study.compare import Compare
from sepviz.study.memory import Limits
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study, View
from sepviz.study.survey import Survey, TakeSurvey

PIXELS = np.random.default_rng(2).integers(0, 256, (120, 160, 3), dtype=np.uint8)
STUDY = Study(picture=picture_from_array(PIXELS, "large.png"), out_channels=4, size=0)
LIMITS = Limits(kept=0, overview=60_000, tile=100_000, side=40)


@pytest.fixture
def surveyed(launch, settled):
    """A window that shows the survey of its study."""
    parts = launch(STUDY, memory=LIMITS)
    settled(parts)
    return parts


def test_that_the_window_shows_a_survey_and_no_preview(surveyed):
    assert isinstance(surveyed.explorer.comparison, Survey)
    sheet = surveyed.window.pages["maps"].sheets["baseline.output"].sheet
    assert sheet.content.shape == (4, 120, 160)
    assert max(sheet.content.maps.shape[1:]) <= LIMITS.side


def test_that_zooming_in_shows_every_pixel_of_the_part_in_view(surveyed, settled):
    view = surveyed.window.pages["maps"].sheets["baseline.output"]
    view.follow(QRectF(10, 10, 16, 16 * view.graphics.height() / view.graphics.width()))
    settled(surveyed)
    sheet, whole = view.sheet, Compare(study=STUDY)().baseline.output
    assert sheet.rect[0] == pytest.approx(10, abs=1)
    x0, y0, x1, y1 = sheet.rect
    height, width = sheet.levels.shape
    for x, y in ((12, 12), (19, 14), (22, 13)):
        low, high = sheet.ranges[0]
        expected = 1 + 254 * np.clip((whole[0, y, x] - low) / (high - low), 0, 1)
        at = int((y + 0.5 - y0) / (y1 - y0) * height), int((x + 0.5 - x0) / (x1 - x0) * width)
        assert abs(int(sheet.levels[at]) - expected) <= 1


def test_that_a_pan_is_answered_after_a_pause_for_where_it_ended(surveyed, settled):
    asked, ask = [], surveyed.explorer._asker.ask

    def note(task, *others, **more):
        asked.append(task.viewports["baseline.output"].rect)
        return ask(task, *others, **more)

    surveyed.explorer._asker.ask = note
    view = surveyed.window.pages["maps"].sheets["baseline.output"]
    for left in range(10, 40):
        view.follow(QRectF(left, 10, 16, 12))
    settled(surveyed)
    assert len(asked) == 1
    assert (asked[0][0] + asked[0][2]) / 2 == pytest.approx(39 + 8, abs=0.5)


def test_that_ranges_stay_when_the_view_comes_closer(surveyed, settled):
    view = surveyed.window.pages["maps"].sheets["candidate.output"]
    before = view.sheet.ranges
    view.follow(QRectF(10, 10, 16, 12))
    settled(surveyed)
    assert np.array_equal(view.sheet.ranges, before)


def test_that_another_field_makes_another_survey(surveyed, settled):
    first = surveyed.explorer.comparison
    surveyed.document.edit("seed", 7)
    settled(surveyed)
    assert isinstance(surveyed.explorer.comparison, Survey)
    assert surveyed.explorer.comparison.study.seed == 7
    surveyed.document.undo()
    settled(surveyed)
    assert surveyed.explorer.comparison is first


def test_that_time_is_not_measured_unasked_where_maps_are_not_kept():
    from sepviz.gui.timekeeper import why_unasked

    assert why_unasked(STUDY) == ""
    large = Study(out_channels=64, size=16384)
    assert "GiB: it waits until you ask" in why_unasked(large)


def test_that_the_pixel_tab_tells_true_values():
    survey, whole = TakeSurvey(study=STUDY, limits=LIMITS)(), Compare(study=STUDY)()
    view, gaze = View(channel=2), Gaze().fitted(whole)
    gaze = Gaze(walk=gaze.walk.at(60, 71))
    assert scene(survey, view, gaze).heads == scene(whole, view, gaze).heads
    for one, other in zip(plates(survey, view), plates(whole, view), strict=True):
        assert (one.title, one.size) == (other.title, other.size)
        rect = (30.25, 40.5, 50.75, 60.0)
        part, inside = one.part(rect)
        x, y = 30 + int(inside[0]), 40 + int(inside[1])
        assert (x, y) == (30, 40)
        assert np.allclose(part, other.maps[:, 40:61, 30:51], atol=1e-5)


def test_that_a_wide_look_at_a_plate_is_drawn_from_means(monkeypatch):
    monkeypatch.setattr("sepviz.gui.views.pixel_map.CLOSE_PIXELS", 100)
    _, plate, _ = plates(TakeSurvey(study=STUDY, limits=LIMITS)(), View())
    part, rect = plate.part((0.0, 0.0, 160.0, 120.0))
    assert part is plate.maps
    assert rect == (0, 0, part.shape[2], part.shape[1])


def test_that_the_kernel_tab_says_what_it_needs():
    survey = TakeSurvey(study=STUDY, limits=LIMITS)()
    with pytest.raises(EngineError, match=r"whole maps.*long side of at most"):
        TryKernel(comparison=survey, place=KernelPlace())()


def test_that_the_whole_is_seen_beyond_a_part_whatever_came_before(surveyed, settled):
    view = surveyed.window.pages["maps"].sheets["baseline.output"]
    view.follow(QRectF(10, 10, 16, 12))
    settled(surveyed)
    surveyed.document.edit("seed", 9)
    settled(surveyed)
    assert view._under.image is not None
    assert np.array_equal(view._under.image, view.sheet.backdrop.levels)


def test_that_the_status_line_says_that_means_are_shown(launch, settled, monkeypatch):
    parts = launch(STUDY, memory=LIMITS, shown=False)
    told = []
    monkeypatch.setattr(parts.window, "show_reading", told.append)
    parts.window.show()
    settled(parts)
    rows, columns = parts.explorer.comparison.area
    assert any(f"means of {rows} × {columns} pixels" in text for text in told)
