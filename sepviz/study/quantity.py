"""How quantities are written, for every reader alike: window, figure, tables and terminal.

Prefixes are decimal (1 kB is 1,000 bytes), thousands are separated by commas, and rounded numbers keep three
significant digits. What is counted exactly is also written exactly where there is room.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PREFIXES = ("", "k", "M", "G", "T", "P", "E")
_SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN = (1e-3, 1e5)
"""Powers of ten from and up to which a number is written out."""
_UNITS = (
    r"%|px|s|ms|µs|ns|[kMGTPE]|[kMGTPE]?i?B|GB/s|GFLOP/s|FLOP/byte|MACs?|FLOPs?|bytes?|parameters?|weights?|values?"
    r"|maps?|channels?|groups?|pixels?|repeats?|runs?|pairs?|seeds?|points?|layers?|planes?|threads?|times"
)
_BEFORE_UNIT = re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?![\w/]))|(?<=\d\s[kMGTPE]) (?=(?:{_UNITS})(?![\w/]))")
_AROUND_SIGN = re.compile(r" ([×–…]) ")
DECADES_OF_POWERS = 2.2
"""Decades from which on only the powers of ten are named."""
DECADES_OF_STEPS = 0.7
"""Decades up to which every digit is named; between the two, 1, 2 and 5."""


def minus(text: str) -> str:
    """Return the number `text` with the sign that is as wide as a plus: "-0.5" -> "−0.5"."""
    return text.replace("-", "−")


def count(value: float) -> str:
    """Write a whole number exactly: 1769472 -> "1,769,472"."""
    return minus(f"{round(value):,}")


def unit_for(value: float, unit: str) -> str:
    """Return `unit`, a plural such as "maps", as it is written behind `value`: "map" behind 1."""
    return unit.removesuffix("s") if value == 1 and len(unit) > 1 else unit


def counted(value: float, unit: str) -> str:
    """Write so many of what `unit` names in the plural: (64, "maps") -> "64 maps", (1, "maps") -> "1 map"."""
    return f"{count(value)} {unit_for(value, unit)}"


def significant(value: float, digits: int = 3) -> str:
    """Write `value` with `digits` significant digits, never as a power of ten: 7.8904 -> "7.89", 1234.5 -> "1,234"."""
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: "−∞"}.get(value, "—")
    if value == 0:
        return "0"
    # Rounding may carry into a new digit (9.996 -> 10.0), so the magnitude is read from the rounded number.
    magnitude = int(f"{value:.{digits - 1}e}".partition("e")[2])
    return minus(f"{value:,.{max(digits - 1 - magnitude, 0)}f}")


def compact(value: float) -> str:
    """Write `value` with a decimal prefix: 1769472 -> "1.77 M"; below a thousand a whole number stays as it is."""
    number, prefix = _scaled(value)
    return f"{number} {prefix}".rstrip()


def data_size(size: float) -> str:
    """Write a number of bytes: 5423104 -> "5.42 MB"."""
    number, prefix = _scaled(size)
    return f"{number} {prefix}B"


def duration(seconds: float) -> str:
    """Write a time in the unit that suits it, s down to ns: 0.004406 -> "4.41 ms"."""
    scale, unit = time_unit(seconds)
    return f"{significant(seconds / scale)} {unit}"


def time_unit(seconds: float) -> tuple[float, str]:
    """Return the unit in which `seconds` is at least 1 as written, as (seconds per unit, name)."""
    fitting = (row for row in _SECONDS if abs(seconds) >= 0.9995 * row[0])
    return next(fitting, _SECONDS[0] if seconds == 0 else _SECONDS[-1])


def ratio(value: float) -> str:
    """Write baseline / candidate: 7.8904 -> "7.89×"."""
    return f"{significant(value)}×"


def percent(share: float) -> str:
    """Write a share in percent, "17.6 %"; what is almost everything does not pass for everything."""
    return "more than 99.9 %" if 0.9995 <= share < 1 - 1e-9 else f"{significant(100 * share)} %"


def shape(sides: Iterable[int]) -> str:
    """Write a shape: (64, 32, 32) -> "64 × 32 × 32"."""
    return " × ".join(count(side) for side in sides)


def intensity(value: float) -> str:
    """Write an arithmetic intensity: 12.5756 -> "12.58 FLOP/byte"."""
    return f"{value:,.2f} FLOP/byte"


def unbroken(text: str, *, units: bool = True) -> str:
    """Return `text` for a place where lines wrap: shapes and ranges in one piece, numbers with their `units`.

    Only whoever breaks lines asks for this, so that text to be copied, searched or saved has plain spaces.
    """
    text = _AROUND_SIGN.sub("\u00a0\\1\u00a0", text)
    return _BEFORE_UNIT.sub("\u00a0", text) if units else text


def log_text(exponent: float, decades: float) -> str:
    """Write 10**exponent for an axis that spans so many `decades`, or "" where it is not to be named."""
    power = math.floor(exponent + 1e-9)
    digit = round(10 ** (exponent - power))
    if digit == 10:
        power, digit = power + 1, 1
    named = {1} if decades > DECADES_OF_POWERS else set(range(1, 10)) if decades < DECADES_OF_STEPS else {1, 2, 5}
    if digit not in named:
        return ""
    value = digit * 10.0**power
    if _PLAIN[0] <= value < _PLAIN[1]:
        return f"{value:,.{max(0, -power)}f}"
    tail = f"10{str(power).translate(_SUPERSCRIPTS)}"
    return tail if digit == 1 else f"{digit}·{tail}"


def _scaled(value: float) -> tuple[str, str]:
    # 999,500 is "1.00 M", not "1,000 k": the step up happens where three digits would round to a thousand.
    steps = 0
    while abs(value) >= (1000 if steps == 0 else 999.5) and steps < len(_PREFIXES) - 1:
        value, steps = value / 1000, steps + 1
    whole = steps == 0 and float(value).is_integer()
    return count(value) if whole else significant(value), _PREFIXES[steps]


def _whole(unit: str) -> Callable[[float], str]:
    return lambda value: counted(value, unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One thing a layer costs: what it is called, what it means, and how it is written.

    Attributes
    ----------
    name : str
        The attribute of a cost that holds it ("params", "macs", "bytes", "intensity"), or "seconds".
    label, unit, help, formula : str
        For a heading, behind a number, and for whoever wants to know.
    write : callable
        number -> text with its unit, exact where it can be.
    brief : callable
        number -> short text for narrow places, rounded, with a prefix.
    less, more : str
        What a smaller and a larger candidate are called: "fewer", "more".
    lower_is_better : bool
        Whether the candidate wins by having less.
    counted : bool
        True when it follows from the shapes, False when it is measured.
    """

    name: str
    label: str
    unit: str
    help: str
    formula: str
    write: Callable[[float], str]
    brief: Callable[[float], str]
    less: str
    more: str
    lower_is_better: bool = True
    counted: bool = True

    def number(self, value: float) -> str:
        """Write `value` as :attr:`write` does, without the unit, for a column that has it in its heading."""
        return self.write(value).removesuffix(f" {unit_for(value, self.unit)}")

    def verdict(self, baseline: float, candidate: float) -> str:
        """Say in words how the candidate compares: "7.89× fewer", "1.07× more", or "equal"."""
        if baseline == candidate:
            return "equal"
        if not baseline or not candidate:
            return self.less if candidate < baseline else self.more
        factor = max(baseline, candidate) / min(baseline, candidate)
        # "1.00× more" would contradict itself.
        size = ratio(factor) if factor >= 1.005 else "<1.01×"
        return f"{size} {self.less if candidate < baseline else self.more}"

    def change(self, quotient: float) -> str:
        """Say what a ratio A / B means for B, under a heading that names the quantity: "7.89× fewer", "1.62× less"."""
        return self.verdict(quotient, 1.0).removesuffix(" time")

    def interval(self, quotient: float, low: float, high: float) -> str:
        """Write the interval of a ratio A / B the way round in which :meth:`change` says `quotient`: "1.56–1.72"."""
        ends = (low, high) if quotient >= 1 else (1 / high, 1 / low)
        return "–".join(map(significant, ends))


