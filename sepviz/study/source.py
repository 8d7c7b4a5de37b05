"""Pictures in: files, samples, patterns and clipboard data become one frozen value, or a :class:`SourceError`.

The only room that has Pillow decode anything. What comes out is honest: nothing is cut, deep grey does not collapse to
black or white, and whatever had to be decided (the ground under transparent pixels, the range shown as black to white,
the frame) is said in :attr:`Picture.notice`. Sizes are checked before anything is decoded.
"""

from __future__ import annotations

import re
import struct
import threading
import warnings
import zlib
from contextlib import contextmanager, suppress
from functools import lru_cache
from io import SEEK_END, BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

import numpy as np
from PIL import Image, UnidentifiedImageError

from sepviz.assets import samples
from sepviz.study.formats import FORMATS, suffixes
from sepviz.study.image_place import MAX_FILE_BYTES, check_file_size, checked_file, local_path, refuse_unreadable
from sepviz.study.memory import free_memory, gibibytes
from sepviz.study.patterns import PATTERNS, draw_pattern
from sepviz.study.picture import Picture, Pixels, SourceError, fitted_size, new_picture, picture_from_array, printable
from sepviz.study.planes import LUMINANCE, to_planes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.ImageFile import ImageFile

__all__ = [
    "FORMATS",
    "GROUND",
    "LUMINANCE",
    "MAX_DECODE_BYTES",
    "MAX_FILE_BYTES",
    "MAX_PIXELS",
    "Picture",
    "Pixels",
    "ReadImage",
    "SourceError",
    "decode_picture",
    "fit",
    "fit_pixels",
    "fitted_size",
    "open_picture",
    "picture_from_array",
    "read_image",
    "suffixes",
]

MAX_PIXELS = 120_000_000
MAX_DECODE_BYTES = 5 * 2**28
"""Enough for 100 megapixels in colour as PNG, JPEG (progressive too), TIFF, BMP or PPM; other kinds take more."""
GROUND = 255
"""Transparent pixels are shown on this grey level: white, as on paper."""

_COUNTED_BY_READING = frozenset({"GIF", "TIFF"})  # kinds whose frames are counted by reading the whole file
_COUNTED_BYTES = 8 * 2**20  # in a larger file that may take seconds
_SLOW_KIND = "JPEG2000"  # takes about a fifth of a second a MiB
_SLOW_BYTES = 12 * 2**20
_DEEP_OPACITY = "LA;16B"  # Pillow's name for what it would read at half its depth
_BAND_PIXELS = 2**18  # converted at a time: a large picture is never held three times, and a band fits the cache
_GREY_MODES = frozenset({"1", "L", "LA", "La"})
_ORIENTATIONS = {  # EXIF value -> step through rows, step through columns, then whether they change places
    2: (1, -1, False),
    3: (-1, -1, False),
    4: (-1, 1, False),
    5: (1, 1, True),
    6: (-1, 1, True),
    7: (-1, -1, True),
    8: (1, -1, True),
}
_DECODER_ERRORS = (  # what Pillow's decoders are known to raise on broken files
    *(OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, ArithmeticError, AttributeError),
    *(AssertionError, RuntimeError, struct.error, zlib.error),
)
_decoding = threading.Lock()
_Scalar = TypeVar("_Scalar", np.uint8, np.float32)


class ReadImage(NamedTuple):
    """Pixels (see :data:`Pixels`) and Pillow's mode of the file."""

    pixels: Pixels
    mode: str


class _Decoded(NamedTuple):
    pixels: Pixels
    mode: str
    notice: str


def read_image(path: str | Path) -> ReadImage:
    """Return the pixels of an image file and its mode; see :func:`open_picture` for places and errors."""
    picture = open_picture(path)
    return ReadImage(picture.pixels, picture.mode)


def open_picture(location: str | Path) -> Picture:
    """Open a picture: a path ("~" is the home folder), a file:// URL, "sample:NAME" or "pattern:NAME".

    Raises
    ------
    SourceError
        When it cannot be opened, in one sentence; nothing else is raised, whatever the file holds.
    """
    if isinstance(location, str):
        scheme, colon, name = location.partition(":")
        if colon and scheme in ("sample", "pattern", "clipboard"):
            return _open_bundled(scheme, name)
        location = local_path(location)
    path = checked_file(location)
    return new_picture(*_decode(path, path.suffix.lower(), printable(path.name)), location=str(path), name=path.name)


