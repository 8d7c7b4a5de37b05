"""The page of sweeps: what to sweep above, what was found below, as far as it got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from sepviz.gui.views.crossover_view import CrossoverView
from sepviz.gui.views.page import plain_label, scrolled_page
from sepviz.gui.views.plot_view import PlotView
from sepviz.gui.views.still_plot import hold_still
from sepviz.gui.views.sweep_controls import SweepControls
from sepviz.lab.break_even import break_evens
from sepviz.lab.crossover import CrossoverResult
from sepviz.lab.sweep import SweepResult
from sepviz.lab.sweep_plot import sweep_plots
from sepviz.study.quantity import count

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from sepviz.engine.machine import MachinePeak

PLOT_HEIGHT, PLOT_WIDTH = 270, 400
INTRODUCTION = (
    "How both layers change along one setting, all others being as they are now: counted at every point and, if you "
    "like, timed on this machine. Break-even points are marked. Two settings at once make a crossover map."
)


class SweepPage(QWidget):
    """Asks for sweeps and shows what they found."""

    save_requested = Signal()
    hovered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Sweeps of a setting")
        self.controls = SweepControls()
        self._state, self._notes = plain_label(), plain_label(muted=True)
        self._state.setAccessibleName("State of the sweep")
        self._save = QPushButton("Save numbers…")
        self._save.setToolTip("Save every point as CSV or JSON, as far as the sweep got")
        self._save.clicked.connect(self.save_requested)
        self._plots: list[PlotView] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(14)
        self._columns = 0
        self.map = CrossoverView()
        self.map.hovered.connect(self.hovered)
        self._fill(scrolled_page(self))
        self.show_result(None)

    def show_result(self, result: SweepResult | CrossoverResult | None, peak: MachinePeak | None = None) -> None:
        """Show what was found so far."""
        self._save.setVisible(result is not None)
        is_map = isinstance(result, CrossoverResult)
        self.map.setVisible(is_map)
        self.map.show_result(result if isinstance(result, CrossoverResult) else None)
        plots = sweep_plots(result, peak) if isinstance(result, SweepResult) else ()
        while len(self._plots) < len(plots):
            self._plots.append(self._plot())
        for number, view in enumerate(self._plots):
            view.setVisible(number < len(plots))
            view.show_plot(plots[number] if number < len(plots) else None)
        self._notes.setText(notes(result) if result is not None else "")

    def show_state(self, text: str, *, running: bool) -> None:
        """Say how the sweep stands; while it is `running` it can be stopped."""
        self._state.setText(text)
        self.controls.show_running(running)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the plots in one column where two would be too narrow."""
        super().resizeEvent(event)
        self._arrange()

    def _fill(self, page: QWidget) -> None:
        told = QHBoxLayout()
        told.addWidget(self._state, 1)
        told.addWidget(self._save)
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        column.addWidget(plain_label(INTRODUCTION))
        column.addWidget(self.controls)
        column.addLayout(told)
        column.addLayout(self._grid)
        column.addWidget(self.map)
        column.addWidget(self._notes)
        column.addStretch(1)

    def _plot(self) -> PlotView:
        view = PlotView()
        view.setFixedHeight(PLOT_HEIGHT)
        hold_still(view.widget)
        self._grid.addWidget(view, len(self._plots) // max(1, self._columns), len(self._plots) % max(1, self._columns))
        return view

    def _arrange(self) -> None:
        columns = 2 if self.width() >= 2 * PLOT_WIDTH else 1
        if columns == self._columns:
            return
        self._columns = columns
        for number, view in enumerate(self._plots):
            self._grid.addWidget(view, number // columns, number % columns)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)


def notes(result: SweepResult | CrossoverResult) -> str:
    """Return the break-even points in words, and the values at which the layers cannot be."""
    evens = [] if isinstance(result, CrossoverResult) else [f"{even.label}." for even in break_evens(result)]
    lost = [f"{' × '.join(map(count, point.at))} left out: {point.problem}" for point in result.points if point.problem]
    return "\n".join([*evens, *lost[:5], *([f"and {count(len(lost) - 5)} more"] if len(lost) > 5 else [])])
