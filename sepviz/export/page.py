"""What a figure shows, and where: the one page that all formats paint."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from sepviz.export.canvas import BASELINE, CANDIDATE, MUTED, SMALL, TITLE
from sepviz.export.caption import (
    caption,
    colormap_name,
    input_words,
    picture_name,
    policy,
    settings,
    sheet_title,
    title,
)
from sepviz.export.chart import CostChart, RatioChart, TimeChart
from sepviz.export.panel import Columns, Heading, Paragraph, Settings, Stack
from sepviz.export.sheet import PicturePanel, SheetPanel
from sepviz.render.scale import central_ranges, map_ranges, resolve
from sepviz.study.compare import Comparison
from sepviz.study.kernels import SIDES
from sepviz.study.quantity import COUNTED
from sepviz.study.survey import INPUT, overview_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from sepviz.engine.block import Trace
    from sepviz.engine.lazy import Traced
    from sepviz.export.panel import Panel
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.study import View
    from sepviz.study.survey import Answer

GUTTER, SECTION_GAP, CHART_GAP = 40, 28, 16
NO_BREAK = "\u00a0"
PICTURE_TALLEST = 240
OUTPUT_TALLEST, MANY_TALLEST, STEP_TALLEST = 420, 560, 250
MANY_MAPS = 144
LAYERS = (("A", BASELINE), ("B", CANDIDATE))


def comparison_page(comparison: Answer, benchmark: Benchmark | None, view: View) -> Panel:
    """Return the figure of `comparison`, as high as it needs to be; a benchmark of another study is left out."""
    if benchmark is not None and benchmark.study != comparison.study:
        benchmark = None
    name = picture_name(comparison.study).replace(" ", NO_BREAK)
    return Stack(
        panels=(
            Paragraph(text=title(comparison.study, name), size=TITLE, bold=True),
            Columns(panels=(_picture(comparison), Settings(rows=tuple(settings(comparison, view)))), gutter=GUTTER),
            *_sheets(comparison, view),
            _numbers(comparison, benchmark),
            Paragraph(text=caption(comparison, benchmark, view), size=SMALL),
        ),
        gap=SECTION_GAP,
    )


def _picture(comparison: Answer) -> Panel:
    return PicturePanel(
        name=picture_name(comparison.study),
        words=input_words(comparison),
        pixels=comparison.input if isinstance(comparison, Comparison) else comparison.overviews[INPUT].digest.means,
        tallest=PICTURE_TALLEST,
    )


def _sheets(comparison: Answer, view: View) -> Iterator[Panel]:
    """Yield a row for both outputs, then one for each layer before the last."""
    traces = comparison.baseline, comparison.candidate
    many = max(len(trace.output) for trace in traces) > MANY_MAPS
    yield _row(comparison, (-1, -1), view, MANY_TALLEST if many else OUTPUT_TALLEST)
    steps = ([*range(len(trace.activations) - 1)] for trace in traces)
    for pair in zip_longest(*steps):
        yield _row(comparison, pair, view, STEP_TALLEST)


class _Found(NamedTuple):
    """What is drawn of the maps of a layer, and the range of every one: all of it, and without the most extreme."""

    maps: NDArray[np.floating]
    ranges: NDArray[np.float64]
    central: NDArray[np.float64]


def _found(comparison: Answer, side: str, layer: int) -> _Found:
    """Return the maps after `layer` of `side`; of a survey their means, with the ranges of all their values."""
    if isinstance(comparison, Comparison):
        trace: Trace = getattr(comparison, side)
        ranges = map_ranges(maps := trace.activations[layer])
        return _Found(maps, ranges, central_ranges(maps, ranges))
    digest = comparison.overviews[overview_name(side, layer)].digest
    return _Found(digest.means, digest.ranges, digest.central)


def _row(comparison: Answer, layers: tuple[int | None, int | None], view: View, tallest: float) -> Panel:
    """Return the maps after one layer of each side; where one has no such layer the other takes the whole row."""
    traces: tuple[Traced, Traced] = (comparison.baseline, comparison.candidate)
    shown = [
        (mark, trace, range(len(trace.activations))[layer])
        for mark, trace, layer in zip(LAYERS, traces, layers, strict=True)
        if layer is not None
    ]
    found = [_found(comparison, SIDES[LAYERS.index(mark)], layer) for mark, _, layer in shown]
    drawn = [own.central if view.clip else own.ranges for own in found]
    panels = tuple(
        SheetPanel(
            letter=letter,
            colour=colour,
            title=sheet_title(trace, layer),
            maps=own.maps,
            shape=trace.activations[layer].shape,
            found=own.ranges,
            ranges=ranges,
            colormap=colormap_name(view),
            scale=view.scale,
            tallest=tallest,
        )
        for ((letter, colour), trace, layer), own, ranges in zip(
            shown, found, resolve(policy(view), *drawn), strict=True
        )
    )
    return Columns(panels=panels, gutter=GUTTER)


def _numbers(comparison: Answer, benchmark: Benchmark | None) -> Panel:
    """Return the costs, and beside them the times; where none was measured the costs take both columns."""
    chained = max(len(block.layers) for block in (comparison.costs.baseline, comparison.costs.candidate)) > 1
    heading = Heading(text="Cost of one run, counted", note="white line: next layer" if chained else "")
    charts = tuple(CostChart(costs=comparison.costs, quantity=quantity) for quantity in COUNTED)
    if benchmark is not None:
        costs = Stack(panels=(heading, *charts), gap=CHART_GAP)
        return Columns(panels=(costs, _times(comparison, benchmark)), gutter=GUTTER)
    half = len(charts) // 2
    halves = tuple(Stack(panels=some, gap=CHART_GAP) for some in (charts[:half], charts[half:]))
    not_measured = Paragraph(text="Time: not measured.", size=SMALL, colour=MUTED)
    return Stack(panels=(heading, Columns(panels=halves, gutter=GUTTER), not_measured), gap=CHART_GAP)


def _times(comparison: Answer, benchmark: Benchmark) -> Panel:
    timing = benchmark.timing
    ratios = RatioChart(timing=timing, macs_ratio=comparison.costs.ratio("macs"))
    heading = Heading(text="Time of one run, measured")
    return Stack(panels=(heading, TimeChart(timing=timing), ratios), gap=CHART_GAP)
