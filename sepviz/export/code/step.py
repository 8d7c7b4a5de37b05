"""A layer as code sees it: its geometry with the padding in numbers, and the words that all libraries share."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sepviz.engine.block import Block
    from sepviz.engine.spec import Conv2dSpec, Pads, Pair, Shape

UNPADDED: Pads = ((0, 0), (0, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One layer of a block for an input of one size.

    Attributes
    ----------
    side, number : str, int
        "baseline" or "candidate", and which of its layers.
    pads : ((top, bottom), (left, right))
        Zeros around the input.
    output_shape : (channels, height, width)
    """

    side: str
    number: int
    name: str
    spec: Conv2dSpec
    pads: Pads
    input_shape: Shape
    output_shape: Shape

    @property
    def is_depthwise(self) -> bool:
        """Whether it is the depthwise layer of its block, not one that merely comes out like one."""
        return self.name == "depthwise"

    @property
    def is_evenly_padded(self) -> bool:
        """Whether both ends of the rows, and both of the columns, get the same number of zeros."""
        return all(first == second for first, second in self.pads)

    @property
    def comment(self) -> str:
        """What it is, and where its padding comes from when the size decides."""
        sides = zip(self.spec.strides, self.spec.extent, strict=True)
        if self.spec.padding != "same" or not any(step > 1 and extent > 1 for step, extent in sides):
            return self.name
        _, height, width = self.input_shape
        return f'{self.name}; with this stride "same" depends on the size: here {height} x {width}'

    @property
    def kernel(self) -> str:
        """The name of its kernel in an archive of maps."""
        return f"{self.side}_{self.number}_kernel"

    @property
    def bias(self) -> str:
        """The name of its bias in an archive of maps."""
        return f"{self.side}_{self.number}_bias"

    @property
    def maps(self) -> str:
        """The name of its output in an archive of maps."""
        return f"{self.side}_{self.number}_maps"

    @property
    def fan_in(self) -> int:
        """Inputs that one output value sums."""
        return prod(self.spec.weight_shape[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the two blocks as steps; `title` is what it is called in a comment."""

    side: str
    title: str
    steps: tuple[Step, ...]
    activation: str


def steps_of(side: str, block: Block, input_shape: Shape) -> tuple[Step, ...]:
    """Return the layers of `block` for an input of `input_shape`; :class:`EngineError` if a kernel does not fit."""
    shapes = [input_shape, *block.shapes(*input_shape[1:])]
    return tuple(
        Step(
            side=side,
            number=number,
            name=layer.name,
            spec=layer.spec,
            pads=layer.spec.pads(*shapes[number][1:]),
            input_shape=shapes[number],
            output_shape=shapes[number + 1],
        )
        for number, layer in enumerate(block.layers)
    )


def value(pair: Pair) -> str:
    """Return a pair as an argument: one number where both are the same."""
    first, second = pair
    return str(first) if first == second else f"({first}, {second})"


def arguments(required: Iterable[object], **given: str) -> str:
    """Return the arguments of a call; a keyword without a text is left out, as the library's own default says it."""
    return ", ".join([*map(str, required), *(f"{name}={text}" for name, text in given.items() if text)])


def unless(text: str, default: str) -> str:
    """Return `text`, or nothing where it is the library's own default."""
    return "" if text == default else text


def indented(lines: Iterable[str]) -> str:
    """Return `lines` as the inside of a bracket or a function."""
    return "\n".join(f"    {line}" for line in lines)


def size(shape: Shape) -> str:
    """Return a shape as a comment has it: 3 x 32 x 32."""
    return " x ".join(map(str, shape))
