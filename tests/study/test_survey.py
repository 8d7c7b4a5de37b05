from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.checkpoint import Cancelled, carry_on
from sepviz.engine.spec import EngineError
from sepviz.render.resample import weights
from sepviz.render.scale import central_ranges, map_ranges
from sepviz.study import memory
from sepviz.study.compare import Compare
from sepviz.study.memory import Limits
from sepviz.study.picture import picture_from_array
from sepviz.study.sheets import TABS, Explore, Viewport
from sepviz.study.study import Study, View
from sepviz.study.survey import DIFFERENCE, INPUT, Survey, TakeSurvey, question

PIXELS = np.random.default_rng(5).integers(0, 256, (90, 120, 3), dtype=np.uint8)
STUDY = Study(picture=picture_from_array(PIXELS, "noise.png"), out_channels=6, size=0)
SMALL = Limits(kept=0, overview=40_000, tile=60_000, side=40)
AREA = (300, 200)


@pytest.fixture(scope="module")
def survey():
    return TakeSurvey(study=STUDY, limits=SMALL)()


@pytest.fixture(scope="module")
def whole():
    return Compare(study=STUDY)()


def explored(ask, view=None, viewports=None):
    view = view or View()
    viewports = viewports or {name: Viewport(area=AREA) for name in TABS[view.tab]}
    return Explore(study=STUDY, view=view, viewports=viewports, ask=ask)(carry_on).sheets


def test_that_only_maps_too_large_to_keep_are_surveyed():
    assert question(STUDY) == Compare(study=STUDY)
    assert question(STUDY, SMALL) == TakeSurvey(study=STUDY, limits=SMALL)


def test_that_no_map_is_kept_whole(survey):
    assert survey.nbytes <= SMALL.overview
    assert all(max(one.digest.means.shape[1:]) <= SMALL.side for one in survey.overviews.values())


def test_that_means_and_ranges_are_those_of_the_whole_maps(survey, whole):
    maps = {
        INPUT: whole.input,
        "baseline.0": whole.baseline.output,
        "candidate.0": whole.candidate.activations[0],
        "candidate.1": whole.candidate.output,
        DIFFERENCE: whole.baseline.output - whole.candidate.output,
    }
    assert set(survey.overviews) == set(maps)
    for name, expected in maps.items():
        digest = survey.overviews[name].digest
        _, rows, columns = digest.means.shape
        down, across = weights(90, rows, 0, rows)[1], weights(120, columns, 0, columns)[1]
        assert np.allclose(digest.means, down @ expected @ across.T, atol=1e-4)
        assert np.allclose(digest.ranges, ranges := map_ranges(expected), atol=1e-5)
        assert np.allclose(digest.central, central_ranges(expected, ranges), atol=1e-5)


@pytest.mark.parametrize("candidate", ["depthwise", "spatially-separable", "grouped"])
def test_that_a_difference_takes_the_last_map_of_the_shorter_side(candidate):
    study = replace(STUDY, candidate=candidate)
    survey, whole = TakeSurvey(study=study, limits=SMALL)(), Compare(study=study)()
    last = len(whole.candidate.output) - 1
    expected = np.stack([maps - whole.candidate.output[min(n, last)] for n, maps in enumerate(whole.baseline.output)])
    gap = survey.overviews[DIFFERENCE].maps
    assert np.allclose(gap[:], expected, atol=1e-5)
    assert np.allclose(gap[5, 10:20, 3], expected[5, 10:20, 3], atol=1e-5)
    assert np.allclose(survey.overviews[DIFFERENCE].digest.ranges, map_ranges(expected), atol=1e-5)


def test_that_maps_of_unlike_size_have_no_difference():
    study = replace(STUDY, candidate="spatially-separable", kernel_size=(1, 2), padding=((0, 0), (1, 1)), stride=(1, 2))
    assert (DIFFERENCE in TakeSurvey(study=study, limits=SMALL)().overviews) == (
        Compare(study=study)().baseline.output.shape[1:] == Compare(study=study)().candidate.output.shape[1:]
    )


