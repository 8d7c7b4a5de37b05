"""Promises of animations as questions: what is forecast is what is written, and small enough to be posted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.spec import EngineError
from sepviz.export.animation.pace import USUAL, Pace
from sepviz.export.animation.question import SaveAnimation, SlideAnimation, SweepAnimation
from sepviz.export.saving import ExportError
from sepviz.lab.swept_slider import SweptSlider
from sepviz.study.slide import Slide
from sepviz.study.source import open_picture
from sepviz.study.study import Study, View

pytestmark = pytest.mark.usefixtures("app")
PACE = Pace(width=600)


@pytest.fixture
def slide(noisy):
    study = Study(picture=noisy(20, 30), out_channels=3)
    return SlideAnimation(slide=Slide(study=study, pixels=5), view=View(), pace=PACE)


@pytest.fixture
def sweep(noisy):
    question = SweptSlider(study=Study(picture=noisy(20, 30), out_channels=3), field="size", values=(10, 20, 99))
    return SweepAnimation(question=question, view=View(), pace=PACE)


def test_that_what_is_forecast_is_what_is_written(slide, sweep, tmp_path):
    for animation in (slide, sweep):
        forecast = animation.forecast()
        saved = SaveAnimation(path=tmp_path / animation.word, animation=animation)()
        assert (saved.frames, saved.size, saved.seconds) == (forecast.frames, forecast.size, forecast.seconds)
        assert saved.notice == forecast.notice
        assert saved.path == tmp_path / f"{animation.word}.gif"
    assert saved.notice.startswith("1 of 3 values left out; at 99")


def test_that_the_usual_animation_of_a_photo_is_small(tmp_path):
    study = Study(picture=open_picture("sample:coffee"))
    animation = SlideAnimation(slide=Slide(study=study), view=View(), pace=USUAL, most_frames=60)
    for name in ("a.gif", "a.png"):
        saved = SaveAnimation(path=tmp_path / name, animation=animation)()
        assert saved.frames == 59
        assert saved.nbytes < 1_000_000


@pytest.mark.parametrize(("most", "said"), [(0, "frames are 0; take 1 to 600"), (601, "frames are 601")])
def test_that_a_number_of_frames_out_of_range_is_refused(slide, most, said):
    with pytest.raises(EngineError, match=said):
        replace(slide, most_frames=most).forecast()


def test_that_too_large_an_animation_is_refused_before_it_is_computed(slide, tmp_path):
    large = replace(slide, slide=replace(slide.slide, pixels=30), most_frames=600, pace=Pace(width=1920))
    computed = []
    with pytest.raises(ExportError, match="megapixels"):
        SaveAnimation(path=tmp_path / "a.gif", animation=large)(computed.append)
    assert computed == []


def test_that_cancelling_a_sweep_leaves_no_file(sweep, tmp_path):
    def cancel(fraction):
        if fraction > 0.4:
            raise Cancelled

    with pytest.raises(Cancelled):
        SaveAnimation(path=tmp_path / "a.gif", animation=sweep)(cancel)
    assert not list(tmp_path.iterdir())
