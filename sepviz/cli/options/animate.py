"""The options of ``sepviz animate``: what moves, through what, and how the animation looks and runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sepviz.cli.options.layers import session_of, study_of
from sepviz.cli.options.values import one_of, whole
from sepviz.cli.request import AnimateRequest, UsageError
from sepviz.export.animation.pace import (
    FRAME_MS,
    HOLD_MS,
    MOST_FRAMES,
    SLIDE_MS,
    SWEEP_MS,
    TICK_MS,
    USUAL,
    USUAL_FRAMES,
    WIDTHS,
)
from sepviz.lab.swept_slider import MOST_STOPS, SLIDER_FIELDS
from sepviz.study.slide import PIXELS, Crop

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

WHAT = ("slide", "sweep")
SHOW = ("maps", "map")


def declare(parser: ArgumentParser) -> None:
    """Give `parser` the options."""
    parser.add_argument(
        "input",
        metavar="INPUT",
        nargs="?",
        help="A picture: a path, sample:NAME or pattern:NAME. With --session none is needed: the session has its own.",
    )
    parser.add_argument(
        "--out", metavar="FILE", type=Path, required=True, help="Where to write it: .gif, or .png for an animated PNG."
    )
    parser.add_argument(
        "--what",
        metavar="|".join(WHAT),
        type=one_of("--what", WHAT),
        help="slide: the kernels slide over the picture. sweep: a field runs through a range. Default slide, or sweep "
        "where there is a --field.",
    )
    _declare_slide(parser)
    _declare_sweep(parser)
    _declare_pace(parser)


def _declare_slide(parser: ArgumentParser) -> None:
    add = parser.add_argument_group("sliding window").add_argument
    low, high = PIXELS
    add(
        "--pixels",
        metavar="N",
        type=whole("--pixels"),
        default=16,
        help=f"Pixels on the longer side of what is slid over; from {low} to {high}, default 16. --size is not used.",
    )
    add(
        "--crop",
        metavar="SHARE[@DOWN,ACROSS]",
        type=_crop,
        default=Crop(),
        help="The part of the picture, in %% of its sides, and where it lies, from 0,0 (top left) to 100,100; "
        "default 100: all of it. 30 is the middle, 30@0,100 the top right.",
    )
    add(
        "--frames",
        metavar="N",
        type=whole("--frames"),
        default=USUAL_FRAMES,
        help=f"Most frames, up to {MOST_FRAMES}; default {USUAL_FRAMES}. Where there are more pixels, several are made "
        "from frame to frame.",
    )


def _declare_sweep(parser: ArgumentParser) -> None:
    add = parser.add_argument_group("swept slider").add_argument
    add("--field", metavar="FIELD", help=f"What is changed: {', '.join(SLIDER_FIELDS)}.")
    add(
        "--range",
        metavar="RANGE",
        help=f"START:STOP:COUNT[:log], or a list: 1,3,5; a frame for each value, at most {MOST_STOPS}.",
    )
    add(
        "--show",
        metavar="|".join(SHOW),
        type=one_of("--show", SHOW),
        default=SHOW[0],
        help="All maps of both layers, or the one that --channel chooses; default maps.",
    )


def _declare_pace(parser: ArgumentParser) -> None:
    add = parser.add_argument_group("look and pace").add_argument
    add("--channel", metavar="N", type=whole("--channel"), help="The map that is shown; default 0.")
    add(
        "--width",
        metavar="PX",
        type=whole("--width"),
        default=USUAL.width,
        help=f"Width of a frame, from {WIDTHS[0]} to {WIDTHS[1]:,} px; default {USUAL.width}.",
    )
    add(
        "--frame-ms",
        metavar="MS",
        type=whole("--frame-ms"),
        help=f"Time of a frame, from {FRAME_MS[0]} to {FRAME_MS[1]:,} ms in steps of {TICK_MS}; default {SLIDE_MS} for "
        f"slide, {SWEEP_MS:,} for sweep.",
    )
    add(
        "--hold-ms",
        metavar="MS",
        type=whole("--hold-ms"),
        default=USUAL.hold_ms,
        help=f"Time of the last frame, from {HOLD_MS[0]} to {HOLD_MS[1]:,} ms; default {USUAL.hold_ms:,}.",
    )
    add("--once", action="store_true", help="Run once; else it repeats for ever.")


def read(values: Namespace) -> AnimateRequest:
    """Return what was asked for; :class:`UsageError` for options that do not belong together."""
    what = values.what or ("slide" if values.field is None else "sweep")
    if what == "sweep":
        for name in ("field", "range"):
            if getattr(values, name) is None:
                raise UsageError(f"--{name} is missing; write --what sweep --field out_channels --range 1:64:7:log")
    elif values.field or values.range:
        raise UsageError("--field and --range belong to --what sweep; leave them out, or write --what sweep")
    session = session_of(values)
    if values.input is None and session is None:
        raise UsageError("INPUT is missing; write sepviz animate INPUT, or --session FILE; see 'sepviz animate --help'")
    return AnimateRequest(
        input=values.input or str(values.session),
        study=study_of(values, session),
        view=None if session is None else session.view,
        out=values.out,
        what=what,
        field=values.field,
        range=values.range,
        show=values.show,
        pixels=values.pixels,
        crop=values.crop,
        frames=values.frames,
        channel=values.channel,
        width=values.width,
        frame_ms=values.frame_ms or (SLIDE_MS if what == "slide" else SWEEP_MS),
        hold_ms=values.hold_ms,
        loop=not values.once,
        reopened=None if values.input else session,
    )


def _crop(text: str) -> Crop:
    numbers = re.fullmatch(r"(\d{1,4})%?(?:@(\d{1,4}),(\d{1,4}))?", text.replace(" ", ""))
    if numbers is None:
        raise UsageError(f"--crop is {text!r}; write SHARE or SHARE@DOWN,ACROSS in %, such as 30 or 30@0,100")
    share, down, across = (int(number) if number else 50 for number in numbers.groups())
    return Crop(share=share, down=down, across=across)
