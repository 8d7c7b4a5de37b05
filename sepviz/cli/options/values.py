"""How what was typed becomes a value: a number, names of a table, a shape; or one line that says what would do."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from sepviz.cli.request import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sepviz.engine.spec import Shape

MAX_SIDE = 65_536


def number(name: str, limits: tuple[float, float], unit: str = "") -> Callable[[str], float]:
    """Return what reads the number of the option `name`, within `limits`."""
    low, high = limits

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise UsageError(f"{name} is {text!r}; write a number from {low:g} to {high:g} {unit}".rstrip())
        return value

    return read


def whole(name: str) -> Callable[[str], int]:
    """Return what reads the whole number of the option `name`; who uses it knows its limits."""

    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text.strip()):
            raise UsageError(f"{name} is {text!r}; write a whole number")
        return int(text)

    return read


def one_of(name: str, known: tuple[str, ...]) -> Callable[[str], str]:
    """Return what reads the option `name`: one of the `known` words, in small letters or capitals."""

    def read(text: str) -> str:
        if text.lower() not in known:
            raise UsageError(f"{name} is {text!r}; write {alternatives(known)}")
        return text.lower()

    return read


def names(
    name: str, known: tuple[str, ...], words: Mapping[str, tuple[str, ...]] | None = None
) -> Callable[[str], tuple[str, ...]]:
    """Return what reads the option `name`: several of the `known` names with commas, or a word for some of them."""
    words = words or {}

    def read(text: str) -> tuple[str, ...]:
        wanted = words.get(text, tuple(dict.fromkeys(text.split(","))))
        for one in wanted:
            if one not in known:
                raise UsageError(f"{name} has {one!r}; write {alternatives((*known, *words))}")
        return wanted

    return read


def parse_shape(text: str) -> Shape:
    """Read the shape of an input, CHANNELSxHEIGHTxWIDTH: "3x32x32" -> (3, 32, 32)."""
    sides = re.fullmatch(r"(\d+)[x×,](\d+)[x×,](\d+)", re.sub(r"\s", "", text.lower()))
    if sides is None:
        raise UsageError(f"--input is {text!r}; write CHANNELSxHEIGHTxWIDTH, such as 3x32x32")
    channels, height, width = (int(side) for side in sides.groups())
    if not all(1 <= side <= MAX_SIDE for side in (channels, height, width)):
        raise UsageError(f"--input is {text!r}; each of channels, height and width must be from 1 to {MAX_SIDE:,}")
    return channels, height, width


def alternatives(known: Iterable[str]) -> str:
    """Return words as a choice: "a, b or c"."""
    *first, last = known
    return f"{', '.join(first)} or {last}" if first else last
