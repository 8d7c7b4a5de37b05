"""The weights of a study: drawn from its seed, or the user's own where a kernel was edited or loaded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from sepviz.engine.spec import EngineError
from sepviz.engine.weights import LayerWeights, block_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.block import Block
    from sepviz.study.study import Study

Side: TypeAlias = Literal["baseline", "candidate"]
SIDES: tuple[Side, Side] = ("baseline", "candidate")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKernel:
    """Weights that stand in for the drawn ones of one layer; two are equal when their numbers are.

    `side` and `layer` say whose they are, `name` where they come from ("edited", a file and its tensor).
    """

    side: Side
    layer: int
    name: str = field(compare=False)
    weights: LayerWeights = field(compare=False, repr=False)
    digest: str


def own_kernel(
    side: Side, layer: int, kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, name: str
) -> OwnKernel:
    """Return `kernel` (out_channels, in_channels // groups, kh, kw) and `bias` as the user's own weights of a layer."""
    arrays = [None if array is None else _frozen(array) for array in (kernel, bias)]
    digest = hashlib.blake2b(digest_size=16)
    for array in arrays:
        digest.update(b"none" if array is None else f"{array.shape}".encode() + array.tobytes())
    frozen, frozen_bias = arrays
    if frozen is None:
        raise EngineError("there is no kernel to use; give an array of four axes")
    weights = LayerWeights(kernel=frozen, bias=frozen_bias)
    return OwnKernel(side=side, layer=layer, name=name, weights=weights, digest=digest.hexdigest())


def study_weights(study: Study, side: Side, block: Block) -> tuple[LayerWeights, ...]:
    """Return the weights of `block`, which is the `side` of `study`: the user's own where they fit, else drawn."""
    own = {kernel.layer: kernel.weights for kernel in study.kernels if kernel.side == side and fits(kernel, block)}
    drawn = block_weights(block, study.init, study.seed)
    return tuple(own.get(number, weights) for number, weights in enumerate(drawn))


def fits(kernel: OwnKernel, block: Block) -> bool:
    """Say whether `kernel` has the shape that its layer of `block` needs, bias included."""
    if kernel.layer >= len(block.layers):
        return False
    spec = block.layers[kernel.layer].spec
    return kernel.weights.kernel.shape == spec.weight_shape and (kernel.weights.bias is not None) == spec.bias


def with_kernel(study: Study, kernel: OwnKernel) -> Study:
    """Return `study` with `kernel` in the place of what that layer had."""
    return replace(study, kernels=(*_others(study, kernel.side, kernel.layer), kernel))


def without_kernel(study: Study, side: Side, layer: int) -> Study:
    """Return `study` with the drawn weights in that layer again."""
    return replace(study, kernels=_others(study, side, layer))


def without_misfits(study: Study) -> Study:
    """Return `study` without those of the user's kernels that its layers cannot take any more."""
    if not study.kernels:
        return study
    blocks = dict(zip(SIDES, study.blocks(study.input_shape[0]), strict=True))
    kept = tuple(kernel for kernel in study.kernels if fits(kernel, blocks[kernel.side]))
    return study if kept == study.kernels else replace(study, kernels=kept)


def _others(study: Study, side: Side, layer: int) -> tuple[OwnKernel, ...]:
    return tuple(kernel for kernel in study.kernels if (kernel.side, kernel.layer) != (side, layer))


def _frozen(array: NDArray[np.floating]) -> NDArray[np.float32]:
    frozen = np.array(array, dtype=np.float32, order="C")
    frozen.flags.writeable = False
    return frozen
