"""Feature maps out: what went in, and every layer's maps, kernel and bias, as named arrays of a .npz archive.

=====================  ==================================================================================
name                   array, float32
=====================  ==================================================================================
``input``              (channels, height, width): the picture as the layers read it, 0 to 1
``baseline_0_maps``    (channels, height, width): after the baseline's first layer, and its activation if one follows
``baseline_0_kernel``  (out_channels, in_channels // groups, kernel height, kernel width)
``baseline_0_bias``    (out_channels,), where the layer has one
=====================  ==================================================================================

``baseline_1_...`` is the second layer, ``candidate_0_...`` the first of the candidate; the last maps of a side are its
output.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.engine.lazy import Lazy
from sepviz.export.saving import ExportError, saving
from sepviz.study.kernels import SIDES
from sepviz.study.stored_weights import ZIP_ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import IO

    from sepviz.engine.lazy import Maps, Traced
    from sepviz.study.survey import Answer


BAND_VALUES = 2**22
"""Values computed and written at a time of maps that are not kept."""


def save_maps(path: Path, comparison: Answer, checkpoint: Checkpoint = carry_on) -> Path:
    """Save every array of `comparison` in the file `path`, in one step, and return `path`.

    :class:`sepviz.export.saving.ExportError` when it cannot be written. When `checkpoint` raises, the file stays as it
    was.
    """
    with saving(path) as file:
        _write(file, named_maps(comparison), checkpoint)
    return path


def named_maps(comparison: Answer) -> dict[str, Maps]:
    """Return the arrays of `comparison` under the names that they have in a file."""
    arrays: dict[str, Maps] = {"input": comparison.input}
    for side in SIDES:
        arrays |= _named(side, getattr(comparison, side))
    return arrays


def stored_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shape of every array in the file `path`, which :func:`save_maps` wrote; the numbers are not read.

    :class:`sepviz.export.saving.ExportError` when it is no such file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return {name.removesuffix(".npy"): _stored_shape(archive, name) for name in archive.namelist()}
    except (OSError, *ZIP_ERRORS) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "it is no archive of NumPy arrays"
        raise ExportError(f"{path} cannot be read ({reason}); give what 'compare --maps' or the window saved") from None


def _stored_shape(archive: zipfile.ZipFile, name: str) -> tuple[int, ...]:
    with archive.open(name) as member:
        np.lib.format.read_magic(member)
        shape, _, _ = np.lib.format.read_array_header_1_0(member)
    return shape


def _named(side: str, trace: Traced) -> dict[str, Maps]:
    arrays: dict[str, Maps] = {}
    for number, (maps, weights) in enumerate(zip(trace.activations, trace.weights, strict=True)):
        arrays |= {f"{side}_{number}_maps": maps, f"{side}_{number}_kernel": weights.kernel}
        if weights.bias is not None:
            arrays[f"{side}_{number}_bias"] = weights.bias
    return arrays


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """A file that says how many bytes are written to it: NumPy itself is silent, over gigabytes."""

    file: IO[bytes]
    tell: Callable[[int], None]

    def write(self, data: bytes) -> int:
        self.tell(len(data))
        return self.file.write(data)


def _write(file: BinaryIO, arrays: Mapping[str, Maps], checkpoint: Checkpoint) -> None:
    """Write `arrays` as :func:`numpy.savez` does, telling `checkpoint` how far it is."""
    total, done = sum(array.dtype.itemsize * prod(array.shape) for array in arrays.values()), 0

    def tell(length: int) -> None:
        nonlocal done
        checkpoint(min(done / total, 1.0))
        done += length

    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                watched = _Watched(file=member, tell=tell)
                if isinstance(array, Lazy):
                    _write_lazily(watched, array)
                else:
                    np.lib.format.write_array(watched, np.asarray(array), allow_pickle=False)


def _write_lazily(file: _Watched, maps: Lazy) -> None:
    """Write maps that are not kept as :func:`numpy.save` would, band by band of one channel after the other."""
    header = {"descr": np.lib.format.dtype_to_descr(maps.dtype), "fortran_order": False, "shape": maps.shape}
    np.lib.format.write_array_header_1_0(file, header)
    channels, height, width = maps.shape
    rows = max(1, BAND_VALUES // width)
    for channel, top in product(range(channels), range(0, height, rows)):
        file.write(maps[channel, top : top + rows].tobytes())
