"""Weights from and to files as tasks for the worker, so that a large file never holds the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sepviz.study.weight_files import list_weights, load_weights

if TYPE_CHECKING:
    from pathlib import Path

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.weights import LayerWeights
    from sepviz.study.stored_weights import LoadedWeights, WeightEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWeights:
    """The task of looking what a file of weights offers."""

    path: Path

    def __call__(self, checkpoint: Checkpoint) -> tuple[WeightEntry, ...]:
        """Return its entries; :class:`WeightFileError` when it cannot be read."""
        return list_weights(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadWeights:
    """The task of reading one entry of a file of weights."""

    path: Path
    name: str

    def __call__(self, checkpoint: Checkpoint) -> LoadedWeights:
        """Return its numbers; :class:`WeightFileError` when they cannot be read."""
        return load_weights(self.path, self.name)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SaveWeights:
    """The task of saving layers under `path`."""

    path: Path
    layers: dict[str, LayerWeights]

    def __call__(self, checkpoint: Checkpoint) -> Path:
        """Return the path that was written; :class:`ExportError` when it cannot be."""
        from sepviz.export.weights import save_weights  # when one is wanted, as it costs start-up time

        return save_weights(self.path, self.layers)
