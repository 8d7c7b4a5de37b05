"""Making the figure as tasks for the worker, so that a large one never holds the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.compare import Comparison
    from sepviz.study.study import View


class SavedFigure(NamedTuple):
    """Where a figure was saved, and what the user should know about it."""

    path: Path
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SaveFigure:
    """The task of saving the figure of a comparison, with its study in it, under `path`."""

    path: Path
    comparison: Comparison
    benchmark: Benchmark | None
    view: View
    scale: float

    def __call__(self, checkpoint: Checkpoint) -> SavedFigure:
        """Return the path that was written, with the suffix that was supplied where it was missing."""
        from sepviz.export.figure import save_figure  # when one is wanted, as it costs start-up time

        session, notice = self._carried()
        checkpoint(0.2)
        path = save_figure(self.path, self.comparison, self.benchmark, self.view, scale=self.scale, session=session)
        return SavedFigure(path, notice)

    def _carried(self) -> tuple[str | None, str]:
        """Return the text of the study, or None and why it is too large for a figure."""
        from sepviz.study.session import Session, SessionError, to_text

        try:
            return to_text(Session(study=self.comparison.study, view=self.view), embed=True), ""
        except SessionError as error:
            return None, f"it does not carry its study: {error}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawFigure:
    """The task of drawing the figure of a comparison as an image."""

    comparison: Comparison
    benchmark: Benchmark | None
    view: View

    def __call__(self, checkpoint: Checkpoint) -> QImage:
        """Return the image at twice its nominal size."""
        from sepviz.export.figure import figure_image

        return figure_image(self.comparison, self.benchmark, self.view, 2.0)
