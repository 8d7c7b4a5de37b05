"""A picture as a value: its pixels, where it came from, what was decided on the way in. No file is read here."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8 | np.float32]
"""(H, W) grey or (H, W, 3) colour; uint8, or float32 in 0..1 where the file is deeper than 8 bits."""


class SourceError(ValueError):
    """A picture that cannot be opened: one sentence with the name, the value, the limit and the next step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it was opened; two are equal when they come from the same place with the same pixels.

    Parameters
    ----------
    location : str
        What reopens it: an absolute path, "sample:NAME", "pattern:NAME", or "clipboard:DIGEST", which only names it.
    name : str
        For titles: the file's name, its unprintable characters replaced.
    pixels : ndarray
        Read-only, (H, W) grey or (H, W, 3) colour; uint8, or float32 in 0..1.
    mode : str
        Pillow's mode of the file, such as "RGB", "P", "I;16".
    notice : str
        What was decided on the way in, or "".
    digest : str
        Hash of the pixels, their shape and type.
    """

    location: str
    name: str = field(compare=False)
    pixels: Pixels = field(compare=False, repr=False)
    mode: str = field(compare=False)
    notice: str = field(compare=False, default="")
    digest: str

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.pixels.shape[0])

    @property
    def is_grey(self) -> bool:
        """Whether there is one channel only."""
        return self.pixels.ndim == 2


def picture_from_array(pixels: NDArray[Any], name: str, location: str | None = None) -> Picture:
    """Return a copy of `pixels` as a picture; without a `location` it is named by its content ("clipboard:DIGEST").

    Raises
    ------
    SourceError
        When the array is not uint8, or float in 0..1, or not (H, W) or (H, W, 3).
    """
    name = printable(name)
    if pixels.size == 0 or pixels.shape[2:] not in ((), (3,)) or pixels.ndim < 2:
        raise SourceError(f"{name} has the shape {pixels.shape}; give (height, width) or (height, width, 3)")
    if pixels.dtype != np.uint8 and not np.issubdtype(pixels.dtype, np.floating):
        raise SourceError(f"{name} holds {pixels.dtype}; give uint8, or float in 0..1")
    if pixels.dtype != np.uint8 and not (pixels.min() >= 0 and pixels.max() <= 1):  # "not" catches NaN as well
        raise SourceError(f"{name} holds {pixels.min():g} to {pixels.max():g}; a float picture is in 0..1: scale it")
    mode = "RGB" if pixels.ndim == 3 else "L" if pixels.dtype == np.uint8 else "F"
    copy: Pixels = np.array(pixels, np.uint8 if pixels.dtype == np.uint8 else np.float32, order="C")
    return new_picture(copy, mode, "", location=location, name=name)


def fitted_size(picture: Picture, size: int) -> tuple[int, int]:
    """Return (width, height) of `picture` with its long side brought down to `size`; 0 is native; never enlarged."""
    return fitted_sides(picture.width, picture.height, size)


def fitted_sides(width: int, height: int, size: int) -> tuple[int, int]:
    """Return (width, height) of a picture of these sides, fitted as by :func:`fitted_size`."""
    if size < 0:
        raise SourceError(f"size is {size}; give the long side in pixels, or 0 for the picture's own size")
    long_side = max(width, height)
    if size == 0 or long_side <= size:
        return width, height
    return max(1, round(width * size / long_side)), max(1, round(height * size / long_side))


def printable(text: str) -> str:
    """Return `text` on one line, characters that cannot be shown or written replaced."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def new_picture(pixels: Pixels, mode: str, notice: str, *, location: str | None, name: str) -> Picture:
    """Return the picture that owns `pixels` (made read-only) and is known by their hash."""
    pixels.setflags(write=False)
    content = blake2b(f"{pixels.dtype.str}{pixels.shape}".encode(), digest_size=16)
    content.update(pixels.data)
    digest = content.hexdigest()
    location = location or f"clipboard:{digest}"
    return Picture(location=location, name=printable(name), pixels=pixels, mode=mode, notice=notice, digest=digest)
