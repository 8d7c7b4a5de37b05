"""Arrays and other values as the text of a session holds them: each is checked before anything is made of it.

An array is its type, its shape, and its bytes under zlib and base64. What it will take is known from the shape, and
counted against one budget for the whole session, before a byte is unpacked.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass, field
from io import SEEK_END
from math import prod
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, TypeVar

import numpy as np

from sepviz.study.picture import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

T = TypeVar("T")

MAX_ARRAY_BYTES = 128 * 2**20
"""Most bytes of all arrays of a session together: a colour picture of 44 megapixels."""
MAX_CHARACTERS = 8192
"""Longest text that is not an array: more than the longest path."""
_SHAPE = re.compile(r"[0-9]{1,6}(x[0-9]{1,6}){0,3}")
_KINDS = {dict: "an object", list: "a list", str: "a text", int: "a whole number"}
_DTYPES: dict[str, np.dtype[Any]] = {"uint8": np.dtype("u1"), "float32": np.dtype("<f4")}
_LEVEL = 3  # photographs get no smaller at a higher one
_SHOWN = 40


class SessionError(ValueError):
    """A session that cannot be opened or written: one sentence with the field, the value, the limit, the next step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One object of a session's text, whose fields are taken by name and kind; `place` names it in messages."""

    place: str
    values: Mapping[str, object]

    def name_of(self, field: str) -> str:
        """Return what messages call a field of this object."""
        return f"the session's {self.place}{field}"

    def take(self, field: str, kind: type[T]) -> T:
        """Return the value of `field`; :class:`SessionError` when it is not there or of another kind."""
        if field not in self.values:
            raise SessionError(f"{self.name_of(field)} is missing; get a whole copy of the session")
        value = self.values[field]
        if type(value) is not kind:  # true is an int to isinstance
            raise SessionError(f"{self.name_of(field)} is {shown(value)}, not {_KINDS[kind]}; save the session again")
        return value

    def text(self, field: str) -> str:
        """Return the text `field`, of bounded length."""
        text = self.take(field, str)
        if len(text) > MAX_CHARACTERS:
            raise SessionError(
                f"{self.name_of(field)} has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}: shorten it"
            )
        return text

    def section(self, field: str) -> Section:
        """Return the object `field`."""
        return Section(place=f"{self.place}{field}.", values=self.take(field, dict))

    def refuse_others(self, known: Iterable[str]) -> None:
        """Raise :class:`SessionError` when there is a field that is not in `known`."""
        if others := sorted(set(self.values) - set(known)):
            raise SessionError(
                f"{self.name_of(shown(others[0]))} is no field that this version knows; correct the name, or open the "
                "session with a newer sepviz"
            )


@dataclass(slots=True, kw_only=True)
class Unpacker:
    """Reads the arrays of one session, which share the bytes that are `left`."""

    left: int = field(default=MAX_ARRAY_BYTES)

    def unpack(self, section: Section) -> NDArray[Any]:
        """Return the array that `section` holds; its type is uint8 or float32."""
        section.refuse_others(("dtype", "shape", "zlib"))
        dtype = _DTYPES.get(section.text("dtype"))
        if dtype is None:
            raise SessionError(
                f"{section.name_of('dtype')} is {shown(section.values['dtype'])}; it can be {' or '.join(_DTYPES)}"
            )
        shape = _shape(section)
        size = prod(shape) * dtype.itemsize
        self._spend(section, size)
        data = _inflated(section, section.take("zlib", str), size)
        return np.frombuffer(data, dtype).reshape(shape).astype(dtype.newbyteorder("="))

    def _spend(self, section: Section, size: int) -> None:
        if size > self.left:
            raise SessionError(
                f"{section.name_of('shape')} is {section.values['shape']}, which takes {size:,} bytes where "
                f"{self.left:,} of {MAX_ARRAY_BYTES:,} are left; save a smaller picture or fewer kernels"
            )
        self.left -= size


def pack(array: NDArray[Any]) -> dict[str, str]:
    """Return a uint8 or float32 `array` as :meth:`Unpacker.unpack` reads it, without loss."""
    dtype = _DTYPES[array.dtype.name]
    data = zlib.compress(np.ascontiguousarray(array, dtype).data, _LEVEL)
    return {
        "dtype": array.dtype.name,
        "shape": "x".join(map(str, array.shape)),
        "zlib": base64.b64encode(data).decode("ascii"),
    }


def inflate(data: bytes, limit: int) -> bytes:
    """Return what `data` holds under zlib; :class:`ValueError` when that is broken or of more than `limit` bytes."""
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(data, limit + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if len(content) > limit or not inflater.eof:
        raise ValueError(f"it is cut off, or has more than {limit:,} bytes")
    return content


def read_whole(stream: BinaryIO, limit: int) -> bytes:
    """Return the bytes of a file, or of a longer one the first `limit` and one more; no buffer exceeds the file."""
    size = stream.seek(0, SEEK_END)
    stream.seek(0)
    return stream.read(min(size, limit + 1))


def refuse_size(size: int, limit: int) -> NoReturn:
    """Raise the :class:`SessionError` about a session that takes `size` bytes."""
    raise SessionError(
        f"the session takes {size / 2**20:,.1f} MiB; the limit is {limit / 2**20:g} MiB: take a smaller long side, or "
        "save the picture by its place"
    )


def shown(value: object) -> str:
    """Return `value` from outside as a message can hold it: one line, short."""
    text = value if isinstance(value, str) else type(value).__name__ if isinstance(value, dict | list) else repr(value)
    text = printable(text[: _SHOWN + 1])
    quoted = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return f"'{quoted}'" if isinstance(value, str) else quoted


def _shape(section: Section) -> tuple[int, ...]:
    text = section.text("shape")
    if not _SHAPE.fullmatch(text):
        raise SessionError(
            f"{section.name_of('shape')} is {shown(text)}; write up to 4 whole numbers with x between, such as 64x3x3x3"
        )
    shape = tuple(map(int, text.split("x")))
    if not all(shape):
        raise SessionError(f"{section.name_of('shape')} is {text}; each side must be at least 1")
    return shape


def _inflated(section: Section, text: str, size: int) -> bytes:
    try:
        data = inflate(base64.b64decode(text, validate=True), size)
    except (ValueError, binascii.Error) as error:
        raise SessionError(f"{section.name_of('zlib')} is damaged ({error}); get a whole copy of the session") from None
    if len(data) != size:
        raise SessionError(
            f"{section.name_of('zlib')} holds {len(data):,} bytes, and its shape needs {size:,}; get a whole copy of "
            "the session"
        )
    return data
