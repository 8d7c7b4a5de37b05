"""The kinds of image file that are opened: a closed list, so that nothing else reaches a decoder."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileType:
    """A kind of file that is opened.

    Parameters
    ----------
    name : str
        What users (and Pillow) call it.
    suffixes : tuple of str
        In lower case, with the dot; the first is the usual one.
    decode_bytes : int
        Peak memory for a pixel while it is decoded to our arrays, as measured, rounded up.
    """

    name: str
    suffixes: tuple[str, ...]
    decode_bytes: int


FORMATS: tuple[FileType, ...] = (
    FileType(name="PNG", suffixes=(".png", ".apng"), decode_bytes=8),
    FileType(name="JPEG", suffixes=(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"), decode_bytes=8),
    FileType(name="WEBP", suffixes=(".webp",), decode_bytes=17),
    FileType(name="GIF", suffixes=(".gif",), decode_bytes=8),
    FileType(name="BMP", suffixes=(".bmp",), decode_bytes=8),
    FileType(name="TIFF", suffixes=(".tif", ".tiff"), decode_bytes=10),
    FileType(name="PPM", suffixes=(".ppm", ".pgm", ".pbm", ".pnm", ".pfm"), decode_bytes=9),
    FileType(name="JPEG2000", suffixes=(".jp2", ".j2k", ".jpx", ".j2c", ".jpc"), decode_bytes=25),
    FileType(name="AVIF", suffixes=(".avif",), decode_bytes=15),
    FileType(name="ICO", suffixes=(".ico",), decode_bytes=8),
    FileType(name="TGA", suffixes=(".tga",), decode_bytes=8),
)
"""Every kind of file that is opened; the list is closed: nothing else reaches a decoder."""


def suffixes() -> tuple[str, ...]:
    """Return the suffixes of all :data:`FORMATS`, with the dot, for the filter of an Open dialog."""
    return tuple(suffix for kind in FORMATS for suffix in kind.suffixes)
