"""One frame of a swept slider: where the slider is, what both layers make there, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from sepviz.export.canvas import HEADING, INK, LEADING, LINE, MUTED, SMALL, text_width
from sepviz.export.caption import colormap_name, policy
from sepviz.export.chart import BARS, LABEL, CostChart
from sepviz.export.page import LAYERS
from sepviz.export.panel import Columns, Slot, Stack
from sepviz.export.sheet import FOOT, HEAD, SheetPanel, maps_size
from sepviz.render.scale import central_ranges, map_ranges, resolve
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.quantity import COUNTED, count, unit_for
from sepviz.study.sheets import block_label, chosen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sepviz.export.canvas import Canvas
    from sepviz.export.panel import Panel
    from sepviz.lab.swept_slider import SliderPath
    from sepviz.study.compare import Comparison
    from sepviz.study.study import View

TALLEST = 330
"""How many units the maps may take below each other at most."""
GUTTER, GAP, CHART_GAP = 32, 18, 14
KNOB = 9.0
SCALE = HEADING * LEADING + 8
AROUND = SCALE + GAP + HEAD + FOOT + GAP + 2 * (LABEL + BARS) + CHART_GAP
"""Units that a frame takes beside the maps."""


def room_for_maps(path: SliderPath, width: float, *, whole: bool) -> float:
    """Return the units that the highest maps of `path` take in frames of `width` units."""
    blocks = (block for stop in path.stops for block in (stop.costs.baseline, stop.costs.candidate))
    shapes = {block.layers[-1].output_shape for block in blocks}
    share = (width - GUTTER) / 2
    return max(maps_size((count if whole else 1, *size), share, TALLEST)[1] for count, *size in shapes)


def slider_panel(
    path: SliderPath, number: int, comparison: Comparison, view: View, *, whole: bool, room: float
) -> Panel:
    """Return the frame of stop `number` of `path`, where `comparison` was made.

    Every frame of a path is as high as the others: `room` is that of :func:`room_for_maps`. `whole` shows all maps of
    both layers, else the chosen one.
    """
    charts = tuple(
        CostChart(costs=path.stops[number].costs, quantity=quantity, beside=tuple(stop.costs for stop in path.stops))
        for quantity in COUNTED
    )
    sheets, half = tuple(_sheets(comparison, view, whole=whole)), len(charts) // 2
    halves = tuple(Stack(panels=some, gap=CHART_GAP) for some in (charts[:half], charts[half:]))
    return Stack(
        panels=(
            SliderScale(path=path, number=number),
            Slot(panel=Columns(panels=sheets, gutter=GUTTER), tall=HEAD + room + FOOT),
            Columns(panels=halves, gutter=GUTTER),
        ),
        gap=GAP,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SliderScale:
    """The name of the swept field with its value, and a slider that stands at it among all others."""

    path: SliderPath
    number: int

    def height(self, width: float) -> float:
        """Return the height of one line of large text."""
        return SCALE

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Write the value, then draw the slider behind the room that the longest one needs."""
        values = [stop.value for stop in self.path.stops]
        words = [value_words(self.path.question.field, value) for value in values]
        baseline = y + HEADING + 2
        canvas.text(x, baseline, words[self.number], HEADING, bold=True)
        first, last = count(values[0]), count(values[-1])
        left = x + max(text_width(said, HEADING, bold=True) for said in words) + 40
        canvas.text(left, baseline, first, SMALL, MUTED)
        canvas.text(x + width, baseline, last, SMALL, MUTED, align="right")
        left += text_width(first, SMALL) + KNOB + 8
        right, middle = x + width - text_width(last, SMALL) - KNOB - 8, baseline - 6
        canvas.line(left, middle, right, middle, LINE, 3)
        places = [left + share * (right - left) for share in self._shares(values)]
        for place in places:
            canvas.line(place, middle - 6, place, middle + 6, LINE, 2)
        canvas.dot(places[self.number], middle, KNOB, INK, 1.0)

    def _shares(self, values: list[int]) -> list[float]:
        """Return where every value lies between the first and the last, from 0 to 1."""
        by_factors = self.path.question.log and min(values) > 0
        places = [log(value) if by_factors else float(value) for value in values]
        return [(place - places[0]) / (places[-1] - places[0]) for place in places]


def value_words(field: str, value: int) -> str:
    """Write a field with its value: "kernel_size = 5 × 5 px"."""
    param = STUDY_PARAMS[field]
    number = str(value) if field == "seed" else count(value)
    written = f"{number} × {number}" if param.kind == "pair" else number
    return f"{param.label} = {written} {unit_for(value, param.unit)}".rstrip()


def _sheets(comparison: Comparison, view: View, *, whole: bool) -> Iterator[Panel]:
    traces = comparison.baseline, comparison.candidate
    firsts = [0 if whole else chosen(trace, view) for trace in traces]
    maps = [
        trace.output if whole else trace.output[first : first + 1] for trace, first in zip(traces, firsts, strict=True)
    ]
    found = [map_ranges(own) for own in maps]
    drawn = [central_ranges(*pair) for pair in zip(maps, found, strict=True)] if view.clip else found
    ranges = resolve(policy(view), *drawn)
    for (letter, colour), trace, own, extremes, used in zip(LAYERS, traces, maps, found, ranges, strict=True):
        yield SheetPanel(
            letter=letter,
            colour=colour,
            title=block_label(trace),
            maps=own,
            found=extremes,
            ranges=used,
            colormap=colormap_name(view),
            scale=view.scale,
            tallest=TALLEST,
        )
