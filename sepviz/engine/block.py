"""A block: a chain of convolution layers that does the work of one; and the table of the kinds that can be compared.

A new kind is a row of :data:`BLOCKS`: a name, the fields it needs, and a function from one geometry to its layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from sepviz.engine.chain import Chain
from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.conv2d import check_input, method_for
from sepviz.engine.spec import Conv2dSpec, EngineError, Pads, Pair, Shape, as_padding
from sepviz.engine.strips import allocate

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sepviz.engine.weights import LayerWeights

Activation: TypeAlias = Literal["none", "relu", "relu6"]
ACTIVATION_LABELS: dict[Activation, str] = {"none": "None", "relu": "ReLU", "relu6": "ReLU6"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """What two compared blocks share: the layer that both stand for.

    `depth_multiplier` is read by the depthwise kinds only, `groups` by the grouped kind only.
    """

    in_channels: int
    out_channels: int
    kernel_size: Pair = (3, 3)
    stride: Pair = (1, 1)
    padding: Literal["same", "valid"] | Pads = "same"
    dilation: Pair = (1, 1)
    bias: bool = False
    depth_multiplier: int = 1
    groups: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One named convolution of a block."""

    name: str
    spec: Conv2dSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A chain of layers; the activation stands between them, never after the last."""

    kind: str
    layers: tuple[Layer, ...]
    activation: Activation = "none"

    def shapes(self, height: int, width: int) -> tuple[Shape, ...]:
        """Shape after every layer for an input of `height` x `width`; :class:`EngineError` if a kernel cannot fit."""
        shapes: list[Shape] = []
        for layer in self.layers:
            shape = layer.spec.output_shape(height, width)
            _, height, width = shape
            shapes.append(shape)
        return tuple(shapes)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockKind:
    """A row of :data:`BLOCKS`: what a kind of block is called, which extra fields it reads, how it is built."""

    name: str
    label: str
    help: str
    fields: tuple[str, ...]
    build: Callable[[Geometry], tuple[Layer, ...]]


def _spec(geometry: Geometry, **changes: object) -> Conv2dSpec:
    fields: dict[str, object] = {
        "in_channels": geometry.in_channels,
        "out_channels": geometry.out_channels,
        "kernel_size": geometry.kernel_size,
        "stride": geometry.stride,
        "padding": geometry.padding,
        "dilation": geometry.dilation,
        "bias": geometry.bias,
    }
    return Conv2dSpec(**(fields | changes))  # type: ignore[arg-type]


def _pointwise(in_channels: int, out_channels: int, *, bias: bool) -> Layer:
    spec = Conv2dSpec(in_channels=in_channels, out_channels=out_channels, kernel_size=1, bias=bias)
    return Layer(name="pointwise", spec=spec)


def _standard(geometry: Geometry) -> tuple[Layer, ...]:
    return (Layer(name="standard", spec=_spec(geometry)),)


def _grouped(geometry: Geometry) -> tuple[Layer, ...]:
    return (Layer(name="grouped", spec=_spec(geometry, groups=geometry.groups)),)


def _depthwise(geometry: Geometry) -> tuple[Layer, ...]:
    channels = geometry.in_channels
    spec = _spec(geometry, out_channels=channels * geometry.depth_multiplier, groups=channels)
    return (Layer(name="depthwise", spec=spec),)


def _depthwise_separable(geometry: Geometry) -> tuple[Layer, ...]:
    (depthwise,) = _depthwise(geometry)
    return depthwise, _pointwise(depthwise.spec.out_channels, geometry.out_channels, bias=geometry.bias)


def _blueprint_separable(geometry: Geometry) -> tuple[Layer, ...]:
    channels = geometry.out_channels
    spec = _spec(geometry, in_channels=channels, groups=channels)
    return _pointwise(geometry.in_channels, channels, bias=geometry.bias), Layer(name="depthwise", spec=spec)


def _spatially_separable(geometry: Geometry) -> tuple[Layer, ...]:
    (kh, kw), (sh, sw), (dh, dw) = geometry.kernel_size, geometry.stride, geometry.dilation
    padding = as_padding(geometry.padding)
    rows, columns = (padding, padding) if isinstance(padding, str) else ((padding[0], (0, 0)), ((0, 0), padding[1]))
    vertical = _spec(geometry, kernel_size=(kh, 1), stride=(sh, 1), dilation=(dh, 1), padding=rows)
    horizontal = _spec(
        geometry,
        in_channels=geometry.out_channels,
        kernel_size=(1, kw),
        stride=(1, sw),
        dilation=(1, dw),
        padding=columns,
    )
    return Layer(name=f"vertical {kh}x1", spec=vertical), Layer(name=f"horizontal 1x{kw}", spec=horizontal)


BLOCKS: dict[str, BlockKind] = {
    kind.name: kind
    for kind in (
        BlockKind(
            name="standard",
            label="Standard",
            help="Every output channel looks at every input channel through its own kernel.",
            fields=(),
            build=_standard,
        ),
        BlockKind(
            name="depthwise",
            label="Depthwise only",
            help="Each input channel is filtered alone, never mixed; gives in_channels × depth_multiplier maps.",
            fields=("depth_multiplier",),
            build=_depthwise,
        ),
        BlockKind(
            name="depthwise-separable",
            label="Depthwise separable",
            help="A depthwise layer, then a 1×1 pointwise layer that mixes its maps (MobileNet, Xception).",
            fields=("depth_multiplier",),
            build=_depthwise_separable,
        ),
        BlockKind(
            name="grouped",
            label="Grouped",
            help="Channels are split into groups that do not see each other; 1 group is standard.",
            fields=("groups",),
            build=_grouped,
        ),
        BlockKind(
            name="blueprint-separable",
            label="Blueprint separable",
            help="Pointwise first, then depthwise: one kernel shape per output channel, scaled for each input channel.",
            fields=(),
            build=_blueprint_separable,
        ),
        BlockKind(
            name="spatially-separable",
            label="Spatially separable",
            help="A k×1 layer, then a 1×k layer, both mixing all channels.",
            fields=(),
            build=_spatially_separable,
        ),
    )
}


def build_block(kind: str, geometry: Geometry, activation: Activation = "none") -> Block:
    """Return the block of `kind` for `geometry`.

    Raises
    ------
    EngineError
        For an unknown kind, or a geometry the kind cannot have (channels not divisible by groups).
    """
    if kind not in BLOCKS:
        raise EngineError(f"block kind is {kind!r}; it must be one of {', '.join(BLOCKS)}")
    return Block(kind=kind, layers=BLOCKS[kind].build(geometry), activation=activation)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trace:
    """What a block made of an input: the maps after every layer (after the activation, where one follows).

    Attributes
    ----------
    block : Block
    weights : tuple of LayerWeights
        One per layer.
    activations : tuple of ndarray
        Read-only (channels, height, width), one per layer, or one alone if no more were kept; the last is the block's
        output.
    methods : tuple of str
        Name of the method that each layer ran with.
    """

    block: Block
    weights: tuple[LayerWeights, ...]
    activations: tuple[NDArray[np.floating], ...]
    methods: tuple[str, ...]

    @property
    def output(self) -> NDArray[np.floating]:
        """The block's result, (out_channels, out_h, out_w)."""
        return self.activations[-1]


