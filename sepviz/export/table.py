"""A comparison as numbers: JSON, CSV, and a table for the terminal."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import asdict
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from sepviz.engine.block import BLOCKS
from sepviz.engine.machine import describe
from sepviz.export.caption import measured_how
from sepviz.lab.explanation import cold_words, explain, method_words
from sepviz.lab.roofline import HEADINGS, layer_rows, roofline
from sepviz.study.benchmark import interval_words, pairs_words
from sepviz.study.compare import Comparison
from sepviz.study.costs import count_costs
from sepviz.study.quantity import COUNTED, QUANTITIES, compact, count, duration, shape
from sepviz.study.survey import overview_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sepviz.engine.cost import BlockCost
    from sepviz.engine.machine import MachinePeak
    from sepviz.engine.timing import Timing
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.costs import Costs
    from sepviz.study.survey import Answer

CSV_COLUMNS = (
    *("block", "kind", "layer", "weight_shape", "input_shape", "output_shape"),
    *("params", "macs", "bytes", "intensity"),
    *("min", "max", "mean", "std"),
    *("median_s", "q1_s", "q3_s", "repeats"),
)
LINE_WIDTH = 100
SIDES = ("baseline", "candidate")


def comparison_json(costs: Costs, comparison: Answer | None, benchmark: Benchmark | None) -> dict[str, Any]:
    """Return the costs of both layers as a JSON document, with what else is known.

    With `comparison` come the picture as the layers read it and statistics of both outputs; with `benchmark`, in the
    same places as in :func:`benchmark_json`, the measured times. What is not finite becomes null.
    """
    document: dict[str, Any] = {side: _cost_json(getattr(costs, side)) for side in SIDES}
    document["ratio"] = {name: _number(costs.ratio(name)) for name in ("params", "macs", "bytes")}
    if comparison is not None:
        document["input"] = _input_json(comparison)
        for side in SIDES:
            document[side]["statistics"] = _statistics(comparison, side)
    if benchmark is not None:
        times = benchmark_json(benchmark)
        for side in SIDES:
            document[side] |= times.pop(side)
        document |= times
    return document


def benchmark_json(benchmark: Benchmark) -> dict[str, Any]:
    """Return measured times as a JSON document: both layers, the speed-up with its range, the machine."""
    timing = benchmark.timing
    document: dict[str, Any] = {side: _timing_json(getattr(timing, side)) for side in SIDES}
    speedup = {name: _number(getattr(timing.speedup, name)) for name in ("median", "low", "high")}
    return document | {"speedup": speedup, "machine": asdict(describe())}


def json_text(document: object) -> str:
    """Return `document` as JSON text ending in a new line; a value that is no valid JSON raises :class:`ValueError`."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def statistics(maps: NDArray[np.floating]) -> dict[str, float | None]:
    """Return min, max, mean and std of all values of `maps`; None for what is not finite."""
    with np.errstate(all="ignore"):
        found = maps.min(), maps.max(), maps.mean(dtype=np.float64), maps.std(dtype=np.float64)
    return {name: _number(float(value)) for name, value in zip(("min", "max", "mean", "std"), found, strict=True)}


def _statistics(comparison: Answer, side: str) -> dict[str, float | None]:
    """Return the statistics of the output of `side`; a survey knows them already."""
    if isinstance(comparison, Comparison):
        return statistics(getattr(comparison, side).output)
    digest = comparison.overviews[overview_name(side, len(getattr(comparison, side).block.layers) - 1)].digest
    found = float(digest.ranges[:, 0].min()), float(digest.ranges[:, 1].max()), digest.mean, digest.std
    return {name: _number(value) for name, value in zip(("min", "max", "mean", "std"), found, strict=True)}


def comparison_csv(costs: Costs, comparison: Answer | None = None, benchmark: Benchmark | None = None) -> str:
    """Return one row per layer, and one for each block's total, as CSV with a heading; shapes as 64x3x3x3.

    The rows of the totals have the statistics of the output where `comparison` is given, and the measured times in
    seconds where `benchmark` is; a cell of what is not known, or not finite, is empty.
    """
    document = comparison_json(costs, comparison, benchmark)
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for side in SIDES:
        writer.writerows(_csv_rows(side, document[side]))
    return text.getvalue()


def text_table(costs: Costs, benchmark: Benchmark | None) -> str:
    """Return both layers' costs as aligned text for a terminal, at most 100 columns wide."""
    labels = [BLOCKS[getattr(costs, side).kind].label for side in SIDES]
    heading = ["", *(f"{letter}: {label}" for letter, label in zip("AB", labels, strict=True)), "B against A"]
    totals = aligned([heading, *_quantity_rows(costs), *_time_rows(benchmark)])
    layers = aligned(_layer_rows(costs, exact=True))
    if max(map(len, layers)) > LINE_WIDTH:
        layers = aligned(_layer_rows(costs, exact=False))
    return "\n".join([*totals, "", *layers, "", *_notes(benchmark), ""])


