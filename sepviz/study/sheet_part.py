"""The part of a sheet that a screen shows, drawn; and how drawing is shared out over the threads of the engine."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from sepviz.engine.lazy import Watched
from sepviz.engine.strips import run_strips
from sepviz.render.mosaic import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.spec import Pair
    from sepviz.render.each import Each
    from sepviz.render.mosaic import Layout, Rect
    from sepviz.study.sheets import Content

T = TypeVar("T")


def draw_part(
    one: Content, ranges: NDArray[np.float64], layout: Layout, rect: Rect, area: Pair, checkpoint: Checkpoint
) -> NDArray[np.uint8]:
    """Return the levels of `rect` of the sheet of `one` on `area` (width, height) pixels.

    Where the screen shows more than the means of a survey hold, what `rect` shows is computed in full, piece by piece.
    """
    if one.source is not None and (rect[2] - rect[0]) / area[0] < layout.map_width / one.maps.shape[2]:
        return draw(Watched(maps=one.source, checkpoint=checkpoint), ranges, layout, rect, area)
    return draw_kept(one, ranges, layout, rect, area, checkpoint)


def draw_kept(
    one: Content, ranges: NDArray[np.float64], layout: Layout, rect: Rect, area: Pair, checkpoint: Checkpoint
) -> NDArray[np.uint8]:
    """Return what :func:`draw_part` does, of the maps that are kept."""
    _, height, width = one.maps.shape
    drawn = replace(layout, map_height=height, map_width=width, gap=layout.gap * width / layout.map_width)
    x0, y0, x1, y1 = (side * drawn.width / layout.width for side in rect)
    return draw(one.maps, ranges, drawn, (x0, y0, x1, y1), area, shared_out(checkpoint))


def shared_out(checkpoint: Checkpoint) -> Each:
    """Return what runs pieces of drawing on all threads of the engine, and stops when `checkpoint` does."""
    return partial(_run, checkpoint)


def _run(checkpoint: Checkpoint, items: Sequence[T], body: Callable[[T], None], /) -> None:
    run_strips([partial(body, item) for item in items], checkpoint)
