"""The options of ``sepviz sweep``: along which fields, and whether it is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.cli.options.layers import study_of
from sepviz.cli.options.recurring import add_budget, add_json
from sepviz.cli.request import SweepRequest

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Give `parser` the options."""
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
    add_budget(parser, 0.3, " a point")
    add_json(parser)
    parser.add_argument("--csv", metavar="FILE|-", help="Write a table, one line for each point.")


def read(values: Namespace) -> SweepRequest:
    """Return what the options ask for."""
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
