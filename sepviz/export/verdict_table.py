"""Verdicts as a document and as text for a terminal."""

from __future__ import annotations

from dataclasses import asdict
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from sepviz.engine.machine import describe
from sepviz.export.table import LINE_WIDTH
from sepviz.lab.claims import CLAIMS, LETTERS_LEGEND

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sepviz.engine.spec import Shape
    from sepviz.lab.claims import Verdict
    from sepviz.study.study import Study


def verdicts_json(verdicts: Sequence[Verdict], study: Study, input_shape: Shape) -> dict[str, Any]:
    """Return the cards as a JSON document, each with its plot, and what they are about."""
    return {
        "input": {"name": study.picture.name if study.picture else "", "shape": list(input_shape)},
        "baseline": study.baseline,
        "candidate": study.candidate,
        "claims": [_verdict_json(verdict) for verdict in verdicts],
        "machine": asdict(describe()),
    }


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    claim = {name: getattr(verdict.claim, name) for name in ("name", "title", "assertion")}
    told = {name: getattr(verdict, name) for name in ("holds", "sentence", "condition", "assumption", "source")}
    numbers = [{"label": label, "text": text} for label, text in verdict.numbers]
    plots = {
        "plot": asdict(verdict.plot) if verdict.plot else None,
        "further": [asdict(plot) for plot in verdict.further],
    }
    return claim | told | {"of_earlier_settings": verdict.is_stale, "numbers": numbers} | plots


def verdicts_text(verdicts: Sequence[Verdict]) -> str:
    """Return the cards as text below what their letters mean, at most 100 columns wide where words allow it."""
    cards = (line for verdict in verdicts for line in _card(verdict))
    return "\n".join([*wrap(LETTERS_LEGEND, LINE_WIDTH), "", *cards])


def _card(verdict: Verdict) -> Iterator[str]:
    number = 1 + [*CLAIMS].index(verdict.claim.name)
    earlier = " (of earlier settings)" if verdict.is_stale else ""
    yield f"{number}. {verdict.claim.title}: {verdict.holds.upper()}{earlier}"
    yield from _indented(f"Claim: {verdict.claim.assertion}")
    yield from _indented(verdict.sentence)
    yield from _indented(verdict.condition and f"Boundary: {verdict.condition}")
    width = max((len(label) for label, _ in verdict.numbers), default=0)
    for label, text in verdict.numbers:
        yield from wrap(
            text, LINE_WIDTH, initial_indent=f"     {label:<{width}}  ", subsequent_indent=" " * (width + 7)
        )
    yield from _indented(verdict.assumption and f"Assumed: {verdict.assumption}")
    yield from _indented(f"Source: {verdict.source}")
    yield ""


def _indented(text: str) -> list[str]:
    return wrap(text, LINE_WIDTH, initial_indent="   ", subsequent_indent="   ")
