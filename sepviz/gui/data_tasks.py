"""Data and code out as tasks for the worker, so that gigabytes of maps, or a slow disk, never hold the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.survey import Answer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SaveData:
    """The task of saving a comparison as data under `path`, whose suffix says which."""

    path: Path
    comparison: Answer
    benchmark: Benchmark | None

    def __call__(self, checkpoint: Checkpoint) -> SaveData:
        """Return itself when that is written; :class:`ExportError` when it cannot be."""
        from sepviz.export.data import save_data  # when it is wanted, as it costs start-up time

        save_data(self.path, self.comparison, self.benchmark, checkpoint)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveCode:
    """The task of saving the text of a program under `path`."""

    path: Path
    text: str

    def __call__(self, checkpoint: Checkpoint) -> Path:
        """Return the path that was written; :class:`ExportError` when it cannot be."""
        from sepviz.export.saving import write_text

        return write_text(self.path, self.text)
