"""A sweep or a crossover map as numbers: JSON, CSV, and a table for the terminal."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any

from sepviz.engine.machine import describe
from sepviz.lab.break_even import break_evens
from sepviz.lab.crossover import CrossoverResult
from sepviz.lab.roofline import lower_bound_s
from sepviz.study.quantity import compact, count, data_size, duration, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sepviz.engine.machine import MachinePeak
    from sepviz.lab.sweep import SweepPoint, SweepResult

SIDES = ("baseline", "candidate")
COUNTED = ("params", "macs", "bytes", "intensity")
RATIOS = ("params", "macs", "bytes")
MEASURED = ("median_s", "q1_s", "q3_s", "repeats")
SPEEDUP = ("median", "low", "high")


def sweep_json(result: SweepResult | CrossoverResult, peak: MachinePeak | None = None) -> dict[str, Any]:
    """Return a sweep or a map, as far as it got, as a JSON document.

    Each point holds the value of every swept field and, where the layers can be, "baseline", "candidate" and "ratio" as
    ``sepviz cost`` has them, with the times and the "speedup" where measured; else "problem". With `peak` come the
    seconds that each layer takes at least. A sweep has its "break_even" points, what was measured its "machine".
    """
    question = result.question
    document: dict[str, Any] = {
        "fields": list(fields_of(result)),
        "baseline": question.study.baseline,
        "candidate": question.study.candidate,
        "input_shape": list(question.input_shape or question.study.input_shape),
        "complete": result.is_complete,
        "points": [_point_json(fields_of(result), point, peak) for point in result.points],
    }
    if not isinstance(result, CrossoverResult):
        document["break_even"] = [asdict(even) for even in break_evens(result)]
    return document | ({"machine": asdict(describe())} if question.measure else {})


def sweep_csv(result: SweepResult | CrossoverResult, peak: MachinePeak | None = None) -> str:
    """Return one row for each point of a sweep or a map as CSV with a heading; what is not known is left empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*fields_of(result), *_columns(), "problem"])
    writer.writerows([*point.at, *_cells(point, peak), point.problem] for point in result.points)
    return text.getvalue()


def sweep_text(result: SweepResult | CrossoverResult) -> str:
    """Return a sweep or a map as aligned text for a terminal, with its break-even points and problems below."""
    heading = [*fields_of(result), "params A", "params B", "MACs A", "MACs B", "A / B", "bytes A", "bytes B", "A / B"]
    timed = ["time A", "time B", "A / B"] if result.question.measure else []
    rows = [[*heading, *timed], *(_text_row(point, timed=bool(timed)) for point in result.points if point.costs)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    notes = [] if isinstance(result, CrossoverResult) else [f"{even.label}." for even in break_evens(result)]
    left_out = [
        f"{', '.join(f'{name} = {count(value)}' for name, value in zip(fields_of(result), point.at, strict=True))}: "
        f"{point.problem}"
        for point in result.points
        if point.problem
    ]
    return "\n".join([*lines, "", *notes, *left_out]).rstrip() + "\n"


def fields_of(result: SweepResult | CrossoverResult) -> tuple[str, ...]:
    """Return the names of the swept fields, in the order of a point's values."""
    if isinstance(result, CrossoverResult):
        return result.question.field_x, result.question.field_y
    return (result.question.field,)


def _point_json(fields: Sequence[str], point: SweepPoint, peak: MachinePeak | None) -> dict[str, Any]:
    document: dict[str, Any] = dict(zip(fields, point.at, strict=True))
    if point.costs is None:
        return document | {"problem": point.problem}
    for side in SIDES:
        cost = getattr(point.costs, side)
        document[side] = {name: getattr(cost, name) for name in COUNTED} | {"output_shape": list(cost.output_shape)}
        if peak is not None:
            document[side]["lower_bound_s"] = lower_bound_s(cost, peak)
    document["ratio"] = {name: point.costs.ratio(name) for name in RATIOS}
    if point.timing is not None:
        for side in SIDES:
            document[side] |= {name: getattr(getattr(point.timing, side), name) for name in MEASURED}
        document["speedup"] = {name: _number(getattr(point.timing.speedup, name)) for name in SPEEDUP}
    return document


def _number(value: float) -> float | None:
    return value if isfinite(value) else None


def _columns() -> Iterator[str]:
    for side in SIDES:
        yield from (f"{side}_{name}" for name in (*COUNTED, "lower_bound_s", *MEASURED))
    yield from (f"ratio_{name}" for name in RATIOS)
    yield from (f"speedup_{name}" for name in SPEEDUP)


def _cells(point: SweepPoint, peak: MachinePeak | None) -> Iterator[object]:
    for side in SIDES:
        cost = getattr(point.costs, side, None)
        yield from _values(cost, COUNTED)
        yield None if cost is None or peak is None else lower_bound_s(cost, peak)
        yield from _values(getattr(point.timing, side, None), MEASURED)
    yield from (point.ratio(name) for name in RATIOS)
    yield from _values(point.timing and point.timing.speedup, SPEEDUP)


def _values(owner: object, names: Sequence[str]) -> Iterator[object]:
    return (None if owner is None else getattr(owner, name) for name in names)


def _text_row(point: SweepPoint, *, timed: bool) -> list[str]:
    costs = point.costs
    if costs is None:
        raise ValueError(f"the point at {point.at} has no costs to write")
    blocks, row = (costs.baseline, costs.candidate), [count(value) for value in point.at]
    row += [compact(block.params) for block in blocks]
    row += [*(compact(block.macs) for block in blocks), ratio(costs.ratio("macs"))]
    row += [*(data_size(block.bytes) for block in blocks), ratio(costs.ratio("bytes"))]
    if not timed:
        return row
    if point.timing is None:
        return [*row, "", "", ""]
    times = (duration(getattr(point.timing, side).median_s) for side in SIDES)
    return [*row, *times, ratio(point.timing.speedup.median)]
