"""Animations as files: a film written as GIF or animated PNG, through Pillow, which nothing else here needs.

Frames are painted one after the other, brought to one palette without dithering, and kept as what changes; so colours
that stay never flicker, and a file is small.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from PIL import Image

from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.export.animation.film import frame_size, paint_frame
from sepviz.export.animation.pace import MOST_FRAMES, WIDTHS
from sepviz.export.animation.palette import CLEAR, palette_of
from sepviz.export.saving import ExportError, saving, suffixed
from sepviz.study.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from sepviz.export.animation.film import Film
    from sepviz.export.animation.pace import Pace
    from sepviz.export.animation.palette import Palette

SUFFIXES = {".gif": "GIF", ".png": "PNG", ".apng": "PNG"}
MOST_PIXELS = 200_000_000
"""Pixels of all frames together: up to two bytes each while the file is written."""
SAMPLES = 6
"""How many frames, evenly spaced, the palette is made for."""
PAINTED, PACKED = 0.9, 0.95
"""Shares of the work that are done when all frames are painted, and when their differences are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAnimation:
    """A file that was written: its frames, their `size` (width, height) in pixels, how long it runs, its bytes."""

    path: Path
    frames: int
    size: tuple[int, int]
    seconds: float
    nbytes: int
    notice: str = ""


def checked_suffix(path: Path) -> Path:
    """Return `path`, with ".gif" where it has no suffix; :class:`ExportError` for one that no animation has."""
    return suffixed(path, tuple(SUFFIXES), "an animation", "slide.gif")


def save_animation(path: Path, film: Film, pace: Pace, checkpoint: Checkpoint = carry_on) -> SavedAnimation:
    """Save `film` under `path` as its suffix says (none: GIF), and return what was written.

    Raises
    ------
    ExportError
        For another suffix, numbers out of range, more pixels than are written, or a file that cannot be written; a
        file that was there before then stays as it was, as it does when `checkpoint` raises.
    """
    path = checked_suffix(path)
    size = checked_size(film.count, film.height, pace)
    reel = _Reel(film=film, size=size)
    with saving(path) as file:  # first of all, as it may be refused
        palette = palette_of(reel.samples(part(checkpoint, 0.0, 0.2)), _reduced)
        frames = [*_changes(reel, palette, part(checkpoint, 0.2, PAINTED))]
        watched = _Watched(file, part(checkpoint, PACKED, 1.0))
        heard = _Heard(frames[1:], part(checkpoint, PAINTED, PACKED))
        _write(watched, frames[0], heard, SUFFIXES[path.suffix.lower()], pace)
    return SavedAnimation(
        path=path,
        frames=film.count,
        size=size,
        seconds=pace.seconds(film.count),
        nbytes=watched.nbytes,
    )


def checked_size(count: int, height: float, pace: Pace) -> tuple[int, int]:
    """Return (width, height) in pixels of `count` frames of `height` units; :class:`ExportError` for too many."""
    if problem := pace.problem():
        raise ExportError(problem)
    if not 1 <= count <= MOST_FRAMES:
        raise ExportError(
            f"the animation has {counted(count, 'frames')}; at most {MOST_FRAMES:,} are written: ask for fewer"
        )
    width, height_px = size = frame_size(height, pace.width)
    total = count * width * height_px
    if total <= MOST_PIXELS:
        return size
    narrower = int(width * (MOST_PIXELS / total) ** 0.5) // 10 * 10
    least = f" or a width of {narrower:,} px" if narrower >= WIDTHS[0] else ""
    raise ExportError(
        f"{counted(count, 'frames')} of {width:,} × {height_px:,} px are {total / 1e6:,.0f} megapixels; at most "
        f"{MOST_PIXELS / 1e6:,.0f} are written: take {counted(MOST_PIXELS // (width * height_px), 'frames')}{least}"
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Reel:
    """The frames of `film` as pixels of `size`; those that the palette is made for are not painted twice."""

    film: Film
    size: tuple[int, int]
    painted: dict[int, NDArray[np.uint8]] = field(default_factory=dict)

    def samples(self, checkpoint: Checkpoint) -> Iterator[NDArray[np.uint8]]:
        """Yield some frames, evenly spaced, the first and the last among them."""
        spaced = np.linspace(0, self.film.count - 1, min(SAMPLES, self.film.count))
        numbers = dict.fromkeys(spaced.round().astype(int).tolist())
        for place, number in enumerate(numbers):
            stretch = part(checkpoint, place / len(numbers), (place + 1) / len(numbers))
            self.painted[number] = self._paint(number, stretch)
            yield self.painted[number]

    def frames(self, checkpoint: Checkpoint) -> Iterator[NDArray[np.uint8]]:
        """Yield all frames."""
        for number in range(self.film.count):
            stretch = part(checkpoint, number / self.film.count, (number + 1) / self.film.count)
            stretch(0)
            yield self.painted.pop(number) if number in self.painted else self._paint(number, stretch)

    def _paint(self, number: int, checkpoint: Checkpoint) -> NDArray[np.uint8]:
        return paint_frame(self.film.frame(number, checkpoint), self.size)


def _changes(reel: _Reel, palette: Palette, checkpoint: Checkpoint) -> Iterator[Image.Image]:
    """Yield the frames, each as what differs from the one before; the rest is clear."""
    before = np.full(reel.size[::-1], CLEAR, np.uint8)
    for frame in reel.frames(checkpoint):
        now = palette.indices(frame)
        image = Image.fromarray(np.where(now == before, np.uint8(CLEAR), now))
        image.putpalette(palette.flat())
        yield image
        before = now


def _write(file: _Watched, first: Image.Image, others: _Heard, kind: str, pace: Pace) -> None:
    times = pace.times(1 + len(others))
    options: dict[str, object] = {"duration": times, "transparency": CLEAR, "append_images": others, "save_all": True}
    if kind == "GIF":
        # the palette once for all frames; without a number of loops a GIF runs once
        options |= {"palette": bytes(first.getpalette() or ()), "optimize": False, "disposal": 1}
        options |= {"loop": 0} if pace.loop else {}
    else:
        options |= {"loop": 0 if pace.loop else 1, "disposal": 0, "blend": 1}
    first.save(file, kind, **options)  # type: ignore[arg-type]


def _reduced(colours: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    """Return `count` colours (N, 3), or fewer, that stand for `colours`."""
    image = Image.fromarray(colours[None]).quantize(count, Image.Quantize.MEDIANCUT, kmeans=2)
    return np.array(image.getpalette() or (), np.uint8).reshape(-1, 3)[:count]


class _Heard:
    """Frames that ask, each time one is looked at, whether it is still wanted."""

    def __init__(self, frames: list[Image.Image], checkpoint: Checkpoint) -> None:
        self._frames, self._checkpoint = frames, checkpoint

    def __len__(self) -> int:
        return len(self._frames)

    def __iter__(self) -> Iterator[Image.Image]:
        for frame in self._frames:
            self._checkpoint(0.0)
            yield frame


class _Watched:
    """A binary file that asks between two writes whether it is still wanted."""

    def __init__(self, file: BinaryIO, checkpoint: Checkpoint) -> None:
        self._file, self._checkpoint = file, checkpoint
        self.nbytes = 0

    def write(self, content: bytes) -> int:
        """Write `content`."""
        self._checkpoint(0.5)
        self.nbytes += len(content)
        return self._file.write(content)

    def flush(self) -> None:
        """Hand what is buffered to the system."""
        self._file.flush()
