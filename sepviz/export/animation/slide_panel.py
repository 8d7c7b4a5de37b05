"""One frame of a sliding window: what both layers read, make on the way and make in the end, and their work so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.explain import explain_pixel
from sepviz.export.animation.cells import centred, coloured, most_tiles, on_padding, tiled
from sepviz.export.canvas import BODY, HEADING, INK, LEADING, LINE, MUTED, NOTE, SMALL, elided, text_width
from sepviz.export.caption import colormap_name, policy
from sepviz.export.page import LAYERS
from sepviz.render.each import in_turn
from sepviz.render.picture import to_rgb
from sepviz.render.scale import map_ranges, resolve
from sepviz.study.provenance import COLOURS
from sepviz.study.quantity import QUANTITIES, count, counted, shape, significant
from sepviz.study.sheets import SIGNED, block_label, chosen, content, layer_title, value_ranges
from sepviz.study.slide import plane_of, step_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.block import Trace
    from sepviz.engine.explain import PixelTerms
    from sepviz.export.canvas import Canvas
    from sepviz.study.compare import Comparison
    from sepviz.study.slide import SideStep
    from sepviz.study.study import View

SIDES = ("baseline", "candidate")
MOST_TILES = 4
"""How many maps on the way to an output are drawn; a layer often has many more."""
GUTTER = 44
PICTURE = 190
HEAD = HEADING * LEADING + 6
FOOT = SMALL * LEADING + 8
ROW_GAP = 14
BADGE = 24
BAR, BAR_GAP, LETTER = 17, 7, 24
SLIDE_HEIGHT = 2 * (HEAD + PICTURE + FOOT + ROW_GAP) + HEAD + 2 * (BAR + BAR_GAP)
"""Units that a frame takes, whatever it shows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlideStage:
    """What stays the same while the window slides.

    Attributes
    ----------
    comparison : Comparison
        Of the small picture.
    view : View
    plane : (range, range)
        Rows and columns of the input that are drawn, padding included.
    ranges : tuple of ndarray
        (1, 2) each: the values that the colours of either output run over.
    peak : float
        The largest product that is drawn, by amount.
    """

    comparison: Comparison
    view: View
    plane: tuple[range, range]
    ranges: tuple[NDArray[np.float64], NDArray[np.float64]]
    peak: float

    @property
    def traces(self) -> tuple[Trace, Trace]:
        """Both sides."""
        return self.comparison.baseline, self.comparison.candidate


def stage_of(comparison: Comparison, view: View) -> SlideStage:
    """Return the stage for `comparison`; the colours of its outputs are those of the window."""
    contents = [content(comparison, comparison.study, view, f"{side}.map") for side in SIDES]
    maps = [one for one in contents if one is not None]
    first, second = resolve(maps[0].policy, *(value_ranges(one, in_turn) for one in maps))
    peaks = [_peak(trace, comparison, chosen(trace, view)) for trace in (comparison.baseline, comparison.candidate)]
    return SlideStage(
        comparison=comparison, view=view, plane=plane_of(comparison), ranges=(first, second), peak=max(peaks) or 1.0
    )


