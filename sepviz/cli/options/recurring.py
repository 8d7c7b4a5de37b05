"""Options that several commands have. Those of the layers are in :mod:`sepviz.cli.options.layers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.cli.options.values import MAX_SIDE, number, parse_shape

if TYPE_CHECKING:
    from argparse import ArgumentParser, _ActionsContainer

BUDGETS_S = (0.05, 600.0)


def add_json(parser: _ActionsContainer) -> None:
    """Give `parser` the option of a JSON document."""
    parser.add_argument(
        "--json", metavar="FILE|-", help="Write one JSON document; - is stdout, with nothing else on it."
    )


def add_shape(parser: ArgumentParser) -> None:
    """Give `parser` the shape that a command without a picture needs."""
    parser.add_argument(
        "--input",
        metavar="CxHxW",
        type=parse_shape,
        required=True,
        help=f"Shape of what the layers read: channels, height, width, each from 1 to {MAX_SIDE:,}.",
    )


def add_budget(parser: ArgumentParser, default: float, what: str, more: str = "") -> None:
    """Give `parser` the seconds that measuring `what` may take."""
    low, high = BUDGETS_S
    parser.add_argument(
        "--budget",
        metavar="SECONDS",
        type=number("--budget", BUDGETS_S, "s"),
        default=default,
        help=f"How long to measure{what} at most, from {low:g} to {high:g} s; default {default:g}.{more}",
    )
