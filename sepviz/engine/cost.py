"""What a layer costs, by counting: parameters, multiply-accumulates, bytes moved, arithmetic intensity.

Counted, never measured; time is measured in :mod:`sepviz.engine.timing`. Conventions: one MAC is one multiplication and
one addition; the bias is a parameter but no MAC (as fvcore and thop count); bytes are those of an unfused layer in
float32 that reads its input and weights once and writes its output once (Ma et al. 2018, arXiv 1807.11164); arithmetic
intensity is 2 MACs per byte, in FLOP/byte (Williams et al. 2009).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sepviz.engine.block import Block, Layer
    from sepviz.engine.spec import Shape

BYTES_PER_ELEMENT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCost:
    """The cost of one layer for one input."""

    name: str
    params: int
    macs: int
    bytes: int
    input_shape: Shape
    output_shape: Shape
    weight_shape: tuple[int, int, int, int]

    @property
    def intensity(self) -> float:
        """Arithmetic intensity in FLOP/byte."""
        return 2 * self.macs / self.bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockCost:
    """The cost of a block: its layers, and their sums."""

    kind: str
    layers: tuple[LayerCost, ...]

    @property
    def params(self) -> int:
        """Trainable numbers of all layers."""
        return sum(layer.params for layer in self.layers)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of all layers."""
        return sum(layer.macs for layer in self.layers)

    @property
    def bytes(self) -> int:
        """Bytes moved by all layers, each tensor read and written once."""
        return sum(layer.bytes for layer in self.layers)

    @property
    def intensity(self) -> float:
        """Arithmetic intensity of the whole block in FLOP/byte."""
        return 2 * self.macs / self.bytes

    @property
    def output_shape(self) -> Shape:
        """(channels, height, width) after the last layer."""
        return self.layers[-1].output_shape


def layer_cost(layer: Layer, height: int, width: int) -> LayerCost:
    """Return the cost of `layer` for an input of `height` x `width` pixels."""
    spec = layer.spec
    input_shape = spec.in_channels, height, width
    output_shape = spec.output_shape(height, width)
    elements = prod(input_shape) + spec.parameters() + prod(output_shape)
    return LayerCost(
        name=layer.name,
        params=spec.parameters(),
        macs=spec.macs(height, width),
        bytes=BYTES_PER_ELEMENT * elements,
        input_shape=input_shape,
        output_shape=output_shape,
        weight_shape=spec.weight_shape,
    )


def block_cost(block: Block, height: int, width: int) -> BlockCost:
    """Return the cost of `block`, layer by layer, for an input of `height` x `width` pixels."""
    costs: list[LayerCost] = []
    for layer in block.layers:
        costs.append(layer_cost(layer, height, width))
        _, height, width = costs[-1].output_shape
    return BlockCost(kind=block.kind, layers=tuple(costs))
