"""``sepviz claims``: what articles say of separable layers, judged for the layers and the input that are named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sepviz.cli.answer import TaskError, answer_to
from sepviz.cli.cost import refuse_problems
from sepviz.cli.outputs import check_cards, supplied
from sepviz.cli.request import STDOUT, ClaimsRequest, UsageError
from sepviz.cli.sweep import read_input
from sepviz.engine.machine import remembered_peak
from sepviz.export.saving import ExportError
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
    from pathlib import Path

    from sepviz.cli.console import Console
    from sepviz.engine.spec import Shape
    from sepviz.lab.claims import Verdict
    from sepviz.study.study import Study


def claims(request: ClaimsRequest, console: Console) -> int:
    """Judge every claim that counting can judge, and with the experiments that were asked for the others too."""
    request = replace(request, out=supplied(request.out, ".png"))
    check_cards(request)
    study, given = read_input(request.input, request.study)
    input_shape = given or study.input_shape
    refuse_problems(study, input_shape)
    try:
        cards = _judged(study, given, request.experiments, console)
    except TaskError as error:
        raise UsageError(str(error)) from None
    verdicts = tuple(card for name, card in cards.items() if not request.only or name in request.only)
    if request.json != STDOUT:
        console.show(f"input {shape(input_shape)} (C × H × W)\n\n{verdicts_text(verdicts)}")
    if request.json is not None:
        console.deliver(json_text(verdicts_json(verdicts, study, input_shape)), request.json)
    if request.out is not None:
        _paint(request.out, verdicts, study, input_shape)
        console.note(f"wrote {request.out}")
    return 0


def _paint(path: Path, verdicts: tuple[Verdict, ...], study: Study, input_shape: Shape) -> None:
    try:
        from sepviz.export.figure import save_claims  # here, because Qt is large and only pictures need it
    except ImportError as error:
        raise UsageError(f"{path} was not drawn: Qt does not load ({error}); run 'sepviz doctor'") from error
    try:
        save_claims(path, verdicts, study, input_shape)
    except ExportError as error:
        raise UsageError(str(error)) from None


def _judged(study: Study, given: Shape | None, experiments: tuple[str, ...], console: Console) -> dict[str, Verdict]:
    """Return the verdict on every claim by its name, with the `experiments` made."""
    peak = remembered_peak()
    time = JudgeTime(study=study, input_shape=given, peak=peak)
    timed = answer_to(time, "timing", "time was not judged", console) if "time" in experiments else None
    cards = {verdict.claim.name: verdict for verdict in judge(study, given, peak, timed.own if timed else None)}
    for name in experiments:
        cards[name] = timed.verdict if timed and name == "time" else _experiment(name, study, console)
    return cards


def _experiment(name: str, study: Study, console: Console) -> Verdict:
    """Run what the claim `name` takes and return its verdict."""
    match name:
        case "accuracy":
            return judge_accuracy(answer_to(TrainPair(), "training", "accuracy was not judged", console))
        case _:
            spread = SpreadOfInitialisation(study=replace(study, picture=None))
            told = "initialisation was not judged"
            return judge_initialisation(answer_to(spread, "drawing weights from many seeds", told, console))
