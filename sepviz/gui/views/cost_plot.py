"""The view of what both layers cost: four quantities as bars, and every layer in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from sepviz.engine.conventions import CONVENTIONS
from sepviz.gui.views.cost_bars import CostBars
from sepviz.gui.views.cost_table import CostTable
from sepviz.gui.views.counting import USUAL, CountingSwitch, operations, recounted
from sepviz.gui.views.legend import Legend
from sepviz.gui.views.page import plain_label, scrolled_page
from sepviz.study.quantity import COUNTED

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from sepviz.engine.conventions import Convention
    from sepviz.study.costs import Costs

CONVENTION = (
    "Counted from the shapes, not measured. 1 MAC = 1 multiplication + 1 addition; bias counted in parameters, "
    "not in MACs; bytes: float32, each tensor read and written once, unfused."
)


class CostPlot(QWidget):
    """Parameters, MACs, bytes moved and arithmetic intensity of both layers, live while a control moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Costs of both layers")
        self._costs: Costs | None = None
        self._convention = USUAL
        self._legend, self._switch = Legend(parent=self), CountingSwitch(self)
        self._statement = plain_label(CONVENTION, muted=True)
        self._bars = [CostBars(quantity, self) for quantity in COUNTED]
        self._table = CostTable(self)
        self._grid = QGridLayout()
        self._grid.setSpacing(10)
        self._columns = 0
        self._fill(scrolled_page(self))
        self._arrange()
        self._switch.chosen.connect(self._on_switch_chosen)

    def show_costs(self, costs: Costs) -> None:
        """Show what both blocks cost."""
        self._costs = costs
        self._legend.show_costs(costs)
        for quantity, bars in zip(COUNTED, self._bars, strict=True):
            if quantity.name == "macs":
                bars.show_costs(recounted(costs, self._convention), operations(self._convention))
            else:
                bars.show_costs(costs)
        self._table.show_costs(costs, self._convention)
        self.setAccessibleDescription("\n".join(f"{bars.accessibleName()}: {bars.toolTip()}" for bars in self._bars))

    def _on_switch_chosen(self, name: str) -> None:
        self._convention = CONVENTIONS[name]
        self._statement.setText(statement(self._convention))
        if self._costs is not None:
            self.show_costs(self._costs)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the bars in one column where two would be too narrow for their numbers."""
        super().resizeEvent(event)
        self._arrange()

    def _fill(self, page: QWidget) -> None:
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addWidget(self._legend)
        column.addWidget(self._switch)
        column.addLayout(self._grid, 1)
        column.addWidget(self._table)
        column.addWidget(self._statement)
        column.addStretch(0)

    def _arrange(self) -> None:
        needed = 2 * max(bars.minimumSizeHint().width() for bars in self._bars) + 50
        columns = 2 if self.width() >= needed else 1
        if columns == self._columns:
            return
        self._columns = columns
        for index, bars in enumerate(self._bars):
            self._grid.addWidget(bars, index // columns, index % columns)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)


def statement(convention: Convention) -> str:
    """Return what is counted, and how, for the foot of the page."""
    if convention is USUAL:
        return CONVENTION
    return (
        f"Counted from the shapes, not measured. {convention.rule} Bytes: float32, each tensor read and written once, "
        "unfused. FLOP/byte is 2 × MACs / bytes, whatever is chosen here."
    )