def explanation_text(benchmark: Benchmark, peak: MachinePeak | None) -> str:
    """Return as text why both layers take the time they take.

    Every layer's least time beside the measured one, the method, the bound, the reason, and what idling costs.
    """
    told = explain(benchmark, peak) if peak else None
    costs = count_costs(benchmark.study, benchmark.input_shape)
    layers = [HEADINGS, *layer_rows(roofline(costs, peak, benchmark))] if peak else []
    unknown = "The limits of this machine were not measured yet: 'sepviz doctor --measure' does that."
    sentences = (
        method_words(benchmark),
        *((told.bound, told.reason) if told else (unknown,)),
        cold_words(benchmark.timing),
    )
    words = [line for sentence in sentences for line in wrap(sentence, LINE_WIDTH)]
    return "\n".join([*aligned(layers), *[""] * bool(layers), *words, ""])


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _cost_json(cost: BlockCost) -> dict[str, Any]:
    layers = [
        {
            **{"name": layer.name, "params": layer.params, "macs": layer.macs, "bytes": layer.bytes},
            "intensity": layer.intensity,
            **{name: list(getattr(layer, name)) for name in ("input_shape", "output_shape", "weight_shape")},
        }
        for layer in cost.layers
    ]
    totals = {"params": cost.params, "macs": cost.macs, "bytes": cost.bytes, "intensity": cost.intensity}
    return {"kind": cost.kind, **totals, "output_shape": list(cost.output_shape), "layers": layers}


def _input_json(comparison: Answer) -> dict[str, Any]:
    picture, (_, height, width) = comparison.study.picture, comparison.input.shape
    name, mode = (picture.name, picture.mode) if picture else ("", "")
    return {"name": name, "width": width, "height": height, "mode": mode}


def _timing_json(timing: Timing) -> dict[str, Any]:
    times = {name: _number(getattr(timing, name)) for name in ("median_s", "q1_s", "q3_s")}
    return times | {"repeats": timing.repeats}


def _csv_rows(side: str, block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a block of the JSON document: the same numbers, so the two can never differ."""
    start = {"block": side, "kind": block["kind"]}
    layers = block["layers"]
    for layer in layers:
        yield start | {"layer": layer["name"]} | _flat(layer)
    whole = block | {"input_shape": layers[0]["input_shape"]} | block.get("statistics", {})
    yield start | {"layer": "total"} | _flat(whole)


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    return {name: "x".join(map(str, value)) if name.endswith("shape") else value for name, value in values.items()}


def _quantity_rows(costs: Costs) -> Iterator[list[str]]:
    for quantity in COUNTED:
        values = [getattr(getattr(costs, side), quantity.name) for side in SIDES]
        unit = quantity.unit if quantity.name == "intensity" else ""
        label = f"{quantity.label} ({unit})" if unit else quantity.label
        numbers = [count(value) if isinstance(value, int) else f"{value:,.2f}" for value in values]
        yield [label, *numbers, quantity.change(costs.ratio(quantity.name))]
    yield ["Output (C × H × W)", *(shape(getattr(costs, side).output_shape) for side in SIDES), ""]


def _time_rows(benchmark: Benchmark | None) -> Iterator[list[str]]:
    if benchmark is None:
        return
    timing = benchmark.timing
    quantity = QUANTITIES["seconds"]
    pair = timing.baseline, timing.candidate
    medians = (duration(each.median_s) for each in pair)
    yield [f"{quantity.label}, median, measured", *medians, quantity.change(timing.speedup.median)]
    spread = quantity.interval(timing.speedup.median, timing.speedup.low, timing.speedup.high)
    yield ["  quartiles", *(f"{duration(each.q1_s)} – {duration(each.q3_s)}" for each in pair), spread]
    ends = [(min(each.samples_s), max(each.samples_s)) for each in pair]
    yield ["  fastest – slowest", *(f"{duration(first)} – {duration(last)}" for first, last in ends), ""]


def _layer_rows(costs: Costs, *, exact: bool) -> list[list[str]]:
    rows = [["layer", "weights", "output", "parameters", "MACs", "bytes"]]
    for letter, side in zip("AB", SIDES, strict=True):
        for layer in getattr(costs, side).layers:
            shapes = ["×".join(map(str, sides)) for sides in (layer.weight_shape, layer.output_shape)]
            numbers = layer.params, layer.macs, layer.bytes
            rows.append([f"{letter}: {layer.name}", *shapes, *map(count if exact else compact, numbers)])
    return rows


def _notes(benchmark: Benchmark | None) -> list[str]:
    notes = ["1 MAC = 1 multiplication + 1 addition, bias not counted; bytes: float32, each layer on its own."]
    if benchmark is None:
        return [*notes, "Time not measured."]
    pairs, interval = pairs_words(benchmark.timing), interval_words(benchmark.timing)
    measured = f"Measured: {measured_how(benchmark)} The ratio of the times is the {pairs}, its range their {interval}."
    return [*notes, *wrap(measured, LINE_WIDTH)]


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return `rows` as lines: the first column flush left, the others flush right, all two spaces apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        lines.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    return lines
