"""The options of ``sepviz compare``: on which pictures, and what is written."""

from __future__ import annotations

from argparse import BooleanOptionalAction
from pathlib import Path
from typing import TYPE_CHECKING

from sepviz.cli.options.layers import session_of, study_of
from sepviz.cli.options.recurring import add_json
from sepviz.cli.options.values import number
from sepviz.cli.request import CompareRequest, UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

SCALES = (0.25, 16.0)


def declare(parser: ArgumentParser) -> None:
    """Give `parser` the options."""
    parser.add_argument(
        "inputs",
        metavar="INPUT",
        nargs="*",
        help="A picture: a path, sample:NAME or pattern:NAME. Several are compared one after the other; "
        "one that fails is reported, the rest go on. With --session none is needed: the session has its own.",
    )
    outputs = parser.add_argument_group("outputs")
    outputs.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        help="Draw the figure: .png, .svg or .pdf; for 1 INPUT. It carries the study, with the picture as the layers "
        "read it, and can be opened again.",
    )
    outputs.add_argument(
        "--out-dir",
        metavar="DIR",
        type=Path,
        help="Draw a figure for each INPUT, DIR/NAME.png; DIR is made if need be.",
    )
    outputs.add_argument(
        "--scale",
        metavar="S",
        type=number("--scale", SCALES),
        default=2.0,
        help=f"Resolution of a figure: pixels for each of its points, from {SCALES[0]:g} to {SCALES[1]:g}; default 2.",
    )
    add_json(outputs)
    outputs.add_argument(
        "--csv",
        metavar="FILE|-",
        help="Write a table: the costs of each layer and of each block, "
        "with the statistics of its output and its time if measured.",
    )
    outputs.add_argument(
        "--maps",
        metavar="FILE.npz",
        type=Path,
        help="Write all arrays: input, and baseline_0_maps, "
        "baseline_0_kernel, baseline_0_bias, ..., candidate_0_maps, ... for each layer; for 1 INPUT.",
    )
    outputs.add_argument(
        "--save-session",
        metavar="FILE.sepviz",
        type=Path,
        help="Write the layers and the place of the picture, to be opened again; for 1 INPUT.",
    )
    outputs.add_argument(
        "--time",
        action=BooleanOptionalAction,
        help="Measure both layers on this machine too, for about 1 s; the default is yes where a figure is drawn.",
    )
    outputs.add_argument(
        "--claims",
        action="store_true",
        help="Judge what articles claim too, for these layers on this INPUT; in a figure as cards with their plots, "
        "below it or, in a PDF, on pages of their own.",
    )


def read(values: Namespace) -> CompareRequest:
    """Return what the options ask for."""
    session = session_of(values)
    if not values.inputs and session is None:
        raise UsageError("INPUT is missing; write sepviz compare INPUT, or --session FILE; see 'sepviz compare --help'")
    return CompareRequest(
        inputs=tuple(values.inputs) or (str(values.session),),
        study=study_of(values, session),
        out=values.out,
        out_dir=values.out_dir,
        scale=values.scale,
        json=values.json,
        csv=values.csv,
        maps=values.maps,
        save_session=values.save_session,
        time=values.time,
        claims=values.claims,
        reopened=None if values.inputs else session,
        view=None if session is None else session.view,
    )