def decode_picture(data: bytes, name: str) -> Picture:
    """Open the picture held in `data` (the bytes of a file: pasted, or dropped without a file), to be called `name`."""
    if not data:
        raise SourceError(f"{printable(name)} is empty (0 bytes); copy the picture again")
    check_file_size(len(data), name)
    return new_picture(*_decode(BytesIO(data), "", printable(name)), location=None, name=name)


def fit(picture: Picture, size: int, grey: bool = False) -> NDArray[np.float32]:
    """Return the layer's input: read-only float32 (C, H, W) in 0..1, C = 1 for a grey picture or `grey`, else 3.

    The long side is brought down to `size` (0 is native; never enlarged): area averages down to about twice the
    size, then Lanczos. Grey is :data:`LUMINANCE`.
    """
    planes = to_planes(fit_pixels(picture, size), grey)
    planes.setflags(write=False)
    return planes


def fit_pixels(picture: Picture, size: int) -> Pixels:
    """Return the pixels of `picture`, its long side brought down to `size` as in :func:`fit`; its own where it fits."""
    return _resized(picture, *fitted_size(picture, size))


@lru_cache(maxsize=2)  # the full size and the preview's: a slider asks for the same two again and again
def _resized(picture: Picture, width: int, height: int) -> Pixels:
    if (width, height) == (picture.width, picture.height):
        return picture.pixels
    return _shrunk(picture.pixels, width, height)


def _shrunk(pixels: Pixels, width: int, height: int) -> Pixels:
    if pixels.ndim == 3 and pixels.dtype != np.uint8:  # Pillow has no float colour
        channels = [_shrunk(np.ascontiguousarray(pixels[..., channel]), width, height) for channel in range(3)]
        return np.stack(channels, axis=-1)
    image = Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    shrunk = np.asarray(image)
    return shrunk if pixels.dtype == np.uint8 else shrunk.clip(0, 1)  # Lanczos overshoots at edges


def _open_bundled(scheme: str, name: str) -> Picture:
    if scheme == "clipboard":
        raise SourceError("a pasted picture is not kept as a file; paste it again")
    known: dict[str, Any] = samples() if scheme == "sample" else PATTERNS
    if name not in known:
        raise SourceError(f"there is no {scheme} named {printable(name)!r}; the names are {', '.join(known)}")
    if scheme == "pattern":
        return picture_from_array(draw_pattern(name), name, f"pattern:{name}")
    path = known[name]
    return new_picture(*_decode(path, path.suffix, path.name), location=f"sample:{name}", name=path.name)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Pillow's warnings inside; the lock is there because the filters belong to the whole process."""
    with _decoding, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _decode(file: Path | BytesIO, suffix: str, name: str) -> _Decoded:
    # The suffix's own kind first: then Pillow need not import all its decoders.
    kinds = [kind.name for kind in sorted(FORMATS, key=lambda kind: suffix not in kind.suffixes)]
    try:
        with _quiet(), Image.open(file, formats=kinds) as image:
            return _converted(image, name)
    except SourceError:
        raise
    except UnidentifiedImageError:
        names = ", ".join(kind.name for kind in FORMATS)
        raise SourceError(
            f"{name} is no picture of a kind read here ({names}), or its start is damaged: convert it to PNG"
        ) from None
    except Image.DecompressionBombError as error:
        claimed = re.search(r"\d+", str(error))
        _refuse_pixels(name, "", int(claimed[0]) if claimed else 2 * MAX_PIXELS)
    except MemoryError:
        raise SourceError(
            f"{name} needs more memory than is free; close other programs or save a smaller copy"
        ) from None
    except PermissionError as error:
        refuse_unreadable(name, error)
    except _DECODER_ERRORS as error:
        reason = printable(str(error))[:120] or type(error).__name__
        raise SourceError(
            f"{name} is damaged or incomplete ({reason}); get a fresh copy or convert it to PNG"
        ) from error


