"""Weights in: what a .npy, .npz, .safetensors or .onnx file offers, and the one that was chosen, as values.

Nothing in a file is run and no pickle is read; only the named file is read, and it must be a regular one. Every format
is read by its own short reader here, so none needs a package beyond NumPy.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sepviz.study.npy_file import read_npy, read_npz
from sepviz.study.onnx_file import read_onnx
from sepviz.study.picture import printable
from sepviz.study.safetensors_file import read_safetensors
from sepviz.study.stored_weights import (
    BUDGET_BYTES,
    LoadedLayer,
    LoadedWeights,
    OpenFile,
    StoredWeights,
    WeightEntry,
    WeightFileError,
    read_layer,
    with_unique_names,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "BUDGET_BYTES",
    "READERS",
    "LoadedLayer",
    "LoadedWeights",
    "WeightEntry",
    "WeightFileError",
    "list_weights",
    "load_weights",
]

READERS: dict[str, Callable[[OpenFile], tuple[StoredWeights, ...]]] = {
    ".npy": read_npy,
    ".npz": read_npz,
    ".onnx": read_onnx,
    ".safetensors": read_safetensors,
}
"""Suffix -> reader; a new format is a row here."""


def list_weights(path: str | Path) -> tuple[WeightEntry, ...]:
    """Return what the file at `path` offers, in its own order: at least one entry.

    Raises
    ------
    WeightFileError
        When it cannot be read or holds no kernel, in one sentence; nothing else is raised, whatever the file holds.
    """
    with _opened(path) as file:
        return tuple(offer.entry for offer in _offers(file))


def load_weights(path: str | Path, name: str) -> LoadedWeights:
    """Return the layers of the entry called `name`, read-only float32.

    Raises
    ------
    WeightFileError
        When there is no such entry, or its numbers cannot be read, are not finite, or exceed :data:`BUDGET_BYTES`.
    """
    with _opened(path) as file:
        offer = next((offer for offer in _offers(file) if offer.entry.name == name), None)
        if offer is None:
            raise file.refusal(f"holds no kernel named {printable(name)!r}; choose one from its list")
        if not offer.layers:
            raise file.refusal(f"holds {name}, which {offer.entry.note}")
        layers = tuple(read_layer(file, layer) for layer in offer.layers)
        return LoadedWeights(entry=offer.entry, layers=layers)


def _offers(file: OpenFile) -> tuple[StoredWeights, ...]:
    offers = with_unique_names(READERS[Path(file.name).suffix.lower()](file))
    if not offers:
        raise file.refusal(
            "holds no kernel of the shape (out_channels, in_channels // groups, height, width); choose a file of "
            "convolution weights"
        )
    return offers


@contextmanager
def _opened(path: str | Path) -> Iterator[OpenFile]:
    """Open the regular file at `path`; whatever fails in the block becomes a :class:`WeightFileError`."""
    name = printable(Path(path).name or str(path))
    if Path(path).suffix.lower() not in READERS:
        raise WeightFileError(
            f"{name} is of no kind read here ({', '.join(READERS)}); save its weights as .safetensors or .npz"
        )
    try:
        path = Path(path).expanduser()
        if not stat.S_ISREG(path.stat().st_mode):  # asked before opening: a pipe would wait for ever
            raise WeightFileError(f"{name} is a folder, a pipe or a device, not a file; choose a file of weights")
        with path.open("rb") as stream:
            yield OpenFile(name=name, stream=stream, size=os.fstat(stream.fileno()).st_size)
    except WeightFileError:
        raise
    except FileNotFoundError:
        raise WeightFileError(f"{name} is not there ({printable(str(path))}); choose another file") from None
    except MemoryError:
        raise WeightFileError(f"{name} needs more memory than is free; close other programs") from None
    except (OSError, ValueError, RuntimeError) as error:  # the last two from what cannot be a path
        reason = printable((isinstance(error, OSError) and error.strerror) or str(error))
        raise WeightFileError(f"{name} cannot be read ({reason}); check the file and its permissions") from error
