"""The options of the window: ``sepviz`` without a command."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from sepviz.cli.guide import COMMANDS
from sepviz.cli.options.layers import study_of
from sepviz.cli.request import UsageError, WindowRequest

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Give `parser` the options."""
    parser.add_argument(
        "image",
        metavar="IMAGE",
        nargs="*",
        help="A picture to open: a path, sample:NAME or pattern:NAME; or a session, or a figure that sepviz saved.",
    )
    parser.add_argument("--verbose", action="store_true", help="Log one line for each event to stderr.")


def read(values: Namespace) -> WindowRequest:
    """Return what the options ask for."""
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
