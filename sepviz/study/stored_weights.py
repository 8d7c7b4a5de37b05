"""Weights as a file holds them: which layers it offers, and where in the file each number stands.

A format's reader says where its tensors are (:class:`StoredTensor`); the values of the one that was chosen are read
only then. What is claimed is checked against the file and against :data:`BUDGET_BYTES` before anything is allocated.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, BinaryIO, Literal, TypeAlias, cast
from zipfile import BadZipFile, ZipFile

import numpy as np

from sepviz.engine.spec import Conv2dSpec
from sepviz.engine.weights import LayerWeights
from sepviz.study.picture import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

BUDGET_BYTES = 512 * 2**20
"""Most memory that reading one tensor may take: its bytes as stored, its float32 values and their check."""
BFLOAT16 = "bfloat16"
"""The one type that NumPy has no name for."""
ZIP_ERRORS = (  # what zipfile is known to raise on broken archives
    *(BadZipFile, EOFError, IndexError, KeyError, NotImplementedError, OverflowError, RuntimeError, ValueError),
    *(struct.error, zlib.error),
)
_CHUNK_BYTES = 2**20
_KERNEL_WORD = re.compile(r"(?:(?<=[._])|^)(?:weight|kernel)$")
"""What a bias is called otherwise: "conv.weight" has "conv.bias", "baseline_0_kernel" has "baseline_0_bias"."""

Kind: TypeAlias = Literal["conv", "tensor", "separable pair"]


class WeightFileError(ValueError):
    """A file of weights that cannot be read: one sentence with the name, the value, the limit and the next step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightEntry:
    """One thing that a file offers to load.

    Parameters
    ----------
    name : str
        Unique in its file; unprintable characters replaced.
    shape : tuple of int
        (out_channels, in_channels // groups, kh, kw); of a pair, its depthwise layer's.
    groups : int or None
        None where the file does not say.
    kind : "conv", "tensor" or "separable pair"
        A layer of a network, bare numbers, or a depthwise layer with the pointwise one after it.
    specs : tuple of Conv2dSpec
        One per layer, with stride, padding, dilation and bias; empty when the entry cannot be loaded, see `note`.
    note : str
        What was assumed or left out, or why it cannot be loaded; or "".
    """

    name: str
    shape: tuple[int, ...]
    groups: int | None
    kind: Kind
    specs: tuple[Conv2dSpec, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadedLayer:
    """One layer of a file: its geometry and its numbers."""

    spec: Conv2dSpec
    weights: LayerWeights


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadedWeights:
    """What was loaded: the entry that was asked for, and its layers in the order they run."""

    entry: WeightEntry
    layers: tuple[LoadedLayer, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenFile:
    """A regular file that is open for reading; `name` is printable, `size` in bytes."""

    name: str
    stream: BinaryIO
    size: int

    def refusal(self, reason: str) -> WeightFileError:
        """Return the error that says `reason` of this file."""
        return WeightFileError(f"{self.name} {reason}")

    def read(self, start: int, size: int) -> bytes:
        """Return exactly `size` bytes from `start`; :class:`WeightFileError` when the file has fewer."""
        if not 0 <= start <= start + size <= self.size:
            raise self.refusal(f"ends after {self.size:,} of {start + size:,} bytes; get a whole copy of it")
        self.stream.seek(start)
        data = self.stream.read(size)
        if len(data) != size:
            raise self.refusal("became shorter while it was read; get a whole copy of it")
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTensor:
    """Where the numbers of one tensor stand.

    Parameters
    ----------
    name : str
    shape : tuple of int
    dtype : str
        NumPy's name of the type with its byte order, such as "<f4", or :data:`BFLOAT16`.
    start : int
        First byte, in the file or in its zip `member`.
    member : str
        Name of the zip member, or "" when the file is no archive.
    fortran : bool
        Whether the first index runs fastest.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    start: int
    member: str = ""
    fortran: bool = False

    @property
    def numbers(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)

    @property
    def itemsize(self) -> int:
        """Bytes a number takes in the file."""
        return 2 if self.dtype == BFLOAT16 else np.dtype(self.dtype).itemsize

    @property
    def size(self) -> int:
        """Bytes it takes in the file."""
        return self.numbers * self.itemsize


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLayer:
    """One layer of an entry, its numbers still in the file."""

    spec: Conv2dSpec
    kernel: StoredTensor
    bias: StoredTensor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWeights:
    """An entry, and where its layers stand; none when it cannot be loaded."""

    entry: WeightEntry
    layers: tuple[StoredLayer, ...]


def bare_kernels(tensors: Iterable[StoredTensor]) -> tuple[StoredWeights, ...]:
    """Return every kernel among the tensors of a file that knows no layers, each with its bias if it has one."""
    by_name = {tensor.name: tensor for tensor in tensors}
    kernels = [tensor for tensor in by_name.values() if len(tensor.shape) == 4 and tensor.numbers]
    return tuple(_bare_kernel(kernel, _bias_of(kernel, by_name)) for kernel in kernels)


def _bias_of(kernel: StoredTensor, by_name: dict[str, StoredTensor]) -> StoredTensor | None:
    bias = by_name.get(_KERNEL_WORD.sub("bias", kernel.name))
    return bias if bias and bias.shape == kernel.shape[:1] else None


def _bare_kernel(kernel: StoredTensor, bias: StoredTensor | None) -> StoredWeights:
    out_channels, group_channels, height, width = kernel.shape
    depthwise = group_channels == 1 < out_channels
    spec = Conv2dSpec(
        in_channels=out_channels if depthwise else group_channels,
        out_channels=out_channels,
        kernel_size=(height, width),
        padding="same",
        groups=out_channels if depthwise else 1,
        bias=bias is not None,
    )
    guess = "depthwise" if depthwise else "standard"
    entry = WeightEntry(
        name=printable(kernel.name),
        shape=kernel.shape,
        groups=None,
        kind="tensor",
        specs=(spec,),
        note=f"read as a {guess} layer, stride 1, padding same: the file does not say",
    )
    return StoredWeights(entry=entry, layers=(StoredLayer(spec=spec, kernel=kernel, bias=bias),))


def with_unique_names(offers: Iterable[StoredWeights]) -> tuple[StoredWeights, ...]:
    """Return `offers`, a second one of the same name called "NAME (2)"."""
    named: dict[str, StoredWeights] = {}
    counts: dict[str, int] = {}
    for offer in offers:
        name = offer.entry.name
        while name in named:
            counts[offer.entry.name] = counts.get(offer.entry.name, 1) + 1
            name = f"{offer.entry.name} ({counts[offer.entry.name]})"
        named[name] = replace(offer, entry=replace(offer.entry, name=name))
    return tuple(named.values())


def read_layer(file: OpenFile, layer: StoredLayer) -> LoadedLayer:
    """Return `layer` with its numbers; :class:`WeightFileError` when they are not there, too many, or not finite."""
    bias = None if layer.bias is None else read_values(file, layer.bias)
    return LoadedLayer(spec=layer.spec, weights=LayerWeights(kernel=read_values(file, layer.kernel), bias=bias))


def read_values(file: OpenFile, tensor: StoredTensor) -> NDArray[np.float32]:
    """Return the numbers of `tensor`, read-only float32 of its shape."""
    check_budget(file, tensor)
    data = _member_bytes(file, tensor) if tensor.member else file.read(tensor.start, tensor.size)
    values = _as_float32(data, tensor.dtype)
    if not np.isfinite(values).all():
        raise file.refusal(
            f"holds values in {printable(tensor.name)} that are no finite float32 numbers (NaN, infinite or above "
            "3.4e38); choose another tensor"
        )
    values = values.reshape(tensor.shape, order="F" if tensor.fortran else "C")
    values = np.ascontiguousarray(values)
    values.flags.writeable = False
    return values


def check_budget(file: OpenFile, tensor: StoredTensor) -> None:
    """Refuse a tensor that :data:`BUDGET_BYTES` cannot hold."""
    need = tensor.numbers * (tensor.itemsize + 2 * 4 + 1)
    if need > BUDGET_BYTES:
        raise file.refusal(
            f"needs {need / 2**20:,.0f} MiB for {printable(tensor.name)}; the limit is "
            f"{BUDGET_BYTES / 2**20:,.0f} MiB: choose a smaller tensor"
        )


def _as_float32(data: bytes | bytearray, dtype: str) -> NDArray[np.float32]:
    if dtype == BFLOAT16:  # the upper half of a float32
        return (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):  # what does not fit becomes infinite, and is refused
        return cast("NDArray[np.float32]", np.frombuffer(data, dtype).astype(np.float32))


def _member_bytes(file: OpenFile, tensor: StoredTensor) -> bytearray:
    """Return the bytes of a tensor in a zip member, which must end with them: so its checksum is tested too."""
    data = bytearray(tensor.size)
    try:
        with ZipFile(file.stream) as archive, archive.open(tensor.member) as stream:
            stream.read(tensor.start)
            for start in range(0, tensor.size, _CHUNK_BYTES):
                chunk = stream.read(min(_CHUNK_BYTES, tensor.size - start))
                data[start : start + len(chunk)] = chunk
                if not chunk:
                    raise EOFError(f"the member has {start:,} of {tensor.size:,} bytes")
            stream.read(1)
    except ZIP_ERRORS as error:
        raise damaged(file, error) from error
    return data


def damaged(file: OpenFile, error: Exception) -> WeightFileError:
    """Return the refusal of an archive in which zipfile found `error`."""
    reason = printable(str(error))[:120] or type(error).__name__
    return file.refusal(f"is damaged or incomplete ({reason}); get a fresh copy of it")
