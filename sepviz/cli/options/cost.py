"""The options of ``sepviz cost``: for which input, and by which conventions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.cli.options.layers import study_of
from sepviz.cli.options.recurring import add_json, add_shape
from sepviz.cli.options.values import names
from sepviz.cli.request import CostRequest
from sepviz.engine.conventions import CONVENTIONS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

NAMES = tuple(CONVENTIONS)


def declare(parser: ArgumentParser) -> None:
    """Give `parser` the options."""
    add_shape(parser)
    parser.add_argument(
        "--count-as",
        metavar="NAMES",
        type=names("--count-as", NAMES, {"all": NAMES}),
        default=(),
        help=f"Count the operations as other programs do too, layer by layer: {', '.join(NAMES)}, several "
        "with commas, or all. For a number from fvcore, thop, ptflops or torchinfo that does not agree.",
    )
    add_json(parser)


def read(values: Namespace) -> CostRequest:
    """Return what the options ask for."""
    return CostRequest(input_shape=values.input, study=study_of(values), count_as=values.count_as, json=values.json)
