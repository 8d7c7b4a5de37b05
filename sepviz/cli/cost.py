"""``sepviz cost``: what two layers cost, by counting. Nothing here needs a picture, so that it starts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.cli.request import STDOUT, CostRequest, UsageError
from sepviz.engine.conventions import CONVENTIONS
from sepviz.engine.spec import EngineError
from sepviz.export.counting import counting_json, counting_text
from sepviz.export.table import comparison_json, json_text, text_table
from sepviz.study.costs import count_costs, find_problems
from sepviz.study.quantity import shape

if TYPE_CHECKING:
    from sepviz.cli.console import Console
    from sepviz.engine.spec import Shape
    from sepviz.study.study import Study


def cost(request: CostRequest, console: Console) -> int:
    """Count what both layers cost."""
    refuse_problems(request.study, request.input_shape)
    costs = count_costs(request.study, request.input_shape)
    conventions = [CONVENTIONS[name] for name in request.count_as]
    if request.json != STDOUT:
        console.show(f"input {shape(request.input_shape)} (C × H × W)\n{text_table(costs, None)}")
        if conventions:
            console.show(f"\n{counting_text(costs, conventions)}")
    if request.json is not None:
        document = comparison_json(costs, None, None)
        counted = {"operations": counting_json(costs, conventions)} if conventions else {}
        console.deliver(json_text(document | counted), request.json)
    return 0


def refuse_problems(study: Study, input_shape: Shape) -> None:
    """Raise :class:`UsageError` with everything that keeps `study` from being computed."""
    try:
        problems = find_problems(study, input_shape)
    except EngineError as error:
        raise UsageError(str(error)) from None
    if problems:
        raise UsageError("; ".join(problem.message for problem in problems))