def test_that_cancelling_ends_a_survey():
    calls = []

    def stop(fraction):
        calls.append(fraction)
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        TakeSurvey(study=STUDY, limits=SMALL)(stop)
    assert calls[-1] < 1


def test_that_progress_goes_forward_to_the_end():
    seen = []
    TakeSurvey(study=STUDY, limits=SMALL)(seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)


def test_that_too_little_free_memory_is_refused_with_numbers_and_a_way_out(monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: 50_000)
    with pytest.raises(EngineError, match=r"120 × 90 pixels needs 0 MiB.* are free.*at most \d+ px"):
        TakeSurvey(study=STUDY, limits=SMALL)()


def test_that_a_survey_has_no_preview_on_a_shrunk_picture():
    assert TakeSurvey(study=STUDY, limits=SMALL).preview() is None


@pytest.mark.parametrize("view", [View(), View(clip=False), View(scale="shared"), View(tab="pair", channel=4)])
def test_that_sheets_of_a_survey_have_the_places_and_ranges_of_the_whole(survey, whole, view):
    found, expected = explored(survey.again, view), explored(whole.again, view)
    assert set(found) == set(expected)
    for name, sheet in found.items():
        assert (sheet.layout, sheet.rect) == (expected[name].layout, expected[name].rect)
        assert (sheet.content.title, sheet.content.shape) == (
            expected[name].content.title,
            expected[name].content.shape,
        )
        if name != "input":  # the mean of the channels is only bounded
            assert np.allclose(sheet.ranges, expected[name].ranges, atol=1e-5)


@pytest.mark.parametrize("tab", ["maps", "pair"])
def test_that_a_close_look_is_computed_in_full(survey, whole, tab):
    view = View(tab=tab, channel=4, clip=False)
    layouts = {name: sheet.layout for name, sheet in explored(whole.again, view).items()}
    viewports = {}
    for name, layout in layouts.items():
        x, y, *_ = layout.tile_rect(layout.count - 1)
        viewports[name] = Viewport(area=(60, 40), rect=(x + 30, y + 20, x + 60, y + 40))
    found, expected = (explored(one.again, view, viewports) for one in (survey, whole))
    for name, sheet in found.items():
        if name != "input":
            assert np.abs(sheet.levels.astype(int) - expected[name].levels).max() <= 1
    assert len(np.unique(found[next(iter(found))].levels)) > 2


def test_that_a_detail_can_be_cancelled(survey):
    def stop(fraction):
        raise Cancelled

    viewports = {"baseline.output": Viewport(area=(60, 40), rect=(10.0, 10.0, 40.0, 30.0))}
    with pytest.raises(Cancelled):
        Explore(study=STUDY, view=View(), viewports=viewports, ask=lambda checkpoint: survey)(stop)


def test_that_a_value_is_the_pixels_own_and_no_mean(survey, whole):
    sheets = explored(survey.again)
    assert sheets["candidate.output"].value_at(3, 7, 11) == pytest.approx(whole.candidate.output[3, 7, 11], abs=1e-5)
    pair = explored(survey.again, View(tab="pair", channel=2))
    expected = whole.baseline.output[2, 50, 60] - whole.candidate.output[2, 50, 60]
    assert pair["difference"].value_at(0, 50, 60) == pytest.approx(expected, abs=1e-5)
    assert pair["input"].value_at(0, 50, 60) == pytest.approx(whole.input[:, 50, 60].mean(), abs=1e-6)


def test_that_a_survey_says_how_many_pixels_a_mean_stands_for(survey):
    assert isinstance(survey, Survey)
    _, rows, columns = survey.overviews[INPUT].digest.means.shape
    assert survey.area == (round(90 / rows), round(120 / columns))
