"""Verdicts as a document and as text for a terminal."""

from __future__ import annotations

from dataclasses import asdict
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from sepviz.engine.machine import describe
from sepviz.export.table import LINE_WIDTH

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
    return claim | told | {"numbers": numbers, "plot": asdict(verdict.plot) if verdict.plot else None}


def verdicts_text(verdicts: Sequence[Verdict]) -> str:
    """Return the cards as text, at most 100 columns wide where words allow it."""
    return "\n".join(line for number, verdict in enumerate(verdicts, start=1) for line in _card(number, verdict))


def _card(number: int, verdict: Verdict) -> Iterator[str]:
    yield f"{number}. {verdict.claim.title}: {verdict.holds.upper()}"
    yield from _indented(f"Claim: {verdict.claim.assertion}")
    yield from _indented(verdict.sentence)
    yield from _indented(verdict.condition and f"Boundary: {verdict.condition}")
    width = max((len(label) for label, _ in verdict.numbers), default=0)
    yield from (f"     {label:<{width}}  {text}" for label, text in verdict.numbers)
    yield from _indented(verdict.assumption and f"Assumed: {verdict.assumption}")
    yield from _indented(f"Source: {verdict.source}")
    yield ""


def _indented(text: str) -> list[str]:
    return wrap(text, LINE_WIDTH, initial_indent="   ", subsequent_indent="   ")
