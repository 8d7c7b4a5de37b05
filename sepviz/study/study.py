"""What is compared (:class:`Study`: every field that changes numbers) and how it is shown (:class:`View`: pixels only).

The type of a change decides what follows: a new study is computed, a new view is only painted again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sepviz.engine.block import Activation, Block, Geometry, build_block
from sepviz.study.picture import Picture, fitted_size

if TYPE_CHECKING:
    from sepviz.engine.spec import Pads, Pair, Shape
    from sepviz.study.kernels import OwnKernel

EMPTY_SIZE = 512
"""Side of the square that stands for a picture while there is none, so that costs can be shown before one is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Two layers, their weights, and the picture they see. Fields are described in :mod:`sepviz.study.params`."""

    picture: Picture | None = None
    size: int = 512
    grey: bool = False
    out_channels: int = 64
    kernel_size: Pair = (3, 3)
    stride: Pair = (1, 1)
    padding: Literal["same", "valid"] | Pads = "same"
    dilation: Pair = (1, 1)
    bias: bool = False
    baseline: str = "standard"
    candidate: str = "depthwise-separable"
    depth_multiplier: int = 1
    groups: int = 1
    activation: Activation = "none"
    init: str = "kaiming-normal"
    seed: int = 0
    method: str = "auto"
    kernels: tuple[OwnKernel, ...] = ()

    @property
    def input_shape(self) -> Shape:
        """(in_channels, height, width) of the picture as the layers see it."""
        if self.picture is None:
            side = self.size or EMPTY_SIZE
            return 1 if self.grey else 3, side, side
        width, height = fitted_size(self.picture, self.size)
        return 1 if self.grey or self.picture.is_grey else 3, height, width

    def blocks(self, in_channels: int) -> tuple[Block, Block]:
        """Return (baseline, candidate) for an input of `in_channels`; :class:`EngineError` when one cannot be."""
        geometry = Geometry(
            in_channels=in_channels,
            out_channels=self.out_channels,
            kernel_size=self.kernel_size,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            bias=self.bias,
            depth_multiplier=self.depth_multiplier,
            groups=self.groups,
        )
        return (
            build_block(self.baseline, geometry, self.activation),
            build_block(self.candidate, geometry, self.activation),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a comparison is shown. Fields are described in :mod:`sepviz.study.params`."""

    colormap: str = "viridis"
    scale: str = "per-map"
    clip: bool = True
    tile: int = 0
    channel: int = 0
    tab: str = "maps"
