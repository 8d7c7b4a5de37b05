"""The options of ``sepviz doctor``; nothing is imported here that may fail to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.cli.options.recurring import add_json
from sepviz.cli.request import DoctorRequest

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Give `parser` the options."""
    parser.add_argument(
        "--measure",
        action="store_true",
        help="Measure how fast this machine computes and copies memory, for two seconds, and remember it.",
    )
    add_json(parser)


def read(values: Namespace) -> DoctorRequest:
    """Return what the options ask for."""
    return DoctorRequest(measure=values.measure, json=values.json)