def _converted(image: ImageFile, name: str) -> _Decoded:
    """Return the first frame of an opened image as our pixels, once its size is known to be bearable."""
    _check_size(image, name)
    mode = image.mode
    countable = _frames_are_countable(image)
    is_deep = _keep_depth(image) or mode[0] in "IF"
    less = _with_less_detail(image)
    image.load()
    _check_size(image, name)  # an icon tells its true size only now
    pixels, notice = _deep_grey(image) if is_deep else _eight_bit(image)
    return _Decoded(pixels, mode, "; ".join(filter(None, (_frame_notice(image, countable), less, notice))))


def _keep_depth(image: ImageFile) -> bool:
    """Have 16-bit grey with 16-bit opacity read whole, as four bytes a pixel, and say whether `image` is that."""
    tiles = image.tile
    if not tiles or tiles[0].args != _DEEP_OPACITY:
        return False
    image.tile = [tile._replace(args="RGBA") for tile in tiles]
    return True


def _with_less_detail(image: ImageFile) -> str:
    """Have a file that takes long to decode read at a half, a quarter, ... of its sides, and return the notice."""
    if image.format != _SLOW_KIND or image.fp is None:
        return ""
    nbytes, steps = image.fp.seek(0, SEEK_END), 0
    image.fp.seek(0)
    while nbytes > _SLOW_BYTES * 4**steps:
        steps += 1
    if not steps:
        return ""
    width, height = image.size
    image.reduce = steps  # type: ignore[method-assign, assignment]
    return f"1/{2**steps} of {width:,} × {height:,} pixels is read, as {_SLOW_KIND} of {nbytes >> 20:,} MiB takes long"


def _check_size(image: ImageFile, name: str) -> None:
    pixels = image.width * image.height
    shape = f"{image.width:,} × {image.height:,} pixels"
    if pixels <= 0:
        raise SourceError(f"{name} is {shape}; there is nothing to show: choose another picture")
    if pixels > MAX_PIXELS:
        _refuse_pixels(name, shape, pixels)
    decode_bytes = next((kind.decode_bytes for kind in FORMATS if kind.name == image.format), 8)
    need = pixels * (decode_bytes + 3 * bool(image.info.get("progressive")))  # such a JPEG is held twice
    if need > MAX_DECODE_BYTES:
        limit = f"{MAX_DECODE_BYTES / 2**30:g} GiB"
        raise SourceError(
            f"{name} is {shape} and needs {need / 2**30:.1f} GiB; the limit is {limit}: save a smaller copy"
        )
    if need > (free := free_memory()):
        raise SourceError(
            f"{name} is {shape} and needs {gibibytes(need)} to be opened, and {gibibytes(free)} are free: close other "
            "programs or save a smaller copy"
        )


def _refuse_pixels(name: str, shape: str, pixels: int) -> NoReturn:
    size = f"{pixels / 1e6:,.0f} megapixels"
    size = f"{shape} ({size})" if shape else size
    raise SourceError(f"{name} is {size}; the limit is {MAX_PIXELS / 1e6:,.0f} megapixels: save a smaller copy")


