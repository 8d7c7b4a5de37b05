"""Every field of a study and of a view, declared once: label, unit, range, step, help.

The form in the window, the options of the command line, validation, tooltips and the guide all follow from
:data:`STUDY_PARAMS` and :data:`VIEW_PARAMS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from sepviz.engine.block import ACTIVATION_LABELS, BLOCKS
from sepviz.engine.conv2d import METHODS
from sepviz.engine.spec import EngineError, as_padding
from sepviz.engine.weights import WEIGHTS
from sepviz.render.colormap import COLORMAPS
from sepviz.render.scale import SCALE_POLICIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sepviz.study.study import Study

Kind: TypeAlias = Literal["integer", "pair", "padding", "choice", "flag"]


class ParamError(ValueError):
    """A text or a value that a field cannot take; the message says what it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value that a field of kind "choice" can take."""

    value: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One field: what it is called, what it can be, and what it means.

    `minimum` and `maximum` bound whole numbers and both halves of a pair; `special` is what the minimum is called when
    it means something of its own; `slider` says whether sweeping it by hand makes sense. `stops` are the values that
    arrow keys walk through, in that order, where even steps make no sense; a special value may stand last.
    """

    name: str
    group: str
    label: str
    kind: Kind
    help: str
    unit: str = ""
    minimum: int = 0
    maximum: int = 0
    step: int = 1
    special: str = ""
    stops: tuple[int, ...] = ()
    slider: bool = False
    choices: tuple[Choice, ...] = ()


class _Row(Protocol):
    @property
    def label(self) -> str: ...
    @property
    def help(self) -> str: ...


def _choices(table: Mapping[Any, _Row]) -> tuple[Choice, ...]:
    return tuple(Choice(value=name, label=row.label, help=row.help) for name, row in table.items())


_KIND_CHOICES = _choices(BLOCKS)

STUDY_PARAMS: dict[str, Param] = {
    param.name: param
    for param in (
        Param(
            name="size",
            group="Input",
            label="Long side",
            kind="integer",
            unit="px",
            minimum=0,
            maximum=16384,
            step=32,
            special="native",
            stops=(32, 64, 128, 256, 512, 1024, 2048, 4096, 0),
            help="The picture is shrunk until its longer side has this many pixels; it is never enlarged. "
            "0 keeps every pixel of the file (native); 100 megapixels are fine.",
        ),
        Param(
            name="grey",
            group="Input",
            label="Grey",
            kind="flag",
            help="Turn the picture grey first (luminance), so that the layers read 1 channel instead of 3.",
        ),
        Param(
            name="out_channels",
            group="Geometry",
            label="out_channels",
            kind="integer",
            minimum=1,
            maximum=512,
            slider=True,
            unit="maps",
            help="Feature maps the layer makes, N: one filter each.",
        ),
        Param(
            name="kernel_size",
            group="Geometry",
            label="kernel_size",
            kind="pair",
            unit="px",
            minimum=1,
            maximum=15,
            slider=True,
            help="Kernel height × width, K. The separable saving can never exceed K².",
        ),
        Param(
            name="stride",
            group="Geometry",
            label="stride",
            kind="pair",
            unit="px",
            minimum=1,
            maximum=8,
            help="Step between neighbouring outputs, rows × columns. In a separable layer the depthwise "
            "step carries it.",
        ),
        Param(
            name="padding",
            group="Geometry",
            label="padding",
            kind="padding",
            unit="px",
            minimum=0,
            maximum=128,  # "same" pads 112 for the widest kernel and dilation
            help="Zeros around the picture: same (output side = ⌈input side / stride⌉, as TensorFlow pads), "
            "valid (none), one number for all sides, or top,bottom,left,right.",
        ),
        Param(
            name="dilation",
            group="Geometry",
            label="dilation",
            kind="pair",
            unit="px",
            minimum=1,
            maximum=16,
            help="Distance between kernel taps, rows × columns; 1 is a dense kernel.",
        ),
        Param(
            name="bias",
            group="Geometry",
            label="bias",
            kind="flag",
            help="Add one number per output channel of every convolution (a separable layer then has two biases).",
        ),
        Param(
            name="baseline",
            group="Layers",
            label="Baseline (A)",
            kind="choice",
            choices=_KIND_CHOICES,
            help="The layer on the left, that the other is compared with.",
        ),
        Param(
            name="candidate",
            group="Layers",
            label="Candidate (B)",
            kind="choice",
            choices=_KIND_CHOICES,
            help="The layer on the right, that stands for the baseline.",
        ),
        Param(
            name="depth_multiplier",
            group="Layers",
            label="depth_multiplier",
            kind="integer",
            minimum=1,
            maximum=225,  # K² of the largest kernel: with so many, any standard layer has a separable equal
            help="Depthwise maps made of each input channel, d. Above K²N/(K²+N) the separable layer costs more.",
        ),
        Param(
            name="groups",
            group="Layers",
            label="groups",
            kind="integer",
            minimum=1,
            maximum=512,
            help="Groups of channels that do not see each other; must divide in_channels and out_channels.",
        ),
        Param(
            name="activation",
            group="Layers",
            label="Activation between",
            kind="choice",
            choices=tuple(Choice(value=name, label=label) for name, label in ACTIVATION_LABELS.items()),
            help="Nonlinearity between the two convolutions of a separable layer (MobileNet: ReLU6; Xception: none).",
        ),
        Param(
            name="init",
            group="Weights",
            label="Weights",
            kind="choice",
            choices=_choices(WEIGHTS),
            help="Seeded random numbers, or a named image filter placed in every kernel.",
        ),
        Param(
            name="seed",
            group="Weights",
            label="seed",
            kind="integer",
            minimum=0,
            maximum=999_999_999,
            help="The same seed gives the same weights, on every machine.",
        ),
        Param(
            name="method",
            group="Weights",
            label="Method",
            kind="choice",
            choices=(
                Choice(value="auto", label="Automatic", help="A short written rule picks the method for each layer."),
                *(Choice(value=name, label=name.capitalize(), help=method.help) for name, method in METHODS.items()),
            ),
            help="The algorithm that computes both layers. All give the same maps within rounding (winograd within "
            "about 3e-6 of the maximum); they differ in time.",
        ),
    )
}

