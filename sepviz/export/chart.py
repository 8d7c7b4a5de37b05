"""The charts of a figure: counted costs as bars, measured times as points, and both ratios told apart."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from sepviz.export.canvas import (
    BASELINE,
    BODY,
    CANDIDATE,
    INK,
    LEADING,
    LINE,
    MUTED,
    NOTE,
    PAPER,
    SMALL,
    elided,
    text_width,
)
from sepviz.study.benchmark import pairs_words
from sepviz.study.quantity import QUANTITIES, count, duration, time_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sepviz.engine.cost import BlockCost
    from sepviz.engine.timing import PairTiming, Timing
    from sepviz.export.canvas import Canvas
    from sepviz.study.costs import Costs
    from sepviz.study.quantity import Quantity

COLOURS = (("A", BASELINE), ("B", CANDIDATE))
UNITS = {
    "params": "weights and biases",
    "macs": "multiply-accumulates",
    "bytes": "float32, not fused",
    "intensity": "FLOP/byte",
}

LABEL = BODY * LEADING + 4
LETTER = 24
BAR, BAR_GAP = 17, 5
BARS = 2 * BAR + BAR_GAP
STRIP, STRIP_NUMBERS = 60, 200
AXIS = SMALL * LEADING + 26
MOST_DOTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CostChart:
    """Two bars for one counted quantity, to one scale from zero, with exact numbers and how the candidate compares.

    The scale is that of the costs `beside`, too, so that charts of several can be compared.
    """

    costs: Costs
    quantity: Quantity
    beside: tuple[Costs, ...] = ()

    def height(self, width: float) -> float:
        """Return the height of the label and both bars."""
        return LABEL + BARS

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint the label with its verdict, then the bars; white lines divide the layers of a block."""
        name, blocks = self.quantity.name, (self.costs.baseline, self.costs.candidate)
        values = [getattr(block, name) for block in blocks]
        paint_label(canvas, x, y, self.quantity.label, UNITS[name])
        verdict = f"B: {self.quantity.verdict(*values)}"
        canvas.text(x + width, y + BODY, verdict, BODY, bold=True, align="right")
        others = [getattr(block, name) for costs in self.beside for block in (costs.baseline, costs.candidate)]
        unit = bar_unit(width, [*values, *others], [_exact(value) for value in (*values, *others)])
        for place, ((letter, colour), block, value) in enumerate(zip(COLOURS, blocks, values, strict=True)):
            left, top = x + LETTER, y + LABEL + place * (BAR + BAR_GAP)
            length = max(1.0, unit * value)
            canvas.text(x, top + BAR - 3, letter, SMALL, MUTED, bold=True)
            canvas.bar(left, top, length, BAR, colour)
            self._divide(canvas, left, top, length, block)
            canvas.text(left + length + 8, top + BAR - 3, _exact(value), SMALL)

    def _divide(self, canvas: Canvas, x: float, y: float, length: float, block: BlockCost) -> None:
        parts = [getattr(layer, self.quantity.name) for layer in block.layers]
        if self.quantity.name == "intensity":  # of layers, it does not add up
            return
        for layer in range(1, len(parts)):
            place = x + length * sum(parts[:layer]) / sum(parts)
            canvas.line(place, y, place, y + BAR, PAPER, 1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeChart:
    """Every measured run as a point over its quartiles and median, for both layers over one axis from zero."""

    timing: PairTiming

    def height(self, width: float) -> float:
        """Return the height of the label, both strips and the axis."""
        return LABEL + 2 * STRIP + AXIS

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint the label, the axis, and both strips with their numbers."""
        pair = self.timing.baseline, self.timing.candidate
        axis = TimeAxis.over(pair, x + LETTER, width - LETTER - STRIP_NUMBERS)
        paint_label(canvas, x, y, "Time per run", "point: one run, line: median, box: quartiles")
        top = y + LABEL
        axis.paint(canvas, top, top + 2 * STRIP)
        for place, ((letter, colour), timing) in enumerate(zip(COLOURS, pair, strict=True)):
            middle = top + (place + 0.5) * STRIP
            canvas.text(x, middle + 6, letter, SMALL, MUTED, bold=True)
            paint_strip(canvas, axis, timing, middle, colour)
            paint_times(canvas, axis, timing, x + width, middle)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioChart:
    """The ratio of measured times, a full bar with its range, beside the ratio of counted MACs, an empty one."""

    timing: PairTiming
    macs_ratio: float

    def height(self, width: float) -> float:
        """Return the height of the label and both bars."""
        return LABEL + BARS

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint both bars to one scale from zero."""
        speedup = self.timing.speedup
        time, macs = QUANTITIES["seconds"], QUANTITIES["macs"]
        spread = time.interval(speedup.median, speedup.low, speedup.high)
        measured = f"{time.verdict(speedup.median, 1.0)}, measured ({spread}; {pairs_words(self.timing)})"
        words = measured, f"{macs.change(self.macs_ratio)} MACs, counted"
        values = speedup.median, self.macs_ratio
        unit = bar_unit(width, values, words)
        paint_label(canvas, x, y, "B against A", "bar: A / B, longer where B has less")
        for place, (draw, value, said) in enumerate(zip((canvas.bar, canvas.frame), values, words, strict=True)):
            left, top = x + LETTER, y + LABEL + place * (BAR + BAR_GAP)
            draw(left, top, max(3.0, unit * value), BAR, INK)
            canvas.text(left + unit * value + 8, top + BAR - 3, said, SMALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAxis:
    """From seconds to units: `left` is zero, `left + length` is `limit_s`."""

    left: float
    length: float
    limit_s: float
    step_s: float
    unit_s: float
    unit: str

    @classmethod
    def over(cls, pair: tuple[Timing, Timing], left: float, length: float) -> TimeAxis:
        """Return the axis for two timings; a run far beyond the quartiles does not squeeze all others."""
        slowest = max(max(timing.samples_s) for timing in pair)
        wanted = min(slowest, 1.6 * max(timing.q3_s for timing in pair))
        unit_s, unit = time_unit(wanted)
        step = round_step(wanted / unit_s / 5) * unit_s
        limit = step * ceil(wanted / step - 1e-9)
        return cls(left=left, length=length, limit_s=limit, step_s=step, unit_s=unit_s, unit=unit)

    def place(self, seconds: float) -> float:
        """Return the place of `seconds`, at most the end of the axis."""
        return self.left + self.length * min(seconds / self.limit_s, 1)

    def paint(self, canvas: Canvas, top: float, bottom: float) -> None:
        """Draw a line and a number for every step, and the unit after the last."""
        for tick in range(round(self.limit_s / self.step_s) + 1):
            x = self.place(tick * self.step_s)
            canvas.line(x, top, x, bottom + 4, LINE)
            label = f"{tick * self.step_s / self.unit_s:g}"
            canvas.text(x, bottom + 6 + SMALL, label, SMALL, MUTED, align="centre")
        canvas.line(self.left, bottom, self.left + self.length, bottom, MUTED)
        canvas.text(self.left + self.length + 30, bottom + 6 + SMALL, self.unit, SMALL, MUTED)


def paint_strip(canvas: Canvas, axis: TimeAxis, timing: Timing, middle: float, colour: str) -> None:
    """Draw the runs of one layer as points around the line `middle`, its quartiles as a box, its median as a line."""
    for number, sample in enumerate(_thinned(timing)):
        if sample <= axis.limit_s:
            # golden-ratio steps spread neighbours evenly, and the same way every time
            offset = ((number * 0.618034) % 1 - 0.5) * (STRIP - 20)
            canvas.dot(axis.place(sample), middle + offset, 2.6, colour, 0.55)
    left, right = axis.place(timing.q1_s), axis.place(timing.q3_s)
    canvas.frame(left, middle - 12, max(right - left, 2), 24, INK, 1.3)
    median = axis.place(timing.median_s)
    canvas.line(median, middle - 15, median, middle + 15, INK, 3)


def paint_times(canvas: Canvas, axis: TimeAxis, timing: Timing, right: float, middle: float) -> None:
    """Write median and quartiles beside a strip, and how many runs its axis does not reach."""
    left = axis.left + axis.length + 22
    beyond = sum(sample > axis.limit_s for sample in timing.samples_s)
    median = duration(timing.median_s)
    canvas.text(left, middle - 1, median, SMALL, bold=True)
    if beyond:
        after = left + text_width(median, SMALL, bold=True) + 8
        canvas.text(after, middle - 1, elided(f"{count(beyond)} off axis", right - after, NOTE), NOTE, MUTED)
    quartiles = f"{duration(timing.q1_s)} – {duration(timing.q3_s)}"
    canvas.text(left, middle + SMALL, elided(quartiles, right - left, NOTE), NOTE, MUTED)


def bar_unit(width: float, values: Sequence[float], words: Sequence[str]) -> float:
    """Return the length of a bar for the value 1, so that every bar with its words behind it fits into `width`."""
    room = (width - LETTER - 8 - text_width(said, SMALL) for said in words)
    return min(free / value for free, value in zip(room, values, strict=True) if value)


def paint_label(canvas: Canvas, x: float, y: float, label: str, unit: str) -> None:
    """Write the name of a chart and, smaller after it, its unit."""
    canvas.text(x, y + BODY, label, BODY)
    canvas.text(x + text_width(label, BODY) + 10, y + BODY, unit, NOTE, MUTED)


def round_step(length: float) -> float:
    """Return the round number (1, 2 or 5 times a power of ten) that is at least `length`."""
    power = 10.0 ** floor(log10(length))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= length * (1 - 1e-9))


def _exact(value: float) -> str:
    return count(value) if isinstance(value, int) else f"{value:,.2f}"


def _thinned(timing: Timing) -> Iterator[float]:
    """Return the runs, or evenly picked ones of them in order of length where there are too many to tell apart."""
    ordered, step = sorted(timing.samples_s), ceil(len(timing.samples_s) / MOST_DOTS)
    return iter(ordered[::step])
