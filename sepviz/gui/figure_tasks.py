"""Making the figure as tasks for the worker, so that a large one never holds the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sepviz.gui.incoming import png_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.lab.claims import Verdict
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.study import View
    from sepviz.study.survey import Answer


class DrawnFigure(NamedTuple):
    """A figure as an image, and as the content of a PNG file that carries its study."""

    image: QImage
    png: bytes


class SavedFigure(NamedTuple):
    """Where a figure was saved, and what the user should know about it."""

    path: Path
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SaveFigure:
    """The task of saving the figure of a comparison, with its study in it, under `path`."""

    path: Path
    comparison: Answer
    benchmark: Benchmark | None
    view: View
    scale: float
    experiences: tuple[Verdict, ...] | None = None
    """Verdicts that took an experiment; None leaves the claims out of the figure."""

    def __call__(self, checkpoint: Checkpoint) -> SavedFigure:
        """Return the path that was written, with the suffix that was supplied where it was missing."""
        from sepviz.export.figure import save_figure  # when one is wanted, as it costs start-up time

        session, notice = _carried(self.comparison, self.view)
        checkpoint(0.2)
        claims = self._judged() if self.experiences is not None else ()
        path = save_figure(
            self.path,
            self.comparison,
            self.benchmark,
            self.view,
            scale=self.scale,
            session=session,
            claims=claims,
        )
        return SavedFigure(path, notice)

    def _judged(self) -> tuple[Verdict, ...]:
        from sepviz.engine.machine import remembered_peak
        from sepviz.lab.judge import judge_with

        return judge_with(self.comparison.study, self.experiences or (), self.benchmark, remembered_peak())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawFigure:
    """The task of drawing the figure of a comparison as an image, for the clipboard."""

    comparison: Answer
    benchmark: Benchmark | None
    view: View

    def __call__(self, checkpoint: Checkpoint) -> DrawnFigure:
        """Return the image at twice its nominal size, and the file that it would be."""
        from sepviz.export.exhibit import with_study
        from sepviz.export.figure import figure_image

        image = figure_image(self.comparison, self.benchmark, self.view, 2.0)
        checkpoint(0.7)
        session, _ = _carried(self.comparison, self.view)
        png = png_bytes(image)
        return DrawnFigure(image, png if session is None else with_study(png, session))


def _carried(comparison: Answer, view: View) -> tuple[str | None, str]:
    """Return the text of the study, or None and why it is too large for a figure."""
    from sepviz.study.session import Session, SessionError, to_text

    try:
        return to_text(Session(study=comparison.study, view=view), embed=True), ""
    except SessionError as error:
        return None, f"it does not carry its study: {error}"
