"""What was asked for on the command line, as values: a closed union that the commands answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from sepviz.engine.spec import Shape
    from sepviz.study.session import Session
    from sepviz.study.study import Study, View

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

    `time` says whether both layers are measured too; None leaves that to whether a figure is drawn. `reopened` is the
    session whose own picture is compared: then the one input is the file that it came from. `view` is how figures
    show it; None is as usual.
    """

    inputs: tuple[str, ...]
    study: Study
    out: Path | None = None
    out_dir: Path | None = None
    scale: float = 2.0
    json: str | None = None
    csv: str | None = None
    maps: Path | None = None
    save_session: Path | None = None
    time: bool | None = None
    reopened: Session | None = None
    view: View | None = None


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
class SweepRequest:
    """Look at both layers of `study` along `field` and, where `against` (FIELD:RANGE) is given, over both fields.

    `input` is a shape or a picture; ranges and fields are as typed. `budget_s` is for each point that is measured.
    """

    field: str
    range: str
    input: str
    study: Study
    against: str | None = None
    measure: bool = False
    budget_s: float = 0.3
    json: str | None = None
    csv: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRequest:
    """Replay the article's experiment on `input`, or on noise where there is none."""

    input: str | None = None
    json: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsRequest:
    """Judge the claims about separable layers for `study` on `input`, a picture or a shape.

    `experiments` names the claims that are judged by an experiment; the others that need one are left open.
    """

    input: str
    study: Study
    experiments: tuple[str, ...] = ()
    json: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorRequest:
    """Look at what this program needs from the machine."""

    json: str | None = None


CommandRequest: TypeAlias = (
    CompareRequest | CostRequest | BenchRequest | SweepRequest | ArticleRequest | ClaimsRequest | DoctorRequest
)
Request: TypeAlias = CommandRequest | WindowRequest | TextRequest
