"""Comparisons as pictures: which maps of a comparison make up a sheet, and the task that draws the sheets of a tab.

A sheet is asked for by name. ``baseline.output`` is what the baseline made, ``baseline.stage`` what it made on the way
there (or, where it has one layer only, what it read), ``baseline.map`` the one chosen map, ``baseline.kernels.0`` the
kernels of its first layer; the same for ``candidate``; ``difference`` is the chosen maps' A - B.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from sepviz.engine.block import ACTIVATION_LABELS, BLOCKS, Trace
from sepviz.engine.checkpoint import part
from sepviz.engine.strips import run_strips
from sepviz.render.mosaic import GAP_SHARE, Layout, Rect, draw, layout_for
from sepviz.render.scale import ScalePolicy, central_ranges, map_ranges, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.spec import Pair
    from sepviz.render.each import Each
    from sepviz.study.compare import Comparison
    from sepviz.study.study import Study, View

T = TypeVar("T")
TABS: dict[str, tuple[str, ...]] = {
    "maps": ("baseline.stage", "candidate.stage", "baseline.output", "candidate.output"),
    "pair": ("baseline.map", "candidate.map", "difference", "input"),
    "kernels": ("baseline.kernels.0", "baseline.kernels.1", "candidate.kernels.0", "candidate.kernels.1"),
    "costs": (),
    "timing": (),
    "pixel": (),
    "edit": (),
    "decouple": (),
    "spectrum": (),
    "article": (),
    "claims": (),
    "sweep": (),
}
"""Every tab that a session can name, and the sheets that it shows."""
SIGNED = "CET-CBD1"
INPUT_COLORMAP = "grey"
KERNEL_GAP = 0.4
"""Gap between kernels as a share of their shorter side: wide, as a kernel has few pixels of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewport:
    """Where a sheet is shown: the area it has on the screen, and the part of it that is looked at.

    `area` is (width, height) in screen pixels; `rect`, of the same aspect, is None until the first look.
    """

    area: tuple[int, int]
    rect: Rect | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Content:
    """The maps of a sheet and what is said about them.

    `maps` is (count, height, width); `size` is the (height, width) that a tile stands for, larger than that of
    `maps` in a preview; `shape` is what is written above; `clip` leaves extreme values beyond the colours; `word` says
    what a tile is; `together` tiles belong in one row.
    """

    title: str
    shape: tuple[int, ...]
    maps: NDArray[np.floating]
    size: Pair
    colormap: str
    policy: ScalePolicy
    clip: bool = False
    word: str = "map"
    together: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """One drawn sheet: `levels` shows `rect` of `layout`; `ranges` (count, 2) says what the colours mean."""

    name: str
    content: Content
    layout: Layout
    ranges: NDArray[np.float64]
    levels: NDArray[np.uint8]
    rect: Rect

    def value_at(self, channel: int, y: int, x: int) -> float:
        """Return the value of map `channel` at pixel (y, x) of its tile."""
        maps, (height, width) = self.content.maps, self.content.size
        return float(maps[channel, y * maps.shape[1] // height, x * maps.shape[2] // width])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exploration:
    """What the window shows of a study, with the question that it answers.

    `comparison` is of `study`, or in a preview of the same study on a smaller picture.
    """

    study: Study
    view: View
    viewports: dict[str, Viewport]
    comparison: Comparison
    sheets: dict[str, Sheet]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explore:
    """The task of drawing those sheets of `study` that have a viewport.

    `ask` answers with the comparison to draw: a :class:`~sepviz.study.compare.Compare`, or what is known already.
    """

    study: Study
    view: View
    viewports: dict[str, Viewport]
    ask: Callable[[Checkpoint], Comparison]

    def __call__(self, checkpoint: Checkpoint) -> Exploration:
        """Compare, then draw."""
        comparison = self.ask(part(checkpoint, 0.0, 0.9))
        return Exploration(
            study=self.study,
            view=self.view,
            viewports=self.viewports,
            comparison=comparison,
            sheets=self._draw(comparison, part(checkpoint, 0.9, 1.0)),
        )

    def _draw(self, comparison: Comparison, checkpoint: Checkpoint) -> dict[str, Sheet]:
        found = {name: content(comparison, self.study, self.view, name) for name in self.viewports}
        contents = {name: one for name, one in found.items() if one is not None}
        each = partial(_each, checkpoint)
        measured = {name: value_ranges(one, each) for name, one in contents.items()}
        sheets = {}
        for name, one in contents.items():
            partners = [measured[other] for other in contents if _same_scale(name, other)]
            (ranges, *_) = resolve(one.policy, measured[name], *partners)
            sheets[name] = self._sheet(name, one, ranges, each)
        return sheets

    def _sheet(self, name: str, one: Content, ranges: NDArray[np.float64], each: Each) -> Sheet:
        area = self.viewports[name].area
        layout = _layout(one, area, self.view)
        rect = self.viewports[name].rect or _first_look(layout, area, self.view.tile)
        _, height, width = one.maps.shape
        drawn = replace(layout, map_height=height, map_width=width, gap=layout.gap * width / layout.map_width)
        scaled = tuple(side * drawn.width / layout.width for side in rect)
        levels = draw(one.maps, ranges, drawn, scaled, area, each)  # type: ignore[arg-type]
        return Sheet(name=name, content=one, layout=layout, ranges=ranges, levels=levels, rect=rect)


def content(comparison: Comparison, study: Study, view: View, name: str) -> Content | None:
    """Return what the sheet `name` of `study` shows, or None where it has no such thing."""
    if name == "difference":
        return _difference(comparison, study, view)
    if name == "input":
        return _luminance(comparison, study)
    side, what, *number = name.split(".")
    trace: Trace = getattr(comparison, side)
    match what:
        case "output":
            return _maps(trace, len(trace.activations) - 1, study, view)
        case "stage" if len(trace.activations) > 1:
            return _maps(trace, 0, study, view)
        case "stage":
            return _input(comparison, study)
        case "map":
            return _chosen(trace, study, view)
        case _:
            return _kernels(trace, int(number[0]))


def value_ranges(found: Content, each: Each) -> NDArray[np.float64]:
    """Return the values (count, 2) that the colours of each map of `found` run over when it is scaled on its own."""
    ranges = map_ranges(found.maps, each)
    return central_ranges(found.maps, ranges, each) if found.clip else ranges


def chosen(trace: Trace, view: View) -> int:
    """Return the channel of `trace`'s output that is chosen: `view`'s, or the last where there are not as many."""
    return min(view.channel, len(trace.output) - 1)


def block_label(trace: Trace) -> str:
    """Return what the kind of block that made `trace` is called."""
    return BLOCKS[trace.block.kind].label


def layer_title(trace: Trace, number: int) -> str:
    """Return what the maps after layer `number` of `trace` are called."""
    if number == len(trace.activations) - 1:
        return block_label(trace)
    after = "" if trace.block.activation == "none" else f", after {ACTIVATION_LABELS[trace.block.activation]}"
    return f"{trace.block.layers[number].name.capitalize()} step{after}"


def _maps(trace: Trace, number: int, study: Study, view: View) -> Content:
    return Content(
        title=layer_title(trace, number),
        shape=(shape := trace.block.shapes(*study.input_shape[1:])[number]),
        maps=trace.activations[number],
        size=shape[1:],
        colormap=_colormap(view),
        policy=_policy(view),
        clip=view.clip,
    )


def _input(comparison: Comparison, study: Study) -> Content:
    return Content(
        title="Input",
        shape=study.input_shape,
        maps=comparison.input,
        size=study.input_shape[1:],
        colormap=INPUT_COLORMAP,
        policy="shared",
        word="channel",
    )


def _luminance(comparison: Comparison, study: Study) -> Content:
    maps = comparison.input.mean(axis=0, keepdims=True)
    title = "Input" if len(comparison.input) == 1 else "Input, mean of its channels"
    return replace(_input(comparison, study), title=title, maps=maps, shape=study.input_shape[1:])


def _chosen(trace: Trace, study: Study, view: View) -> Content:
    channel, found = chosen(trace, view), _maps(trace, len(trace.activations) - 1, study, view)
    title, maps = f"{found.title}, map {channel}", found.maps[channel : channel + 1]
    return replace(found, title=title, shape=found.size, maps=maps)


def _difference(comparison: Comparison, study: Study, view: View) -> Content | None:
    first, second = (_chosen(trace, study, view) for trace in (comparison.baseline, comparison.candidate))
    if first.size != second.size:
        return None
    return replace(first, title="Difference, A − B", maps=first.maps - second.maps, colormap=SIGNED, policy="symmetric")


def _kernels(trace: Trace, number: int) -> Content | None:
    if number >= len(trace.weights):
        return None
    kernel = trace.weights[number].kernel
    filters, channels, height, width = kernel.shape
    pointwise = (height, width) == (1, 1)
    # one weight per pair of channels: a row for each filter says more than as many tiles of one pixel
    maps = kernel.reshape(filters, 1, channels) if pointwise else kernel.reshape(-1, height, width)
    return Content(
        title=f"{trace.block.layers[number].name.capitalize()} weights",
        shape=kernel.shape,
        maps=maps,
        size=maps.shape[1:],
        colormap=SIGNED,
        policy="symmetric",
        word="filter" if pointwise else "kernel",
        together=1 if pointwise else channels,
    )


def _colormap(view: View) -> str:
    return SIGNED if view.scale == "symmetric" else view.colormap


def _policy(view: View) -> ScalePolicy:
    return view.scale  # type: ignore[return-value]


def _same_scale(name: str, other: str) -> bool:
    """Say whether two sheets share one range under a policy that shares: the same thing of the other side."""
    what = name.partition(".")[2]
    return name != other and what in {"output", "map"} and other.partition(".")[2] == what


def _layout(found: Content, area: Pair, view: View) -> Layout:
    shape = len(found.maps), *found.size
    columns = 0
    if view.tile and found.word == "map" and len(found.maps) > 1:
        columns = max(1, round(area[0] / (view.tile * (1 + GAP_SHARE))))
    layout = layout_for(shape, area, columns)
    if 1 < found.together <= layout.columns:
        layout = layout_for(shape, area, layout.columns // found.together * found.together)
    return replace(layout, gap=KERNEL_GAP * min(found.size)) if found.word in {"kernel", "filter"} else layout


def _first_look(layout: Layout, area: Pair, tile: int) -> Rect:
    """Return the rectangle with the shape of `area` that is looked at first: all of it, or its top for big tiles."""
    width, height = area
    if tile and layout.height * width > layout.width * height:
        return 0.0, 0.0, layout.width, layout.width * height / width
    scale = max(layout.width / width, layout.height / height)
    x0, y0 = (layout.width - width * scale) / 2, (layout.height - height * scale) / 2
    return x0, y0, x0 + width * scale, y0 + height * scale


def _each(checkpoint: Checkpoint, items: Sequence[T], body: Callable[[T], None], /) -> None:
    run_strips([partial(body, item) for item in items], checkpoint)
