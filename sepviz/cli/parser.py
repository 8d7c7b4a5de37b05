"""What can be typed: the commands, their options, their help, and what is said when something does not fit.

Light to import: the layer options, which know the engine and hence NumPy, are fetched only for the commands that have
them, so that ``--version`` is instant and ``doctor`` can speak of a NumPy that does not load.
"""

from __future__ import annotations

import argparse
import shutil
from difflib import get_close_matches
from textwrap import wrap
from typing import TYPE_CHECKING, NoReturn, Protocol

import sepviz
from sepviz.cli.guide import COMMANDS, WINDOW, Page
from sepviz.cli.request import Request, TextRequest, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_HELP_WIDTH = 110


class _Options(Protocol):
    """What a module of :mod:`sepviz.cli.options` has: the options of one command."""

    def declare(self, parser: argparse.ArgumentParser, /) -> None:
        """Give `parser` the options."""

    def read(self, values: argparse.Namespace, /) -> Request:
        """Return what was asked for; :class:`UsageError` for options that do not belong together."""


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
    options = _options(name)
    parser = _parser(page, options)
    try:
        values, unknown = parser.parse_known_intermixed_args(arguments[1:] if name else arguments)
    except _HelpAskedError as asked:
        return TextRequest(text=str(asked))
    if unknown:
        raise UsageError(_unknown_option(unknown[0], page, parser))
    return options.read(values)


def _options(name: str) -> _Options:
    """Return the options of the command `name`, fetched for it alone, or those of the window."""
    match name:
        case "compare":
            from sepviz.cli.options import compare

            return compare
        case "cost":
            from sepviz.cli.options import cost

            return cost
        case "bench":
            from sepviz.cli.options import bench

            return bench
        case "sweep":
            from sepviz.cli.options import sweep

            return sweep
        case "animate":
            from sepviz.cli.options import animate

            return animate
        case "code":
            from sepviz.cli.options import code

            return code
        case "article":
            from sepviz.cli.options import article

            return article
        case "claims":
            from sepviz.cli.options import claims

            return claims
        case "doctor":
            from sepviz.cli.options import doctor

            return doctor
    from sepviz.cli.options import window

    return window


def _version() -> str:
    return f"sepviz {sepviz.__version__}"


def _parser(page: Page, options: _Options) -> _Parser:
    parser = _Parser(
        prog=page.title,
        usage=page.usage,
        description=page.description,
        add_help=False,
        allow_abbrev=False,
        formatter_class=_Formatter,
    )
    options.declare(parser)
    general = parser.add_argument_group("general")
    general.add_argument("-h", "--help", nargs=0, action=_Help, help="Show this help.")
    if page is WINDOW:
        general.add_argument("--version", nargs=0, action=_Version, help="Show the version.")
    epilog = [_examples(page)]
    if page.name not in {"article", "doctor"}:
        from sepviz.cli.options.layers import add_layer_options, choice_tables

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
