"""Weights for every layer of a block: seeded initialisers, and named image filters.

The same (block, name, seed) gives the same weights on every machine; each layer draws from a stream of its own.

Filters keep the layers comparable: a layer that mixes channels gets ``kernel[n, m] = mix[n, m] * filter_n``, where
every row of the seeded blend ``mix`` is non-negative and sums to 1; a depthwise layer gets the filters alone and a
pointwise layer the blend alone. So with one filter, depth_multiplier 1, no bias and no activation a separable block
computes exactly what the standard layer computes; a blueprint separable block does so even with a bank. A spatially
separable block carries the blend and the column factor of the best rank-1 approximation in its first layer, and the
row factor, channel by channel, in its second.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod, sqrt
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.filters import FILTERS, Filter
from sepviz.engine.spec import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sepviz.engine.block import Block
    from sepviz.engine.spec import Conv2dSpec

KERNEL_STREAM, BIAS_STREAM, MIX_STREAM = 0, 1, 2
"""First number of a random stream's key, so that no two purposes share draws."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LayerWeights:
    """The numbers of one layer, read-only float32.

    Attributes
    ----------
    kernel : ndarray
        (out_channels, in_channels // groups, kh, kw).
    bias : ndarray or None
        (out_channels,), or None when the layer has none.
    """

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialiser:
    """A row of :data:`INITIALISERS`; `draw` takes a generator, a shape, fan_in and fan_out."""

    name: str
    label: str
    help: str
    draw: Callable[[np.random.Generator, tuple[int, ...], int, int], NDArray[np.float64]]


def _normal(gain: float) -> Callable[[np.random.Generator, tuple[int, ...], int, int], NDArray[np.float64]]:
    return lambda random, shape, fan_in, fan_out: random.standard_normal(shape) * sqrt(gain / fan_in)


INITIALISERS: dict[str, Initialiser] = {
    entry.name: entry
    for entry in (
        Initialiser(
            name="kaiming-normal",
            label="Kaiming normal",
            help="Normal, variance 2 / fan_in: keeps the variance through ReLU (He et al. 2015).",
            draw=_normal(2),
        ),
        Initialiser(
            name="kaiming-uniform",
            label="Kaiming uniform",
            help="Uniform, variance 2 / fan_in (He et al. 2015).",
            draw=lambda random, shape, fan_in, fan_out: random.uniform(-1, 1, shape) * sqrt(6 / fan_in),
        ),
        Initialiser(
            name="xavier-uniform",
            label="Xavier uniform",
            help="Uniform, variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010).",
            draw=lambda random, shape, fan_in, fan_out: random.uniform(-1, 1, shape) * sqrt(6 / (fan_in + fan_out)),
        ),
        Initialiser(
            name="lecun-normal",
            label="LeCun normal",
            help="Normal, variance 1 / fan_in: keeps the variance of a linear layer (LeCun et al. 1998).",
            draw=_normal(1),
        ),
        Initialiser(
            name="uniform",
            label="Uniform in [-1, 1)",
            help="The same range for every layer, whatever its size.",
            draw=lambda random, shape, fan_in, fan_out: random.uniform(-1, 1, shape),
        ),
    )
}

WEIGHTS: dict[str, Initialiser | Filter] = INITIALISERS | FILTERS
"""Every name that :func:`block_weights` knows."""


def fans(spec: Conv2dSpec) -> tuple[int, int]:
    """Return (fan_in, fan_out): inputs that one output value sums, and outputs that one input value reaches.

    Both count the channels of one group only, so fan_in of a depthwise layer is kh * kw. A stride is not counted.
    """
    kh, kw = spec.kernel
    return prod(spec.weight_shape[1:]), spec.depth_multiplier * kh * kw


