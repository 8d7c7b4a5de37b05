"""The options of ``sepviz article``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.cli.options.recurring import add_json
from sepviz.cli.request import ArticleRequest

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare(parser: ArgumentParser) -> None:
    """Give `parser` the options."""
    parser.add_argument(
        "image", metavar="INPUT", nargs="?", help="A picture instead of noise: its centre, at 32 × 32 pixels."
    )
    add_json(parser)


def read(values: Namespace) -> ArticleRequest:
    """Return what the options ask for."""
    return ArticleRequest(input=values.image, json=values.json)
