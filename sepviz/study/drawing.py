"""Chosen maps of any answer as sheets: what the tabs that ask a question of their own show beside their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.render.each import in_turn
from sepviz.render.mosaic import draw, layout_for
from sepviz.render.scale import resolve
from sepviz.study.kernel_tiles import lay_out
from sepviz.study.sheets import SIGNED, Content, Sheet, value_ranges

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from sepviz.engine.block import Trace
    from sepviz.render.mosaic import Layout, Rect
    from sepviz.study.jobs import Task
    from sepviz.study.kernel_tiles import KernelTiles
    from sepviz.study.sheets import Viewport
    from sepviz.study.study import View

ROUNDING = 1e-4
"""Differences are drawn on a range of at least this share of the strongest value of the maps."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawing:
    """An answer, and the sheets that were drawn of it by name."""

    answer: Any
    sheets: dict[str, Sheet]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draw:
    """The task of answering `ask` and drawing the `contents` of the answer that have a viewport.

    Maps (``word="map"``) share one range, so that equal colours are equal values.
    """

    ask: Task
    contents: Callable[[Any], Mapping[str, Content]]
    viewports: Mapping[str, Viewport]

    def __call__(self, checkpoint: Checkpoint = carry_on) -> Drawing:
        """Ask, then draw."""
        answer = self.ask(part(checkpoint, 0.0, 0.95))
        contents = {name: one for name, one in self.contents(answer).items() if name in self.viewports}
        sheets = draw_sheets(contents, self.viewports)
        checkpoint(1.0)
        return Drawing(answer=answer, sheets=sheets)


def draw_sheets(contents: Mapping[str, Content], viewports: Mapping[str, Viewport]) -> dict[str, Sheet]:
    """Return `contents` as sheets for their viewports; those of the same `word`, policy and colours share a range.

    It is the range of what `leads`, or of all of them: what stays the same keeps its colours while others change.
    """
    measured = {name: value_ranges(one, in_turn) for name, one in contents.items()}
    strongest = max((np.abs(measured[name]).max() for name, one in contents.items() if one.word == "map"), default=0.0)
    sheets = {}
    for name, one in contents.items():
        ranges = _ranges(name, contents, measured)
        if one.word == "difference":
            ranges = _no_finer(ranges, ROUNDING * strongest)
        sheets[name] = _sheet(name, one, ranges, viewports[name])
    return sheets


def map_content(title: str, maps: NDArray[np.floating], channel: int, view: View) -> Content:
    """Return map `channel` of `maps` (channels, height, width), in the colours of `view`."""
    chosen = maps[channel : channel + 1]
    signed = view.scale == "symmetric"
    return Content(
        title=title,
        shape=chosen.shape[1:],
        maps=chosen,
        size=chosen.shape[1:],
        colormap=SIGNED if signed else view.colormap,
        policy="symmetric" if signed else "shared",
        clip=view.clip and not signed,
    )


def difference_content(title: str, maps: NDArray[np.floating], others: NDArray[np.floating], channel: int) -> Content:
    """Return maps − others at `channel`, zero in the middle of the colours."""
    gap = maps[channel : channel + 1] - others[channel : channel + 1]
    return Content(
        title=title,
        shape=gap.shape[1:],
        maps=gap,
        size=gap.shape[1:],
        colormap=SIGNED,
        policy="symmetric",
        word="difference",
    )


def kernels_content(title: str, kernels: NDArray[np.floating], tiles: KernelTiles) -> Content:
    """Return `kernels` (count, kh, kw) side by side with the numbers of `tiles`, zero in the middle of the colours."""
    return Content(
        title=title,
        shape=kernels.shape,
        maps=kernels,
        size=kernels.shape[1:],
        colormap=SIGNED,
        policy="symmetric",
        word="kernel",
        tiles=tiles,
    )


def chosen_channel(traces: Sequence[Trace], view: View) -> int:
    """Return the channel that `view` chose, or the last that all of `traces` have."""
    return min(view.channel, *(len(trace.output) - 1 for trace in traces))


def _ranges(
    name: str, contents: Mapping[str, Content], measured: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.float64]:
    one, own = contents[name], measured[name]
    if one.policy == "per-map":
        return own
    alike = [other for other, two in contents.items() if _same_scale(one, two)]
    leading = [other for other in alike if contents[other].leads] or alike
    (common, *_) = resolve(one.policy, *(measured[other] for other in leading))
    return np.tile(common[:1], (len(own), 1))


def _no_finer(ranges: NDArray[np.float64], extent: float) -> NDArray[np.float64]:
    """Return `ranges` reaching at least from -extent to extent: rounding must not look like a difference.

    Where there is none at all, no range is made up for it.
    """
    if not ranges.any():
        return ranges
    return np.stack([np.minimum(ranges[:, 0], -extent), np.maximum(ranges[:, 1], extent)], axis=1)


def _same_scale(one: Content, two: Content) -> bool:
    return (one.word, one.policy, one.colormap) == (two.word, two.policy, two.colormap)


def _sheet(name: str, one: Content, ranges: NDArray[np.float64], viewport: Viewport) -> Sheet:
    layout, look = _lay_out(one, viewport)
    rect = viewport.rect or look
    levels = draw(one.maps, ranges, layout, rect, viewport.area, in_turn)
    return Sheet(name=name, content=one, layout=layout, ranges=ranges, levels=levels, rect=rect)


def _lay_out(one: Content, viewport: Viewport) -> tuple[Layout, Rect]:
    shape = len(one.maps), *one.size
    if one.tiles is not None:
        return lay_out(one.tiles, shape, viewport.area, viewport.ratio)
    layout = layout_for(shape, viewport.area)
    return layout, _whole(layout, viewport.area)


def _whole(layout: Layout, area: tuple[int, int]) -> Rect:
    """Return the rectangle with the shape of `area` that holds all of `layout`."""
    width, height = area
    scale = max(layout.width / width, layout.height / height)
    x0, y0 = (layout.width - width * scale) / 2, (layout.height - height * scale) / 2
    return x0, y0, x0 + width * scale, y0 + height * scale
