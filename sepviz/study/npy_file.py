"""NumPy's own files, .npy and .npz, read from their headers: no pickle, and no array before its size is known.

Format: NumPy Enhancement Proposal 1, and zip archives (PKWARE's APPNOTE) of such files.
"""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from typing import IO, TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from sepviz.study.picture import printable
from sepviz.study.stored_weights import (
    ZIP_ERRORS,
    OpenFile,
    StoredTensor,
    StoredWeights,
    WeightFileError,
    bare_kernels,
    check_budget,
    damaged,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zipfile import ZipInfo

MAX_MEMBERS = 10_000
MAX_DIRECTORY_BYTES = 2**20
MAX_NAME = 256
MAX_HEADER_BYTES = 10_000
"""What numpy.load allows too: a header of numbers has about 100."""

_MAGIC = b"\x93NUMPY"
_LENGTH_FORMATS = {1: "<H", 2: "<I", 3: "<I"}  # by the version's first number
_HEADER = re.compile(
    r"\{ *'descr': *'([^']{2,8})', *'fortran_order': *(True|False), *'shape': *\(([0-9L, ]*)\) *,? *\} *\n?"
)
_TYPES = re.compile(r"[<>|=]?(f[248]|[iu][1248]|b1)")
_END = struct.Struct("<4s4H2IH")  # a zip's last record: mark, disks, entries, directory's size and start, comment


def read_npy(file: OpenFile) -> tuple[StoredWeights, ...]:
    """Return the one kernel of a .npy file; a matrix is a kernel over one channel."""
    file.stream.seek(0)
    tensor = _tensor(file, file.stream, file.name.removesuffix(".npy"), file.size, "")
    if len(tensor.shape) == 2:
        tensor = replace(tensor, shape=(1, 1, *tensor.shape))
    if len(tensor.shape) != 4 or not tensor.numbers:
        raise file.refusal(
            f"has the shape {tensor.shape}; a kernel has (out_channels, in_channels // groups, height, width), each "
            "at least 1: reshape it"
        )
    check_budget(file, tensor)
    return bare_kernels([tensor])


def read_npz(file: OpenFile) -> tuple[StoredWeights, ...]:
    """Return every kernel of a .npz archive of arrays; other members are left alone."""
    _check_directory(file)
    try:
        with ZipFile(file.stream) as archive:
            infos = [info for info in archive.infolist() if info.filename.endswith(".npy")]
            _check_names(file, infos)
            return bare_kernels([_member(file, archive, info) for info in infos])
    except WeightFileError:
        raise
    except ZIP_ERRORS as error:
        raise damaged(file, error) from error


def _check_directory(file: OpenFile) -> None:
    """Refuse an archive whose list of members is long: zipfile would read all of it into memory at once."""
    mark, *_, entries, size, _, comment = _END.unpack(file.read(max(file.size - _END.size, 0), _END.size))
    if mark != b"PK\5\6" or comment:
        raise file.refusal("is no whole .npz archive (its last record is not at its end); get a fresh copy of it")
    if entries > MAX_MEMBERS or size > MAX_DIRECTORY_BYTES:
        raise file.refusal(
            f"lists {entries:,} arrays in {size:,} bytes; the limits are {MAX_MEMBERS:,} and "
            f"{MAX_DIRECTORY_BYTES:,} bytes: save fewer arrays"
        )
    locator = file.size - _END.size - 20
    if locator >= 0 and file.read(locator, 4) == b"PK\6\7":
        raise file.refusal("is a zip64 archive, which is not read; save fewer arrays")


def _check_names(file: OpenFile, infos: Sequence[ZipInfo]) -> None:
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise file.refusal("has two arrays of the same name; save it again")
    for name in names:
        if len(name) > MAX_NAME or not name.isprintable():
            raise file.refusal(
                f"has an array named {printable(name)[:40]!r}; a name has at most {MAX_NAME} printable characters: "
                "save it again"
            )


def _member(file: OpenFile, archive: ZipFile, info: ZipInfo) -> StoredTensor:
    if info.flag_bits & 1 or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise file.refusal(f"holds {info.filename} encrypted or packed in an unusual way; save it with numpy.savez")
    with archive.open(info) as stream:
        return _tensor(file, stream, info.filename.removesuffix(".npy"), info.file_size, info.filename)


def _tensor(file: OpenFile, stream: IO[bytes], name: str, size: int, member: str) -> StoredTensor:
    """Return the array whose .npy header stands at the start of `stream`, which has `size` bytes in all."""
    start, header = _header(file, stream, name)
    found = _HEADER.fullmatch(header)
    if not found or not _TYPES.fullmatch(found[1]):
        raise file.refusal(
            f"holds in {printable(name)} no array of numbers ({printable(header.strip())[:80]!r}); save plain floats"
        )
    shape = _shape(file, found[3], name)
    tensor = StoredTensor(
        name=name, shape=shape, dtype=found[1], start=start, member=member, fortran=found[2] == "True"
    )
    if start + tensor.size != size:
        raise file.refusal(
            f"has {size - start:,} bytes for {printable(name)}, whose shape {shape} needs {tensor.size:,}; get a "
            "whole copy of it"
        )
    return tensor


def _header(file: OpenFile, stream: IO[bytes], name: str) -> tuple[int, str]:
    """Return (first byte of the numbers, text of the header)."""
    start = stream.read(8)
    length_format = _LENGTH_FORMATS.get(start[6]) if len(start) == 8 and start[:6] == _MAGIC else None
    if length_format is None:
        raise file.refusal(f"holds in {printable(name)} no .npy array (its first bytes differ); save it with NumPy")
    length_bytes = stream.read(struct.calcsize(length_format)).ljust(4, b"\0")
    length = int.from_bytes(length_bytes, "little")
    if length > MAX_HEADER_BYTES:
        raise file.refusal(
            f"claims a header of {length:,} bytes in {printable(name)}; the limit is {MAX_HEADER_BYTES:,}: save it "
            "again with NumPy"
        )
    return 8 + struct.calcsize(length_format) + length, stream.read(length).decode("latin-1")


def _shape(file: OpenFile, text: str, name: str) -> tuple[int, ...]:
    sides = [side.strip().removesuffix("L") for side in text.split(",") if side.strip()]
    if len(sides) > 32 or not all(re.fullmatch(r"[0-9]{1,12}", side) for side in sides):
        raise file.refusal(f"claims the shape ({text[:80]}) in {printable(name)}; save it again with NumPy")
    return tuple(map(int, sides))