QUANTITIES: dict[str, Quantity] = {
    quantity.name: quantity
    for quantity in (
        Quantity(
            name="params",
            label="Parameters",
            unit="parameters",
            help="Trainable numbers: the weights of every layer, and its biases where it has them.",
            formula="Each layer: out_channels × (in_channels / groups) × kernel height × kernel width, "
            "plus out_channels with a bias.",
            write=_whole("parameters"),
            brief=compact,
            less="fewer",
            more="more",
        ),
        Quantity(
            name="macs",
            label="MACs",
            unit="MACs",
            help="Multiply-accumulates: 1 MAC is 1 multiplication and 1 addition. Biases are not counted here.",
            formula="Each layer: output height × output width × weights (without bias).",
            write=_whole("MACs"),
            brief=compact,
            less="fewer",
            more="more",
        ),
        Quantity(
            name="bytes",
            label="Bytes moved",
            unit="bytes",
            help="Traffic with memory in float32: each layer reads its input and weights once and writes its output "
            "once, nothing fused. Maps between two layers are written and read again.",
            formula="Each layer: 4 bytes × (elements of input + parameters + elements of output).",
            write=_whole("bytes"),
            brief=data_size,
            less="fewer",
            more="more",
        ),
        Quantity(
            name="intensity",
            label="Arithmetic intensity",
            unit="FLOP/byte",
            help="Arithmetic done for each byte moved. A low value means that memory, not arithmetic, sets the pace. "
            "It does not add up over layers.",
            formula="2 × MACs / bytes moved; for the whole, the sums of all layers are divided.",
            write=intensity,
            brief=significant,
            less="lower",
            more="higher",
            lower_is_better=False,
        ),
        Quantity(
            name="seconds",
            label="Time",
            unit="s",
            help="Median time of one run on this machine, measured: both layers in turn, after warming up.",
            formula="Median over repeats, outputs kept, weights prepared beforehand.",
            write=duration,
            brief=duration,
            less="less time",
            more="more time",
            counted=False,
        ),
    )
}
COUNTED: tuple[Quantity, ...] = tuple(quantity for quantity in QUANTITIES.values() if quantity.counted)
"""What follows from shapes alone; the attributes of a cost."""
