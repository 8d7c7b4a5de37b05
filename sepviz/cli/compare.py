"""``sepviz compare``: both layers on one picture after another, as table, figure, documents and maps."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sepviz.cli.answer import TaskError, answer_to
from sepviz.cli.outputs import SESSION_SUFFIX, check_outputs, figure_paths, supplied
from sepviz.cli.request import STDOUT, CompareRequest, UsageError, WindowRequest
from sepviz.export.saving import ExportError, write_text
from sepviz.export.table import comparison_csv, comparison_json, json_text, maps_npz, text_table
from sepviz.study.benchmark import Benchmark, MeasureTime
from sepviz.study.compare import Compare, Comparison
from sepviz.study.costs import find_problems
from sepviz.study.kernels import without_misfits
from sepviz.study.opening import open_anything, with_picture
from sepviz.study.quantity import count, shape
from sepviz.study.session import Session, SessionError, to_text
from sepviz.study.source import SourceError, open_picture
from sepviz.study.study import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sepviz.cli.console import Console
    from sepviz.study.picture import Picture
    from sepviz.study.study import Study

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
    for location, figure in zip(request.inputs, figure_paths(request), strict=True):
        try:
            document, table = _compare_one(location, figure, request, console)
        except (SourceError, SessionError, TaskError, ExportError) as error:
            if alone:
                raise UsageError(str(error)) from None
            console.complain(str(error))
        else:
            documents.append(document)
            tables.append((location, table))
    if request.json is not None:
        console.deliver(json_text(documents[0] if alone else documents), request.json)
    if request.csv is not None:
        console.deliver(tables[0][1] if alone else _joined(tables), request.csv)
    return 0 if len(documents) == len(request.inputs) else 1


def compare_without_window(request: WindowRequest, reason: str, console: Console) -> int:
    """Do what the window would show on opening, as text and as a figure, and say how to get a window."""
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
    picture = open_picture(location) if request.reopened is None else _own_picture(request.reopened, location, console)
    if picture.notice:
        console.note(f"{picture.name}: {picture.notice}")
    study = _fitting(replace(request.study, picture=picture), console)
    comparison = answer_to(Compare(study=study), f"comparing on {picture.name}", picture.name, console)
    timed = request.time if request.time is not None else figure is not None
    benchmark = _measured(study, picture.name, console) if timed else None
    if STDOUT not in {request.json, request.csv}:
        _show(comparison, benchmark, console)
    if figure is not None:
        _draw(comparison, benchmark, figure, request, console)
        console.note(f"wrote {figure}")
    if request.maps is not None:
        console.note(f"wrote {maps_npz(comparison, request.maps)}")
    if request.save_session is not None:
        console.note(f"wrote {_save_session(study, request.view or View(), request.save_session)}")
    document = comparison_json(comparison.costs, comparison, benchmark) if request.json is not None else {}
    return document, comparison_csv(comparison.costs)


def _own_picture(session: Session, location: str, console: Console) -> Picture:
    """Return the picture of a session from the file `location`; :class:`SessionError` when it is not to be had."""
    session = with_picture(session, Path(location).expanduser().parent)
    if session.study.picture is None:
        reason = session.notice or "the session has no picture"
        raise SessionError(f"{location}: {reason}; give an INPUT beside --session")
    if session.notice:
        console.note(f"{location}: {session.notice}")
    return session.study.picture


def _fitting(study: Study, console: Console) -> Study:
    """Return `study` without the kernels of a session that its layers cannot take on this picture, and say so."""
    if not study.kernels or study.picture is None or find_problems(study):
        return study
    fitting = without_misfits(study)
    if left_out := len(study.kernels) - len(fitting.kernels):
        console.note(
            f"{study.picture.name}: {count(left_out)} of the session's own kernels do not fit these layers and are "
            "left out; drawn weights are used"
        )
    return fitting


def _save_session(study: Study, view: View, path: Path) -> Path:
    return write_text(path, to_text(Session(study=study, view=view), embed=False, folder=path.parent))


def _measured(study: Study, name: str, console: Console) -> Benchmark:
    return answer_to(MeasureTime(study=study, budget_s=FIGURE_BUDGET_S), f"timing on {name}", name, console)


def _show(comparison: Comparison, benchmark: Benchmark | None, console: Console) -> None:
    picture = comparison.study.picture
    if picture is not None:
        console.show(
            f"{picture.name}: {count(picture.width)} × {count(picture.height)} px, {picture.mode}; "
            f"read as {shape(comparison.input.shape)} (C × H × W)"
        )
    console.show(text_table(comparison.costs, benchmark))
    console.flush()


def _draw(
    comparison: Comparison, benchmark: Benchmark | None, path: Path, request: CompareRequest, console: Console
) -> None:
    try:
        from sepviz.export.figure import save_figure  # here, because Qt is large and only figures need it
    except ImportError as error:
        raise ExportError(f"{path} was not drawn: Qt does not load ({error}); run 'sepviz doctor'") from error
    view = request.view or View()
    carried = _carried(comparison.study, view, path, console)
    save_figure(path, comparison, benchmark, view, scale=request.scale, session=carried)


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
