"""The same layers as other counters print their operations: which row of the table, and what becomes of the MACs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from sepviz.engine.conventions import CONVENTIONS
from sepviz.gui.panel.numbers import calm_wheel
from sepviz.gui.views.page import plain_label
from sepviz.study.quantity import QUANTITIES, count

if TYPE_CHECKING:
    from sepviz.engine.conventions import Convention
    from sepviz.engine.cost import BlockCost, LayerCost
    from sepviz.study.costs import Costs
    from sepviz.study.quantity import Quantity

USUAL = next(iter(CONVENTIONS.values()))
"""How this program counts everywhere else."""


class CountingSwitch(QWidget):
    """Chooses a way of counting, and says which programs print that number."""

    chosen = Signal(str)
    """A name of :data:`sepviz.engine.conventions.CONVENTIONS`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box, self._note = QComboBox(self), plain_label(muted=True)
        calm_wheel(self._box)
        for number, convention in enumerate(CONVENTIONS.values()):
            self._box.addItem(convention.label, convention.name)
            self._box.setItemData(number, convention.describe(), Qt.ItemDataRole.ToolTipRole)
        self._box.setAccessibleName("Count operations as")
        name = QLabel("Count as:", self)
        name.setBuddy(self._box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(name)
        row.addWidget(self._box)
        row.addWidget(self._note, 1)
        self._box.currentIndexChanged.connect(self._on_box_index_changed)
        self._tell(USUAL)

    def _on_box_index_changed(self, index: int) -> None:
        convention = CONVENTIONS[self._box.itemData(index)]
        self._tell(convention)
        self.chosen.emit(convention.name)

    def _tell(self, convention: Convention) -> None:
        self._note.setText(convention.who_counts())
        self._box.setToolTip(convention.describe())
        self._box.setAccessibleDescription(convention.describe())


def operations(convention: Convention) -> Quantity:
    """Return the quantity that `convention` makes of the MACs: what it is called and how it is written."""
    macs = QUANTITIES["macs"]
    if convention is USUAL:
        return macs
    unit = convention.label.partition(",")[0]
    formula = f"Each layer: {convention.per_mac} × MACs, plus its output elements where it has a bias."
    return replace(
        macs,
        label=convention.label,
        unit=unit,
        help=convention.describe(),
        formula=formula,
        write=lambda value: f"{count(value)} {unit}",
    )


def recounted(costs: Costs, convention: Convention) -> Costs:
    """Return `costs` with the operations of `convention` in the place of the MACs; only those may be read from it."""
    return replace(
        costs, baseline=_recounted(costs.baseline, convention), candidate=_recounted(costs.candidate, convention)
    )


def _recounted(block: BlockCost, convention: Convention) -> BlockCost:
    return replace(block, layers=tuple(_layer(layer, convention) for layer in block.layers))


def _layer(layer: LayerCost, convention: Convention) -> LayerCost:
    return replace(layer, macs=convention.count_layer(layer))