def block_weights(block: Block, init: str, seed: int) -> tuple[LayerWeights, ...]:
    """Return the weights of every layer of `block`.

    Parameters
    ----------
    block : Block
    init : str
        A name of :data:`WEIGHTS`.
    seed : int
        At least 0. Biases (uniform within 1 / sqrt(fan_in)) are drawn from it whatever `init` is, so they show.

    Raises
    ------
    EngineError
        For an unknown `init` or a negative `seed`.
    """
    if init not in WEIGHTS:
        raise EngineError(f"weights are {init!r}; they must be one of {', '.join(WEIGHTS)}")
    if seed < 0:
        raise EngineError(f"seed is {seed}; it must be at least 0")
    specs = [layer.spec for layer in block.layers]
    if init in FILTERS:
        kernels = _filter_kernels(block, FILTERS[init], seed)
    else:
        kernels = [_drawn(INITIALISERS[init], spec, seed, number) for number, spec in enumerate(specs)]
    return tuple(
        LayerWeights(kernel=_frozen(kernel), bias=_bias(spec, seed, number))
        for number, (spec, kernel) in enumerate(zip(specs, kernels, strict=True))
    )


def _frozen(values: NDArray[np.float64]) -> NDArray[np.float32]:
    result = np.ascontiguousarray(values, dtype=np.float32)
    result.flags.writeable = False
    return result


def _stream(*key: int) -> np.random.Generator:
    return np.random.default_rng(key)


def _drawn(initialiser: Initialiser, spec: Conv2dSpec, seed: int, number: int) -> NDArray[np.float64]:
    return initialiser.draw(_stream(KERNEL_STREAM, seed, number), spec.weight_shape, *fans(spec))


def _bias(spec: Conv2dSpec, seed: int, number: int) -> NDArray[np.float32] | None:
    if not spec.bias:
        return None
    bound = 1 / sqrt(fans(spec)[0])
    return _frozen(_stream(BIAS_STREAM, seed, number).uniform(-bound, bound, spec.out_channels))


def _mix(spec: Conv2dSpec, seed: int) -> NDArray[np.float64]:
    """Seeded blend of the channels a map reads, (out_channels, in_channels // groups); rows sum to 1.

    Its stream does not depend on the layer's place: the same blend in a standard and in a pointwise layer is the point.
    """
    blend: NDArray[np.float64] = _stream(MIX_STREAM, seed).random(spec.weight_shape[:2]) + 1e-3
    blend /= blend.sum(axis=1, keepdims=True)
    return blend


def _bank(entry: Filter, number: int, height: int, width: int) -> NDArray[np.float64]:
    """Return the first `number` kernels of a filter, (number, height, width)."""
    return np.stack([entry.kernel(height, width, turn) for turn in range(number)])


def _filter_kernels(block: Block, entry: Filter, seed: int) -> list[NDArray[np.float64]]:
    if block.kind == "spatially-separable":
        first, second = (layer.spec for layer in block.layers)
        return _rank_one_pair(first, second, entry, seed)
    return [_filter_kernel(layer.spec, entry, seed) for layer in block.layers]


def _filter_kernel(spec: Conv2dSpec, entry: Filter, seed: int) -> NDArray[np.float64]:
    return _mix(spec, seed)[:, :, None, None] * _bank(entry, spec.out_channels, *spec.kernel)[:, None]


def _rank_one_pair(first: Conv2dSpec, second: Conv2dSpec, entry: Filter, seed: int) -> list[NDArray[np.float64]]:
    filters = _bank(entry, first.out_channels, first.kernel[0], second.kernel[1])
    columns, sizes, rows = np.linalg.svd(filters, full_matrices=False)
    scale = np.sqrt(sizes[:, :1])
    column, row = columns[:, :, 0] * scale, rows[:, 0] * scale
    sign = np.where(row.sum(axis=1) < 0, -1, 1)[:, None]  # SVD leaves the sign open: let the first layer look upright
    vertical = _mix(first, seed)[:, :, None, None] * (column * sign)[:, None, :, None]
    horizontal = np.eye(first.out_channels)[:, :, None, None] * (row * sign)[:, None, None, :]
    return [vertical, horizontal]
