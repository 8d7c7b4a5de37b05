"""The roofline of this machine with every layer of both blocks under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from sepviz.gui.views.ink import bold
from sepviz.gui.views.page import plain_label
from sepviz.gui.views.plot_view import PlotView
from sepviz.gui.views.still_plot import hold_still
from sepviz.study.quantity import duration, significant

if TYPE_CHECKING:
    from sepviz.lab.roofline import Roofline, RooflinePoint

HEIGHT = 340
UNMEASURED = (
    "How fast this machine computes and how fast it reads memory has not been measured yet. It takes about two seconds "
    "and is remembered."
)


class RooflineSection(QFrame):
    """Shows a :class:`~sepviz.lab.roofline.Roofline`, or asks for the machine to be measured."""

    measure_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName("Roofline of this machine")
        title = plain_label("Roofline")
        title.setFont(bold(self.font()))
        title.setWordWrap(False)
        self._measure = QPushButton("&Measure this machine")
        self._measure.setToolTip("Time a matrix product and a copy of memory, for about two seconds")
        self._measure.clicked.connect(self.measure_requested)
        self._text, self._foot = plain_label(), plain_label(muted=True)
        self._plot = PlotView()
        self._plot.setFixedHeight(HEIGHT)
        hold_still(self._plot.widget)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self._measure)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addLayout(head)
        for widget in (self._text, self._plot, self._foot):
            column.addWidget(widget)
        self.show_roofline(None)

    def show_roofline(self, found: Roofline | None) -> None:
        """Show `found`, or that nothing is known of this machine."""
        self._plot.setVisible(found is not None)
        self._text.setText(UNMEASURED if found is None else describe(found))
        self._foot.setText("" if found is None else found.assumption)
        self._measure.setText("&Measure this machine" if found is None else "&Measure this machine again")
        plot = found.plot if found else None
        if plot != self._plot.plot:
            self._plot.show_plot(plot)

    def show_measuring(self, measuring: bool) -> None:
        """While the machine is measured, it cannot be asked for again."""
        self._measure.setEnabled(not measuring)


def describe(found: Roofline) -> str:
    """Tell the machine's limits and the least time of both blocks, with what was measured of them."""
    peak = found.peak
    machine = (
        f"This machine: {significant(peak.gflops)} GFLOP/s at most (float32 matrix product), "
        f"{significant(peak.bandwidth_gbps)} GB/s (copying memory); below {significant(found.ridge)} FLOP/byte memory "
        "is the limit."
    )
    return " ".join((machine, *map(_block, "AB", found.blocks)))


def _block(letter: str, block: RooflinePoint) -> str:
    least = f"{letter} takes at least {duration(block.lower_bound_s)}"
    if block.measured_flops is None:
        return f"{least}."
    return f"{least} and was measured at {duration(block.flops / block.measured_flops)}."
