"""What can be animated, a sliding window or a swept slider, as questions; and the task of saving one as a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from sepviz.engine.checkpoint import carry_on, part
from sepviz.engine.spec import EngineError
from sepviz.export.animation.file import checked_size, checked_suffix, save_animation
from sepviz.export.animation.film import slide_film, slider_film
from sepviz.export.animation.pace import MOST_FRAMES, USUAL_FRAMES
from sepviz.export.animation.slide_panel import SLIDE_HEIGHT
from sepviz.study.slide import step_numbers

if TYPE_CHECKING:
    from pathlib import Path

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.export.animation.file import SavedAnimation
    from sepviz.export.animation.film import SlideFilm, SliderFilm
    from sepviz.export.animation.pace import Pace
    from sepviz.lab.swept_slider import SweptSlider
    from sepviz.study.slide import Slide
    from sepviz.study.study import View

COMPARED = 0.05
"""Share of the work that is done when what the window slides over is computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What an animation will be: its frames, their `size` (width, height) in pixels, how long it runs; a notice."""

    frames: int
    size: tuple[int, int]
    seconds: float
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideAnimation:
    """The sliding window of `slide`, every pixel of the output in its turn, in at most `most_frames` frames."""

    slide: Slide
    view: View
    pace: Pace
    most_frames: int = USUAL_FRAMES

    @property
    def word(self) -> str:
        """What its file is called after the picture."""
        return "slide"

    def forecast(self) -> Forecast:
        """Return what it will be, from shapes alone; :class:`EngineError` or ExportError when it cannot be."""
        if not 1 <= self.most_frames <= MOST_FRAMES:
            raise EngineError(f"frames are {self.most_frames:,}; take 1 to {MOST_FRAMES}")
        self.slide.check()
        return _forecast(len(step_numbers(self.slide.output_pixels, self.most_frames)), SLIDE_HEIGHT, self.pace)

    def film(self, checkpoint: Checkpoint) -> SlideFilm:
        """Return its frames, once both layers are computed on what the window slides over."""
        return slide_film(self.slide, self.slide(checkpoint), self.view, self.most_frames)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepAnimation:
    """The slider of `question` moved along its values; `whole` shows all maps of both layers, else the chosen one."""

    question: SweptSlider
    view: View
    pace: Pace
    whole: bool = True

    @property
    def word(self) -> str:
        """What its file is called after the picture."""
        return f"sweep-{self.question.field}"

    def forecast(self) -> Forecast:
        """Return what it will be, from shapes alone; :class:`EngineError` or ExportError when it cannot be."""
        film = self.film(carry_on)
        return replace(_forecast(film.count, film.height, self.pace), notice=film.path.notice)

    def film(self, checkpoint: Checkpoint) -> SliderFilm:
        """Return its frames, each of which is computed when it is painted."""
        return slider_film(self.question(checkpoint), self.view, whole=self.whole)


Animation: TypeAlias = SlideAnimation | SweepAnimation


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAnimation:
    """The task of saving `animation` under `path`, as GIF or animated PNG, as its suffix says (none: GIF)."""

    path: Path
    animation: Animation

    def __call__(self, checkpoint: Checkpoint = carry_on) -> SavedAnimation:
        """Return what was written; errors as in :func:`~sepviz.export.animation.file.save_animation`."""
        path, forecast = checked_suffix(self.path), self.animation.forecast()
        film = self.animation.film(part(checkpoint, 0.0, COMPARED))
        saved = save_animation(path, film, self.animation.pace, part(checkpoint, COMPARED, 1.0))
        return replace(saved, notice=forecast.notice)


def _forecast(frames: int, height: float, pace: Pace) -> Forecast:
    return Forecast(frames=frames, size=checked_size(frames, height, pace), seconds=pace.seconds(frames))
