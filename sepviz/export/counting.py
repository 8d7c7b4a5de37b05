"""The operations of both layers as other programs count them, as a document and as text for a terminal."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from sepviz.export.table import LINE_WIDTH, SIDES, aligned
from sepviz.study.quantity import QUANTITIES, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sepviz.engine.conventions import Convention
    from sepviz.study.costs import Costs


def counting_json(costs: Costs, conventions: Sequence[Convention]) -> dict[str, Any]:
    """Return for each of `conventions`, by name, its rule, who counts like that, and both layers with their parts."""
    return {convention.name: _counted_json(costs, convention) for convention in conventions}


def _counted_json(costs: Costs, convention: Convention) -> dict[str, Any]:
    blocks = {side: getattr(costs, side) for side in SIDES}
    totals = {side: convention.count_block(block) for side, block in blocks.items()}
    layers = {
        side: {layer.name: convention.count_layer(layer) for layer in block.layers} for side, block in blocks.items()
    }
    return {
        "label": convention.label,
        "rule": convention.rule,
        "counters": list(convention.counters),
        **{side: {"operations": totals[side], "layers": layers[side]} for side in SIDES},
        "ratio": totals["baseline"] / totals["candidate"],
    }


def counting_text(costs: Costs, conventions: Sequence[Convention]) -> str:
    """Return as aligned text what each of `conventions` makes of both layers and of their parts, and its rule."""
    layers = [
        (letter, layer) for letter, side in zip("AB", SIDES, strict=True) for layer in getattr(costs, side).layers
    ]
    parts = [*(f"{letter} {layer.name}" for letter, layer in layers)]
    rows = [["Operations", "A", "B", "B against A", *parts]]
    for convention in conventions:
        totals = [convention.count_block(getattr(costs, side)) for side in SIDES]
        own = (count(convention.count_layer(layer)) for _, layer in layers)
        rows.append([convention.label, *map(count, totals), QUANTITIES["macs"].change(totals[0] / totals[1]), *own])
    told = (f"{convention.label}: {convention.describe()}" for convention in conventions)
    return "\n".join([*aligned(rows), "", *(line for text in told for line in wrap(text, LINE_WIDTH)), ""])
