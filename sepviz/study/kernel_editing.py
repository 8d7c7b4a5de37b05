"""One kernel of a study in the hand: its numbers as cells, and the study with other numbers there.

A pointwise filter is one row of cells, a weight for every channel it reads; any other kernel is its own height × width.
Every change is a new study with the user's own weights in that layer, so each can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from sepviz.engine.spec import EngineError
from sepviz.study.kernels import SIDES, Side, own_kernel, study_weights, with_kernel

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sepviz.engine.block import Block
    from sepviz.engine.filters import Filter
    from sepviz.engine.kernel_edits import KernelEdit
    from sepviz.engine.weights import LayerWeights
    from sepviz.study.kernels import OwnKernel
    from sepviz.study.study import Study

Scope: TypeAlias = Literal["kernel", "filter", "layer"]
SCOPES: dict[Scope, str] = {
    "kernel": "this kernel",
    "filter": "this filter, all its channels",
    "layer": "every kernel of the layer",
}
"""How much of a layer an edit reaches."""
EDITED = "edited"
TURNING = frozenset({"flip-horizontally", "flip-vertically", "rotate"})
"""Edits that move taps about: they mean nothing for the channels of a pointwise filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelPlace:
    """Which kernel: of the `filter` (output channel) of a layer, that for the `channel` which it reads of its group."""

    side: Side = "candidate"
    layer: int = 0
    filter: int = 0
    channel: int = 0


def block_of(study: Study, side: Side) -> Block:
    """Return the block on one side of `study`."""
    return study.blocks(study.input_shape[0])[SIDES.index(side)]


def clamped(study: Study, place: KernelPlace) -> KernelPlace:
    """Return `place`, or the nearest that `study` has."""
    layers = block_of(study, place.side).layers
    layer = min(place.layer, len(layers) - 1)
    filters, channels, *_ = layers[layer].spec.weight_shape
    return replace(place, layer=layer, filter=min(place.filter, filters - 1), channel=min(place.channel, channels - 1))


def layer_weights(study: Study, place: KernelPlace) -> LayerWeights:
    """Return all numbers of the layer at `place`."""
    return study_weights(study, place.side, block_of(study, place.side))[place.layer]


def own_weights(study: Study, place: KernelPlace) -> OwnKernel | None:
    """Return the user's own weights of the layer at `place`, or None where they are the drawn ones."""
    found = (own for own in study.kernels if (own.side, own.layer) == (place.side, place.layer))
    return next(found, None)


def is_row(study: Study, place: KernelPlace) -> bool:
    """Say whether the cells at `place` are the weights of one filter for all its channels."""
    return block_of(study, place.side).layers[place.layer].spec.kernel == (1, 1)


def cells(study: Study, place: KernelPlace) -> NDArray[np.float32]:
    """Return the numbers at `place`, read-only (rows, columns)."""
    kernel = layer_weights(study, place).kernel[place.filter]
    found: NDArray[np.float32] = kernel.reshape(1, -1) if is_row(study, place) else kernel[place.channel]
    return found


def with_cells(study: Study, place: KernelPlace, values: NDArray[np.floating]) -> Study:
    """Return `study` with `values` (rows, columns) at `place`; :class:`EngineError` when they do not fit."""
    expected = cells(study, place).shape
    if values.shape != expected:
        raise EngineError(
            f"the values are {values.shape[0]} × {values.shape[1]}; the kernel here is {expected[0]} × {expected[1]}"
        )
    kernel = layer_weights(study, place).kernel.copy()
    target = kernel[place.filter] if is_row(study, place) else kernel[place.filter, place.channel]
    target[...] = values.reshape(target.shape)
    return _with_layer(study, place, kernel)


def with_edit(study: Study, place: KernelPlace, scope: Scope, edit: KernelEdit) -> Study:
    """Return `study` with `edit` done to every kernel that `scope` reaches; see :func:`why_no_edit`."""
    if reason := why_no_edit(study, place, edit):
        raise EngineError(f"{edit.label}: {reason}")
    if is_row(study, place):
        return _with_rows(study, place, scope, edit)
    return _with_kernels(study, place, scope, lambda kernel, number: edit(kernel))


def with_filter(study: Study, place: KernelPlace, scope: Scope, entry: Filter) -> Study:
    """Return `study` with a named filter in every kernel that `scope` reaches; a bank goes on with the filter."""
    if is_row(study, place):
        raise EngineError(why_no_filter(study, place))
    return _with_kernels(
        study, place, scope, lambda kernel, number: entry.kernel(kernel.shape[0], kernel.shape[1], number)
    )


def why_no_edit(study: Study, place: KernelPlace, edit: KernelEdit) -> str:
    """Say why `edit` cannot be done at `place`; "" when it can."""
    if is_row(study, place):
        turns = edit.name in TURNING
        return "a pointwise filter has one tap for each channel, and nothing to turn" if turns else ""
    height, width = cells(study, place).shape
    if edit.name == "rotate" and height != width:
        return f"the kernel is {height} × {width}, and turned it would not fit; choose a square kernel_size"
    return ""


def why_no_filter(study: Study, place: KernelPlace) -> str:
    """Say why no image filter can be placed here; "" when one can."""
    if is_row(study, place):
        return "a 1 × 1 kernel has no room for an image filter; choose a layer with a larger kernel"
    return ""


def _with_kernels(
    study: Study,
    place: KernelPlace,
    scope: Scope,
    change: Callable[[NDArray[np.float32], int], NDArray[np.floating]],
) -> Study:
    """Return `study` with every kernel in reach replaced by `change(kernel, number of its filter)`."""
    kernel = layer_weights(study, place).kernel.copy()
    filters, channels = kernel.shape[:2]
    for number in range(filters) if scope == "layer" else (place.filter,):
        for channel in (place.channel,) if scope == "kernel" else range(channels):
            kernel[number, channel] = change(kernel[number, channel], number)
    return _with_layer(study, place, kernel)


def _with_rows(study: Study, place: KernelPlace, scope: Scope, edit: KernelEdit) -> Study:
    kernel = layer_weights(study, place).kernel.copy()
    for number in range(len(kernel)) if scope == "layer" else (place.filter,):
        kernel[number] = edit(kernel[number].reshape(1, -1)).reshape(kernel[number].shape)
    return _with_layer(study, place, kernel)


def _with_layer(study: Study, place: KernelPlace, kernel: NDArray[np.float32]) -> Study:
    if not np.isfinite(kernel).all():
        raise EngineError("the kernel would have values that are no finite float32 numbers; make them smaller first")
    own = own_weights(study, place)
    name = EDITED if own is None or own.name == EDITED else f"{own.name.removesuffix(f', {EDITED}')}, {EDITED}"
    bias = layer_weights(study, place).bias
    return with_kernel(study, own_kernel(place.side, place.layer, kernel, bias, name))
