"""``sepviz animate``: a sliding window or a swept slider as an animated GIF or PNG."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sepviz.cli.answer import TaskError, answer_to
from sepviz.cli.display import installed_qt, qt_obstacle
from sepviz.cli.input_picture import input_picture
from sepviz.cli.request import AnimateRequest, UsageError
from sepviz.cli.sweep import read_range
from sepviz.engine.spec import EngineError
from sepviz.export.animation.pace import Pace
from sepviz.export.saving import ExportError
from sepviz.lab.swept_slider import SLIDER_FIELDS, SweptSlider
from sepviz.study.costs import find_problems
from sepviz.study.quantity import count, counted, data_size
from sepviz.study.session import SessionError
from sepviz.study.slide import Slide
from sepviz.study.source import SourceError
from sepviz.study.study import View

if TYPE_CHECKING:
    from sepviz.cli.console import Console
    from sepviz.export.animation.question import Animation
    from sepviz.study.study import Study


def animate(request: AnimateRequest, console: Console) -> int:
    """Write the animation that was asked for, and say what became of it."""
    if obstacle := qt_obstacle(sys.version_info[:2], installed_qt()):
        raise UsageError(obstacle)
    try:
        from sepviz.export.animation.question import SaveAnimation  # here, because Qt is large

        animation = _animation(request, _study_of(request, console))
        forecast = animation.forecast()
        if forecast.notice:
            console.note(f"--range: {forecast.notice}")
        task = SaveAnimation(path=request.out, animation=animation)
        saved = answer_to(task, "animating", "the animation was not written", console)
    except (EngineError, ExportError, SessionError, SourceError, TaskError) as error:
        raise UsageError(str(error)) from None
    width, height = saved.size
    console.note(
        f"wrote {saved.path}: {counted(saved.frames, 'frames')} of {count(width)} × {count(height)} px, "
        f"{saved.seconds:,.1f} s, {data_size(saved.nbytes)}"
    )
    return 0


def _study_of(request: AnimateRequest, console: Console) -> Study:
    picture = input_picture(request.input, request.reopened, console)
    if request.out.expanduser().resolve() in {
        Path(read).expanduser().resolve() for read in (request.input, picture.location)
    }:
        raise UsageError(f"--out is {request.out}, the INPUT itself; choose another name")
    study = replace(request.study, picture=picture)
    if problems := find_problems(study):
        raise UsageError(problems[0].message)
    return study


def _animation(request: AnimateRequest, study: Study) -> Animation:
    from sepviz.export.animation.question import SlideAnimation, SweepAnimation

    pace = Pace(width=request.width, frame_ms=request.frame_ms, hold_ms=request.hold_ms, loop=request.loop)
    view = request.view or View()
    view = view if request.channel is None else replace(view, channel=request.channel)
    if request.what == "slide":
        slide = Slide(study=study, pixels=request.pixels, crop=request.crop)
        return SlideAnimation(slide=slide, view=view, pace=pace, most_frames=request.frames)
    return SweepAnimation(question=_slider(request, study), view=view, pace=pace, whole=request.show == "maps")


def _slider(request: AnimateRequest, study: Study) -> SweptSlider:
    name = str(request.field).strip().lower().replace("-", "_")
    if name not in SLIDER_FIELDS:
        raise UsageError(f"--field is {request.field!r}, which is no number; choose one of {', '.join(SLIDER_FIELDS)}")
    values = read_range(name, str(request.range), "--range")
    return SweptSlider(study=study, field=name, values=values, log=str(request.range).lower().endswith(":log"))
