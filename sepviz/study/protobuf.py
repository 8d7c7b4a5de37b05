"""The wire format of Protocol Buffers, walked in the file: a message is read field by field, and nothing is kept.

Format: https://protobuf.dev/programming-guides/encoding. Large fields are passed over by their length, so a network
of any size costs only what is asked of it; what describes the network may cost :data:`DESCRIPTION_BYTES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sepviz.study.stored_weights import OpenFile, WeightFileError

DESCRIPTION_BYTES = 64 * 2**20
"""Most that the fields read from one file may count for: :data:`FIELD_BYTES` each, and the length of each text."""
FIELD_BYTES = 256
MAX_TEXT_BYTES = 4096

_BLOCK_BYTES = 2**13  # small, for most of a network is passed over
_LONGEST_VARINT = 10
_VARINT, _FIXED64, _DELIMITED, _FIXED32 = 0, 1, 2, 5
_FIXED_SIZES = {_FIXED64: 8, _FIXED32: 4}


class Field(NamedTuple):
    """One field of a message: its number, its integer (0 for other types), and where its bytes stand in the file."""

    number: int
    integer: int
    start: int
    end: int
    delimited: bool


@dataclass(slots=True)
class Walk:
    """A walk through one file; `left` is what remains of :data:`DESCRIPTION_BYTES`."""

    file: OpenFile
    left: int = DESCRIPTION_BYTES
    _origin: int = 0
    _block: bytes = b""

    def message(self, found: Field) -> Iterator[Field]:
        """Yield the fields of the message that `found` holds."""
        self._check_delimited(found)
        return self.fields(found.start, found.end)

    def fields(self, start: int, end: int) -> Iterator[Field]:
        """Yield the fields of the message that stands in [`start`, `end`)."""
        while start < end:
            self._spend(FIELD_BYTES)
            found = self._field(start, end)
            start = found.end
            yield found

    def integers(self, found: Field) -> list[int]:
        """Return the integers of a repeated field, packed into one or standing alone."""
        if not found.delimited:
            return [found.integer]
        numbers, position = [], found.start
        while position < found.end:
            self._spend(FIELD_BYTES)
            number, position = self._varint(position, found.end)
            numbers.append(number)
        return numbers

    def text(self, found: Field) -> str:
        """Return a string; bytes that are no UTF-8 are replaced."""
        self._check_delimited(found)
        size = found.end - found.start
        if size > MAX_TEXT_BYTES:
            raise self.file.refusal(
                f"holds a name of {size:,} bytes; the limit is {MAX_TEXT_BYTES:,}: give its layers shorter names"
            )
        self._spend(size)
        return self.file.read(found.start, size).decode("utf-8", "replace")

    def _check_delimited(self, found: Field) -> None:
        if not found.delimited:
            raise self._damage(found.start, "a number where a text or a message is due")

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise self.file.refusal(
                f"describes more than {DESCRIPTION_BYTES // FIELD_BYTES:,} things; save a smaller part of the network"
            )

    def _field(self, start: int, end: int) -> Field:
        key, position = self._varint(start, end)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            integer, after = self._varint(position, end)
            return Field(number, integer, position, after, False)
        if wire == _DELIMITED:
            size, position = self._varint(position, end)
            after = position + size
        elif wire in _FIXED_SIZES:
            after = position + _FIXED_SIZES[wire]
        else:
            raise self._damage(start, f"a field of type {wire}")
        if not number or not position <= after <= end:
            raise self._damage(start, f"a field of {after - position:,} bytes where {end - position:,} are left")
        return Field(number, 0, position, after, wire == _DELIMITED)

    def _varint(self, position: int, end: int) -> tuple[int, int]:
        """Return (signed 64-bit integer, position after it)."""
        first = position - self._origin
        if not 0 <= first <= len(self._block) - _LONGEST_VARINT:
            first = self._load(position)
        if position < end and (byte := self._block[first]) < 0x80:  # most are this short
            return byte, position + 1
        value = 0
        for length, byte in enumerate(self._block[first : first + min(_LONGEST_VARINT, end - position)]):
            value |= (byte & 0x7F) << (7 * length)
            if byte < 0x80:
                value &= 2**64 - 1
                return value - (value >> 63 << 64), position + length + 1
        raise self._damage(position, "a number without an end")

    def _load(self, position: int) -> int:
        """Read the next block of the file, and return where `position` is in it."""
        self._block = self.file.read(position, min(_BLOCK_BYTES, self.file.size - position))
        self._origin = position
        return 0

    def _damage(self, position: int, what: str) -> WeightFileError:
        return self.file.refusal(f"is damaged at byte {position:,} ({what}); get a fresh copy of it")
