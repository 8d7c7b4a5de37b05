"""Comparisons as pictures: which maps of a comparison make up a sheet, and the task that draws the sheets of a tab.

A sheet is asked for by name. ``baseline.output`` is what the baseline made, ``baseline.stage`` what it made on the way
there (or, where it has one layer only, what it read), ``baseline.map`` the one chosen map, ``baseline.kernels.0`` the
kernels of its first layer; the same for ``candidate``; ``difference`` is the chosen maps' A - B.

Of a survey (:mod:`sepviz.study.survey`) the sheets are drawn from means over small areas; where a sheet is looked at so
closely that the screen shows more than those, the part in view is computed. Its colours mean the same in both cases:
value ranges are those of all pixels of a map, in full.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, TypedDict, TypeVar

from sepviz.engine.block import ACTIVATION_LABELS, BLOCKS
from sepviz.engine.checkpoint import part
from sepviz.engine.lazy import Lazy, LazyMap
from sepviz.render.mosaic import GAP_SHARE, Layout, Rect, layout_for
from sepviz.render.scale import ScalePolicy, central_ranges, map_ranges, resolve
from sepviz.study.compare import Comparison
from sepviz.study.kernel_tiles import KernelTiles, lay_out
from sepviz.study.sheet_part import draw_kept, draw_part, shared_out
from sepviz.study.survey import DIFFERENCE, INPUT, overview_name

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from sepviz.engine.block import Trace
    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.lazy import Traced
    from sepviz.engine.spec import Pair
    from sepviz.render.each import Each
    from sepviz.study.study import Study, View
    from sepviz.study.survey import Answer

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewport:
    """Where a sheet is shown: the area it has on the screen, and the part of it that is looked at.

    `area` is (width, height) in screen pixels, `ratio` of which make one that text is measured in; `rect`, of the same
    aspect, is None until the first look.
    """

    area: tuple[int, int]
    rect: Rect | None = None
    ratio: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Content:
    """The maps of a sheet and what is said about them.

    `maps` is (count, height, width); `size` is the (height, width) that a tile stands for, larger than that of
    `maps` in a preview; `shape` is what is written above; `clip` leaves extreme values beyond the colours; `word` says
    what a tile is; `tiles` numbers those that are kernels; others that share its range take the one of what `leads`.
    Of a survey, `maps` are means; `known` are the ranges (count, 2) of all values, `source` is the maps in full.
    """

    title: str
    shape: tuple[int, ...]
    maps: NDArray[np.floating]
    size: Pair
    colormap: str
    policy: ScalePolicy
    clip: bool = False
    word: str = "map"
    tiles: KernelTiles | None = None
    known: NDArray[np.float64] | None = None
    source: Lazy | None = None
    leads: bool = False


class _Shown(TypedDict):
    """The fields of a content that say what is drawn."""

    maps: NDArray[np.floating]
    known: NDArray[np.float64] | None
    source: Lazy | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """One drawn sheet: `levels` shows `rect` of `layout`; `ranges` (count, 2) says what the colours mean.

    A part of a survey comes with a `backdrop`, the whole sheet, to be seen beyond it until more is computed.
    """

    name: str
    content: Content
    layout: Layout
    ranges: NDArray[np.float64]
    levels: NDArray[np.uint8]
    rect: Rect
    backdrop: Sheet | None = None

    def value_at(self, channel: int, y: int, x: int) -> float:
        """Return the value of map `channel` at pixel (y, x) of its tile."""
        if self.content.source is not None:
            return float(self.content.source[channel, y, x])
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
    comparison: Answer
    sheets: dict[str, Sheet]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explore:
    """The task of drawing those sheets of `study` that have a viewport.

    `ask` answers with the comparison to draw: a :func:`~sepviz.study.survey.question`, or what is known already.
    """

    study: Study
    view: View
    viewports: dict[str, Viewport]
    ask: Callable[[Checkpoint], Answer]

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

    def _draw(self, comparison: Answer, checkpoint: Checkpoint) -> dict[str, Sheet]:
        found = {name: content(comparison, self.study, self.view, name) for name in self.viewports}
        contents = {name: one for name, one in found.items() if one is not None}
        each = shared_out(checkpoint)
        measured = {name: value_ranges(one, each) for name, one in contents.items()}
        sheets = {}
        for name, one in contents.items():
            partners = [measured[other] for other in contents if _same_scale(name, other)]
            (ranges, *_) = resolve(one.policy, measured[name], *partners)
            sheets[name] = self._sheet(name, one, ranges, checkpoint)
        return sheets

    def _sheet(self, name: str, one: Content, ranges: NDArray[np.float64], checkpoint: Checkpoint) -> Sheet:
        area, rect = self.viewports[name].area, self.viewports[name].rect
        layout, look = _lay_out(one, self.viewports[name], self.view)
        levels = draw_part(one, ranges, layout, rect or look, area, checkpoint)
        sheet = Sheet(name=name, content=one, layout=layout, ranges=ranges, levels=levels, rect=rect or look)
        if one.source is None or rect is None:
            return sheet
        whole = draw_kept(one, ranges, layout, look, area, checkpoint)
        return replace(sheet, backdrop=replace(sheet, levels=whole, rect=look))


def content(comparison: Answer, study: Study, view: View, name: str) -> Content | None:
    """Return what the sheet `name` of `study` shows, or None where it has no such thing."""
    if name == "difference":
        return _difference(comparison, study, view)
    if name == "input":
        return _luminance(comparison, study)
    side, what, *number = name.split(".")
    trace: Traced = getattr(comparison, side)
    match what:
        case "output":
            return _maps(comparison, side, len(trace.activations) - 1, study, view)
        case "stage" if len(trace.activations) > 1:
            return _maps(comparison, side, 0, study, view)
        case "stage":
            return input_content(comparison, study)
        case "map":
            return _chosen(comparison, side, study, view)
        case _:
            return _kernels(trace, int(number[0]))


def value_ranges(found: Content, each: Each) -> NDArray[np.float64]:
    """Return the values (count, 2) that the colours of each map of `found` run over when it is scaled on its own."""
    if found.known is not None:
        return found.known
    ranges = map_ranges(found.maps, each)
    return central_ranges(found.maps, ranges, each) if found.clip else ranges


def chosen(trace: Traced, view: View) -> int:
    """Return the channel of `trace`'s output that is chosen: `view`'s, or the last where there are not as many."""
    return min(view.channel, len(trace.output) - 1)


def block_label(trace: Traced) -> str:
    """Return what the kind of block that made `trace` is called."""
    return BLOCKS[trace.block.kind].label


def layer_title(trace: Traced, number: int) -> str:
    """Return what the maps after layer `number` of `trace` are called."""
    if number == len(trace.activations) - 1:
        return block_label(trace)
    after = "" if trace.block.activation == "none" else f", after {ACTIVATION_LABELS[trace.block.activation]}"
    return f"{trace.block.layers[number].name.capitalize()} step{after}"


def _shown(comparison: Answer, name: str, whole: Callable[[Comparison], NDArray[np.floating]], clip: bool) -> _Shown:
    """Return what is drawn: of a comparison the `whole` maps, of a survey its overview called `name`."""
    if isinstance(comparison, Comparison):
        return {"maps": whole(comparison), "known": None, "source": None}
    overview = comparison.overviews[name]
    digest = overview.digest
    return {"maps": digest.means, "known": digest.central if clip else digest.ranges, "source": overview.maps}


def _whole_maps(side: str, number: int, comparison: Comparison) -> NDArray[np.floating]:
    trace: Trace = getattr(comparison, side)
    return trace.activations[number]


def _maps(comparison: Answer, side: str, number: int, study: Study, view: View) -> Content:
    trace: Traced = getattr(comparison, side)
    return Content(
        title=layer_title(trace, number),
        shape=(shape := trace.block.shapes(*study.input_shape[1:])[number]),
        size=shape[1:],
        colormap=_colormap(view),
        policy=_policy(view),
        clip=view.clip,
        **_shown(comparison, overview_name(side, number), partial(_whole_maps, side, number), view.clip),
    )


def input_content(comparison: Answer, study: Study) -> Content:
    """Return the picture as both blocks read it."""
    return Content(
        title="Input",
        shape=study.input_shape,
        size=study.input_shape[1:],
        colormap=INPUT_COLORMAP,
        policy="shared",
        word="channel",
        **_shown(comparison, INPUT, attrgetter("input"), clip=False),
    )


def _luminance(comparison: Answer, study: Study) -> Content:
    one = input_content(comparison, study)
    maps = one.maps.mean(axis=0, keepdims=True)
    title = "Input" if len(one.maps) == 1 else "Input, mean of its channels"
    one = replace(one, title=title, maps=maps, shape=study.input_shape[1:])
    if one.source is None:
        return one
    source = LazyMap(size=one.size, make=partial(_mean, one.source))
    known = None if one.known is None else one.known.mean(axis=0, keepdims=True)  # no mean lies beyond
    return replace(one, known=known, source=source)


def _chosen(comparison: Answer, side: str, study: Study, view: View) -> Content:
    trace: Traced = getattr(comparison, side)
    channel, found = chosen(trace, view), _maps(comparison, side, len(trace.activations) - 1, study, view)
    return _one(replace(found, title=f"{found.title}, map {channel}", shape=found.size), channel)


def _one(found: Content, channel: int) -> Content:
    """Return `channel` alone of the maps of `found`."""
    some = slice(channel, channel + 1)
    if found.source is None or found.known is None:
        return replace(found, maps=found.maps[some])
    source = LazyMap(size=found.size, make=partial(_channel, found.source, channel))
    return replace(found, maps=found.maps[some], known=found.known[some], source=source)


def _difference(comparison: Answer, study: Study, view: View) -> Content | None:
    first, second = (_chosen(comparison, side, study, view) for side in ("baseline", "candidate"))
    if first.size != second.size:
        return None
    about = replace(first, title="Difference, A − B", colormap=SIGNED, policy="symmetric", word="difference")
    if isinstance(comparison, Comparison):
        return replace(about, maps=first.maps - second.maps)
    overview = comparison.overviews[DIFFERENCE]
    known = overview.digest.central if view.clip else overview.digest.ranges
    all_of_them = replace(about, maps=overview.digest.means, known=known, source=overview.maps)
    return _one(all_of_them, min(view.channel, len(overview.maps) - 1))


def _mean(source: Lazy, rows: range, columns: range, checkpoint: Checkpoint) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = source.read((range(len(source)), rows, columns), checkpoint).mean(axis=0, keepdims=True)
    return mean


def _channel(source: Lazy, channel: int, rows: range, columns: range, checkpoint: Checkpoint) -> NDArray[np.float32]:
    return source.read((range(channel, channel + 1), rows, columns), checkpoint)


def _kernels(trace: Traced, number: int) -> Content | None:
    if number >= len(trace.weights):
        return None
    kernel = trace.weights[number].kernel
    filters, channels, height, width = kernel.shape
    single, groups = (height, width) == (1, 1), trace.block.layers[number].spec.groups
    # one weight per pair of channels: a row for each filter says more than as many tiles of one pixel
    maps = kernel.reshape(filters, 1, channels) if single else kernel.reshape(-1, height, width)
    return Content(
        title=f"{trace.block.layers[number].name.capitalize()} weights",
        shape=kernel.shape,
        maps=maps,
        size=maps.shape[1:],
        colormap=SIGNED,
        policy="symmetric",
        word="filter" if single else "kernel",
        tiles=KernelTiles(
            filters=range(filters),
            channels=channels,
            filters_per_group=filters // groups,
            is_pointwise=single and channels > 1,
        ),
    )


def _colormap(view: View) -> str:
    return SIGNED if view.scale == "symmetric" else view.colormap


def _policy(view: View) -> ScalePolicy:
    return view.scale  # type: ignore[return-value]


def _same_scale(name: str, other: str) -> bool:
    """Say whether two sheets share one range under a policy that shares: the same thing of the other side."""
    what = name.partition(".")[2]
    return name != other and what in {"output", "map"} and other.partition(".")[2] == what


def _lay_out(found: Content, viewport: Viewport, view: View) -> tuple[Layout, Rect]:
    """Return where the tiles of `found` lie, and what is looked at first."""
    shape, area = (len(found.maps), *found.size), viewport.area
    if found.tiles is not None:
        return lay_out(found.tiles, shape, area, viewport.ratio)
    columns = 0
    if view.tile and found.word == "map" and len(found.maps) > 1:
        columns = max(1, round(area[0] / (view.tile * (1 + GAP_SHARE))))
    layout = layout_for(shape, area, columns)
    return layout, _first_look(layout, area, view.tile)


def _first_look(layout: Layout, area: Pair, tile: int) -> Rect:
    """Return the rectangle with the shape of `area` that is looked at first: all of it, or its top for big tiles."""
    width, height = area
    if tile and layout.height * width > layout.width * height:
        return 0.0, 0.0, layout.width, layout.width * height / width
    scale = max(layout.width / width, layout.height / height)
    x0, y0 = (layout.width - width * scale) / 2, (layout.height - height * scale) / 2
    return x0, y0, x0 + width * scale, y0 + height * scale