def _peak(trace: Trace, comparison: Comparison, channel: int) -> float:
    """Return the largest product, by amount, that map `channel` of a block of one layer can be the sum of."""
    if len(trace.block.layers) > 1:
        return 0.0
    terms = explain_pixel(trace, comparison.input, 0, channel, 0, 0)
    most = np.abs(comparison.input[terms.in_channels.start : terms.in_channels.stop]).max(axis=(1, 2))
    return float((most * np.abs(terms.kernel).max(axis=(1, 2))).max())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlidePanel:
    """Both layers while the window stands at output pixel `number` of the baseline, in raster order."""

    stage: SlideStage
    number: int

    @property
    def steps(self) -> tuple[SideStep, SideStep]:
        """What both sides are doing."""
        return step_at(self.stage.comparison, self.number)

    def height(self, width: float) -> float:
        """Return the height of both rows and the bars, the same at every step."""
        return SLIDE_HEIGHT

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint a row for each layer, then how much each has multiplied so far."""
        steps = self.steps
        for side, step in enumerate(steps):
            row = SideRow(stage=self.stage, side=side, step=step)
            row.paint(canvas, x, y, width)
            y += row.height(width) + ROW_GAP
        WorkBars(steps=steps).paint(canvas, x, y, width)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SideRow:
    """One layer: the input with its window, what comes between, and the output as far as it is made."""

    stage: SlideStage
    side: int
    step: SideStep

    @property
    def trace(self) -> Trace:
        """What this layer made."""
        return self.stage.traces[self.side]

    @property
    def channel(self) -> int:
        """The map whose pixel is made."""
        return chosen(self.trace, self.stage.view)

    @property
    def terms(self) -> PixelTerms:
        """The pixel that is made as the sum it is."""
        last = len(self.trace.block.layers) - 1
        return explain_pixel(self.trace, self.stage.comparison.input, last, self.channel, *self.step.pixel)

    def height(self, width: float) -> float:
        """Return the height of heading, pictures and captions."""
        return HEAD + PICTURE + FOOT

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint the heading, three pictures with arrows between, and a caption below each."""
        self._paint_head(canvas, x, y, width)
        share = (width - 2 * GUTTER) / 3
        areas = [(x + place * (share + GUTTER), y + HEAD, share, PICTURE) for place in range(3)]
        between = self._paint_maps if self.step.read else self._paint_products
        captions = [
            paint(canvas, area)
            for paint, area in zip((self._paint_input, between, self._paint_output), areas, strict=True)
        ]
        for (left, top, wide, high), words in zip(areas, captions, strict=True):
            line = elided(words, wide + GUTTER - 10, SMALL)
            canvas.text(left + wide / 2, top + high + SMALL + 5, line, SMALL, MUTED, align="centre")
            if left > x:
                canvas.text(left - GUTTER / 2, top + high / 2 + 8, "→", HEADING + 6, MUTED, align="centre")

    def _paint_head(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        letter, colour = LAYERS[self.side]
        canvas.badge(x, y, BADGE, letter, colour)
        title = block_label(self.trace)
        canvas.text(x + BADGE + 10, y + HEADING - 2, title, HEADING, bold=True)
        sides = f"output {shape(self.trace.output.shape)}"
        canvas.text(x + width, y + HEADING - 2, sides, SMALL, MUTED, align="right")

    def _paint_input(self, canvas: Canvas, area: tuple[float, float, float, float]) -> str:
        inputs, (rows, columns) = self.stage.comparison.input, self.stage.plane
        grid = centred(canvas, area, len(rows), len(columns), (rows.start, columns.start))
        grid.paint(canvas, on_padding(to_rgb(inputs), rows, columns))
        grid.mark(canvas, self.step.field, LAYERS[self.side][1])
        padded = (len(rows), len(columns)) != inputs.shape[1:]
        return f"input {shape(inputs.shape)}{', zeros around' if padded else ''}"

    def _paint_products(self, canvas: Canvas, area: tuple[float, float, float, float]) -> str:
        products = self.terms.products
        shown, (_, rows, columns) = products[:MOST_TILES], products.shape
        ranges = np.tile([-self.stage.peak, self.stage.peak], (len(shown), 1))
        labels = [_name(channel, len(self.stage.comparison.input)) for channel in self.terms.in_channels]
        grids = tiled(canvas, area, labels[: len(shown)], rows, columns)
        for grid, one in zip(grids, coloured(shown, ranges, SIGNED), strict=True):
            grid.paint(canvas, one)
        bias = " and the bias" if self.terms.spec.bias else ""
        return f"{counted(products.size, 'products')}{bias}, summed"

    def _paint_maps(self, canvas: Canvas, area: tuple[float, float, float, float]) -> str:
        number = len(self.trace.activations) - 2
        read, maps = self.terms.in_channels, self.trace.activations[number]
        tiles = most_tiles(canvas, area, min(MOST_TILES, len(read)), *maps.shape[1:])
        shown = maps[read.start : read.start + tiles]
        (ranges,) = resolve(policy(self.stage.view), map_ranges(shown))
        colours = coloured(shown, ranges, colormap_name(self.stage.view), self.step.reached[number])
        labels = [f"map {channel}" for channel in read[: len(shown)]]
        for grid, one in zip(tiled(canvas, area, labels, *shown.shape[1:]), colours, strict=True):
            grid.paint(canvas, one)
            if self.step.read is not None:
                grid.mark(canvas, self.step.read, INK)
        of = f"{len(shown)} of {count(len(read))} maps" if len(shown) < len(read) else counted(len(read), "maps")
        return f"{layer_title(self.trace, number)}: {of}"

    def _paint_output(self, canvas: Canvas, area: tuple[float, float, float, float]) -> str:
        maps = self.trace.output[self.channel : self.channel + 1]
        ranges = self.stage.ranges[self.side]
        (colours,) = coloured(maps, ranges, colormap_name(self.stage.view), self.step.pixel)
        grid = centred(canvas, area, *maps.shape[1:])
        grid.paint(canvas, colours)
        grid.mark_pixel(canvas, self.step.pixel)
        value = significant(self.terms.computed)
        return f"map {self.channel} of {count(len(self.trace.output))}: {value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkBars:
    """How much both layers have multiplied so far, of what they will, to one scale from zero."""

    steps: tuple[SideStep, SideStep]

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint a heading and a bar for each layer inside a frame as long as all its work."""
        first, second = self.steps
        canvas.text(x, y + BODY, "Multiplications so far", BODY, bold=True)
        after = x + text_width("Multiplications so far", BODY, bold=True) + 12
        canvas.text(after, y + BODY, "all maps of every layer, padding included", NOTE, MUTED)
        verdict = f"B in all: {QUANTITIES['macs'].verdict(first.total, second.total)}"
        canvas.text(x + width, y + BODY, verdict, BODY, bold=True, align="right")
        words = [f"{count(step.done)} of {count(step.total)}" for step in self.steps]
        room = max(text_width(f"{count(step.total)} of {count(step.total)}", SMALL) for step in self.steps)
        unit = (width - LETTER - 12 - room) / max(first.total, second.total)
        for place, ((letter, colour), step, said) in enumerate(zip(LAYERS, self.steps, words, strict=True)):
            left, top = x + LETTER, y + HEAD + place * (BAR + BAR_GAP)
            canvas.text(x, top + BAR - 3, letter, SMALL, MUTED, bold=True)
            canvas.frame(left, top, max(2.0, unit * step.total), BAR, LINE)
            canvas.bar(left, top, unit * step.done, BAR, colour)
            canvas.text(x + width, top + BAR - 3, said, SMALL, align="right")


def _name(channel: int, channels: int) -> str:
    return {1: ("grey",), len(COLOURS): COLOURS}[channels][channel]
