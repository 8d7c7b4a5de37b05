"""Memory: what a study needs in the one way or the other, what this machine has, and what is free now.

Everything is counted before anything is allocated, and whatever is refused is refused with these numbers.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import prod, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

from sepviz.engine.cost import BYTES_PER_ELEMENT
from sepviz.engine.spec import EngineError

if TYPE_CHECKING:
    from sepviz.engine.spec import Shape
    from sepviz.study.costs import Costs
    from sepviz.study.study import Study

MEMORY_SHARE = 0.5
"""Share of this machine's memory that whole maps may take where they are asked for."""
GIB = 2**30
_MEMORY_FILE = Path("/proc/meminfo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a comparison may grow, in bytes.

    Attributes
    ----------
    kept : int
        Input and maps up to this are kept whole. Beyond it they are surveyed: see :mod:`sepviz.study.survey`.
    overview : int
        All that a survey keeps of the maps: their means over small areas.
    tile : int
        The maps that a survey holds at a time: a tile of both outputs and of their difference.
    side : int
        Most pixels on the long side of an overview: what a screen can show.
    """

    kept: int = GIB
    overview: int = 160 * 2**20
    tile: int = 64 * 2**20
    side: int = 2048

    def keeps(self, costs: Costs) -> bool:
        """Say whether the input and all maps are kept whole."""
        return whole_bytes(costs) <= min(self.kept, MEMORY_SHARE * physical_memory())


LIMITS = Limits()
SURVEY_TILES = 8
"""Times a tile that a survey holds at most, as measured and rounded up: tiles of several sizes, and what makes them."""


def whole_bytes(costs: Costs) -> int:
    """Return the bytes of the input and the maps after every layer of both blocks, in float32."""
    shapes = [layer.output_shape for block in (costs.baseline, costs.candidate) for layer in block.layers]
    shapes.append(input_shape_of(costs))
    return BYTES_PER_ELEMENT * sum(map(prod, shapes))


def survey_bytes(study: Study, limits: Limits = LIMITS) -> int:
    """Return the bytes that a survey of `study` takes beyond its picture."""
    picture, (_, height, width) = study.picture, study.input_shape
    need = limits.overview + SURVEY_TILES * limits.tile
    if picture is not None and (height, width) != (picture.height, picture.width):
        # shrinking holds a copy of the picture at four bytes a pixel, and keeps the result
        need += 4 * (picture.height * picture.width + height * width)
    return need


def physical_memory() -> int:
    """Return the bytes of memory this machine has, or 8 GiB where it does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8 * GIB


def free_memory() -> int:
    """Return the bytes that can be had without pushing others out, or half of all where the system does not tell."""
    try:
        lines = _MEMORY_FILE.read_text(encoding="ascii").splitlines()
    except OSError:
        return physical_memory() // 2
    known = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
    return 1024 * int(known["MemAvailable"].split()[0]) if "MemAvailable" in known else physical_memory() // 2


def gibibytes(count: float) -> str:
    """Write a number of bytes for a sentence: "1.4 GiB"."""
    return f"{count / GIB:,.1f} GiB" if count >= 0.1 * GIB else f"{count / 2**20:,.0f} MiB"


def smaller_side(input_shape: Shape, need: float, limit: float) -> int:
    """Return a long side in pixels, a multiple of 32 where it can be, at which `need` bytes for maps become `limit`."""
    side = int(max(input_shape[1:]) * sqrt(limit / need))
    return max(side // 32 * 32, min(side, 32), 1)


def input_shape_of(costs: Costs) -> Shape:
    """Return what both layers read, (channels, height, width)."""
    return costs.baseline.layers[0].input_shape


def whole_complaint(costs: Costs) -> str:
    """Say why the maps of both layers cannot be held whole on this machine; "" when they can."""
    need, limit = whole_bytes(costs), MEMORY_SHARE * physical_memory()
    if need <= limit:
        return ""
    side = smaller_side(input_shape_of(costs), need, limit)
    return (
        f"the input and the maps of both layers need {gibibytes(need)} as a whole, more than half of this machine's "
        f"memory ({gibibytes(limit)}); take a long side of at most {side:,} px, or fewer out_channels"
    )


def kept_complaint(costs: Costs) -> str:
    """Say what the maps of both layers would have to be to be kept whole."""
    need, limit = whole_bytes(costs), min(LIMITS.kept, MEMORY_SHARE * physical_memory())
    side = smaller_side(input_shape_of(costs), need, limit)
    return (
        f"this works on whole maps; here they need {gibibytes(need)}, and at most {gibibytes(limit)} are kept: "
        f"take a long side of at most {side:,} px, or fewer out_channels"
    )


def refuse_unless_kept(costs: Costs) -> None:
    """Raise :class:`EngineError` when the maps of both layers are too large to be kept whole."""
    if not LIMITS.keeps(costs):
        raise EngineError(kept_complaint(costs))


def refuse_unless_free(input_shape: Shape, need: float) -> None:
    """Raise :class:`EngineError` when the `need` bytes of comparing on `input_shape` are more than are free now."""
    free = free_memory()
    if need > free:
        raise EngineError(
            f"comparing the layers on {input_shape[2]:,} × {input_shape[1]:,} pixels needs "
            f"{gibibytes(need)}, and {gibibytes(free)} are free: close other programs, or take a long side of at most "
            f"{smaller_side(input_shape, need, free):,} px"
        )
