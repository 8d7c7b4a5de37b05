"""Any plot of the lab as a panel of a figure: curves with bands, break-evens, and where the current settings are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

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
    elided,
    text_width,
    wrapped,
)
from sepviz.export.label_place import Box, place_label
from sepviz.export.plot_scale import PlotScale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sepviz.export.canvas import Canvas, Dashes, Point
    from sepviz.lab.plot import Curve, Mark, Plot

COLOURS = {"baseline": BASELINE, "candidate": CANDIDATE, "neutral": INK, "theory": MUTED}
DASHES: tuple[Dashes, ...] = ("solid", "dashed", "dotted", "dash-dotted")
AREA_HEIGHT = 270
SAMPLE, SAMPLE_GAP, APART = 34.0, 8.0, 22.0
"""Units of a line in the legend, between it and its name, and between two names."""
ROW = NOTE * LEADING
NARROWEST_AXIS = 34.0
EVERY = 4.0
"""Units between the points of a line that a label should not cover."""
INSET = 3.0
"""Units that labels stay away from the frame."""
WIDEST_LABEL = 0.55
"""Share of the width that the label of a mark may take."""
SHAPES: tuple[tuple[Point, ...], ...] = (
    ((-4, -4), (4, -4), (4, 4), (-4, 4)),
    ((0, -5.5), (5.5, 4), (-5.5, 4)),
    ((0, -6), (6, 0), (0, 6), (-6, 0)),
)
"""Square, triangle and diamond, around their middle, beside the round point."""
STAR = tuple(
    (radius * np.sin(angle), -radius * np.cos(angle))
    for angle, radius in zip(np.arange(10) * np.pi / 5, (11.0, 4.8) * 5, strict=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotPanel:
    """A title, the names of the curves, and one pair of axes, their labels written level."""

    plot: Plot
    area_height: float = AREA_HEIGHT

    def height(self, width: float) -> float:
        """Return the height of title, legend, axes and labels."""
        return self._top(width) + self.area_height + 2 * ROW + 8

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint it from the back to the front: grid, bands, curves, marks with their labels."""
        title_height = self._paint_title(canvas, x, y, width)
        for curve, (left, top) in zip(self.plot.curves, self._places(width), strict=True):
            self._paint_sample(canvas, x + left, y + title_height + top, curve, width - left)
        across, up = (_scale(self.plot, side) for side in "xy")
        _Area(plot=self.plot, box=self._box(x, y, width), across=across, up=up).paint(canvas)

    def _paint_title(self, canvas: Canvas, x: float, y: float, width: float) -> float:
        lines = wrapped(self.plot.title, width, BODY, bold=True)
        for number, line in enumerate(lines):
            canvas.text(x, y + (number + 0.76) * BODY * LEADING, line, BODY, bold=True)
        return len(lines) * BODY * LEADING

    def _paint_sample(self, canvas: Canvas, x: float, y: float, curve: Curve, room: float) -> None:
        middle, colour = y + ROW / 2, COLOURS[curve.role]
        if curve.low:
            canvas.polygon(_corners(x, middle - 6, SAMPLE, 12), colour, 0.2)
        if curve.joined:
            canvas.polyline([(x, middle), (x + SAMPLE, middle)], colour, 2.5, _dashes(self.plot, curve))
        if curve.shows_points:
            _paint_point(canvas, x + SAMPLE / 2, middle, colour, self.plot.dash(self.plot.curves.index(curve)))
        text = elided(curve.label, room - SAMPLE - SAMPLE_GAP, NOTE)
        canvas.text(x + SAMPLE + SAMPLE_GAP, y + 0.76 * ROW, text, NOTE)

    def _places(self, width: float) -> Iterator[Point]:
        """Yield the upper left corner of each name in the legend, which breaks into as many rows as it needs."""
        left = top = 0.0
        for curve in self.plot.curves:
            need = SAMPLE + SAMPLE_GAP + text_width(curve.label, NOTE)
            if left and left + need > width:
                left, top = 0.0, top + ROW
            yield left, top
            left += need + APART

    def _top(self, width: float) -> float:
        """Return the height of what stands above the axes: title, legend and the name of the vertical one."""
        legend = max((top + ROW for _, top in self._places(width)), default=0.0)
        return len(wrapped(self.plot.title, width, BODY, bold=True)) * BODY * LEADING + legend + ROW + 8

    def _box(self, x: float, y: float, width: float) -> Box:
        scale = _scale(self.plot, "y")
        left = max(NARROWEST_AXIS, *(text_width(text, NOTE) + 8 for _, text in scale.ticks()), 0.0)
        return Box(x=x + left, y=y + self._top(width), width=width - left - 4, height=self.area_height)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Area:
    """The axes of a plot and all between them."""

    plot: Plot
    box: Box
    across: PlotScale
    up: PlotScale

    def paint(self, canvas: Canvas) -> None:
        self._paint_axes(canvas)
        for curve in self.plot.curves:
            if curve.low:
                edges = self._points(curve.x, curve.high), self._points(curve.x, curve.low)[::-1]
                canvas.polygon([*edges[0], *edges[1]], COLOURS[curve.role], 0.2)
        for curve in self.plot.curves:
            self._paint_curve(canvas, curve)
        lines = [mark for mark in self.plot.marks if mark.x is None or mark.y is None]
        for mark in lines:
            self._paint_line(canvas, mark)
        taken: list[Box] = []
        points = self._covered(lines)
        for mark in sorted(self.plot.marks, key=lambda mark: not mark.here):
            self._paint_mark(canvas, mark, taken, points)

    def _paint_axes(self, canvas: Canvas) -> None:
        box = self.box
        bottom = box.y + box.height
        for place, text in self.across.ticks():
            x = box.x + place * box.width
            canvas.line(x, box.y, x, bottom, LINE, 0.6)
            half = text_width(text, NOTE) / 2
            canvas.text(min(x + half, box.x + box.width + 4), bottom + ROW, text, NOTE, MUTED, align="right")
        for place, text in self.up.ticks():
            y = bottom - place * box.height
            canvas.line(box.x, y, box.x + box.width, y, LINE, 0.6)
            canvas.text(box.x - 8, y + 0.36 * NOTE, text, NOTE, MUTED, align="right")
        canvas.frame(box.x, box.y, box.width, box.height, MUTED)
        canvas.text(box.x, box.y - 8, self.plot.y.label, NOTE, MUTED)
        canvas.text(box.x + box.width, bottom + 2 * ROW, self.plot.x.label, NOTE, MUTED, align="right")

    def _paint_curve(self, canvas: Canvas, curve: Curve) -> None:
        points, colour = self._points(curve.x, curve.y), COLOURS[curve.role]
        if curve.joined and len(points) > 1:
            canvas.polyline(points, colour, 2.5, _dashes(self.plot, curve))
        if curve.shows_points:
            shape = self.plot.dash(self.plot.curves.index(curve))
            for x, y in points:
                _paint_point(canvas, x, y, colour, shape)

    def _paint_line(self, canvas: Canvas, mark: Mark) -> None:
        x, y = self._place(mark)
        box = self.box
        ends = [(x, box.y), (x, box.y + box.height)] if x is not None else []
        ends = [(box.x, y), (box.x + box.width, y)] if y is not None else ends
        if ends:
            colour, dashes = (INK, "solid") if mark.here else (MUTED, "dashed")
            canvas.polyline([(a, b) for a, b in ends if a is not None], colour, 1.6, dashes)  # type: ignore[arg-type]

    def _paint_mark(self, canvas: Canvas, mark: Mark, taken: list[Box], points: NDArray[np.float64]) -> None:
        x, y = self._place(mark)
        if x is None and y is None:
            return
        if x is not None and y is not None:
            _paint_place(canvas, x, y, here=mark.here)
            taken.append(Box(x=x - 8, y=y - 8, width=16, height=16))
        lines = wrapped(mark.label, WIDEST_LABEL * self.box.width, NOTE, bold=mark.here)
        size = max(text_width(line, NOTE, bold=mark.here) for line in lines) + 8, len(lines) * ROW
        spot = place_label(x, y, size, self.box.inset(INSET), taken, points, self._marked())
        taken.append(spot)
        canvas.polygon(_corners(spot.x, spot.y + 2, spot.width, spot.height - 4), PAPER, 0.82)
        for number, line in enumerate(lines):
            baseline = spot.y + (number + 0.76) * ROW
            canvas.text(spot.x + 4, baseline, line, NOTE, INK if mark.here else MUTED, bold=mark.here)

    def _marked(self) -> list[Point]:
        """Return the places of all marks that are no lines."""
        return [(x, y) for x, y in map(self._place, self.plot.marks) if x is not None and y is not None]

    def _points(self, x: Sequence[float], y: Sequence[float]) -> list[Point]:
        """Return a curve in units; what a logarithmic axis cannot hold lies at its end."""
        across, up, box = self.across, self.up, self.box
        return [
            (box.x + across.clamped(one) * box.width, box.y + (1 - up.clamped(other)) * box.height)
            for one, other in zip(x, y, strict=True)
        ]

    def _place(self, mark: Mark) -> tuple[float | None, float | None]:
        across = None if mark.x is None else self.across.place(mark.x)
        up = None if mark.y is None else self.up.place(mark.y)
        x = None if across is None else self.box.x + across * self.box.width
        return x, None if up is None else self.box.y + (1 - up) * self.box.height

    def _covered(self, lines: Sequence[Mark]) -> NDArray[np.float64]:
        """Return points along all curves and lines, which labels had better leave free."""
        box, found = self.box, [np.empty((0, 2))]
        paths = [self._points(curve.x, curve.y) for curve in self.plot.curves if curve.joined]
        for mark in lines:
            x, y = self._place(mark)
            if x is not None:
                paths.append([(x, box.y), (x, box.y + box.height)])
            elif y is not None:
                paths.append([(box.x, y), (box.x + box.width, y)])
        for path in paths:
            found += [np.array(path).reshape(-1, 2)]
            found += [_between(*pair) for pair in pairwise(path)]
        found += [np.array(self._points(curve.x, curve.y)) for curve in self.plot.curves if not curve.joined]
        return np.concatenate(found)


