"""What was asked for on the command line, as values: a closed union that the commands answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from sepviz.engine.spec import Shape
    from sepviz.study.session import Session
    from sepviz.study.slide import Crop
    from sepviz.study.study import Study, View

STDOUT = "-"
PLACES = ("out", "out_dir", "json", "csv", "maps", "save_session")
"""The fields of requests that say where a file goes."""


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

    `time` says whether both layers are measured too; None leaves that to whether a figure is drawn. `claims` says
    whether the claims about separable layers are judged too, on cards that follow a figure. `reopened` is the session
    whose own picture is compared: then the one input is the file that it came from. `view` is how figures show it;
    None is as usual.
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
    claims: bool = False
    reopened: Session | None = None
    view: View | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRequest:
    """Count what the two layers of `study` cost for an input of this shape.

    `count_as` names the conventions by which operations are counted too.
    """

    input_shape: Shape
    study: Study
    count_as: tuple[str, ...] = ()
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
class AnimateRequest:
    """Write `study`, on the picture `input`, as an animation to `out`.

    `what` is "slide" (then `pixels`, `crop` and `frames` count) or "sweep" (then `field` and `range`, as typed, and
    `show`). `channel` is the map that is shown, where it is not that of `view`. Times are in milliseconds. `reopened`
    is the session whose own picture it is: then `input` is the file that it came from.
    """

    input: str
    study: Study
    view: View | None
    out: Path
    what: str
    field: str | None
    range: str | None
    show: str
    pixels: int
    crop: Crop
    frames: int
    channel: int | None
    width: int
    frame_ms: int
    hold_ms: int
    loop: bool
    reopened: Session | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRequest:
    """Write the two layers of `study` as code for `framework`, to `out` or to stdout.

    `input`, as typed, is a shape or a picture; None is the input of the archive `weights`, else the picture of the
    session `reopened`, else one of the study's size.
    """

    study: Study
    framework: str
    input: str | None = None
    weights: Path | None = None
    out: Path | None = None
    reopened: Session | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRequest:
    """Replay the article's experiment on `input`, or on noise where there is none."""

    input: str | None = None
    json: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsRequest:
    """Judge the claims about separable layers for `study` on `input`, a picture or a shape.

    `experiments` names the claims that are judged by an experiment; the others that need one are left open. `out` is
    where the cards are painted, if anywhere; `only` names the claims that are wanted, none of them being all.
    """

    input: str
    study: Study
    experiments: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    out: Path | None = None
    json: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorRequest:
    """Look at what this program needs from the machine; `measure` its limits, too."""

    measure: bool = False
    json: str | None = None


CommandRequest: TypeAlias = (
    CompareRequest
    | CostRequest
    | BenchRequest
    | SweepRequest
    | AnimateRequest
    | CodeRequest
    | ArticleRequest
    | ClaimsRequest
    | DoctorRequest
)
Request: TypeAlias = CommandRequest | WindowRequest | TextRequest


def writes_files(request: CommandRequest) -> bool:
    """Return whether `request` asks for more than what stdout shows."""
    return any(getattr(request, name, None) not in {None, STDOUT} for name in PLACES)
