"""``sepviz bench``: how long two layers take on this machine, on noise of a given shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.cli.answer import TaskError, answer_to
from sepviz.cli.cost import refuse_problems
from sepviz.cli.request import STDOUT, BenchRequest, UsageError
from sepviz.engine.machine import MachinePeak, measure_peak, remembered_peak
from sepviz.export.table import benchmark_json, explanation_text, json_text, text_table
from sepviz.study.benchmark import COLD_CALLS, MeasureTime
from sepviz.study.costs import count_costs
from sepviz.study.method_note import method_note
from sepviz.study.quantity import shape

if TYPE_CHECKING:
    from sepviz.cli.console import Console


def bench(request: BenchRequest, console: Console) -> int:
    """Measure how long both layers take."""
    refuse_problems(request.study, request.input_shape)
    task = MeasureTime(
        study=request.study,
        input_shape=request.input_shape,
        budget_s=request.budget_s,
        cold=COLD_CALLS if request.json != STDOUT else 0,
        layers=request.json != STDOUT,
    )
    if reason := task.refusal():
        raise UsageError(reason)
    if note := method_note(request.study, request.input_shape):
        console.note(note)
    try:
        benchmark = answer_to(task, "timing", "the layers were not timed", console)
    except TaskError as error:
        raise UsageError(str(error)) from None
    if request.json != STDOUT:
        peak = remembered_peak() or _measured_peak(console)
        costs = count_costs(request.study, request.input_shape)
        console.show(f"input {shape(request.input_shape)} (C × H × W)\n{text_table(costs, benchmark)}")
        console.show(explanation_text(benchmark, peak))
    if request.json is not None:
        console.deliver(json_text(benchmark_json(benchmark)), request.json)
    return 0


def _measured_peak(console: Console) -> MachinePeak:
    return answer_to(measure_peak, "measuring this machine, once", "this machine was not measured", console)
