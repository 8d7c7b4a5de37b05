"""The crossover map: which layer takes less at every pair of values, and where counting says that it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsRectItem, QVBoxLayout, QWidget

from sepviz.gui.theme import Theme, theme_of
from sepviz.gui.views.ink import bold
from sepviz.gui.views.page import plain_label
from sepviz.gui.views.still_plot import hold_still
from sepviz.lab.sweep import own_value
from sepviz.render.colormap import COLORMAPS
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.quantity import count, counted, ratio, significant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.lab.crossover import CrossoverResult

COLOURS = "CET-CBD1"
"""Blue where the ratio is below 1 (A is less), brown where it is above (B is less), as the layers' own colours are."""
LEAST_OCTAVES = 1.0
"""The colours reach to a factor of 2 at least, so that small differences look small."""
MOST_LABELS = 200
"""Cells beyond which their numbers would not be readable."""
HEIGHT, NUMBER_MARGIN, LABEL_MARGIN = 420, 4, 1
INK, LINE, VEIL = "#1b1f24", "#1b1f24a0", "#ffffffc8"
"""What is written on the cells, which are light in both themes."""


class CrossoverView(QWidget):
    """One map as coloured cells with their numbers; the counted ratio as contour lines."""

    hovered = Signal(str)
    """What the pointer is over, or ""."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: CrossoverResult | None = None
        self._title, self._words = plain_label(), plain_label(muted=True)
        self._title.setFont(bold(self.font()))
        self.widget = pg.PlotWidget(enableMenu=False)
        self.widget.setAcceptDrops(False)
        hold_still(self.widget)
        self.widget.hideButtons()
        self.widget.setFixedHeight(HEIGHT)
        # pyqtgraph makes a menu that belongs to nobody and would outlive the plot; as a child it would be seen
        menu = self.widget.getPlotItem().ctrlMenu
        menu.setParent(self.widget)
        menu.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._title, self.widget, self._words):
            column.addWidget(widget)
        self.widget.scene().sigMouseMoved.connect(self._on_scene_mouse_moved)

    def show_result(self, result: CrossoverResult | None) -> None:
        """Draw the map as far as it got, or nothing."""
        self._result = result
        self.widget.clear()
        if result is None:
            return
        theme, quantity = theme_of(self.palette()), shown_quantity(result)
        ratios, counted = result.grid(quantity), result.grid("macs")
        self._dress(result, theme)
        self._draw_cells(ratios)
        if quantity != "macs":
            self._draw_contours(counted)
        self._draw_numbers(ratios)
        self._draw_here(result, theme)
        self._title.setText(f"{_NAMES[quantity]}, A / B, over {_label(result, 'x')} and {_label(result, 'y')}")
        self._words.setText(explain(result))
        self.setAccessibleName(self._title.text())
        self.setAccessibleDescription(explain(result))

    def changeEvent(self, event: QEvent) -> None:
        """Draw again in the colours of the window when they change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._result is not None:
            self.show_result(self._result)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the cell that the pointer was over."""
        self.hovered.emit("")

    def _dress(self, result: CrossoverResult, theme: Theme) -> None:
        self.widget.setBackground(theme.canvas)
        values = {"bottom": result.question.values_x, "left": result.question.values_y}
        for side, axis in (("bottom", "x"), ("left", "y")):
            item = self.widget.getAxis(side)
            item.setPen(theme.line)
            item.setTextPen(theme.text)
            item.setLabel(_label(result, axis), color=theme.text)
            item.enableAutoSIPrefix(False)
            item.setTicks([[(place + 0.5, count(value)) for place, value in enumerate(values[side])]])
        columns, rows = len(result.question.values_x), len(result.question.values_y)
        self.widget.setRange(QRectF(0, 0, columns, rows), padding=0.01)

    def _draw_cells(self, ratios: NDArray[np.float64]) -> None:
        rows, columns = ratios.shape
        image = pg.ImageItem(_levels(ratios), axisOrder="row-major", lut=COLORMAPS[COLOURS].rgba(), levels=(0, 255))
        image.setRect(QRectF(0, 0, columns, rows))
        self.widget.addItem(image)

    def _draw_numbers(self, ratios: NDArray[np.float64]) -> None:
        """Write the number of every cell on the cell's own colour, so that no contour comes near it."""
        if ratios.size > MOST_LABELS:
            return
        colours = COLORMAPS[COLOURS].rgba()[_levels(ratios)]
        for (row, column), value in np.ndenumerate(ratios):
            if np.isfinite(value):
                fill = QColor(*map(int, colours[row, column]))
                text = pg.TextItem(ratio(value), color=INK, anchor=(0.5, 0.5), fill=fill)
                text.textItem.document().setDocumentMargin(NUMBER_MARGIN)
                text.updateTextPos()
                text.setPos(column + 0.5, row + 0.5)
                self.widget.addItem(text)

    def _draw_contours(self, counted: NDArray[np.float64]) -> None:
        counted = known_rows(counted)  # a contour through what is not known yet would be made up
        if min(counted.shape) < 2:
            return
        logs, placed = np.log2(counted), 0
        for level in range(int(np.ceil(logs.min())), int(np.floor(logs.max())) + 1):
            # equal MACs are the line that matters: it is the thickest
            pen = pg.mkPen(LINE, width=3 if level == 0 else 1.4, style=Qt.PenStyle.DashLine)
            self.widget.addItem(pg.IsocurveItem(data=logs, level=level, pen=pen, axisOrder="row-major"))
            spot = label_spot(logs, level, placed)
            if spot is not None:
                placed += 1
                text = pg.TextItem(f"MACs {2.0**level:g}×", color=INK, anchor=(0.5, 0.5), fill=VEIL)
                text.textItem.document().setDocumentMargin(LABEL_MARGIN)  # it lies between the numbers of two rows
                text.updateTextPos()
                text.setPos(*spot)
                text.setZValue(1)  # above the numbers, which are drawn after all lines
                self.widget.addItem(text)

    def _draw_here(self, result: CrossoverResult, theme: Theme) -> None:
        question = result.question
        places = [
            _place(own_value(question.study, field, question.input_shape), values)
            for field, values in ((question.field_x, question.values_x), (question.field_y, question.values_y))
        ]
        if all(place is not None for place in places):
            x, y = places
            for colour, width in ((theme.canvas, 6), (theme.text, 3)):
                frame = QGraphicsRectItem(QRectF(x or 0, y or 0, 1, 1))
                frame.setPen(pg.mkPen(colour, width=width))
                self.widget.addItem(frame)

    def _on_scene_mouse_moved(self, place: QPointF) -> None:
        if self._result is None:
            return
        spot = self.widget.getPlotItem().vb.mapSceneToView(place)
        self.hovered.emit(read_cell(self._result, int(np.floor(spot.x())), int(np.floor(spot.y()))))