VIEW_PARAMS: dict[str, Param] = {
    param.name: param
    for param in (
        Param(
            name="colormap",
            group="View",
            label="Colour map",
            kind="choice",
            choices=tuple(Choice(value=name, label=row.label) for name, row in COLORMAPS.items()),
            help="Colours of the feature maps. All are safe for colour-blind eyes.",
        ),
        Param(
            name="scale",
            group="View",
            label="Value scale",
            kind="choice",
            choices=_choices(SCALE_POLICIES),
            help="Which values get the darkest and the brightest colour.",
        ),
        Param(
            name="clip",
            group="View",
            label="Clip extremes",
            kind="flag",
            help="Let the most extreme 0.5 % of a map's values lie beyond each end of the colours, where that shows "
            "the rest better. Small maps, and those with few strong values, keep their full range.",
        ),
        Param(
            name="tile",
            group="View",
            label="Tile size",
            kind="integer",
            unit="px",
            minimum=0,
            maximum=512,
            step=16,
            special="fit",
            help="Width of one map in the sheet, on the screen; fit shows all maps at once.",
        ),
    )
}


def format_value(param: Param, value: object) -> str:
    """Write `value` as :func:`parse_value` reads it."""
    if param.kind == "flag":
        return "on" if value else "off"
    if isinstance(value, str | int):
        return str(value)
    if param.kind == "pair" and isinstance(value, tuple):
        return f"{value[0]}x{value[1]}"
    if isinstance(value, tuple):
        (top, bottom), (left, right) = value
        return str(top) if top == bottom == left == right else f"{top},{bottom},{left},{right}"
    raise ParamError(f"{param.label} is {value!r}, which is not a value of this field")


def parse_value(param: Param, text: str) -> object:
    """Read a value of `param` from `text`: 3, 3x5, same, 1,1,2,2, on; :class:`ParamError` says what would do.

    Numbers out of range are refused here too.
    """
    text = text.strip()
    try:
        value = _PARSERS[param.kind](param, text)
    except (ValueError, EngineError):
        raise ParamError(f"{param.label} is {text!r}; {expectation(param)}") from None
    if message := complaint(param, value):
        raise ParamError(message)
    return value


def expectation(param: Param) -> str:
    """Say what `param` can be, as the second half of an error message."""
    match param.kind:
        case "integer":
            special = f", or {param.special}" if param.special else ""
            return f"write a whole number from {param.minimum:,} to {param.maximum:,}{special}"
        case "pair":
            return f"write one number or HEIGHTxWIDTH, each from {param.minimum} to {param.maximum}"
        case "padding":
            return f"write same, valid, one number, or top,bottom,left,right, each from 0 to {param.maximum}"
        case "choice":
            return f"choose one of {', '.join(choice.value for choice in param.choices)}"
        case "flag":
            return "write on or off"


def complaint(param: Param, value: object) -> str:
    """Return why `value` is outside the range of `param`, or "" when it is within."""
    if param.kind == "choice":
        within = value in {choice.value for choice in param.choices}
    else:
        within = all(param.minimum <= number <= param.maximum for number in _numbers(value))
    return (
        "" if within or param.kind == "flag" else f"{param.label} is {format_value(param, value)}; {expectation(param)}"
    )


def range_complaints(study: Study) -> dict[str, str]:
    """Return a message for every field of `study` whose value is outside its range."""
    messages = {name: complaint(param, getattr(study, name)) for name, param in STUDY_PARAMS.items()}
    return {name: message for name, message in messages.items() if message}


def _numbers(value: object) -> tuple[int, ...]:
    if isinstance(value, tuple):
        return tuple(number for part in value for number in _numbers(part))
    return (value,) if isinstance(value, int) else ()


def _parse_integer(param: Param, text: str) -> int:
    return param.minimum if param.special and text.lower() == param.special else int(text.replace(",", ""))


def _parse_pair(param: Param, text: str) -> tuple[int, int]:
    numbers = [int(part) for part in text.lower().replace("×", "x").replace(",", "x").split("x")]
    height, width = numbers * 2 if len(numbers) == 1 else numbers
    return height, width


def _parse_padding(param: Param, text: str) -> object:
    if text.lower() in {"same", "valid"}:
        return text.lower()
    numbers = [int(part) for part in text.split(",")]
    top, bottom, left, right = numbers * 4 if len(numbers) == 1 else numbers
    return as_padding(((top, bottom), (left, right)))


def _parse_choice(param: Param, text: str) -> str:
    return text.lower()


def _parse_flag(param: Param, text: str) -> bool:
    words = {"on": True, "yes": True, "true": True, "1": True, "off": False, "no": False, "false": False, "0": False}
    if text.lower() not in words:
        raise ValueError(text)
    return words[text.lower()]


_PARSERS = {
    "integer": _parse_integer,
    "pair": _parse_pair,
    "padding": _parse_padding,
    "choice": _parse_choice,
    "flag": _parse_flag,
}
