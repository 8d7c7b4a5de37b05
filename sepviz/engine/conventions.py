"""How well-known counters count the same layer, so that a number from one of them can be reconciled with ours.

They agree on the convolution itself and differ in two things only: whether a multiplication and an addition are one
operation or two, and whether adding the bias is an operation.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sepviz.engine.cost import BlockCost, LayerCost


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """A row of :data:`CONVENTIONS`: who counts like this, and by what rule.

    Attributes
    ----------
    name, label : str
        Its key, and what the number is called.
    counters : tuple of str
        The programs that print it; empty for the textbook's own.
    rule : str
        In words.
    per_mac : int
        Operations that one multiply-accumulate counts for.
    counts_bias : bool
        Whether adding the bias is one operation for each output element.
    """

    name: str
    label: str
    counters: tuple[str, ...]
    rule: str
    per_mac: int
    counts_bias: bool

    def count_layer(self, layer: LayerCost) -> int:
        """Return the operations of `layer`; whether it has a bias follows from its parameters."""
        has_bias = layer.params > prod(layer.weight_shape)
        additions = prod(layer.output_shape) if has_bias and self.counts_bias else 0
        return self.per_mac * layer.macs + additions

    def count_block(self, block: BlockCost) -> int:
        """Return the operations of all layers of `block`."""
        return sum(self.count_layer(layer) for layer in block.layers)

    def describe(self) -> str:
        """Return rule and counters in words."""
        return f"{self.rule} {self.who_counts()}"

    def who_counts(self) -> str:
        """Name the programs that print this number."""
        if not self.counters:
            return "As textbooks count; none of the four counters known here prints it."
        return f"As printed by {' and '.join(self.counters)}."


CONVENTIONS: dict[str, Convention] = {
    convention.name: convention
    for convention in (
        Convention(
            name="macs",
            label="MACs, bias not counted",
            counters=('fvcore (its "flops")', "thop"),
            rule="One for each multiply-accumulate; adding a bias is free.",
            per_mac=1,
            counts_bias=False,
        ),
        Convention(
            name="macs-and-bias",
            label="MACs, bias counted",
            counters=("ptflops", 'torchinfo (its "mult-adds")'),
            rule="One for each multiply-accumulate, and one for each output element that a bias is added to.",
            per_mac=1,
            counts_bias=True,
        ),
        Convention(
            name="flops",
            label="FLOPs, bias counted",
            counters=(),
            rule="Two for each multiply-accumulate, its multiplication and its addition, and one for each output "
            "element that a bias is added to.",
            per_mac=2,
            counts_bias=True,
        ),
    )
}
"""The ways of counting, by name; the first is how this program counts MACs."""
