"""Image files for ``try_images.py``: good ones of every kind and mode, and what may be found in their place."""

from __future__ import annotations

import os
import socket
import struct
import zlib
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

WIDTH, HEIGHT = 53, 37
ABSURD = (0, 1, 2, 32_767, 65_535, 2**31 - 1, 2**32 - 1)
LEVELS = 1500
"""Different greys in a deep picture."""
SAVED: dict[str, tuple[str, dict[str, dict[str, Any]]]] = {
    "PNG": (".png", {mode: {} for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")}),
    "JPEG": (".jpg", {"L": {}, "RGB": {"progressive": True}, "CMYK": {}, "YCbCr": {"subsampling": 2}}),
    "WEBP": (".webp", {"RGB": {"lossless": True}, "RGBA": {}, "L": {}}),
    "GIF": (".gif", {"L": {}, "P": {"transparency": 3}, "RGB": {}, "1": {}}),
    "BMP": (".bmp", {mode: {} for mode in ("1", "L", "P", "RGB")}),
    "TIFF": (
        ".tiff",
        {mode: {} for mode in ("1", "P", "RGBA", "CMYK", "LAB", "YCbCr", "I;16", "I;16B", "I", "F")}
        | {"L": {"compression": "tiff_lzw"}, "RGB": {"compression": "tiff_adobe_deflate"}},
    ),
    "PPM": (".ppm", {mode: {} for mode in ("1", "L", "RGB", "I;16", "I", "F")}),
    "JPEG2000": (".jp2", {mode: {} for mode in ("L", "LA", "RGB", "RGBA", "I;16")}),
    "AVIF": (".avif", {"RGB": {}, "RGBA": {}, "L": {}}),
    "ICO": (".ico", {"RGB": {"sizes": [(WIDTH, HEIGHT)]}, "RGBA": {"sizes": [(WIDTH, HEIGHT)]}}),
    "TGA": (".tga", {"L": {}, "LA": {}, "P": {}, "RGB": {"compression": "tga_rle"}, "RGBA": {}}),
}
"""Kind -> suffix, and for each mode that it holds the options of saving."""
FOREIGN = {".pcx": "RGB", ".sgi": "RGB", ".dds": "RGB", ".im": "RGB", ".xbm": "1", ".msp": "1", ".eps": "RGB"} | {
    ".pdf": "RGB",
    ".icns": "RGBA",
    ".dib": "RGB",
}
"""Kinds that Pillow writes and that are on no list here."""
LARGEST = {
    "PNG": 11,
    "JPEG": 11,
    "WEBP": 7.9,
    "BMP": 11,
    "GIF": 11,
    "TIFF": 10,
    "JPEG2000": 6.5,
    "AVIF": 8.4,
    "TGA": 11,
}
"""Kind -> the side, in thousands of pixels, of a square that comes close to its limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A file, and what must come of it; "" where it may be opened or refused."""

    path: Path
    end: str = ""
    kind: str = ""
    size: tuple[int, int] | None = None
    greys: int = 0


def noise(width: int, height: int, bands: int, chance: random.Random) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return pixels (height, width, bands) that no two files share."""
    values = np.frombuffer(chance.randbytes(width * height * bands), np.uint8)
    return values.reshape(height, width, bands)


def image_of(mode: str, chance: random.Random, width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Return an image of any mode."""
    if mode in ("I;16", "I;16B", "I", "F"):
        kind = {"I;16": "<u2", "I;16B": ">u2", "I": "<i4", "F": "<f4"}[mode]
        values = np.frombuffer(chance.randbytes(2 * width * height), "<u2").reshape(height, width)
        return Image.frombytes(mode, (width, height), values.astype(kind).tobytes())
    base = Image.fromarray(noise(width, height, 4, chance), "RGBA")
    if mode == "LAB":
        return Image.frombytes("LAB", (width, height), chance.randbytes(3 * width * height))
    return base.convert("RGB").convert(mode) if mode not in ("RGBA", "LA") else base.convert(mode)


def good_files(folder: Path, chance: random.Random) -> Iterator[Sample]:
    """Make good files of every kind, mode, orientation and number of frames."""
    folder.mkdir()
    for kind, (suffix, modes) in SAVED.items():
        for mode, options in modes.items():
            path = folder / f"{kind}-{mode.replace(';', '_')}{suffix}"
            image_of(mode, chance).save(path, format=kind, **options)
            yield Sample(path=path, end="opened", kind=kind, size=(WIDTH, HEIGHT))
        disguised = folder / f"{kind} by another name{'.jpg' if suffix == '.png' else '.png'}"
        image_of(next(iter(modes)), chance).save(disguised, format=kind)
        yield Sample(path=disguised, end="opened")
    yield from turned_files(folder, chance)
    yield from moving_files(folder, chance)
    yield from transparent_files(folder, chance)
    yield from foreign_files(folder, chance)


def turned_files(folder: Path, chance: random.Random) -> Iterator[Sample]:
    """Make photographs in all orientations, one of them unheard of."""
    for orientation, suffix in product((*range(1, 9), 99), (".jpg", ".png", ".webp", ".tiff")):
        path = folder / f"turned {orientation}{suffix}"
        exif = Image.Exif()
        exif[0x0112] = orientation
        image_of("RGB", chance).save(path, exif=exif)
        size = (HEIGHT, WIDTH) if 5 <= orientation <= 8 else (WIDTH, HEIGHT)
        yield Sample(path=path, end="opened", size=size)


def moving_files(folder: Path, chance: random.Random) -> Iterator[Sample]:
    """Make pictures of several frames."""
    for suffix in (".gif", ".png", ".webp", ".tiff", ".avif"):
        path = folder / f"moving{suffix}"
        first, *others = [image_of("RGB", chance) for _ in range(4)]
        first.save(path, save_all=True, append_images=others, duration=40)
        yield Sample(path=path, end="opened", size=(WIDTH, HEIGHT))


def transparent_files(folder: Path, chance: random.Random) -> Iterator[Sample]:
    """Make pictures with transparent colours, greys and palettes."""
    cases: dict[str, tuple[str, Any]] = {"palette": ("P", bytes(range(256))), "colour": ("RGB", (1, 2, 3))}
    for name, (mode, transparency) in (cases | {"grey": ("L", 7), "bit": ("1", 1)}).items():
        path = folder / f"transparent {name}.png"
        image_of(mode, chance).save(path, transparency=transparency)
        yield Sample(path=path, end="opened", size=(WIDTH, HEIGHT))


def foreign_files(folder: Path, chance: random.Random) -> Iterator[Sample]:
    """Make files of kinds that are on no list; a .dib holds a BMP without its head."""
    for suffix, mode in FOREIGN.items():
        path = folder / f"foreign{suffix}"
        size = (128, 128) if suffix == ".icns" else (WIDTH, HEIGHT)
        image_of(mode, chance, *size).save(path)
        yield Sample(path=path, end="refused")


def odd_places(folder: Path) -> Iterator[Sample]:
    """Make what is no file, or holds no picture."""
    folder.mkdir()
    contents = {"empty.png": b"", "text.png": b"no picture\n" * 99, "zeros.jpg": bytes(5000), "one.gif": b"G"}
    contents |= {"web.png": b"<!doctype html><title>404</title>", "archive.png": b"PK\3\4" + bytes(100)}
    contents |= {"quotes.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "head.png": b"\x89PNG\r\n\x1a\n"}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "folder.png").mkdir()
    (folder / "round.png").symlink_to(folder / "round.png")
    (folder / "nowhere.png").symlink_to(folder / "no such file.png")
    os.mkfifo(folder / "pipe.png")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket.png"))
    with (folder / "huge.png").open("wb") as file:
        file.truncate(2**40)  # it takes no room on the disk
    names = [*contents, "folder.png", "round.png", "nowhere.png", "pipe.png", "socket.png", "huge.png", "missing.png"]
    names.append("x" * 300 + ".png")
    places = [folder / name for name in names]
    places += [
        place for place in map(Path, ("/dev/zero", "/dev/null", "/dev/urandom", "/proc/self/mem")) if place.exists()
    ]
    yield from (Sample(path=place, end="refused") for place in places)
    yield from bombs(folder)


def bombs(folder: Path) -> Iterator[Sample]:
    """Make small files that would be very large pictures, or very long texts, once unpacked."""
    for width, height in ((60_000, 60_000), (2**31 - 1, 2**31 - 1), (2**31 - 1, 1), (1, 2**31 - 1)):
        path = folder / f"bomb {width} x {height}.png"
        path.write_bytes(png(width, height, zlib.compress(bytes(10**6))))
        yield Sample(path=path, end="refused")
    text = zlib.compress(bytes(200 * 2**20))
    for kind, head in ((b"iCCP", b"icc\0\0"), (b"zTXt", b"Comment\0\0"), (b"iTXt", b"sepviz\0\1\0\0\0")):
        path = folder / f"long {kind.decode()}.png"
        path.write_bytes(png(4, 4, zlib.compress(bytes(52)), (kind, head + text)))
        yield Sample(path=path)
    rows = "".join(f"{side} {side} " for side in (10**9, 10**9))
    contents = {"bomb.ppm": b"P6 100000 100000 255\n", "digits.ppm": b"P6 " + b"9" * 10**6 + b" 1 255\n"}
    for name, content in (contents | {"rows.pgm": f"P2 {rows} 255\n".encode()}).items():
        (folder / name).write_bytes(content + bytes(100))
        yield Sample(path=folder / name, end="refused")


def png(width: int, height: int, pixels: bytes, *extra: tuple[bytes, bytes], depth: int = 8, kind: int = 2) -> bytes:
    """Return a PNG of these parts, whether they fit each other or not."""
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    parts = [(b"IHDR", head), *extra, (b"IDAT", pixels), (b"IEND", b"")]
    chunks = (struct.pack(">I", len(body)) + name + body + checksum(name + body) for name, body in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def checksum(data: bytes) -> bytes:
    """Return the checksum of a PNG's chunk."""
    return struct.pack(">I", zlib.crc32(data))


def broken_files(folder: Path, good: list[Sample], count: int, chance: random.Random) -> Iterator[Sample]:
    """Make `count` files of which something was changed; small ones, so that many changes hit the heads."""
    folder.mkdir()
    changes = (cut, flipped, flipped_head, resized, resized, spliced, padded)
    for number in range(count):
        source = chance.choice(good).path
        change = chance.choice(changes)
        path = (
            folder / f"{number:04d} {change.__name__} {source.stem}{chance.choice((source.suffix,) * 4 + ('.png', ''))}"
        )
        path.write_bytes(change(source.read_bytes(), chance) or b"\0")
        yield Sample(path=path)


def cut(data: bytes, chance: random.Random) -> bytes:
    """Return the beginning of `data`."""
    return data[: chance.randrange(len(data))]


def flipped(data: bytes, chance: random.Random, reach: int | None = None) -> bytes:
    """Return `data` with some bytes changed."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 30))):
        changed[chance.randrange(min(len(data), reach or len(data)))] = chance.randrange(256)
    return mended(bytes(changed)) if chance.random() < 0.5 else bytes(changed)


def flipped_head(data: bytes, chance: random.Random) -> bytes:
    """Return `data` with some of its first bytes changed."""
    return flipped(data, chance, 120)


def resized(data: bytes, chance: random.Random) -> bytes:
    """Return `data` with its width or height replaced by an absurd one wherever it may stand."""
    side = chance.choice((WIDTH, HEIGHT, WIDTH - 1, HEIGHT - 1))
    absurd = chance.choice(ABSURD)
    for layout in (">I", "<I", ">H", "<H"):
        largest = 256 ** struct.calcsize(layout) - 1
        data = data.replace(struct.pack(layout, side), struct.pack(layout, min(absurd, largest)), 4)
    return mended(data.replace(str(side).encode(), str(absurd).encode(), 1))


def mended(data: bytes) -> bytes:
    """Return a PNG with its checksums put right, so that what was changed is looked at."""
    if not data.startswith(b"\x89PNG"):
        return data
    place, parts = 8, [data[:8]]
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        body = data[place + 4 : place + 8 + length]
        parts.append(data[place : place + 4] + body + checksum(body))
        place += 12 + length
    return b"".join([*parts, data[place:]])


def spliced(data: bytes, chance: random.Random) -> bytes:
    """Return `data` with a piece of it in another place."""
    start, end = sorted(chance.sample(range(len(data)), 2))
    place = chance.randrange(len(data))
    return data[:place] + data[start:end] + data[place:]


def padded(data: bytes, chance: random.Random) -> bytes:
    """Return `data` with something before or after it."""
    more = chance.randbytes(chance.choice((1, 100, 5000)))
    return more + data if chance.random() < 0.5 else data + more


def deep_greys(folder: Path) -> Iterator[Sample]:
    """Make grey pictures deeper than 8 bits whose values lie wherever cameras and programs put them."""
    folder.mkdir()
    ramp = np.arange(LEVELS).reshape(30, 50)
    sixteen = {
        "dark": ramp,
        "twelve bits": ramp * 2,
        "narrow": 30_000 + ramp,
        "bright": 65_535 - ramp,
        "full": ramp * 43,
    }
    suffixes = (".png", ".tiff", ".pgm", ".jp2")
    for (name, values), suffix in product(sixteen.items(), suffixes):
        path = folder / f"{name}{suffix}"
        Image.frombytes("I;16", (50, 30), values.astype("<u2").tobytes()).save(path)
        yield Sample(path=path, end="opened", size=(50, 30), greys=LEVELS)
    floats = {"unit": ramp / LEVELS, "metres": ramp * 2.5 - 400, "tiny": ramp * 1e-9, "below zero": -1.0 * ramp}
    floats["not all numbers"] = np.where(ramp == 7, np.nan, ramp / LEVELS)
    for (name, real), suffix in product(floats.items(), (".tiff", ".pfm")):
        path = folder / f"{name}{suffix}"
        Image.fromarray(real.astype(np.float32)).save(path)
        yield Sample(path=path, end="opened", size=(50, 30), greys=LEVELS - 2)
    wide = {"below": ramp - 700, "large": ramp * 100_000}
    for name, values in wide.items():
        path = folder / f"{name}.tiff"
        Image.fromarray(values.astype(np.int32)).save(path)
        yield Sample(path=path, end="opened", size=(50, 30), greys=LEVELS)
    yield from deep_greys_by_hand(folder, ramp)


def deep_greys_by_hand(folder: Path, ramp: np.ndarray[Any, Any]) -> Iterator[Sample]:
    """Make the PNGs that Pillow does not write: 16 bits of grey with 16 bits of opacity."""
    for name, values in {"dark": ramp, "narrow": 30_000 + ramp, "full": ramp * 43}.items():
        pixels = np.stack([values, np.full_like(values, 65_535)], axis=-1).astype(">u2")
        rows = b"".join(b"\0" + row.tobytes() for row in pixels)
        path = folder / f"{name} with opacity.png"
        path.write_bytes(png(50, 30, zlib.compress(rows), depth=16, kind=4))
        yield Sample(path=path, end="opened", size=(50, 30), greys=LEVELS)


def largest_files(folder: Path) -> Iterator[Sample]:
    """Make the largest pictures that are opened: waves with a little noise, as photographs are."""
    folder.mkdir()
    for kind, thousands in LARGEST.items():
        side = int(1000 * thousands) - 60
        path = folder / f"largest{SAVED[kind][0]}"
        large_picture(side).save(path, format=kind, **({"speed": 10} if kind == "AVIF" else {}))
        size = None if kind == "JPEG2000" else (side, side)  # that is read in less detail, and says so
        yield Sample(path=path, end="opened", kind=kind, size=size)


def large_picture(side: int) -> Image.Image:
    """Return a colour picture of `side` times `side` pixels that is cheap to make and not flat."""
    tile = np.random.default_rng(side).integers(0, 40, (256, 256, 3), np.uint8)
    line = (90 + 80 * np.sin(np.arange(side) / 300)).astype(np.uint8)
    repeats = -(-side // 256)
    pixels = np.tile(tile, (repeats, repeats, 1))[:side, :side]
    pixels += line[:, None, None]
    return Image.fromarray(pixels)
