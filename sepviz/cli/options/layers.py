"""The layer options: one for each field of a study, made from the table in which the fields are declared."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from sepviz.cli.request import UsageError
from sepviz.study.params import STUDY_PARAMS, Choice, Param, ParamError, format_value, parse_value
from sepviz.study.study import Study

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepviz.study.session import Session

PICTURE_FIELDS = frozenset({"size", "grey"})
"""What only a picture can answer to."""
TABLE_WIDTH = 100
_METAVARS = {"integer": "N", "pair": "N|HxW", "padding": "same|valid|N|T,B,L,R", "choice": "NAME"}
_DEFAULTS = Study()


def add_layer_options(parser: ArgumentParser, *, picture: bool = True) -> None:
    """Give `parser` an option for every field of a study, and one for all of them as a session has saved them.

    Those about the picture are offered only where there is one.
    """
    parser.add_argument_group("layer options, saved").add_argument(
        "--session",
        metavar="FILE",
        type=Path,
        help="Take the layers from a session (.sepviz), or from a figure that sepviz saved; what is given beside it "
        "counts more.",
    )
    sections = {
        param.group: parser.add_argument_group(f"layer options, {param.group.lower()}") for param in _offered(picture)
    }
    for param in _offered(picture):
        add = sections[param.group].add_argument
        if param.kind == "flag":
            add(
                option(param),
                dest=param.name,
                action="store_true",
                default=None,
                help=_escaped(f"{param.help} Default off."),
            )
        else:
            add(
                option(param),
                dest=param.name,
                type=_reader(param),
                metavar=_metavar(param),
                help=_escaped(_help(param)),
            )
    if not picture:
        # One list of layer options serves all commands, so --size is read here too, and changes nothing.
        parser.add_argument("--size", dest="size", type=_reader(STUDY_PARAMS["size"]), help=SUPPRESS)


def session_of(arguments: Namespace) -> Session | None:
    """Return what --session names, a picture that has its own file not yet opened, or None without the option."""
    if arguments.session is None:
        return None
    from sepviz.study.opening import find_session
    from sepviz.study.session import SessionError

    try:
        session = find_session(arguments.session.expanduser())
    except SessionError as error:
        raise UsageError(f"--session: {error}") from None
    if session is None:
        raise UsageError(
            f"--session is {arguments.session}, which carries no study; give a .sepviz file or a figure that "
            "sepviz saved"
        )
    return session


def study_of(arguments: Namespace, session: Session | None = None) -> Study:
    """Return the study that the layer options describe, without a picture.

    What was not given is as in `session`, which is that of --session when it was read already, or as in a new study.
    """
    session = session or session_of(arguments)
    start = _DEFAULTS if session is None else replace(session.study, picture=None)
    given = {name: getattr(arguments, name, None) for name in STUDY_PARAMS}
    return replace(start, **{name: value for name, value in given.items() if value is not None})


def option(param: Param) -> str:
    """Return the option of a field: out_channels -> "--out-channels"."""
    return f"--{param.name.replace('_', '-')}"


def choice_tables() -> str:
    """Return a text that explains every choice of every field that is chosen by name."""
    tables: dict[tuple[Choice, ...], list[str]] = {}
    for param in STUDY_PARAMS.values():
        if any(choice.help for choice in param.choices):
            tables.setdefault(param.choices, []).append(option(param))
    return "\n\n".join(_table(", ".join(options), choices) for choices, options in tables.items())


def _table(heading: str, choices: tuple[Choice, ...]) -> str:
    width = max(len(choice.value) for choice in choices)
    rows = (_row(f"  {choice.value:<{width}}  ", choice.help) for choice in choices)
    return "\n".join((f"{heading}:", *rows))


def _row(start: str, text: str) -> str:
    return fill(text, TABLE_WIDTH, initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False)


def _offered(picture: bool) -> list[Param]:
    return [param for param in STUDY_PARAMS.values() if picture or param.name not in PICTURE_FIELDS]


def _reader(param: Param) -> Callable[[str], object]:
    named = replace(param, label=option(param))  # so that a message names what was typed

    def read(text: str) -> object:
        try:
            return parse_value(named, text)
        except ParamError as error:
            raise UsageError(str(error)) from None

    return read


def _metavar(param: Param) -> str:
    return f"N|{param.special}" if param.special else _METAVARS[param.kind]


def _help(param: Param) -> str:
    default = format_value(param, getattr(_DEFAULTS, param.name))
    return f"{param.help} {_range(param)}; default {default}."


def _range(param: Param) -> str:
    if any(choice.help for choice in param.choices):
        return "A name of the list below"
    if param.kind == "choice":
        return f"One of {', '.join(choice.value for choice in param.choices)}"
    return " ".join(f"From {param.minimum:,} to {param.maximum:,} {param.unit}".split())


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
