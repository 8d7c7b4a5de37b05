"""Draws any plot of the lab: curves with bands, break-evens, and where the current settings are."""

from __future__ import annotations

from math import isfinite, log10
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from sepviz.gui.theme import Theme, theme_of
from sepviz.gui.views.plot_axis import PlotAxis
from sepviz.gui.views.plot_labels import PlotLabels
from sepviz.gui.views.plot_legend import Entry, PlotLegend
from sepviz.study.quantity import significant

if TYPE_CHECKING:
    from sepviz.lab.plot import Axis, Curve, Mark, Plot

STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
EDGE = (0, 0, 0, 0)
"""Pen of the edges of a band: not seen, but there, as an edge without a pen has no path to fill between."""
MOST_TOLD = 12
"""Points of a curve up to which each is told to who cannot see it."""
LONG_TICK = 12
"""Letters beyond which the words of a tick stand below each other, so that it does not reach into the next."""
SYMBOLS = ("o", "s", "t", "d")


class PlotView(QWidget):
    """One pair of axes with a title, a legend, and the colours of the window."""

    def __init__(self) -> None:
        super().__init__()
        self.plot: Plot | None = None
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self.legend = PlotLegend()
        self.widget = pg.PlotWidget(enableMenu=False, axisItems={side: PlotAxis(side) for side in ("bottom", "left")})
        self.widget.setAcceptDrops(False)
        self.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # the keyboard stops at the whole, which tells its numbers
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.widget.setMinimumHeight(180)
        self.widget.hideButtons()
        self.labels = PlotLabels(self.widget)
        # pyqtgraph makes a menu that belongs to nobody and would outlive the plot; as a child it would be seen
        menu = self.widget.getPlotItem().ctrlMenu
        menu.setParent(self.widget)
        menu.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._title)
        column.addWidget(self.legend)
        column.addWidget(self.widget, 1)

    def show_plot(self, plot: Plot | None) -> None:
        """Draw `plot`, or nothing."""
        self.plot = plot
        self.widget.clear()
        self.labels.clear()
        self.legend.show_entries(())
        self._title.setText(plot.title if plot else "")
        if plot is None:
            return
        theme = theme_of(self.palette())
        self._dress(plot, theme)
        for number, curve in enumerate(plot.curves):
            self._draw_curve(curve, plot.dash(number), plot, theme)
        for mark in plot.marks:
            self._draw_mark(mark, plot, theme)
        self.legend.show_entries(tuple(_entry(plot, number, theme) for number in range(len(plot.curves))))
        self.widget.enableAutoRange()
        self.labels.settle()
        self.setAccessibleName(plot.title)
        self.setAccessibleDescription(describe(plot))

    def changeEvent(self, event: QEvent) -> None:
        """Draw again in the colours of the window when they change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.plot is not None:
            self.show_plot(self.plot)

    def _dress(self, plot: Plot, theme: Theme) -> None:
        self.widget.setBackground(theme.canvas)
        self.widget.setLogMode(plot.x.log, plot.y.log)
        self.widget.showGrid(x=True, y=True, alpha=0.15)
        for side, axis in (("bottom", plot.x), ("left", plot.y)):
            item = self.widget.getAxis(side)
            item.setPen(theme.line)
            item.setTextPen(theme.text)
            item.setLabel(axis.label, color=theme.text)
            item.enableAutoSIPrefix(False)
            item.setTicks(
                [[(_placed(place, axis) or 0.0, _stacked(name)) for place, name in axis.ticks]] if axis.ticks else None
            )

    def _draw_curve(self, curve: Curve, rank: int, plot: Plot, theme: Theme) -> None:
        colour = QColor(_colour(curve, theme))
        if curve.low:
            self._draw_band(curve, plot, colour)
        pen = pg.mkPen(colour, width=2, style=STYLES[rank % len(STYLES)]) if curve.joined else None
        self.widget.plot(
            list(curve.x),
            list(curve.y),
            pen=pen,
            symbol=SYMBOLS[rank % len(SYMBOLS)] if curve.shows_points else None,
            symbolSize=7,
            symbolBrush=colour,
            symbolPen=None,
        )
        places = [(_placed(x, plot.x), _placed(y, plot.y)) for x, y in zip(curve.x, curve.y, strict=True)]
        drawn = [(x, y) for x, y in places if x is not None and y is not None]
        # between points that no line joins there is room for a label
        for path in [drawn] if curve.joined else [[place] for place in drawn]:
            self.labels.avoid([x for x, _ in path], [y for _, y in path])

    def _draw_band(self, curve: Curve, plot: Plot, colour: QColor) -> None:
        veil = QColor(colour)
        veil.setAlpha(50)
        edges = [pg.PlotDataItem(list(curve.x), list(values), pen=EDGE) for values in (curve.low, curve.high)]
        for edge in edges:
            edge.setLogMode(plot.x.log, plot.y.log)
            self.widget.addItem(edge, ignoreBounds=False)
        self.widget.addItem(pg.FillBetweenItem(*edges, brush=veil))

    def _draw_mark(self, mark: Mark, plot: Plot, theme: Theme) -> None:
        colour = theme.text if mark.here else theme.muted
        x, y = _placed(mark.x, plot.x), _placed(mark.y, plot.y)
        if x is None and y is None:
            return
        if x is not None and y is not None:
            # a ring leaves the point of the curve to be seen in it
            sign = pg.ScatterPlotItem(
                [x],
                [y],
                size=14,
                symbol="star" if mark.here else "o",
                brush=colour if mark.here else None,
                pen=None if mark.here else pg.mkPen(colour, width=1.5),
            )
        else:
            style = Qt.PenStyle.SolidLine if mark.here else Qt.PenStyle.DashLine
            pen = pg.mkPen(colour, width=1.5, style=style)
            sign = pg.InfiniteLine(pos=y if x is None else x, angle=0 if x is None else 90, pen=pen)
        self.widget.addItem(sign)
        self.labels.add(mark.label, x, y, colour, theme.canvas)


def describe(plot: Plot) -> str:
    """Tell the numbers of `plot` to who cannot see it."""
    parts = [f"{curve.label}: {_told(curve, plot.x)}" for curve in plot.curves if curve.x]
    parts += [mark.label for mark in plot.marks]
    return f"{plot.y.label} over {plot.x.label}. " + "; ".join(parts)


def _told(curve: Curve, across: Axis) -> str:
    names = dict(across.ticks)
    places = [f"{significant(y)} at {names.get(x) or significant(x)}" for x, y in zip(curve.x, curve.y, strict=True)]
    if len(places) <= MOST_TOLD:
        return ", ".join(places)
    return f"from {places[0]} to {places[-1]}, lowest {significant(min(curve.y))}, highest {significant(max(curve.y))}"


def _entry(plot: Plot, number: int, theme: Theme) -> Entry:
    curve = plot.curves[number]
    return Entry(
        label=curve.label,
        colour=QColor(_colour(curve, theme)),
        style=STYLES[plot.dash(number) % len(STYLES)],
        joined=curve.joined,
        dotted=curve.shows_points,
        symbol=SYMBOLS[plot.dash(number) % len(SYMBOLS)],
    )


def _colour(curve: Curve, theme: Theme) -> str:
    return {"baseline": theme.baseline, "candidate": theme.candidate, "neutral": theme.text, "theory": theme.muted}[
        curve.role
    ]


def _stacked(name: str) -> str:
    return name.replace(" ", "\n", 1) if len(name) > LONG_TICK else name


def _placed(value: float | None, axis: Axis) -> float | None:
    """Return where `value` lies on the axis as it is drawn; None where it cannot."""
    if value is None or not isfinite(value) or (axis.log and value <= 0):
        return None
    return log10(value) if axis.log else value
