"""Exhibits written: a PNG, SVG or PDF figure that carries the session it was made from.

:mod:`sepviz.study.exhibit` reads it back. The figure looks the same in every program. In a PDF the session is an
attached file, which readers list as "study.sepviz"; it is added as the format's own incremental update, after
everything that was there.
"""

from __future__ import annotations

import re
import struct
import zlib
from itertools import accumulate
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from sepviz.export.saving import ExportError
from sepviz.study.exhibit import PART_BYTES, PDF_START, PDF_TYPE, PNG_KEYWORD, PNG_START, PNG_TEXT, SVG_ID
from sepviz.study.session import MAX_TEXT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTACHMENT = b"study.sepviz"
_PNG_HEADER_BYTES = len(PNG_START) + 25  # the signature, and the chunk that must come first
_COMPRESSED = b"\1\0\0\0"  # iTXt: compressed, by zlib, in no language, with no translated keyword
_SVG_TAG = re.compile(rb"<svg\b[^<>]*[^<>/]>")
_PDF_END = re.compile(
    rb"trailer\s*<<(?P<trailer>[^<>]*(?:<[0-9A-Fa-f]*>[^<>]*)*)>>\s*startxref\s+(?P<xref>\d+)\s+%%EOF\s*$"
)


def with_study(figure: bytes, session: str) -> bytes:
    """Return `figure`, the content of a PNG, SVG or PDF file, with the text of `session` in it.

    Raises
    ------
    ExportError
        When the text is longer than a session can be, or `figure` is no such file.
    """
    text = session.encode()
    if len(text) > MAX_TEXT_BYTES:
        raise ExportError(
            f"the study takes {len(text) / 2**20:,.1f} MiB; a figure carries up to {MAX_TEXT_BYTES // 2**20} MiB: "
            "take a smaller long side"
        )
    if figure.startswith(PNG_START):
        return figure[:_PNG_HEADER_BYTES] + b"".join(_png_chunks(text)) + figure[_PNG_HEADER_BYTES:]
    if figure.startswith(PDF_START):
        return figure + _pdf_update(figure, text)
    if tag := _SVG_TAG.search(figure):
        return figure[: tag.end()] + _svg_element(session) + figure[tag.end() :]
    raise ExportError("the figure is no PNG, SVG or PDF, so it cannot carry its study; save it as one of these")


def _png_chunks(text: bytes) -> Iterator[bytes]:
    for start in range(0, len(text), PART_BYTES):
        content = PNG_KEYWORD + _COMPRESSED + _compressed(text[start : start + PART_BYTES])
        checksum = zlib.crc32(content, zlib.crc32(PNG_TEXT))
        yield struct.pack(">I4s", len(content), PNG_TEXT) + content + struct.pack(">I", checksum)


def _compressed(text: bytes) -> bytes:
    return zlib.compress(text, 1)  # most of it is base64, in which a higher level finds nothing more


def _svg_element(session: str) -> bytes:
    # signs beyond ASCII as numbers: whatever encoding another program gives the file, they stay
    return b"\n<metadata " + SVG_ID + b">" + escape(session).encode("ascii", "xmlcharrefreplace") + b"</metadata>"


def _pdf_update(figure: bytes, text: bytes) -> bytes:
    """Return the incremental update (ISO 32000-1, 7.5.6) that attaches `text` to a PDF."""
    end = _PDF_END.search(figure[-4096:])
    if end is None:
        raise ExportError("the PDF has no plain table of objects, so it cannot carry its study; save it as PNG or SVG")
    trailer = end["trailer"]
    size, root = _number(rb"/Size\s+(\d+)", trailer), _number(rb"/Root\s+(\d+)", trailer)
    packed = _compressed(text)
    objects = {
        root: _catalog(figure, root, size + 1),
        size: b"<< /Type /EmbeddedFile /Subtype %b /Params << /Size %d >> /Filter /FlateDecode /Length %d >>\nstream\n"
        % (PDF_TYPE, len(text), len(packed))
        + packed
        + b"\nendstream",
        size + 1: b"<< /Type /Filespec /F (%b) /UF (%b) /EF << /F %d 0 R >> >>" % (ATTACHMENT, ATTACHMENT, size),
    }
    bodies = [b"%d 0 obj\n%b\nendobj\n" % (number, content) for number, content in objects.items()]
    places = list(accumulate(map(len, bodies), initial=len(figure) + 1))
    table = b"".join(b"%d 1\n%010d 00000 n \n" % row for row in zip(objects, places, strict=False))
    kept = re.sub(rb"/(Size|Prev)\s+\d+", b"", trailer)
    return b"\n%bxref\n%btrailer\n<<%b/Size %d /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        b"".join(bodies),
        table,
        kept,
        size + 2,
        int(end["xref"]),
        places[-1],
    )


def _catalog(figure: bytes, root: int, attachment: int) -> bytes:
    """Return the document's catalog with an attached file in it."""
    catalog = _dictionary(figure, root)
    empty = re.search(rb"/Names\s+(\d+) 0 R", catalog)
    if empty and not _dictionary(figure, int(empty[1])).strip():
        catalog = catalog.replace(empty[0], b"")
    if b"/Names" in catalog:
        raise ExportError("the PDF has attached files already, so it cannot carry its study; save it as PNG or SVG")
    names = b"/Names << /EmbeddedFiles << /Names [(%b) %d 0 R] >> >>" % (ATTACHMENT, attachment)
    return b"<<%b%b\n>>" % (catalog, names)


def _dictionary(figure: bytes, number: int) -> bytes:
    """Return what stands between << and >> in an object that is a dictionary."""
    found = re.search(rb"[\r\n]%d 0 obj\s*<<(.*?)>>\s*endobj" % number, figure, re.DOTALL)
    if found is None:
        raise ExportError("the PDF lacks an object, so it cannot carry its study; save it as PNG or SVG")
    return found[1]


def _number(pattern: bytes, trailer: bytes) -> int:
    found = re.search(pattern, trailer)
    if found is None:
        raise ExportError("the PDF has a broken trailer, so it cannot carry its study; save it as PNG or SVG")
    return int(found[1])
