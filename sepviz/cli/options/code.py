"""The options of ``sepviz code``: for which library, for which input, with which weights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sepviz.cli.options.layers import session_of, study_of
from sepviz.cli.options.values import one_of
from sepviz.cli.request import CodeRequest
from sepviz.export.code.snippet import FRAMEWORKS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

NAMES = ", ".join(FRAMEWORKS)


def declare(parser: ArgumentParser) -> None:
    """Give `parser` the options."""
    parser.add_argument(
        "--input",
        metavar="CxHxW|INPUT",
        help="Shape of what the layers read (channels, height, width), or a picture: a path, sample:NAME, "
        "pattern:NAME; default that of --weights or --session, else 3 channels of --size. The padding is exact for it.",
    )
    parser.add_argument(
        "--framework",
        metavar="NAME",
        type=one_of("--framework", tuple(FRAMEWORKS)),
        default="pytorch",
        help=f"Library to write for: {NAMES}; default pytorch.",
    )
    parser.add_argument(
        "--weights",
        metavar="FILE.npz",
        type=Path,
        help="Load the weights from what 'compare --maps' or the window saved; without it they are drawn anew.",
    )
    parser.add_argument("--out", metavar="FILE.py", type=Path, help="Write a file instead of stdout.")


def read(values: Namespace) -> CodeRequest:
    """Return what the options ask for."""
    session = session_of(values)
    return CodeRequest(
        study=study_of(values, session),
        framework=values.framework,
        input=values.input,
        weights=values.weights,
        out=values.out,
        reopened=session,
    )
