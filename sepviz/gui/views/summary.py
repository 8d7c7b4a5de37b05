"""The strip under the menu that always tells the result: parameters, MACs, bytes, time, each as A → B (7.89× fewer)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from sepviz.gui.views.cost_bars import describe
from sepviz.gui.views.ink import bold, draw_text, ink_of, text_width
from sepviz.gui.views.legend import Legend
from sepviz.gui.views.time_strip import describe as describe_side
from sepviz.study.benchmark import pairs_words
from sepviz.study.quantity import QUANTITIES, data_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepviz.study.benchmark import Benchmark
    from sepviz.study.costs import Costs

_ABSENT = "—"
_WIDEST = {
    "params": ("88.8 k → 88.8 k, ", "88.8× fewer"),
    "macs": ("88.8 M → 88.8 M, ", "88.8× fewer"),
    "bytes": ("88.8 MB → 88.8 MB, ", "88.8× fewer"),
    "seconds": ("88.8 ms → 88.8 ms, ", "88.8× more"),
}
"""The longest rounded texts of each cell, for its width."""
_GAP = 12
_STRETCHES = (14, 15, 16, 15)
"""How the cells share the width: bytes have the longest unit."""


class SummaryCell(QWidget):
    """One quantity: its name, muted, and below it A → B and the ratio, exact where there is room."""

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = self._heading = label
        self._widest = _WIDEST[name]
        self._forms: tuple[str, ...] = (_ABSENT,)
        self._ratio = ""
        self.setAccessibleName(label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """What the cell says at its present width."""
        font = self.font()
        room = self.width() - text_width(bold(font), self._ratio) - 1
        fitting = (form for form in self._forms if text_width(font, form) <= room)
        # the ratio says most: where both do not fit, it stays and the numbers are in the tooltip
        return f"{next(fitting, '' if self._ratio else self._forms[-1])}{self._ratio}"

    @property
    def full_text(self) -> str:
        """What the cell would say if it were wide."""
        return f"{self._forms[0]}{self._ratio}"

    @property
    def heading(self) -> str:
        """What stands above the numbers at the present width."""
        return self._heading if text_width(self.font(), self._heading) <= self.width() else self._label

    def show_text(self, forms: tuple[str, ...], ratio_text: str, details: str, heading: str = "") -> None:
        """Show the first of `forms`, longest first, that fits beside `ratio_text`; `details` tells everything.

        A `heading` stands in place of the name where there is room.
        """
        self._forms, self._ratio, self._heading = forms, ratio_text, heading or self._label
        self.setToolTip(details)
        self.setAccessibleDescription(details)
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for any rounded numbers: always the same, so that changing numbers move nothing."""
        width = text_width(self.font(), self._widest[0]) + text_width(bold(self.font()), self._widest[1])
        return QSize(round(width) + 2, 2 * QFontMetrics(self.font()).height() + 4)

    def minimumSizeHint(self) -> QSize:
        """Return room for the ratio, or the label, alone."""
        widest = max(text_width(bold(self.font()), self._widest[1]), text_width(self.font(), self._label))
        return QSize(round(widest) + 2, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint name and numbers."""
        painter, ink = QPainter(self), ink_of(self.palette())
        half = self.height() / 2
        draw_text(painter, QRectF(0, 0, self.width(), half), self.heading, ink.muted)
        numbers = self.text.removesuffix(self._ratio)
        taken = text_width(self.font(), numbers)
        draw_text(painter, QRectF(0, half, taken, half), numbers, ink.text)
        painter.setFont(bold(self.font()))
        draw_text(painter, QRectF(taken, half, self.width() - taken, half), self._ratio, ink.text)
        painter.end()


class SummaryStrip(QWidget):
    """Legend and four cells; costs follow every change at once, time when it has been measured."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Summary of the comparison")
        self._legend = Legend(stacked=True, parent=self)
        self._cells = {name: SummaryCell(name, QUANTITIES[name].label, self) for name in ("params", "macs", "bytes")}
        self._time = SummaryCell("seconds", "Time (measured)", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(_GAP)
        row.addWidget(self._legend)
        for cell, stretch in zip((*self._cells.values(), self._time), _STRETCHES, strict=True):
            row.addWidget(cell, stretch)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_timing(None, "")

    def show_costs(self, costs: Costs) -> None:
        """Show what both blocks cost."""
        self._legend.show_costs(costs)
        for name, cell in self._cells.items():
            quantity = QUANTITIES[name]
            values = getattr(costs.baseline, name), getattr(costs.candidate, name)
            exact = data_size if name == "bytes" else quantity.number
            forms = _arrow(exact, values), _arrow(quantity.brief, values), _joined(quantity.brief, values)
            cell.show_text(forms, quantity.change(costs.ratio(name)), f"{quantity.help}\n\n{describe(quantity, costs)}")
        self._describe()

    def show_timing(self, benchmark: Benchmark | None, state: str) -> None:
        """Show the measured time, or `state` ("measuring…") while there is none."""
        if benchmark is None:
            self._time.show_text((state or _ABSENT,), "", state or "Not measured yet for these settings.")
        else:
            timing = benchmark.timing
            sides, speedup = (timing.baseline, timing.candidate), timing.speedup
            medians, write = (sides[0].median_s, sides[1].median_s), QUANTITIES["seconds"].write
            forms = _arrow(write, medians), _joined(write, medians)
            words = [f"{letter}: {', '.join(describe_side(side))}" for letter, side in zip("AB", sides, strict=True)]
            verdict = QUANTITIES["seconds"].verdict(speedup.median, 1.0)
            interval = f"interval {QUANTITIES['seconds'].interval(speedup.median, speedup.low, speedup.high)}"
            compared = f"B against A: {verdict} ({pairs_words(timing)}), {interval}"
            details = "\n".join((QUANTITIES["seconds"].help, "", *words, compared, state))
            heading = f"Time ({pairs_words(timing)})"
            self._time.show_text(forms, QUANTITIES["seconds"].change(speedup.median), details.rstrip(), heading)
        self._describe()

    def _describe(self) -> None:
        cells = (*self._cells.values(), self._time)
        self.setAccessibleDescription("\n".join(f"{cell.accessibleName()}: {cell.full_text}" for cell in cells))


def _arrow(write: Callable[[float], str], values: tuple[float, float]) -> str:
    return f"{' → '.join(write(value) for value in values)}, "


def _joined(write: Callable[[float], str], values: tuple[float, float]) -> str:
    """Write both values with the unit once, where it is the same: "70.3 → 76.5 MB"."""
    first, second = (write(value) for value in values)
    number, _, unit = first.partition(" ")
    return f"{number if unit == second.partition(' ')[2] else first} → {second}, "