def _scale(plot: Plot, side: str) -> PlotScale:
    """Return the scale of the axis "x" or "y", on which all curves, bands and marks have room."""
    values = [value for curve in plot.curves for value in getattr(curve, side)]
    if side == "y":
        values += [value for curve in plot.curves for value in (*curve.low, *curve.high)]
    values += [value for mark in plot.marks if (value := getattr(mark, side)) is not None]
    return PlotScale.over(getattr(plot, side), values)


def _dashes(plot: Plot, curve: Curve) -> Dashes:
    """Tell curves of one role apart by their dashes."""
    return DASHES[plot.dash(plot.curves.index(curve)) % len(DASHES)]


def _between(start: Point, end: Point) -> NDArray[np.float64]:
    steps = max(2, round(float(np.hypot(end[0] - start[0], end[1] - start[1])) / EVERY))
    return np.linspace(start, end, steps)


def _paint_point(canvas: Canvas, x: float, y: float, colour: str, shape: int) -> None:
    """Paint a point of a curve; curves of one colour have points of different shapes."""
    if shape == 0:
        canvas.dot(x, y, 4.5, colour, 1)
    else:
        canvas.polygon([(x + dx, y + dy) for dx, dy in SHAPES[(shape - 1) % len(SHAPES)]], colour)


def _paint_place(canvas: Canvas, x: float, y: float, *, here: bool) -> None:
    if here:
        canvas.polygon([(x + dx * 1.35, y + dy * 1.35) for dx, dy in STAR], PAPER)
        canvas.polygon([(x + dx, y + dy) for dx, dy in STAR], INK)
    else:
        canvas.frame(x - 6, y - 6, 12, 12, MUTED, 1.5)


def _corners(x: float, y: float, width: float, height: float) -> list[Point]:
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
