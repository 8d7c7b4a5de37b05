"""The article's experiment as a document and as text for a terminal."""

from __future__ import annotations

from dataclasses import asdict
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from sepviz.engine.machine import describe
from sepviz.export.table import LINE_WIDTH, aligned
from sepviz.lab.article_table import ArticleRow, Sides, article_rows, engine_note
from sepviz.study.quantity import counted, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sepviz.engine.timing import PairTiming
    from sepviz.lab.article import ArticleReplay

MEASURED = ("replayed", "right", "engine")
WAYS = {
    "printed": "printed by the article",
    "replayed": "its listing, run here",
    "right": "the same loops, right",
    "engine": "the engine of sepviz",
}


def article_json(replay: ArticleReplay) -> dict[str, Any]:
    """Return the table of `replay`, its defects as facts, and its measurements as a JSON document."""
    picture = replay.question.picture
    times = replay.times
    return {
        "input": {
            "name": picture.name if picture else "random",
            "shape": list(replay.input.shape),
            "seed": replay.question.seed,
        },
        "rows": [_row_json(row) for row in article_rows(replay)],
        "defects": {
            "planes": len(replay.article_planes),
            "different_planes": replay.different_planes,
            "result_shape": list(replay.article_result.shape),
        },
        "engine_difference": replay.engine_difference,
        "times": {name: _timing_json(getattr(times, name)) for name in MEASURED},
        "machine": asdict(describe()),
    }


def _row_json(row: ArticleRow) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("quantity", "what_it_is", "unit", "sentence")}
    return told | {way: _sides_json(getattr(row, way)) for way in WAYS}


def _sides_json(sides: Sides | None) -> dict[str, Any] | None:
    if sides is None:
        return None
    values = {name: getattr(sides, name) for name in ("standard", "separable")}
    shown = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    return shown | {"ratio": sides.ratio}


def _timing_json(timing: PairTiming) -> dict[str, Any]:
    sides = {"standard": timing.baseline, "separable": timing.candidate}
    times = {
        name: {part: getattr(side, part) for part in ("median_s", "q1_s", "q3_s", "repeats")}
        for name, side in sides.items()
    }
    return times | {"speedup": asdict(timing.speedup), "note": timing.note}


def article_text(replay: ArticleReplay) -> str:
    """Return the experiment as text, at most 100 columns wide: for each quantity four ways, and a sentence."""
    lines = []
    for row in article_rows(replay):
        lines += [f"{row.quantity}: {row.what_it_is}", *(f"  {line}" for line in aligned(_rows(row)))]
        lines += [*wrap(row.sentence, LINE_WIDTH - 2, initial_indent="  ", subsequent_indent="  "), ""]
    machine = describe()
    lines.append(f"Measured here: {machine.cpu}, {counted(machine.threads, 'threads')}; NumPy {machine.numpy}.")
    return "\n".join([*lines, *_notes(replay), ""])


def _notes(replay: ArticleReplay) -> Iterator[str]:
    """Yield what weakens the measurements, in the order of the table, and how exact the engine is."""
    for way in MEASURED:
        if note := getattr(replay.times, way).note:
            yield from wrap(f"{WAYS[way]}: {note}", LINE_WIDTH)
    yield from wrap(f"{WAYS['engine']}: {engine_note(replay)}", LINE_WIDTH)


def _rows(row: ArticleRow) -> list[list[str]]:
    shown = [["", "standard", "separable", "standard / separable"]]
    for way, label in WAYS.items():
        sides: Sides | None = getattr(row, way)
        if sides is not None:
            quotient = ratio(sides.ratio) if sides.ratio is not None else ""
            shown.append([label, row.write(sides.standard), row.write(sides.separable), quotient])
    return shown
