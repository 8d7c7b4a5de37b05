"""The options of ``sepviz bench``: for which input, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.cli.options.layers import study_of
from sepviz.cli.options.recurring import add_budget, add_json, add_shape
from sepviz.cli.request import BenchRequest

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Give `parser` the options."""
    add_shape(parser)
    add_budget(parser, 2.0, "", " It ends early once the ratio is certain.")
    add_json(parser)


def read(values: Namespace) -> BenchRequest:
    """Return what the options ask for."""
    return BenchRequest(input_shape=values.input, study=study_of(values), budget_s=values.budget, json=values.json)