def _bands(image: ImageFile) -> Iterator[tuple[slice, Image.Image]]:
    """Yield (rows, that part of the image) from top to bottom."""
    step = max(1, _BAND_PIXELS // image.width)
    for top in range(0, image.height, step):
        bottom = min(top + step, image.height)
        yield slice(top, bottom), image.crop((0, top, image.width, bottom))


def _canvas(
    image: ImageFile, pixel: tuple[int, ...], dtype: type[_Scalar]
) -> tuple[NDArray[_Scalar], NDArray[_Scalar]]:
    """Return an array for the upright picture and a view of it in the file's own orientation, to be written through."""
    row_step, column_step, swap = _ORIENTATIONS.get(_orientation(image), (1, 1, False))
    height, width = (image.width, image.height) if swap else (image.height, image.width)
    upright = np.empty((height, width, *pixel), dtype)
    stored = upright.swapaxes(0, 1) if swap else upright
    return upright, stored[::row_step, ::column_step]


def _eight_bit(image: ImageFile) -> tuple[Pixels, str]:
    target, pixel = ("L", ()) if image.mode in _GREY_MODES else ("RGB", (3,))
    upright, pixels = _canvas(image, pixel, np.uint8)
    transparent = False
    for rows, band in _bands(image):
        flat, seen_through = _flattened(band, target)
        pixels[rows] = np.asarray(flat)
        transparent |= seen_through
    return upright, "transparent pixels are shown on white" if transparent else ""


def _flattened(image: Image.Image, target: str) -> tuple[Image.Image, bool]:
    """Return `image` in the mode `target`, over the ground where it is transparent, and whether it is anywhere."""
    if not image.has_transparency_data:
        return image.convert(target), False
    layered = image.convert("LA" if target == "L" else "RGBA")
    alpha = layered.getchannel("A")
    ground = Image.new(target, image.size, GROUND if target == "L" else (GROUND,) * 3)
    ground.paste(layered.convert(target), mask=alpha)
    return ground, bool(np.asarray(alpha).min() < 255)


def _deep_grey(image: ImageFile) -> tuple[Pixels, str]:
    """Return grey deeper than 8 bits in 0..1 by one rule, and what it did.

    The type's range (0..65535; 0..1 for float) becomes 0..1 if the values lie in it and span a quarter of it or more;
    else their own minimum..maximum does: a 12- or 14-bit camera in a 16-bit file, a height map in metres.
    """
    kind, full = {"F": ("float grey", 1.0), "I": ("integer grey", 65535.0)}.get(image.mode, ("16-bit grey", 65535.0))
    low, high, all_finite = _extent(image)
    if (low >= 0 and high <= full and high - low >= full / 4) or low == high:
        low, high = 0.0, full
    upright, pixels = _canvas(image, (), np.float32)
    transparent = False
    for rows, band in _bands(image):
        values, opacity = _grey_and_opacity(band, image.info.get("transparency", np.nan))
        values[~np.isfinite(values)] = low
        values += (high - values) * (1 - opacity)  # white is the ground
        transparent |= bool(opacity.min() < 1)
        pixels[rows] = ((values - low) / (high - low)).clip(0, 1)
    notice = f"{kind}: {low:,.6g} – {high:,.6g} is shown as black – white"
    notice += "" if all_finite else "; values that are not finite are shown as black"
    return upright, notice + ("; transparent pixels are shown on white" if transparent else "")


def _grey_and_opacity(band: Image.Image, transparent: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the values of a band and their opacity, 0 to 1; `transparent` is a PNG's one grey that is not seen."""
    if band.mode == "RGBA":  # two bytes of grey, two of opacity: see _keep_depth
        pairs = np.asarray(band).view(">u2").astype(np.float64)
        return pairs[..., 0], pairs[..., 1] / 65535
    values = np.array(band, np.float64)
    return values, np.where(values == transparent, 0.0, 1.0)


def _extent(image: ImageFile) -> tuple[float, float, bool]:
    """Return the least and the greatest finite value, and whether all are finite."""
    low, high, all_finite = np.inf, -np.inf, True
    for _, band in _bands(image):
        values, _ = _grey_and_opacity(band, np.nan)
        finite = np.isfinite(values)
        all_finite &= bool(finite.all())
        low = min(low, float(values.min(where=finite, initial=np.inf)))
        high = max(high, float(values.max(where=finite, initial=-np.inf)))
    return (low, high, all_finite) if low <= high else (0.0, 0.0, False)


def _orientation(image: ImageFile) -> int:
    with suppress(*_DECODER_ERRORS):  # a broken EXIF block is no reason to refuse the picture
        return int(image.getexif().get(0x0112, 1))
    return 1


def _frames_are_countable(image: ImageFile) -> bool:
    """Whether counting takes a moment only; to be asked before loading, which closes some files."""
    if image.format not in _COUNTED_BY_READING or image.fp is None:
        return True
    return image.fp.seek(0, SEEK_END) <= _COUNTED_BYTES


def _frame_notice(image: ImageFile, countable: bool) -> str:
    """Return the sentence about further frames; an error in one of them must not cost the first."""
    with suppress(*_DECODER_ERRORS):
        if not getattr(image, "is_animated", False):
            return ""
    with suppress(*_DECODER_ERRORS):
        if countable:
            return f"frame 1 of {getattr(image, 'n_frames', 1):,} is shown"
    return "frame 1 of several is shown"
