"""A comparison as data: all arrays (.npz), or the numbers of both layers as the command line writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.export.maps import save_maps
from sepviz.export.saving import ExportError, write_text
from sepviz.export.table import comparison_csv, comparison_json, json_text

if TYPE_CHECKING:
    from pathlib import Path

    from sepviz.study.benchmark import Benchmark
    from sepviz.study.survey import Answer


def save_data(path: Path, comparison: Answer, benchmark: Benchmark | None, checkpoint: Checkpoint = carry_on) -> Path:
    """Save what the suffix of `path` says, in one step, and return `path`.

    Parameters
    ----------
    path : Path
        Ending in .npz: input, maps, kernels and biases, named as in :mod:`sepviz.export.maps`. In .json or .csv: costs,
        statistics of the outputs, and the time where `benchmark` has it.

    Raises
    ------
    ExportError
        For another suffix, or a file that cannot be written; what was there before then stays as it was.
    """
    match path.suffix.lower():
        case ".npz":
            return save_maps(path, comparison, checkpoint)
        case ".json":
            return write_text(path, json_text(comparison_json(comparison.costs, comparison, benchmark)))
        case ".csv":
            return write_text(path, comparison_csv(comparison.costs, comparison, benchmark))
    raise ExportError(f"{path} cannot hold data; end its name in .npz, .json or .csv")
