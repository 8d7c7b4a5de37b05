"""Pixels of a picture as layers read them: planes of float32 from 0 to 1, whole, or converted where they are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.lazy import Lazy
from sepviz.engine.strips import allocate, run_strips

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.lazy import Box
    from sepviz.engine.spec import Shape
    from sepviz.study.picture import Pixels

LUMINANCE = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in grey: the luma of Rec. ITU-R BT.601."""
BAND_VALUES = 2**20
"""Pixels converted in one piece of work: a few milliseconds."""


def to_planes(pixels: Pixels, grey: bool, out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """Return `pixels` as float32 (C, H, W) in 0..1; C = 1 for a grey picture or `grey`, else 3; in `out` if given."""
    scale = np.float32(255 if pixels.dtype == np.uint8 else 1)
    if out is None:
        out = np.empty((plane_count(pixels, grey), *pixels.shape[:2]), np.float32)
    if pixels.ndim == 2:
        return np.divide(pixels[None], scale, out=out, dtype=np.float32)
    if grey:
        return (pixels @ (np.array(LUMINANCE, np.float32) / scale))[None].clip(0, 1, out=out)
    return np.divide(pixels.transpose(2, 0, 1), scale, out=out, dtype=np.float32)


def plane_count(pixels: Pixels, grey: bool) -> int:
    """Return how many channels the layers read of `pixels`."""
    return 1 if grey or pixels.ndim == 2 else 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LazyPlanes(Lazy):
    """The planes of `pixels`, (H, W) or (H, W, 3); see :func:`to_planes`."""

    pixels: Pixels
    grey: bool

    @property
    def shape(self) -> Shape:
        """(1 or 3, height, width)."""
        height, width = self.pixels.shape[:2]
        return plane_count(self.pixels, self.grey), height, width

    def read(self, box: Box, checkpoint: Checkpoint = carry_on) -> NDArray[np.float32]:
        """Return the values in `box`, read-only."""
        channels, rows, columns = box
        planes = allocate((len(self), len(rows), len(columns)), np.float32, part(checkpoint, 0, 0))
        step = max(1, BAND_VALUES // len(columns))
        tops = range(0, len(rows), step)
        run_strips([partial(self._fill, planes, rows[top : top + step], columns, top) for top in tops], checkpoint)
        planes.flags.writeable = False
        return planes[channels.start : channels.stop]

    def _fill(self, planes: NDArray[np.float32], rows: range, columns: range, top: int) -> None:
        pixels = self.pixels[rows.start : rows.stop, columns.start : columns.stop]
        to_planes(pixels, self.grey, planes[:, top : top + len(rows)])
