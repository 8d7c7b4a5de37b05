"""What can be typed: the commands, their options, their help, and what is said when something does not fit.

Light to import: the layer options, which know the engine and hence NumPy, are fetched only for the commands that have
them, so that ``--version`` is instant and ``doctor`` can speak of a NumPy that does not load.
"""

from __future__ import annotations

import argparse
import math
import re
import shutil
from difflib import get_close_matches
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, NoReturn

import sepviz
from sepviz.cli.guide import COMMANDS, WINDOW, Page
from sepviz.cli.request import (
    ArticleRequest,
    BenchRequest,
    ClaimsRequest,
    CompareRequest,
    CostRequest,
    DoctorRequest,
    Request,
    SweepRequest,
    TextRequest,
    UsageError,
    WindowRequest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sepviz.engine.spec import Shape

MAX_SIDE = 65_536
SCALES = (0.25, 16.0)
BUDGETS_S = (0.05, 600.0)
DEFAULT_INPUT = "sample:coffee"
EXPERIMENTS = ("time", "initialisation", "accuracy")
_HELP_WIDTH = 110


class _HelpAskedError(Exception):
    """Raised where --help or --version was read, because nothing else that was typed matters any more."""


class _Help(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        raise _HelpAskedError(parser.format_help())


class _Version(argparse.Action):
    def __call__(self, *_: object) -> NoReturn:
        raise _HelpAskedError(_version())


class _Parser(argparse.ArgumentParser):
    """Raises :class:`UsageError` where argparse would print its usage over several lines and leave."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self._in_our_words(message)}; see '{self.prog} --help'")

    def _in_our_words(self, message: str) -> str:
        name = message.removeprefix("argument ").partition(":")[0]
        match message.rpartition(": ")[2]:
            case "expected one argument":
                return f"{name} has no value; write {name} {self._value_of(name)}"
            case missing if message.startswith("the following arguments are required"):
                return f"{missing} is missing; write {self.prog} {missing} {self._value_of(missing)}".rstrip()
            case reason if reason.startswith("ignored explicit argument"):
                return f"{name} takes no value; write it alone"
        return message

    def _value_of(self, name: str) -> str:
        found = (action.metavar for action in self._actions if name in action.option_strings)
        return str(next(found, ""))


def parse(arguments: Sequence[str]) -> Request:
    """Return what `arguments` (without the program's name) ask for, or raise :class:`UsageError`."""
    if arguments[:1] == ["--version"]:
        return TextRequest(text=_version())
    name = arguments[0] if arguments and arguments[0] in COMMANDS else WINDOW.name
    page = COMMANDS.get(name, WINDOW)
    parser = _parser(page)
    try:
        values, unknown = parser.parse_known_intermixed_args(arguments[1:] if name else arguments)
    except _HelpAskedError as asked:
        return TextRequest(text=str(asked))
    if unknown:
        raise UsageError(_unknown_option(unknown[0], page, parser))
    return _READ[name](values)


def parse_shape(text: str) -> Shape:
    """Read the shape of an input, CHANNELSxHEIGHTxWIDTH: "3x32x32" -> (3, 32, 32)."""
    sides = re.fullmatch(r"(\d+)[x×,](\d+)[x×,](\d+)", re.sub(r"\s", "", text.lower()))
    if sides is None:
        raise UsageError(f"--input is {text!r}; write CHANNELSxHEIGHTxWIDTH, such as 3x32x32")
    channels, height, width = (int(side) for side in sides.groups())
    if not all(1 <= side <= MAX_SIDE for side in (channels, height, width)):
        raise UsageError(f"--input is {text!r}; each of channels, height and width must be from 1 to {MAX_SIDE:,}")
    return channels, height, width


def _version() -> str:
    return f"sepviz {sepviz.__version__}"


def _parser(page: Page) -> _Parser:
    parser = _Parser(
        prog=page.title,
        usage=page.usage,
        description=page.description,
        add_help=False,
        allow_abbrev=False,
        formatter_class=_Formatter,
    )
    _DECLARE[page.name](parser)
    general = parser.add_argument_group("general")
    general.add_argument("-h", "--help", nargs=0, action=_Help, help="Show this help.")
    if page is WINDOW:
        general.add_argument("--version", nargs=0, action=_Version, help="Show the version.")
    epilog = [_examples(page)]
    if page.name not in {"article", "doctor"}:
        from sepviz.cli.options import add_layer_options, choice_tables

        add_layer_options(parser, picture=page.name not in {"cost", "bench"})
        epilog.insert(0, choice_tables())
    parser.epilog = "\n\n".join(epilog)
    return parser


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        width = min(shutil.get_terminal_size().columns, _HELP_WIDTH) - 2
        super().__init__(prog, max_help_position=30, width=width)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrap(text, width, break_on_hyphens=False)  # names of the tables hold hyphens


def _examples(page: Page) -> str:
    return "\n".join(("examples:", *(f"  {typed}\n      {result}" for typed, result in page.examples)))


def _unknown_option(word: str, page: Page, parser: argparse.ArgumentParser) -> str:
    if not word.startswith("-"):
        return f"{page.title} cannot use {word!r}; leave it out, or see '{page.title} --help'"
    options = [name for action in parser._actions for name in action.option_strings]
    close = get_close_matches(word.partition("=")[0], options, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"{page.title} has no option {word!r}; {hint}see '{page.title} --help'"


def _number(name: str, limits: tuple[float, float], unit: str) -> Callable[[str], float]:
    low, high = limits

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise UsageError(f"{name} is {text!r}; write a number from {low:g} to {high:g} {unit}".rstrip())
        return value

    return read


# ---- the window ----


def _declare_window(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "image",
        metavar="IMAGE",
        nargs="*",
        help="A picture to open: a path, sample:NAME or pattern:NAME; or a session, or a figure that sepviz saved.",
    )
    parser.add_argument("--verbose", action="store_true", help="Log one line for each event to stderr.")


def _read_window(values: argparse.Namespace) -> WindowRequest:
    from sepviz.cli.options import study_of

    images: list[str] = values.image
    if images:
        _refuse_command(images[0])
    if len(images) > 1:
        raise UsageError(
            f"the window opens 1 picture, and {len(images)} were given ({', '.join(images)}); "
            "'sepviz compare' takes several"
        )
    if not images and values.session is not None:
        images = [str(values.session)]
    return WindowRequest(image=images[0] if images else None, study=study_of(values), verbose=values.verbose)


def _refuse_command(word: str) -> None:
    """Raise :class:`UsageError` where `word`, read as a picture, was meant as a command."""
    close = get_close_matches(word, COMMANDS, n=1, cutoff=0.75) if word.isalpha() else []
    if word in COMMANDS:
        raise UsageError(f"{word!r} is a command and stands first: write sepviz {word} and then the options")
    if close:
        raise UsageError(f"there is no command {word!r}; did you mean {close[0]}? (a picture of that name is ./{word})")


# ---- the commands ----


def _declare_json(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--json", metavar="FILE|-", help="Write one JSON document; - is stdout, with nothing else on it."
    )


def _declare_compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "inputs",
        metavar="INPUT",
        nargs="*",
        help="A picture: a path, sample:NAME or pattern:NAME. Several are compared one after the other; "
        "one that fails is reported, the rest go on. With --session none is needed: the session has its own.",
    )
    outputs = parser.add_argument_group("outputs")
    outputs.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        help="Draw the figure: .png, .svg or .pdf; for 1 INPUT. It carries the study, with the picture as the layers "
        "read it, and can be opened again.",
    )
    outputs.add_argument(
        "--out-dir",
        metavar="DIR",
        type=Path,
        help="Draw a figure for each INPUT, DIR/NAME.png; DIR is made if need be.",
    )
    outputs.add_argument(
        "--scale",
        metavar="S",
        type=_number("--scale", SCALES, ""),
        default=2.0,
        help=f"Resolution of a figure: pixels for each of its points, from {SCALES[0]:g} to {SCALES[1]:g}; default 2.",
    )
    _declare_json(outputs)
    outputs.add_argument("--csv", metavar="FILE|-", help="Write the costs as a table, one line for each layer.")
    outputs.add_argument(
        "--maps", metavar="FILE.npz", type=Path, help="Write all feature maps and weights; for 1 INPUT."
    )
    outputs.add_argument(
        "--save-session",
        metavar="FILE.sepviz",
        type=Path,
        help="Write the layers and the place of the picture, to be opened again; for 1 INPUT.",
    )
    outputs.add_argument(
        "--time",
        action=argparse.BooleanOptionalAction,
        help="Measure both layers on this machine too, for about 1 s; the default is yes where a figure is drawn.",
    )


def _read_compare(values: argparse.Namespace) -> CompareRequest:
    from sepviz.cli.options import session_of, study_of

    session = session_of(values)
    if not values.inputs and session is None:
        raise UsageError("INPUT is missing; write sepviz compare INPUT, or --session FILE; see 'sepviz compare --help'")
    return CompareRequest(
        inputs=tuple(values.inputs) or (str(values.session),),
        study=study_of(values, session),
        out=values.out,
        out_dir=values.out_dir,
        scale=values.scale,
        json=values.json,
        csv=values.csv,
        maps=values.maps,
        save_session=values.save_session,
        time=values.time,
        reopened=None if values.inputs else session,
        view=None if session is None else session.view,
    )


def _declare_input(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--input",
        metavar="CxHxW",
        type=parse_shape,
        required=True,
        help=f"Shape of what the layers read: channels, height, width, each from 1 to {MAX_SIDE:,}.",
    )


def _declare_cost(parser: argparse.ArgumentParser) -> None:
    _declare_input(parser)
    _declare_json(parser)


def _read_cost(values: argparse.Namespace) -> CostRequest:
    from sepviz.cli.options import study_of

    return CostRequest(input_shape=values.input, study=study_of(values), json=values.json)


def _declare_bench(parser: argparse.ArgumentParser) -> None:
    _declare_input(parser)
    parser.add_argument(
        "--budget",
        metavar="SECONDS",
        type=_number("--budget", BUDGETS_S, "s"),
        default=2.0,
        help=f"How long to measure at most, from {BUDGETS_S[0]:g} to {BUDGETS_S[1]:g} s; default 2. "
        "It ends early once the ratio is certain.",
    )
    _declare_json(parser)


def _read_bench(values: argparse.Namespace) -> BenchRequest:
    from sepviz.cli.options import study_of

    return BenchRequest(input_shape=values.input, study=study_of(values), budget_s=values.budget, json=values.json)


def _declare_sweep(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--field", metavar="FIELD", required=True, help="What is changed: out_channels, size, ...")
    parser.add_argument("--range", metavar="RANGE", required=True, help="START:STOP:COUNT[:log], or a list: 1,3,5.")
    parser.add_argument("--against", metavar="FIELD:RANGE", help="A second field, for every value of the first.")
    parser.add_argument(
        "--input",
        metavar="CxHxW|INPUT",
        required=True,
        help="Shape of what the layers read (channels, height, width), or a picture: a path, sample:NAME, "
        "pattern:NAME. With --field size a shape is scaled.",
    )
    parser.add_argument("--measure", action="store_true", help="Measure both layers on this machine at every point.")
    parser.add_argument(
        "--budget",
        metavar="SECONDS",
        type=_number("--budget", BUDGETS_S, "s"),
        default=0.3,
        help=f"How long to measure a point at most, from {BUDGETS_S[0]:g} to {BUDGETS_S[1]:g} s; default 0.3.",
    )
    _declare_json(parser)
    parser.add_argument("--csv", metavar="FILE|-", help="Write a table, one line for each point.")


def _read_sweep(values: argparse.Namespace) -> SweepRequest:
    from sepviz.cli.options import study_of

    return SweepRequest(
        field=values.field,
        range=values.range,
        input=values.input,
        study=study_of(values),
        against=values.against,
        measure=values.measure,
        budget_s=values.budget,
        json=values.json,
        csv=values.csv,
    )


def _declare_article(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "image", metavar="INPUT", nargs="?", help="A picture instead of noise: its centre, at 32 × 32 pixels."
    )
    _declare_json(parser)


def _read_article(values: argparse.Namespace) -> ArticleRequest:
    return ArticleRequest(input=values.image, json=values.json)


def _declare_claims(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "image",
        metavar="INPUT",
        nargs="?",
        default=DEFAULT_INPUT,
        help=f"What the layers read: a path, sample:NAME, pattern:NAME, or a shape CxHxW; default {DEFAULT_INPUT}.",
    )
    parser.add_argument(
        "--experiments",
        metavar="NAMES",
        type=_read_experiments,
        default=("time",),
        help=f"Claims that are judged by an experiment here: {', '.join(EXPERIMENTS)}, several with commas, all or "
        "none; default time, some seconds. Accuracy trains small networks, which takes minutes.",
    )
    _declare_json(parser)


def _read_claims(values: argparse.Namespace) -> ClaimsRequest:
    from sepviz.cli.options import study_of

    return ClaimsRequest(input=values.image, study=study_of(values), experiments=values.experiments, json=values.json)


def _read_experiments(text: str) -> tuple[str, ...]:
    wanted = {"all": EXPERIMENTS, "none": ()}.get(text, tuple(dict.fromkeys(text.split(","))))
    for name in wanted:
        if name not in EXPERIMENTS:
            raise UsageError(f"--experiments has {name!r}; write {', '.join(EXPERIMENTS)}, all or none")
    return wanted


def _read_doctor(values: argparse.Namespace) -> DoctorRequest:
    return DoctorRequest(json=values.json)


_DECLARE: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "": _declare_window,
    "compare": _declare_compare,
    "cost": _declare_cost,
    "bench": _declare_bench,
    "sweep": _declare_sweep,
    "article": _declare_article,
    "claims": _declare_claims,
    "doctor": _declare_json,
}
_READ: dict[str, Callable[[argparse.Namespace], Request]] = {
    "": _read_window,
    "compare": _read_compare,
    "cost": _read_cost,
    "bench": _read_bench,
    "sweep": _read_sweep,
    "article": _read_article,
    "claims": _read_claims,
    "doctor": _read_doctor,
}
