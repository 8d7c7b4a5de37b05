"""The options of ``sepviz claims``: for which input, and which claims are tried out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sepviz.cli.options.layers import study_of
from sepviz.cli.options.recurring import add_json
from sepviz.cli.options.values import names
from sepviz.cli.request import ClaimsRequest
from sepviz.lab.claims import CLAIMS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

DEFAULT_INPUT = "sample:coffee"
EXPERIMENTS = ("time", "initialisation", "accuracy")


def declare(parser: ArgumentParser) -> None:
    """Give `parser` the options."""
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
        type=names("--experiments", EXPERIMENTS, {"all": EXPERIMENTS, "none": ()}),
        default=("time",),
        help=f"Claims that are judged by an experiment here: {', '.join(EXPERIMENTS)}, several with commas, all or "
        "none; default time, some seconds. Accuracy trains small networks, which takes minutes.",
    )
    parser.add_argument(
        "--only",
        metavar="NAMES",
        type=names("--only", tuple(CLAIMS)),
        default=(),
        help=f"Only these claims, several with commas: {', '.join(CLAIMS)}; default all.",
    )
    parser.add_argument(
        "--out",
        metavar="FILE.png|.svg|.pdf",
        type=Path,
        help="Paint the cards with their plots; a PDF has pages that none of them is cut by.",
    )
    add_json(parser)


def read(values: Namespace) -> ClaimsRequest:
    """Return what the options ask for."""
    return ClaimsRequest(
        input=values.image,
        study=study_of(values),
        experiments=values.experiments,
        only=values.only,
        out=values.out,
        json=values.json,
    )
