"""A window that slides over an output: where it is, where that is in maps of another size, and the work done so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sepviz.engine.explain import operations_until

if TYPE_CHECKING:
    from sepviz.engine.lazy import Traced
    from sepviz.engine.spec import Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A pixel (y, x) of an output of `size` (height, width), and the way on from it in raster order."""

    size: Pair
    y: int = 0
    x: int = 0

    @property
    def index(self) -> int:
        """How many pixels come before this one."""
        return self.y * self.size[1] + self.x

    @property
    def last(self) -> int:
        """The index of the last pixel."""
        return self.size[0] * self.size[1] - 1

    def at(self, y: int, x: int) -> Walk:
        """Return the walk at (y, x), or at the nearest pixel that there is."""
        height, width = self.size
        return replace(self, y=min(max(y, 0), height - 1), x=min(max(x, 0), width - 1))

    def fitted(self, size: Pair) -> Walk:
        """Return the walk over an output of `size`, at the pixel that shows the same part of the picture."""
        places = zip((self.y, self.x), self.size, size, strict=True)
        y, x = ((2 * at + 1) * there // (2 * here) for at, here, there in places)
        return replace(self, size=size, y=y, x=x)

    def stepped(self, count: int) -> Walk:
        """Return the walk `count` pixels on, or back if it is negative; it stops at both ends."""
        y, x = divmod(min(max(self.index + count, 0), self.last), self.size[1])
        return replace(self, y=y, x=x)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a window slides: `pixels` every `interval_ms`, none left out."""

    interval_ms: int
    pixels: int

    @property
    def label(self) -> str:
        """The speed in words: "5 px/s"."""
        return f"{round(1000 / self.interval_ms) * self.pixels:,} px/s"


PACES: tuple[Pace, ...] = (
    *(Pace(interval_ms=round(1000 / steps), pixels=1) for steps in (1, 2, 5, 10, 20, 30, 60)),
    *(Pace(interval_ms=33, pixels=pixels) for pixels in (20, 100, 500, 2000)),
)
"""Up to 60 steps a second are seen one by one; faster ones pass several pixels between two pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerWork:
    """The MACs that one layer has done of all it will do; `side` is 0 for the baseline, 1 for the candidate."""

    side: int
    layer_index: int
    layer: str
    done: int
    total: int


def corresponding(place: Pair, size: Pair, other: Pair) -> Pair:
    """Return the pixel of maps of size `other` that is as far on as `place` is in maps of `size`.

    The same pixel for equal sizes; the last one for the last one.
    """
    y, x = (((at + 1) * there - 1) // here for at, here, there in zip(place, size, other, strict=True))
    return y, x


def work_done(side: int, trace: Traced, place: Pair) -> tuple[LayerWork, ...]:
    """Return the work of every layer of `trace` once the window has left pixel `place` of the block's output.

    The layers are taken to advance together: one with maps of another size is as far on, by proportion.
    """
    size = _size(trace, -1)
    works = []
    for index, layer in enumerate(trace.block.layers):
        out_size = _size(trace, index)
        y, x = corresponding(place, size, out_size)
        bottom, right = out_size[0] - 1, out_size[1] - 1
        works.append(
            LayerWork(
                side=side,
                layer_index=index,
                layer=layer.name,
                done=operations_until(layer.spec, out_size, y, x),
                total=operations_until(layer.spec, out_size, bottom, right),
            )
        )
    return tuple(works)


def _size(trace: Traced, index: int) -> Pair:
    _, height, width = trace.activations[index].shape
    return height, width
