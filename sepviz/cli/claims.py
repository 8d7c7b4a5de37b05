"""``sepviz claims``: what articles say of separable layers, judged for the layers and the input that are named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sepviz.cli.answer import TaskError, answer_to
from sepviz.cli.cost import refuse_problems
from sepviz.cli.request import STDOUT, ClaimsRequest, UsageError
from sepviz.cli.sweep import read_input
from sepviz.engine.machine import remembered_peak
from sepviz.export.table import json_text
from sepviz.export.verdict_table import verdicts_json, verdicts_text
from sepviz.lab.accuracy_claim import judge_accuracy
from sepviz.lab.initialisation import SpreadOfInitialisation
from sepviz.lab.initialisation_claim import judge_initialisation
from sepviz.lab.judge import judge
from sepviz.lab.time_claim import JudgeTime
from sepviz.lab.training import TrainPair
from sepviz.study.quantity import shape

if TYPE_CHECKING:
    from sepviz.cli.console import Console
    from sepviz.engine.spec import Shape
    from sepviz.lab.claims import Verdict
    from sepviz.study.study import Study


def claims(request: ClaimsRequest, console: Console) -> int:
    """Judge every claim that counting can judge, and with the experiments that were asked for the others too."""
    study, given = read_input(request.input, request.study)
    input_shape = given or study.input_shape
    refuse_problems(study, input_shape)
    cards = {verdict.claim.name: verdict for verdict in judge(study, input_shape, remembered_peak())}
    try:
        for name in request.experiments:
            cards[name] = _experiment(name, study, given, console)
    except TaskError as error:
        raise UsageError(str(error)) from None
    verdicts = tuple(cards.values())
    if request.json != STDOUT:
        console.show(f"input {shape(input_shape)} (C × H × W)\n\n{verdicts_text(verdicts)}")
    if request.json is not None:
        console.deliver(json_text(verdicts_json(verdicts, study, input_shape)), request.json)
    return 0


def _experiment(name: str, study: Study, input_shape: Shape | None, console: Console) -> Verdict:
    """Run what the claim `name` takes and return its verdict."""
    match name:
        case "accuracy":
            return judge_accuracy(answer_to(TrainPair(), "training", "accuracy was not judged", console))
        case "initialisation":
            spread = SpreadOfInitialisation(study=replace(study, picture=None))
            told = "initialisation was not judged"
            return judge_initialisation(answer_to(spread, "drawing weights from many seeds", told, console))
        case _:
            task = JudgeTime(study=study, input_shape=input_shape, peak=remembered_peak())
            return answer_to(task, "timing", "time was not judged", console).verdict
