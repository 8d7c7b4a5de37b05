"""How much it matters how the weights are drawn: the spread of a layer's output variance, and what depth makes of it.

An output channel's variance is the input's times a sum of squared weights. A depthwise channel sums only K² of them, a
standard one K² * in_channels, so the first varies more from channel to channel and from seed to seed: relative to its
mean by sqrt(2 / terms) for normal weights. Through a stack of layers these factors multiply.

The noise is white and of unit variance, and borders play no part: a single layer reads without padding, and the stack
runs on a plane that closes on itself (every layer's input is continued on the opposite side).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from sepviz.engine.block import Activation, Block, Geometry, activate, build_block, run_block
from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.conv2d import conv2d
from sepviz.engine.spec import EngineError
from sepviz.engine.weights import INITIALISERS, LayerWeights, block_weights, fans
from sepviz.study.costs import find_whole_problems
from sepviz.study.source import fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sepviz.engine.block import Layer
    from sepviz.study.study import Study

Side: TypeAlias = Literal["baseline", "candidate"]

OUTPUT_SIDE = 64
"""Side of a single layer's output on noise; 4,096 pixels leave 2 % of sampling error in a channel's variance."""
PICTURE_SIDE = 96
FALLBACK_INIT = "lecun-normal"
"""Stands in where a study's weights are an image filter: nothing is drawn there."""
STACK_CHANNELS = 32
STACK_SIDE = 16
STACK_KERNEL = 3
STACK_INITS: tuple[tuple[str, Activation], ...] = (
    ("lecun-normal", "none"),
    ("xavier-uniform", "none"),
    ("kaiming-normal", "relu"),
)
"""Every initialiser with the activation it is made for."""
STACK_KINDS: tuple[tuple[str, str, bool], ...] = (
    ("standard", "standard", True),
    ("separable", "depthwise-separable", True),
    ("separable, wrong fan_in", "depthwise-separable", False),
)
"""Name, kind of block, and whether the depthwise fan_in is right or counts in_channels too."""
LAYER_SHARE = 0.3
NOISE, WRONG = 10, 11
"""First number of a random stream's key, so that no two purposes share draws."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LayerSpread:
    """How one layer of a block spreads the variance of its outputs.

    Attributes
    ----------
    side : "baseline" or "candidate"
    layer : Layer
        Its output is that of the block up to and with it.
    variances : ndarray
        (seeds, channels), relative to their mean over everything.
    """

    side: Side
    layer: Layer
    variances: NDArray[np.float64]

    @property
    def terms(self) -> int:
        """Weights that one output channel sums, the fan_in."""
        return fans(self.layer.spec)[0]

    @property
    def spread(self) -> float:
        """Standard deviation over channels and seeds, relative to the mean."""
        return float(self.variances.std())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StackSpread:
    """What a stack of layers makes of a unit variance.

    Attributes
    ----------
    name : str
        A name of :data:`STACK_KINDS`.
    init, activation : str
        How weights are drawn, and what stands after every convolution.
    powers : ndarray
        (seeds, depth): mean square of the output of every block before its activation; its variance, for its mean is 0.
    """

    name: str
    init: str
    activation: Activation
    powers: NDArray[np.float64]

    def band(self, percent: float) -> NDArray[np.float64]:
        """Return the percentile over the seeds after each layer, (depth,)."""
        return np.asarray(np.percentile(self.powers, percent, axis=0), np.float64)

    @property
    def width(self) -> float:
        """How many times the 90th percentile after the last layer exceeds the 10th."""
        return float(self.band(90)[-1] / self.band(10)[-1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InitialisationResult:
    """What was measured, with its question."""

    question: SpreadOfInitialisation
    init: str
    in_channels: int
    layers: tuple[LayerSpread, ...]
    stacks: tuple[StackSpread, ...]

    def output(self, side: Side) -> LayerSpread:
        """Return the last layer of a side: what leaves the block."""
        return [layer for layer in self.layers if layer.side == side][-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadOfInitialisation:
    """The task of drawing weights from many seeds and measuring what they do to the variance.

    Attributes
    ----------
    study : Study
        Its two kinds of layer, kernel, out_channels, depth_multiplier and groups are those of the single layer; its
        initialiser too, if its weights are drawn at all.
    seeds : int
        How many, from 0 on.
    depth : int
        Layers of the stack.
    in_channels : int
        Channels that the single layer reads, in the noise.
    on_picture : bool
        Whether the single layer reads the study's picture instead, stretched to mean 0 and variance 1.
    """

    study: Study
    seeds: int = 24
    depth: int = 20
    in_channels: int = 64
    on_picture: bool = False

    def __call__(self, checkpoint: Checkpoint = carry_on) -> InitialisationResult:
        """Return the measurement; :class:`EngineError` when the layers cannot be, or no picture is there to read."""
        self._check()
        study = replace(
            self.study,
            padding="valid",
            stride=(1, 1),
            bias=False,
            activation="none",
            init=self.study.init if self.study.init in INITIALISERS else FALLBACK_INIT,
        )
        x = None if not self.on_picture else _standardised(study)
        in_channels = self.in_channels if x is None else len(x)
        layers = _layer_spreads(study, in_channels, x, self.seeds, part(checkpoint, 0, LAYER_SHARE))
        stacks = _stack_spreads(self.depth, self.seeds, part(checkpoint, LAYER_SHARE, 1))
        return InitialisationResult(
            question=self, init=study.init, in_channels=in_channels, layers=layers, stacks=stacks
        )

    def _check(self) -> None:
        for name, least in (("seeds", 2), ("depth", 1), ("in_channels", 1)):
            if getattr(self, name) < least:
                raise EngineError(f"{name} is {getattr(self, name)}; it must be at least {least}")
        if self.on_picture and self.study.picture is None:
            raise EngineError("there is no picture to measure the layers on; open one, or take noise")


# ---- one layer ----


def _standardised(study: Study) -> NDArray[np.float32]:
    """Return the study's picture, small, with mean 0 and variance 1."""
    if study.picture is None:
        raise EngineError("there is no picture to measure the layers on; open one, or take noise")
    x = fit(study.picture, min(study.size or PICTURE_SIDE, PICTURE_SIDE), study.grey).astype(np.float64)
    deviation = x.std()
    if deviation == 0:
        raise EngineError("the picture is one even colour, so its variance is 0; take another, or noise")
    standardised: NDArray[np.float32] = ((x - x.mean()) / deviation).astype(np.float32)
    return standardised


