"""The roofline of this machine with every layer of both blocks under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sepviz.gui.views.card import Card
from sepviz.gui.views.ink import bold
from sepviz.gui.views.page import plain_label
from sepviz.gui.views.plot_view import PlotView
from sepviz.gui.views.still_plot import hold_still
from sepviz.lab.roofline import HEADINGS, layer_rows
from sepviz.study.quantity import significant

if TYPE_CHECKING:
    from sepviz.lab.roofline import Roofline

HEIGHT = 340
UNMEASURED = (
    "How fast this machine computes and how fast it reads memory has not been measured yet. It takes about two seconds "
    "and is remembered."
)


class RooflineSection(Card):
    """Shows a :class:`~sepviz.lab.roofline.Roofline`, or asks for the machine to be measured."""

    measure_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Roofline of this machine")
        title = plain_label("Roofline")
        title.setFont(bold(self.font()))
        title.setWordWrap(False)
        self._measure = QPushButton("Measure this machine")
        self._measure.setToolTip(
            "Time a float32 matrix product and a copy of memory for about two seconds: the best of many short runs of "
            "each, taken in turn"
        )
        self._measure.clicked.connect(self.measure_requested)
        self._text, self._foot = plain_label(), plain_label(muted=True)
        self._table = LayerTimes()
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
        for widget in (self._text, self._table, self._plot, self._foot):
            column.addWidget(widget)
        self.show_roofline(None)

    def show_roofline(self, found: Roofline | None) -> None:
        """Show `found`, or that nothing is known of this machine."""
        self._plot.setVisible(found is not None)
        self._table.setVisible(found is not None)
        self._table.show_rows(() if found is None else layer_rows(found))
        self._text.setText(UNMEASURED if found is None else describe(found))
        self._foot.setText("" if found is None else found.assumption)
        self._measure.setText("Measure this machine" if found is None else "Measure this machine again")
        plot = found.plot if found else None
        if plot != self._plot.plot:
            self._plot.show_plot(plot)

    def show_measuring(self, measuring: bool) -> None:
        """While the machine is measured, it cannot be asked for again."""
        self._measure.setEnabled(not measuring)


class LayerTimes(QWidget):
    """What every layer, and every block of several, takes at least, beside what it was measured to take."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Least and measured time of every layer")
        self._rows: tuple[tuple[str, ...], ...] = ()
        self._labels: list[list[QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(len(HEADINGS), 1)

    def show_rows(self, rows: tuple[tuple[str, ...], ...]) -> None:
        """Show `rows` under the headings."""
        if rows == self._rows:
            return
        self._rows = rows
        while len(self._labels) < len(rows) + 1:
            self._add_line()
        for number, line in enumerate(self._labels):
            texts = (HEADINGS, *rows)[number] if number <= len(rows) else ("",) * len(HEADINGS)
            for label, text in zip(line, texts, strict=True):
                label.setText(text)
                label.setVisible(number <= len(rows))
        self.setAccessibleDescription("\n".join(_told(row) for row in rows))

    def _add_line(self) -> None:
        number, line = len(self._labels), []
        for column in range(len(HEADINGS)):
            label = plain_label(muted=number == 0)
            label.setWordWrap(False)
            if column:
                label.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(label, number, column)
            line.append(label)
        self._labels.append(line)


def _told(row: tuple[str, ...]) -> str:
    return ", ".join(f"{heading} {text}" for heading, text in zip(HEADINGS, row, strict=True))


def describe(found: Roofline) -> str:
    """Tell the machine's limits, and how they were found."""
    peak = found.peak
    when = f", {peak.circumstances}" if peak.circumstances else ""
    return (
        f"This machine: {significant(peak.gflops)} GFLOP/s at most (float32 matrix product), "
        f"{significant(peak.bandwidth_gbps)} GB/s (copying memory){when}; below {significant(found.ridge)} FLOP/byte "
        "memory is the limit."
    )