def layer_methods(block: Block, method: str) -> tuple[str, ...]:
    """Return the method that each layer of `block` runs with when `method` is asked for.

    A layer that `method` cannot do (a block often has layers of several kinds) runs with what "auto" picks for it.
    """
    return tuple(method_for(layer.spec, method) for layer in block.layers)


def prepare_block(block: Block, weights: tuple[LayerWeights, ...], method: str = "auto") -> Chain:
    """Lay the weights of every layer of `block` out, once, for many inputs; errors as in :func:`run_block`."""
    methods = layer_methods(block, method)
    if len(weights) != len(block.layers):
        raise EngineError(f"{len(weights)} layers of weights were given; a {block.kind} block has {len(block.layers)}")
    between = None if block.activation == "none" else partial(_activate_in_place, activation=block.activation)
    return Chain([layer.spec for layer in block.layers], weights, methods, between)


def run_block(
    block: Block,
    weights: tuple[LayerWeights, ...],
    x: NDArray[np.floating],
    *,
    method: str = "auto",
    checkpoint: Checkpoint = carry_on,
    keep: bool = True,
) -> Trace:
    """Run `x` (in_channels, H, W) through every layer of `block`.

    Parameters
    ----------
    method : str
        "auto" or a name of :data:`sepviz.engine.conv2d.METHODS`, for every layer that can use it; the others run with
        "auto". ``Trace.methods`` says what ran.
    keep : bool
        Whether each layer's maps are kept, or the last one's only. A large depthwise layer and the pointwise layer
        after it run strip by strip together; maps that are not kept are then never written to memory.

    Raises
    ------
    EngineError
        For an unknown method, weights or an input that do not fit, or a kernel larger than its padded input.
    """
    chain = prepare_block(block, weights, method)
    check_input(x, block.layers[0].spec)
    shapes = chain.shapes(*x.shape[1:])
    wanted = [keep or number == len(shapes) - 1 for number in range(len(shapes))]
    outs = [
        allocate(shape, x.dtype, part(checkpoint, 0, 0)) if want else None
        for shape, want in zip(shapes, wanted, strict=True)
    ]
    chain(x, outs, checkpoint)
    kept = tuple(out for out in outs if out is not None)
    for maps in kept:
        maps.flags.writeable = False
    return Trace(block=block, weights=weights, activations=kept, methods=layer_methods(block, method))


def activate(
    x: NDArray[np.floating], activation: Activation, out: NDArray[np.floating] | None = None
) -> NDArray[np.floating]:
    """Return `x` with negatives cut off ("relu"), also cut at 6 ("relu6"), or as it is ("none").

    The result is read-only, unless it was given as `out` (which may be `x` itself).
    """
    if activation == "none":
        return x
    result = np.clip(x, 0, 6 if activation == "relu6" else None, out=out)
    if out is None:
        result.flags.writeable = False
    return result


def _activate_in_place(x: NDArray[np.floating], activation: Activation) -> None:
    activate(x, activation, out=x)
