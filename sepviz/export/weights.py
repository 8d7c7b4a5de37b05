"""Weights out: the numbers of layers as a .npz archive, or one kernel as a .npy file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sepviz.export.saving import ExportError, saving

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from sepviz.engine.weights import LayerWeights


def save_weights(path: Path, layers: Mapping[str, LayerWeights]) -> Path:
    """Save `layers` as `path`, in one step, and return `path`.

    Parameters
    ----------
    path : Path
        Ending in .npz, which holds "NAME.weight" and, where there is one, "NAME.bias" for every layer; or in .npy,
        which holds one kernel and nothing else.
    layers : mapping of str to LayerWeights
        Layer name -> its numbers; kernels are (out_channels, in_channels // groups, kh, kw) float32.

    Raises
    ------
    ExportError
        When the file cannot be written, has another ending, or cannot hold what is given.
    """
    match path.suffix.lower():
        case ".npz":
            arrays = _named_arrays(path, layers)
            with saving(path) as file:
                np.savez(file, allow_pickle=False, **arrays)
        case ".npy":
            kernel = _only_kernel(path, layers)
            with saving(path) as file:
                np.save(file, kernel, allow_pickle=False)
        case _:
            raise ExportError(f"{path} cannot hold weights; end its name in .npz or .npy")
    return path


def _named_arrays(path: Path, layers: Mapping[str, LayerWeights]) -> dict[str, NDArray[np.float32]]:
    if not layers:
        raise ExportError(f"{path} would hold nothing: there is no layer; choose at least one")
    arrays = {f"{name}.weight": weights.kernel for name, weights in layers.items()}
    return arrays | {f"{name}.bias": weights.bias for name, weights in layers.items() if weights.bias is not None}


def _only_kernel(path: Path, layers: Mapping[str, LayerWeights]) -> NDArray[np.float32]:
    if len(layers) != 1:
        raise ExportError(f"{path} can hold one kernel, not {len(layers)}; end its name in .npz")
    weights = next(iter(layers.values()))
    if weights.bias is not None:
        raise ExportError(f"{path} can hold a kernel, not its bias as well; end its name in .npz")
    return weights.kernel
