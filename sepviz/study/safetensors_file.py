"""The .safetensors format, read from its header: 8 bytes of length, JSON that names every tensor, then the numbers.

Format: https://huggingface.co/docs/safetensors. As its own library does, this refuses holes and overlaps.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, TypeGuard

from sepviz.study.picture import printable
from sepviz.study.stored_weights import BFLOAT16, OpenFile, StoredTensor, StoredWeights, bare_kernels

MAX_HEADER_BYTES = 8 * 2**20
"""Read as JSON, this takes up to 30 times as much memory; a network of 10,000 tensors has about 1 MiB."""

_DTYPES = {
    **{"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": BFLOAT16, "BOOL": "|b1"},
    **{"I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1"},
}


def read_safetensors(file: OpenFile) -> tuple[StoredWeights, ...]:
    """Return every kernel of a .safetensors file; tensors of other types than NumPy's and bfloat16 are left out."""
    length = int.from_bytes(file.read(0, 8), "little")
    if length > MAX_HEADER_BYTES:
        raise file.refusal(
            f"claims a header of {length:,} bytes; the limit is {MAX_HEADER_BYTES:,}: save fewer tensors in one file"
        )
    fields = _parsed(file, file.read(8, length))
    spans = [_span(file, name, value) for name, value in fields.items()]
    _check_spans(file, spans, file.size - 8 - length)
    tensors = (
        _tensor(file, name, value, 8 + length + begin, end - begin)
        for (name, value), (begin, end) in zip(fields.items(), spans, strict=True)
    )
    return bare_kernels([tensor for tensor in tensors if tensor])


def _parsed(file: OpenFile, header: bytes) -> dict[str, dict[str, Any]]:
    try:
        # as UTF-8, which it has to be: of bytes, the reader of JSON guesses, and loads what reads other encodings
        fields = json.loads(header.decode(), object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as error:
        reason = printable(str(error))[:120]
        raise file.refusal(f"has a header that is no JSON ({reason}); get a whole copy of it") from error
    if not isinstance(fields, dict):
        raise file.refusal("has a header that names no tensors; get a whole copy of it")
    fields.pop("__metadata__", None)
    return fields


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name stands there twice")
    return fields


def _span(file: OpenFile, name: str, value: object) -> tuple[int, int]:
    offsets = value.get("data_offsets") if isinstance(value, dict) else None
    if not _is_counts(offsets) or len(offsets) != 2:
        raise file.refusal(f"does not say where {printable(name)[:80]} stands; get a whole copy of it")
    return offsets[0], offsets[1]


def _is_counts(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(item) is int and 0 <= item < 2**48 for item in value)


def _check_spans(file: OpenFile, spans: list[tuple[int, int]], size: int) -> None:
    """Refuse tensors that do not fill the rest of the file, one after the other."""
    ordered = [(0, 0), *sorted(spans), (size, size)]
    if not all(begin <= end for begin, end in spans) or any(one[1] != two[0] for one, two in pairwise(ordered)):
        raise file.refusal(f"has {size:,} bytes of numbers that its header does not fit; get a whole copy of it")


def _tensor(file: OpenFile, name: str, value: dict[str, Any], start: int, size: int) -> StoredTensor | None:
    shape, code = value.get("shape"), value.get("dtype")
    if not _is_counts(shape) or not isinstance(code, str) or len(shape) > 32:
        raise file.refusal(f"does not say the shape and type of {printable(name)[:80]}; get a whole copy of it")
    if code not in _DTYPES:
        return None
    tensor = StoredTensor(name=name, shape=tuple(shape), dtype=_DTYPES[code], start=start)
    if tensor.size != size:
        raise file.refusal(
            f"has {size:,} bytes for {printable(name)[:80]}, whose shape {tensor.shape} needs {tensor.size:,}; get a "
            "whole copy of it"
        )
    return tensor
