"""Draws any plot of the lab: curves with bands, break-evens, and where the current settings are."""

from __future__ import annotations

from math import isfinite, log10
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from sepviz.gui.theme import Theme, theme_of
from sepviz.gui.views.ink import text_width
from sepviz.gui.views.plot_axis import PlotAxis
from sepviz.gui.views.plot_legend import Entry, PlotLegend
from sepviz.study.quantity import significant

if TYPE_CHECKING:
    from sepviz.lab.plot import Axis, Curve, Mark, Plot

STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
EDGE = (0, 0, 0, 0)
"""Pen of the edges of a band: not seen, but there, as an edge without a pen has no path to fill between."""
LABEL_WIDTH = 150
"""Pixels from which on the label of a mark wraps, so that it stays within a narrow plot."""
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
        self.widget.setMinimumHeight(180)
        self.widget.hideButtons()
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
        self.legend.show_entries(())
        self._title.setText(plot.title if plot else "")
        if plot is None:
            return
        theme = theme_of(self.palette())
        self._dress(plot, theme)
        for number, curve in enumerate(plot.curves):
            self._draw_curve(curve, _rank(plot, number), plot, theme)
        for number, mark in enumerate(plot.marks):
            self._draw_mark(mark, number, plot, theme)
        self.legend.show_entries(tuple(_entry(plot, number, theme) for number in range(len(plot.curves))))
        self.widget.enableAutoRange()
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
            item.setTicks([[(_placed(place, axis) or 0.0, name) for place, name in axis.ticks]] if axis.ticks else None)

    def _draw_curve(self, curve: Curve, rank: int, plot: Plot, theme: Theme) -> None:
        colour = QColor(_colour(curve, theme))
        if curve.low:
            self._draw_band(curve, plot, colour)
        pen = pg.mkPen(colour, width=2, style=STYLES[rank % len(STYLES)]) if curve.joined else None
        dotted = curve.measured or not curve.joined
        self.widget.plot(
            list(curve.x),
            list(curve.y),
            pen=pen,
            symbol=SYMBOLS[rank % len(SYMBOLS)] if dotted else None,
            symbolSize=7,
            symbolBrush=colour,
            symbolPen=None,
        )

    def _draw_band(self, curve: Curve, plot: Plot, colour: QColor) -> None:
        veil = QColor(colour)
        veil.setAlpha(50)
        edges = [pg.PlotDataItem(list(curve.x), list(values), pen=EDGE) for values in (curve.low, curve.high)]
        for edge in edges:
            edge.setLogMode(plot.x.log, plot.y.log)
            self.widget.addItem(edge, ignoreBounds=False)
        self.widget.addItem(pg.FillBetweenItem(*edges, brush=veil))

    def _draw_mark(self, mark: Mark, number: int, plot: Plot, theme: Theme) -> None:
        colour = theme.text if mark.here else theme.muted
        x, y = _placed(mark.x, plot.x), _placed(mark.y, plot.y)
        if x is not None and y is not None:
            # a ring leaves the point of the curve to be seen in it
            dot = pg.ScatterPlotItem(
                [x],
                [y],
                size=14,
                symbol="star" if mark.here else "o",
                brush=colour if mark.here else None,
                pen=None if mark.here else pg.mkPen(colour, width=1.5),
            )
            text = pg.TextItem(mark.label, color=colour, anchor=(0, 1))
            text.setPos(x, y)
            self.widget.addItem(dot)
            self.widget.addItem(text)
            return
        style = Qt.PenStyle.SolidLine if mark.here else Qt.PenStyle.DashLine
        upright = x is not None
        line = pg.InfiniteLine(
            pos=x if upright else y,
            angle=90 if upright else 0,
            pen=pg.mkPen(colour, width=1.5, style=style),
            label=mark.label,
            labelOpts={
                "color": colour,
                "position": _label_place(mark, number),
                "anchors": [(0, 1), (1, 1)] if upright else [(1, 0), (1, 1)],
            },
        )
        if text_width(self.font(), mark.label) > LABEL_WIDTH:
            line.label.setTextWidth(LABEL_WIDTH)
        if (x if upright else y) is not None:
            self.widget.addItem(line)


def describe(plot: Plot) -> str:
    """Tell the numbers of `plot` to who cannot see it."""
    parts = []
    for curve in plot.curves:
        if curve.x:
            ends = f"from {significant(curve.y[0])} at {significant(curve.x[0])}"
            parts.append(f"{curve.label}: {ends} to {significant(curve.y[-1])} at {significant(curve.x[-1])}")
    parts += [mark.label for mark in plot.marks]
    return f"{plot.y.label} over {plot.x.label}. " + "; ".join(parts)


def _label_place(mark: Mark, number: int) -> float:
    """Return where along its line a mark is named: across at the right, upright at a height of its own."""
    if mark.x is None:
        return 0.98
    return 0.85 if mark.here else 0.05 + 0.11 * (number % 4)


def _entry(plot: Plot, number: int, theme: Theme) -> Entry:
    curve = plot.curves[number]
    return Entry(
        label=curve.label,
        colour=QColor(_colour(curve, theme)),
        style=STYLES[_rank(plot, number) % len(STYLES)],
        joined=curve.joined,
        dotted=curve.measured or not curve.joined,
    )


def _rank(plot: Plot, number: int) -> int:
    """Return how many curves of the same role come before: they differ in their dashes."""
    role = plot.curves[number].role
    return sum(curve.role == role for curve in plot.curves[:number])


def _colour(curve: Curve, theme: Theme) -> str:
    return {"baseline": theme.baseline, "candidate": theme.candidate, "neutral": theme.text, "theory": theme.muted}[
        curve.role
    ]


def _placed(value: float | None, axis: Axis) -> float | None:
    """Return where `value` lies on the axis as it is drawn; None where it cannot."""
    if value is None or not isfinite(value) or (axis.log and value <= 0):
        return None
    return log10(value) if axis.log else value
