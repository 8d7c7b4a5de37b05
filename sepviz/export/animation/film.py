"""Films: what an animation shows, frame by frame, and how a frame becomes pixels.

A frame is :data:`PAGE` units wide, narrower than a figure, so that its text can be read on a slide at 800 pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter

from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.export.animation.slide_panel import SLIDE_HEIGHT, SlidePanel, stage_of
from sepviz.export.animation.slider_panel import AROUND, room_for_maps, slider_panel
from sepviz.export.canvas import HEADING, LEADING, MUTED, NOTE, PAPER, Canvas, elided
from sepviz.export.caption import geometry, title
from sepviz.export.figure import ensure_gui
from sepviz.export.panel import Paragraph, Slot, Stack
from sepviz.study.compare import Compare
from sepviz.study.quantity import shape
from sepviz.study.sheets import chosen
from sepviz.study.slide import step_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.export.animation.slide_panel import SlideStage
    from sepviz.export.panel import Panel
    from sepviz.lab.swept_slider import SliderPath
    from sepviz.study.compare import Comparison
    from sepviz.study.slide import Slide
    from sepviz.study.study import Study, View

PAGE, MARGIN = 960, 24
INSIDE = PAGE - 2 * MARGIN
GAP, HEAD_GAP = 14, 2
NOTE_LINES = 2


class Film(Protocol):
    """Frames that are all of one size, each made when it is asked for."""

    @property
    def count(self) -> int:
        """How many frames there are."""

    @property
    def height(self) -> float:
        """Units that every frame takes below its head."""

    def frame(self, number: int, checkpoint: Checkpoint = carry_on) -> Panel:
        """Return frame `number`; every frame is as high as the others."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlideFilm:
    """A window that slides over the input of both layers; `numbers` are the output pixels that are shown."""

    slide: Slide
    stage: SlideStage
    numbers: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many frames there are."""
        return len(self.numbers)

    @property
    def height(self) -> float:
        """Units that every frame takes below its head."""
        return SLIDE_HEIGHT

    def frame(self, number: int, checkpoint: Checkpoint = carry_on) -> Panel:
        """Return the window at the output pixel of frame `number`."""
        comparison = self.stage.comparison
        about = f"{self._read()} {geometry(comparison.study)}"
        return _page(comparison.study, about, SlidePanel(stage=self.stage, number=self.numbers[number]))

    def _read(self) -> str:
        """Say what the window slides over, and how far it moves from frame to frame."""
        whole, part = self.slide.study.picture, self.stage.comparison.study.picture
        if whole is None or part is None:
            return ""
        height, width = self.stage.comparison.input.shape[1:]
        what = "the whole picture" if part is whole else f"{shape((part.width, part.height))} px of the picture"
        shrunk = "" if (width, height) == (part.width, part.height) else " shrunk"
        pace = self.numbers[1] - self.numbers[0] if self.count > 1 else 1
        steps = f", {pace} pixels a frame" if pace > 1 else ""
        return f"Read: {what},{shrunk} to {width} × {height} px{steps}." if shrunk else f"Read: {what}{steps}."


def slide_film(slide: Slide, comparison: Comparison, view: View, most_frames: int) -> SlideFilm:
    """Return the film of `slide`, whose `comparison` is given, in at most `most_frames` frames."""
    _, height, width = comparison.baseline.output.shape
    numbers = step_numbers(height * width, most_frames)
    return SlideFilm(slide=slide, stage=stage_of(comparison, view), numbers=numbers)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SliderFilm:
    """A slider that moves along `path`; `whole` shows all maps of both layers, else the chosen one.

    `room` is what the maps take in every frame, in units.
    """

    path: SliderPath
    view: View
    whole: bool
    room: float

    @property
    def count(self) -> int:
        """How many frames there are."""
        return len(self.path.stops)

    @property
    def height(self) -> float:
        """Units that every frame takes below its head."""
        return AROUND + self.room

    def frame(self, number: int, checkpoint: Checkpoint = carry_on) -> Panel:
        """Compare the layers at stop `number` and return what they make and cost."""
        study = self.path.stops[number].study
        comparison = Compare(study=study)(checkpoint)
        panel = slider_panel(self.path, number, comparison, self.view, whole=self.whole, room=self.room)
        shown = "" if self.whole else f" {self._shown(comparison)}"
        return _page(study, f"Read: {shape(comparison.input.shape)} (C × H × W).{shown} {geometry(study)}", panel)

    def _shown(self, comparison: Comparison) -> str:
        first, second = (chosen(trace, self.view) for trace in (comparison.baseline, comparison.candidate))
        return f"Map {first} of each layer." if first == second else f"Map {first} of A, map {second} of B."


def slider_film(path: SliderPath, view: View, *, whole: bool) -> SliderFilm:
    """Return the film of a slider that moves along `path`."""
    return SliderFilm(path=path, view=view, whole=whole, room=room_for_maps(path, INSIDE, whole=whole))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text in the size of a heading, its middle left out where it is too long."""

    text: str

    def height(self, width: float) -> float:
        """Return the height of the line."""
        return HEADING * LEADING

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Write it."""
        canvas.text(x, y + HEADING, elided(self.text, width, HEADING, bold=True), HEADING, bold=True)


def frame_size(height: float, width: int) -> tuple[int, int]:
    """Return (width, height) of a frame in pixels, for a film's `height` in units and a `width` in pixels."""
    head = HEADING * LEADING + HEAD_GAP + NOTE_LINES * NOTE * LEADING + GAP
    return width, math.ceil((2 * MARGIN + head + height) * width / PAGE)


def paint_frame(frame: Panel, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return `frame` as uint8 (height, width, 3) for a `size` of (width, height) pixels."""
    ensure_gui()
    image = QImage(*size, QImage.Format.Format_RGB888)
    if image.isNull():
        raise MemoryError
    image.fill(QColor(PAPER))
    scale = size[0] / PAGE
    painter = QPainter(image)
    try:
        hints = QPainter.RenderHint
        painter.setRenderHints(hints.Antialiasing | hints.TextAntialiasing)
        painter.scale(scale, scale)
        frame.paint(Canvas(painter=painter, scale=scale), MARGIN, MARGIN, INSIDE)
    finally:
        painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(size[1], image.bytesPerLine())
    return rows[:, : 3 * size[0]].reshape(size[1], size[0], 3).copy()


def _page(study: Study, about: str, panel: Panel) -> Panel:
    """Return a whole frame: what is compared, with which settings, and `panel`."""
    note = Slot(panel=Paragraph(text=about, size=NOTE, colour=MUTED), tall=NOTE_LINES * NOTE * LEADING)
    head = Stack(panels=(Line(text=title(study)), note), gap=HEAD_GAP)
    return Stack(panels=(head, panel), gap=GAP)
