"""``sepviz compare``: both layers on one picture after another, as table, figure, documents and maps."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sepviz.cli.answer import TaskError, answer_to
from sepviz.cli.input_picture import input_picture
from sepviz.cli.outputs import SESSION_SUFFIX, check_outputs, figure_paths, supplied
from sepviz.cli.request import STDOUT, CompareRequest, UsageError, WindowRequest
from sepviz.engine.machine import remembered_peak
from sepviz.export.maps import save_maps
from sepviz.export.saving import ExportError, write_text
from sepviz.export.table import comparison_csv, comparison_json, json_text, text_table
from sepviz.export.verdict_table import verdicts_json, verdicts_text
from sepviz.lab.judge import judge_with
from sepviz.lab.time_claim import JudgeTime, TimeJudgement
from sepviz.study.benchmark import Benchmark, MeasureTime
from sepviz.study.costs import find_problems
from sepviz.study.kernels import without_misfits
from sepviz.study.memory import gibibytes, whole_bytes
from sepviz.study.method_note import method_note
from sepviz.study.opening import open_anything
from sepviz.study.picture import printable
from sepviz.study.quantity import count, counted, shape
from sepviz.study.session import Session, SessionError, to_text
from sepviz.study.source import SourceError
from sepviz.study.study import View
from sepviz.study.survey import Survey, question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sepviz.cli.answer import Question
    from sepviz.cli.console import Console
    from sepviz.lab.claims import Verdict
    from sepviz.study.study import Study
    from sepviz.study.survey import Answer

FIGURE_BUDGET_S = 1.0
"""How long both layers are measured for a figure."""
DEFAULT_SAMPLE = "sample:coffee"
HEADLESS_FIGURE = Path("sepviz-comparison.png")


def compare(request: CompareRequest, console: Console) -> int:
    """Compare both layers on every input and write what was asked for.

    One input that fails raises :class:`UsageError`; of several, each is reported and the rest go on.
    """
    request = replace(
        request,
        out=supplied(request.out, ".png"),
        maps=supplied(request.maps, ".npz"),
        save_session=supplied(request.save_session, SESSION_SUFFIX),
    )
    check_outputs(request)
    alone, documents, tables = len(request.inputs) == 1, [], []
    total = len(request.inputs)
    for number, (location, figure) in enumerate(zip(request.inputs, figure_paths(request), strict=True), 1):
        placed = console if alone else replace(console, place=f"{number} of {total}: ")
        try:
            document, table = _compare_one(location, figure, request, placed)
        except (SourceError, SessionError, TaskError, ExportError) as error:
            if alone:
                raise UsageError(str(error)) from None
            console.complain(str(error))
        except MemoryError:
            if alone:
                raise
            console.complain(f"{location}: there is not enough free memory for this; take a smaller --size")
        else:
            documents.append(document)
            tables.append((location, table))
    if request.json is not None:
        console.deliver(json_text(documents[0] if alone else documents), request.json)
    if request.csv is not None:
        console.deliver(tables[0][1] if alone else _joined(tables), request.csv)
    if failed := total - len(documents):
        console.note(f"{count(failed)} of {counted(total, 'inputs')} failed")
    return 1 if failed else 0


def compare_without_window(request: WindowRequest, reason: str, console: Console) -> int:
    """Do what the window would show on opening, as text and as a figure, and say how to get a window."""
    console = replace(console, undeterred=True)
    location = request.image or DEFAULT_SAMPLE
    try:
        opened = open_anything(location)  # so that a picture which cannot be opened is all that is spoken of
    except (SourceError, SessionError) as error:
        raise UsageError(str(error)) from None
    console.note(f"No window opens, because {reason}. The two layers are compared on {location} instead.")
    command = CompareRequest(inputs=(location,), study=request.study, out=HEADLESS_FIGURE)
    if isinstance(opened, Session):
        command = replace(command, study=replace(opened.study, picture=None), view=opened.view, reopened=opened)
    status = compare(command, console)
    console.note(
        "For a window, start sepviz in a desktop session, over 'ssh -X', or as 'xvfb-run sepviz'; "
        "'sepviz doctor' tells what is missing."
    )
    return status


def _compare_one(
    location: str, figure: Path | None, request: CompareRequest, console: Console
) -> tuple[dict[str, Any], str]:
    """Compare on one input, show and save what was asked for, and return its JSON document and its CSV table."""
    with console.busy(f"opening {printable(location)}"):
        picture = input_picture(location, request.reopened, console)
    if picture.notice:
        console.note(f"{picture.name}: {picture.notice}")
    study = _fitting(replace(request.study, picture=picture), console)
    if note := method_note(study):
        console.note(note)
    asked: Question[Answer] = question(study)
    comparison = answer_to(asked, f"comparing on {picture.name}", picture.name, console)
    timed = request.time if request.time is not None else figure is not None
    if timed and request.time is None and isinstance(comparison, Survey):
        timed = False
        held = gibibytes(whole_bytes(comparison.costs))
        console.note(f"{picture.name}: time was not measured, as the maps would take {held} of memory; --time does it")
    judgement = _judged_time(study, picture.name, console) if timed and request.claims else None
    benchmark = judgement.own if judgement else _measured(study, picture.name, console) if timed else None
    claims = _judged(study, judgement) if request.claims else ()
    if STDOUT not in {request.json, request.csv}:
        _show(comparison, benchmark, claims, console)
    if figure is not None:
        with console.busy(f"drawing {figure}"):
            _draw(comparison, benchmark, claims, figure, request, console)
        console.note(f"wrote {figure}")
    if request.maps is not None:
        console.note(f"wrote {save_maps(request.maps, comparison)}")
    if request.save_session is not None:
        console.note(f"wrote {_save_session(study, request.view or View(), request.save_session)}")
    document = comparison_json(comparison.costs, comparison, benchmark) if request.json is not None else {}
    if document and claims:
        document["claims"] = verdicts_json(claims, study, comparison.input.shape)["claims"]
    table = comparison_csv(comparison.costs, comparison, benchmark) if request.csv is not None else ""
    return document, table


def _fitting(study: Study, console: Console) -> Study:
    """Return `study` without the kernels of a session that its layers cannot take on this picture, and say so."""
    if not study.kernels or study.picture is None or find_problems(study):
        return study
    fitting = without_misfits(study)
    if left_out := len(study.kernels) - len(fitting.kernels):
        one = left_out == 1
        console.note(
            f"{study.picture.name}: {count(left_out)} of the session's own kernels {'does' if one else 'do'} not fit "
            f"these layers and {'is' if one else 'are'} left out; drawn weights are used"
        )
    return fitting


def _save_session(study: Study, view: View, path: Path) -> Path:
    return write_text(path, to_text(Session(study=study, view=view), embed=False, folder=path.parent))


def _measured(study: Study, name: str, console: Console) -> Benchmark:
    return answer_to(MeasureTime(study=study, budget_s=FIGURE_BUDGET_S), f"timing on {name}", name, console)


def _judged_time(study: Study, name: str, console: Console) -> TimeJudgement:
    task = JudgeTime(study=study, peak=remembered_peak())
    return answer_to(task, f"timing on {name}", name, console)


def _judged(study: Study, judgement: TimeJudgement | None) -> tuple[Verdict, ...]:
    """Return the verdict on every claim; those that take longer experiments stay open."""
    timed, own = ((judgement.verdict,), judgement.own) if judgement else ((), None)
    return judge_with(study, timed, own, remembered_peak())


def _show(comparison: Answer, benchmark: Benchmark | None, claims: tuple[Verdict, ...], console: Console) -> None:
    picture = comparison.study.picture
    if picture is not None:
        console.show(
            f"{picture.name}: {count(picture.width)} × {count(picture.height)} px, {picture.mode}; "
            f"read as {shape(comparison.input.shape)} (C × H × W)"
        )
    console.show(text_table(comparison.costs, benchmark))
    if claims:
        console.show(verdicts_text(claims))
    console.flush()


def _draw(
    comparison: Answer,
    benchmark: Benchmark | None,
    claims: tuple[Verdict, ...],
    path: Path,
    request: CompareRequest,
    console: Console,
) -> None:
    try:
        from sepviz.export.figure import save_figure  # here, because Qt is large and only figures need it
    except ImportError as error:
        raise ExportError(f"{path} was not drawn: Qt does not load ({error}); run 'sepviz doctor'") from error
    view = request.view or View()
    carried = _carried(comparison.study, view, path, console)
    save_figure(path, comparison, benchmark, view, scale=request.scale, session=carried, claims=claims)


def _carried(study: Study, view: View, path: Path, console: Console) -> str | None:
    """Return the session that a figure carries, or None, and say so, when it is too large for one."""
    try:
        return to_text(Session(study=study, view=view), embed=True)
    except SessionError as error:
        console.note(f"{path} does not carry its study: {error}")
        return None


def _joined(tables: Sequence[tuple[str, str]]) -> str:
    """Return CSV tables as one, with the input that each row is of in a first column."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for number, (location, table) in enumerate(tables):
        heading, *rows = csv.reader(io.StringIO(table))
        if number == 0:
            writer.writerow(["input", *heading])
        writer.writerows([location, *row] for row in rows)
    return text.getvalue()
