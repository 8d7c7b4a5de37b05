"""What was asked for on the command line, as values: a closed union that the commands answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from sepviz.engine.spec import Shape
    from sepviz.study.study import Study

STDOUT = "-"


class UsageError(Exception):
    """What was asked for cannot be done as asked: one line with the thing, the value, the limit and the next step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRequest:
    """Show a text that is known already: a help page, the version."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRequest:
    """Open the window, with `image` in it if there is one."""

    image: str | None
    study: Study
    verbose: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRequest:
    """Compare the two layers of `study` on every input; `json` and `csv` are a path or "-" for stdout.

    `time` says whether both layers are measured too; None leaves that to whether a figure is drawn.
    """

    inputs: tuple[str, ...]
    study: Study
    out: Path | None = None
    out_dir: Path | None = None
    scale: float = 2.0
    json: str | None = None
    csv: str | None = None
    maps: Path | None = None
    time: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRequest:
    """Count what the two layers of `study` cost for an input of this shape."""

    input_shape: Shape
    study: Study
    json: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRequest:
    """Measure how long the two layers of `study` take for an input of this shape, for about `budget_s` seconds."""

    input_shape: Shape
    study: Study
    budget_s: float
    json: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorRequest:
    """Look at what this program needs from the machine."""

    json: str | None = None


CommandRequest: TypeAlias = CompareRequest | CostRequest | BenchRequest | DoctorRequest
Request: TypeAlias = CommandRequest | WindowRequest | TextRequest