def _noise(seed: int, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    return np.random.default_rng((NOISE, seed)).standard_normal(shape, dtype=np.float32)


def _layer_spreads(
    study: Study, in_channels: int, picture: NDArray[np.float32] | None, seeds: int, checkpoint: Checkpoint
) -> tuple[LayerSpread, ...]:
    height, width = (
        OUTPUT_SIDE + (side - 1) * step for side, step in zip(study.kernel_size, study.dilation, strict=True)
    )
    shape = (in_channels, height, width) if picture is None else (in_channels, *picture.shape[1:])
    if problems := find_whole_problems(study, shape):
        raise EngineError("; ".join(problem.message for problem in problems))
    blocks = study.blocks(in_channels)
    found: list[list[list[NDArray[np.float64]]]] = [[[] for _ in block.layers] for block in blocks]
    for seed in range(seeds):
        x = _noise(seed, shape) if picture is None else picture
        for at, block in enumerate(blocks):
            start, stop = ((seed + half / 2) / seeds for half in (at, at + 1))
            stretch = part(checkpoint, start, stop)
            for kept, variances in zip(found[at], _variances(block, study.init, seed, x, stretch), strict=True):
                kept.append(variances)
    sides: tuple[Side, Side] = ("baseline", "candidate")
    return tuple(
        LayerSpread(side=side, layer=layer, variances=_relative(np.stack(kept)))
        for side, block, rows in zip(sides, blocks, found, strict=True)
        for layer, kept in zip(block.layers, rows, strict=True)
    )


def _variances(
    block: Block, init: str, seed: int, x: NDArray[np.float32], checkpoint: Checkpoint
) -> Iterator[NDArray[np.float64]]:
    """Yield the mean square of every channel after each layer of `block`, (channels,)."""
    for maps in run_block(block, block_weights(block, init, seed), x, checkpoint=checkpoint).activations:
        yield np.mean(np.square(maps, dtype=np.float64), axis=(1, 2))


def _relative(variances: NDArray[np.float64]) -> NDArray[np.float64]:
    variances = variances / variances.mean()
    variances.flags.writeable = False
    return variances


def expected_spread(terms: int, init: str) -> float:
    """Return the relative spread of a sum of `terms` squared weights: sqrt((kurtosis - 1) / terms).

    It is that of a layer which reads channels of equal variance: the first of a block, on noise.
    The kurtosis is 3 for normal and 9/5 for uniform weights, so for normal ones this is sqrt(2 / terms).
    """
    return sqrt((2.0 if init.endswith("normal") else 0.8) / terms)


# ---- a stack ----


def _stack_spreads(depth: int, seeds: int, checkpoint: Checkpoint) -> tuple[StackSpread, ...]:
    plan = [(init, activation, *kind) for init, activation in STACK_INITS for kind in STACK_KINDS]
    stacks = []
    for number, (init, activation, name, kind, right) in enumerate(plan):
        block = _stack_block(kind, activation)
        powers = np.empty((seeds, depth))
        for seed in range(seeds):
            start, stop = ((number + at / seeds) / len(plan) for at in (seed, seed + 1))
            powers[seed] = _powers(block, init, seed, depth, right=right, checkpoint=part(checkpoint, start, stop))
        powers.flags.writeable = False
        stacks.append(StackSpread(name=name, init=init, activation=activation, powers=powers))
    return tuple(stacks)


def _stack_block(kind: str, activation: Activation) -> Block:
    geometry = Geometry(
        in_channels=STACK_CHANNELS,
        out_channels=STACK_CHANNELS,
        kernel_size=(STACK_KERNEL, STACK_KERNEL),
        padding="valid",
    )
    return build_block(kind, geometry, activation)


def _powers(
    block: Block, init: str, seed: int, depth: int, *, right: bool, checkpoint: Checkpoint
) -> NDArray[np.float64]:
    """Return the mean square of the output of each of `depth` blocks, before the activation that follows it."""
    x: NDArray[np.floating] = _noise(seed, (STACK_CHANNELS, STACK_SIDE, STACK_SIDE))
    powers = np.empty(depth)
    for number in range(depth):
        for layer in block.layers:
            y = conv2d(_continued(x, layer), _drawn(layer, init, (seed, number), right=right).kernel, None, layer.spec)
            x = activate(y, block.activation)
        powers[number] = np.mean(np.square(y, dtype=np.float64))
        checkpoint((number + 1) / depth)
    return powers


def _continued(x: NDArray[np.floating], layer: Layer) -> NDArray[np.floating]:
    """Return `x` continued from its opposite side, by as much as the layer's kernel reaches over."""
    rows, columns = (((extent - 1) // 2, extent // 2) for extent in layer.spec.extent)
    return x if layer.spec.is_pointwise else np.pad(x, ((0, 0), rows, columns), mode="wrap")


def _drawn(layer: Layer, init: str, key: tuple[int, int], *, right: bool) -> LayerWeights:
    """Draw one layer of the stack; where not `right`, a depthwise fan_in counts in_channels as well."""
    spec = layer.spec
    fan_in, fan_out = fans(spec)
    if spec.is_depthwise and not right:
        fan_in *= spec.in_channels
    random = np.random.default_rng((WRONG, *key, layer.name == "pointwise"))
    kernel = INITIALISERS[init].draw(random, spec.weight_shape, fan_in, fan_out)
    return LayerWeights(kernel=kernel.astype(np.float32), bias=None)
