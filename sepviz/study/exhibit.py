"""Exhibits read: the text of the session that a PNG, SVG or PDF figure carries, if it carries one.

Where it stands is written by :mod:`sepviz.export.exhibit`: in a PNG in iTXt chunks of the keyword "sepviz" before the
pixels, in an SVG in a metadata element of that id, in a PDF in an attached file of the type "application/x-sepviz".
Only these are looked at, and none is unpacked beyond the longest text of a session.
"""

from __future__ import annotations

import re
import struct
import zlib
from html import unescape
from io import SEEK_CUR
from typing import TYPE_CHECKING, BinaryIO

from sepviz.study.packing import SessionError, inflate, read_whole
from sepviz.study.picture import printable
from sepviz.study.session import MAX_TEXT_BYTES

if TYPE_CHECKING:
    from pathlib import Path

PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_TEXT = b"iTXt"
PNG_KEYWORD = b"sepviz\0"
SVG_ID = b'id="sepviz"'
PDF_START = b"%PDF-"
PDF_TYPE = b"/application#2Fx-sepviz"
PART_BYTES = 512 * 1024
"""Longest text of one chunk: readers of PNG commonly refuse 1 MiB and more."""
MAX_CHUNKS = 1000
"""Chunks before the pixels; as many as the usual library keeps."""
MAX_FIGURE_BYTES = 256 * 2**20
"""Largest SVG or PDF that is looked through."""

_HEAD = struct.Struct(">I4s")
_MAX_CHUNK = 2 * PART_BYTES
_SVG_TEXT = re.compile(rb"<metadata[^<>]{0,999}" + SVG_ID + rb"[^<>]{0,999}>([^<]*)</metadata>")
_PDF_STREAM = re.compile(rb"stream\r?\n")
_PDF_DICT = 1000  # bytes in which the dictionary of an attached file ends


def read_study(path: Path) -> str | None:
    """Return the text of the session that the figure `path` carries, or None when it carries none.

    Raises
    ------
    SessionError
        When it carries one that is damaged, or the file cannot be read.
    """
    name = printable(path.name)
    try:
        with path.open("rb") as stream:
            return study_in(stream, name)
    except OSError as error:
        raise SessionError(
            f"{name} cannot be read ({printable(error.strerror or str(error))}); check the file and its permissions"
        ) from error


def study_in(stream: BinaryIO, name: str) -> str | None:
    """Return what :func:`read_study` does of the figure in `stream`, which is called `name`."""
    try:
        return _text_in(stream, name)
    except ValueError as error:  # of zlib, UTF-8 and ours
        raise SessionError(f"{name} carries a study that is damaged ({error}); get a fresh copy of it") from None


def _text_in(stream: BinaryIO, name: str) -> str | None:
    start = stream.read(1024).lstrip()
    if start.startswith(PNG_START):
        stream.seek(len(PNG_START))
        return _png_text(stream)
    if start.startswith(PDF_START):
        return _pdf_text(_whole(stream, name))
    if start.startswith((b"<?xml", b"<svg", b"<!")):
        return _svg_text(_whole(stream, name))
    return None


def _whole(stream: BinaryIO, name: str) -> bytes:
    data = read_whole(stream, MAX_FIGURE_BYTES)
    if len(data) > MAX_FIGURE_BYTES:
        raise ValueError(f"the file is larger than {MAX_FIGURE_BYTES // 2**20} MiB, the limit")
    return data


def _png_text(stream: BinaryIO) -> str | None:
    parts: list[bytes] = []
    left = MAX_TEXT_BYTES
    for _ in range(MAX_CHUNKS):
        head = stream.read(_HEAD.size)
        if len(head) < _HEAD.size:
            break
        length, kind = _HEAD.unpack(head)
        if kind in (b"IDAT", b"IEND"):
            break
        if kind != PNG_TEXT or length > _MAX_CHUNK:
            stream.seek(length + 4, SEEK_CUR)
        elif (part := _png_part(stream.read(length), stream.read(4), left)) is not None:
            parts.append(part)
            left -= len(part)
    return b"".join(parts).decode() if parts else None


def _png_part(content: bytes, checksum: bytes, limit: int) -> bytes | None:
    """Return the part of a session that an iTXt chunk holds, or None when it is about something else."""
    if not content.startswith(PNG_KEYWORD):
        return None
    if zlib.crc32(content, zlib.crc32(PNG_TEXT)).to_bytes(4, "big") != checksum:
        raise ValueError("the checksum of its chunk differs")
    method = content[len(PNG_KEYWORD) : len(PNG_KEYWORD) + 2]
    *_, text = content[len(PNG_KEYWORD) + 2 :].split(b"\0", 2)  # after the language, and the keyword in it
    if method[:1] == b"\0":
        return text[: limit + 1]
    return inflate(text, min(limit, PART_BYTES))


def _svg_text(data: bytes) -> str | None:
    found = _SVG_TEXT.search(data)
    return unescape(found[1].decode()) if found else None


def _pdf_text(data: bytes) -> str | None:
    place = data.rfind(PDF_TYPE)
    if place < 0:
        return None
    stream = _PDF_STREAM.search(data, place, place + _PDF_DICT)
    if stream is None:
        raise ValueError("its attached file has no content")
    return inflate(data[stream.end() :], MAX_TEXT_BYTES).decode()