_NAMES = {"seconds": "Measured time", "macs": "MACs"}


def shown_quantity(result: CrossoverResult) -> str:
    """Return what the colours show: time where it was measured, else MACs."""
    return "seconds" if result.question.measure else "macs"


def explain(result: CrossoverResult) -> str:
    """Tell what the colours and lines mean and what the map found."""
    quantity = shown_quantity(result)
    ratios = result.grid(quantity)
    known = ratios[np.isfinite(ratios)]
    if not known.size:
        return "No pair of values has been looked at yet."
    less = "is faster" if quantity == "seconds" else "has fewer MACs"
    lines = " Dashed lines: the ratio that the MACs promise." if quantity == "seconds" else ""
    left_out = sum(bool(point.problem) for point in result.points)
    problems = f" At {counted(left_out, 'pairs')} the layers cannot be." if left_out else ""
    return (
        f"Brown: B {less}; blue: A {less}; white: equal. B {less} at {count((known > 1).sum())} of "
        f"{counted(known.size, 'pairs')}; A / B goes from {significant(known.min())} to {significant(known.max())}. "
        f"The framed cell is where you are.{lines}{problems}"
    )


def read_cell(result: CrossoverResult, column: int, row: int) -> str:
    """Return what a cell says, or "" beside the map."""
    question = result.question
    columns = len(question.values_x)
    if not (0 <= column < columns and 0 <= row < len(question.values_y)) or row * columns + column >= len(
        result.points
    ):
        return ""
    point = result.points[row * columns + column]
    where = f"{_label(result, 'x')} {count(question.values_x[column])}, {_label(result, 'y')} "
    where += count(question.values_y[row])
    if point.problem:
        return f"{where}: {point.problem}"
    found = (("time", point.ratio("seconds")), ("MACs", point.ratio("macs")), ("bytes", point.ratio("bytes")))
    return f"{where}: A / B " + ", ".join(f"{name} {ratio(value)}" for name, value in found if value is not None)


def _label(result: CrossoverResult, axis: str) -> str:
    return STUDY_PARAMS[getattr(result.question, f"field_{axis}")].label


def _reach(ratios: NDArray[np.float64]) -> float:
    """Return how many octaves the colours reach to either side of 1."""
    known = ratios[np.isfinite(ratios)]
    return max(LEAST_OCTAVES, float(np.abs(np.log2(known)).max())) if known.size else LEAST_OCTAVES


def _levels(ratios: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return levels 1 to 255 for ratios, logarithmic around 1; 0 where nothing is known."""
    share = np.log2(np.where(np.isfinite(ratios), ratios, 1.0)) / _reach(ratios)
    levels = 1 + np.rint(127 * (1 + share.clip(-1, 1)))
    return np.where(np.isfinite(ratios), levels, 0).astype(np.uint8)


def _place(value: int | None, values: tuple[int, ...]) -> int | None:
    """Return which of `values` the study has."""
    return values.index(value) if value in values else None


def known_rows(ratios: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rows of a map, from the first on, of which every ratio is known."""
    complete = np.isfinite(ratios).all(axis=1)
    return ratios if complete.all() else ratios[: int(np.argmin(complete))]


def label_spot(logs: NDArray[np.float64], level: float, turn: int) -> tuple[float, float] | None:
    """Return where the contour of `level` passes between two rows of cells, so that its label hides no number.

    Contours take turns: each prefers the boundary after that of the one before.
    """
    paths = pg.functions.isocurve(logs.T, level, connected=False)
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for (x0, y0), (x1, y1) in paths]
    if not middles:
        return None
    wanted = 1 + turn % max(1, len(logs) - 1)
    return min(middles, key=lambda place: (round(abs(place[1] - round(place[1])), 1), abs(place[1] - wanted)))
