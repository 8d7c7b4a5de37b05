"""``sepviz sweep``: both layers along one field, or over two; what is done before Ctrl+C is kept."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from sepviz.cli.answer import Question, TaskError, answer_to
from sepviz.cli.options.values import parse_shape
from sepviz.cli.request import STDOUT, SweepRequest, UsageError
from sepviz.engine.machine import remembered_peak
from sepviz.engine.spec import EngineError
from sepviz.export.sweep_table import sweep_csv, sweep_json, sweep_text
from sepviz.export.table import json_text
from sepviz.lab.crossover import CrossoverMap, CrossoverResult
from sepviz.lab.sweep import SWEPT_FIELDS, Sweep, SweepResult, values_of
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.quantity import counted, shape
from sepviz.study.source import SourceError, open_picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepviz.cli.console import Console
    from sepviz.engine.spec import Shape
    from sepviz.study.study import Study

Result: TypeAlias = "SweepResult | CrossoverResult"
INTERRUPTED = 130
"""Exit status after Ctrl+C, as shells have it."""
_RANGE = "write START:STOP:COUNT, START:STOP:COUNT:log or a list such as 1,3,5"


def sweep(request: SweepRequest, console: Console) -> int:
    """Look at both layers along the field, or the two, that were asked for."""
    kept: deque[Result] = deque(maxlen=1)
    task: Question[Result] = _task(request, kept.append)
    try:
        result = answer_to(task, "sweeping", "the sweep was not done", console)
    except TaskError as error:
        raise UsageError(str(error)) from None
    except KeyboardInterrupt:
        if not kept:
            raise
        console.note(f"stopped after {counted(len(kept[0].points), 'points')}; what was found so far follows")
        _hand_over(kept[0], request, console)
        return INTERRUPTED
    _hand_over(result, request, console)
    return 0


def _hand_over(result: Result, request: SweepRequest, console: Console) -> None:
    if STDOUT not in {request.json, request.csv}:
        question = result.question
        read = question.input_shape or question.study.input_shape
        console.show(f"input {shape(read)} (C × H × W)\n{sweep_text(result)}")
    peak = remembered_peak()
    if request.json is not None:
        console.deliver(json_text(sweep_json(result, peak)), request.json)
    if request.csv is not None:
        console.deliver(sweep_csv(result, peak), request.csv)


def _task(request: SweepRequest, tell: Callable[[Result], None]) -> Sweep | CrossoverMap:
    study, input_shape = read_input(request.input, request.study)
    name = field_of(request.field, "--field")
    values = read_range(name, request.range, "--range")
    if request.against is None:
        return Sweep(
            study=study,
            field=name,
            values=values,
            input_shape=input_shape,
            measure=request.measure,
            budget_s_per_point=request.budget_s,
            tell=tell,
        )
    other, _, spread = request.against.partition(":")
    other = field_of(other, "--against")
    if other == name:
        raise UsageError(f"--against is {request.against!r}, the field of --field; name another")
    return CrossoverMap(
        study=study,
        field_x=name,
        values_x=values,
        field_y=other,
        values_y=read_range(other, spread, "--against"),
        input_shape=input_shape,
        measure=request.measure,
        budget_s_per_point=request.budget_s,
        tell=tell,
    )


def read_input(text: str, study: Study) -> tuple[Study, Shape | None]:
    """Return `study` and the shape that `text` writes, or `study` with the picture that it names."""
    if re.match(r"\s*\d+\s*[x×,]\s*\d+", text.lower()):
        return study, parse_shape(text)
    try:
        return replace(study, picture=open_picture(text)), None
    except SourceError as error:
        raise UsageError(str(error)) from None


def field_of(text: str, option: str) -> str:
    """Return the field that `text` names; out-channels and out_channels are the same."""
    name = text.strip().lower().replace("-", "_")
    if name not in SWEPT_FIELDS:
        raise UsageError(f"{option} is {text!r}, which cannot be swept; choose one of {', '.join(SWEPT_FIELDS)}")
    return name


def read_range(name: str, text: str, option: str) -> tuple[int, ...]:
    """Return the values of the field `name` that `text` asks for: 1:512:16, 1:512:16:log, or 1,3,5."""
    if re.fullmatch(r"\s*\d+(\s*,\s*\d+)*\s*", text):
        return tuple(dict.fromkeys(int(number) for number in text.split(",")))
    numbers = re.fullmatch(r"\s*(\d+):(\d+):(\d+)(:log)?\s*", text.lower())
    if numbers is None:
        raise UsageError(f"{option} has the range {text!r}; {_RANGE}")
    start, stop, number = (int(one) for one in numbers.groups()[:3])
    try:
        return values_of(STUDY_PARAMS[name], start, stop, number, log=numbers.group(4) is not None)
    except EngineError as error:
        raise UsageError(f"{option} has the range {text!r}: {error}") from None
