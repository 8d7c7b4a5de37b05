"""Saving a session as a task for the worker, so that a large one never holds the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.study.session import Session


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SaveSession:
    """The task of saving a session under `path`; a picture that has a file stands in it by its place."""

    path: Path
    session: Session

    def __call__(self, checkpoint: Checkpoint) -> Path:
        """Return the path that was written."""
        from sepviz.export.saving import write_text  # when one is wanted, as these cost start-up time
        from sepviz.study.session import to_text

        return write_text(self.path, to_text(self.session, embed=False, folder=self.path.parent))
