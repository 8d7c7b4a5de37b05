"""Making the figure as tasks for the worker, so that a large one never holds the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.compare import Comparison
    from sepviz.study.study import View


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SaveFigure:
    """The task of saving the figure of a comparison under `path`."""

    path: Path
    comparison: Comparison
    benchmark: Benchmark | None
    view: View
    scale: float

    def __call__(self, checkpoint: Checkpoint) -> Path:
        """Return the path that was written, with the suffix that was supplied where it was missing."""
        from sepviz.export.figure import save_figure  # when one is wanted, as it costs start-up time

        return save_figure(self.path, self.comparison, self.benchmark, self.view, scale=self.scale)


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
