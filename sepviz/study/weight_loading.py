"""A layer from a file becomes a side of a study: geometry and numbers together, so that it computes the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sepviz.study.costs import find_problems
from sepviz.study.kernels import own_kernel, with_kernel
from sepviz.study.stored_weights import WeightFileError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.spec import Conv2dSpec
    from sepviz.study.kernels import Side
    from sepviz.study.stored_weights import LoadedLayer, LoadedWeights
    from sepviz.study.study import Study

SEPARABLE = "depthwise-separable"


def loaded_study(study: Study, loaded: LoadedWeights, side: Side) -> Study:
    """Return `study` with what was loaded as one side; a separable pair becomes the candidate, whatever `side` is.

    The other side takes over the geometry. A layer that reads one channel turns the picture grey; one that reads three
    needs a colour picture.

    Raises
    ------
    WeightFileError
        When the layer does not read what the picture has, or is beyond the limits of this program.
    """
    name, layers = loaded.entry.name, loaded.layers
    specs = _specs(study, loaded)
    first = specs[0]
    changed = _reading(study, first.in_channels, name)
    fields: dict[str, Any] = {
        "kernel_size": first.kernel,
        "stride": first.strides,
        "padding": first.padding,
        "dilation": first.dilations,
        "bias": any(spec.bias for spec in specs),
    }
    if len(specs) > 1:
        side = "candidate"
        fields |= {"candidate": SEPARABLE, "out_channels": specs[-1].out_channels}
        fields |= {"depth_multiplier": first.depth_multiplier}
    else:
        fields |= {side: (kind := _kind(first))} | _kind_fields(kind, first)
    changed = replace(changed, **fields)
    if problems := find_problems(changed):
        raise WeightFileError(f"{name} cannot be loaded here: {problems[0].message}")
    for number, (spec, layer) in enumerate(zip(specs, layers, strict=True)):
        bias = _bias(layer, spec, wanted=changed.bias)
        changed = with_kernel(changed, own_kernel(side, number, layer.weights.kernel, bias, name))
    return changed


def _specs(study: Study, loaded: LoadedWeights) -> tuple[Conv2dSpec, ...]:
    specs = tuple(layer.spec for layer in loaded.layers)
    if loaded.entry.groups is not None or len(specs) > 1:
        return specs
    return (_read_for(specs[0], loaded.entry.shape[1], study.input_shape[0]),)


def _read_for(spec: Conv2dSpec, group_channels: int, in_channels: int) -> Conv2dSpec:
    """Return what bare numbers are for a picture of `in_channels`, where the file does not say how many groups."""
    if group_channels == in_channels:
        return replace(spec, in_channels=in_channels, groups=1)
    if group_channels == 1 and spec.out_channels % in_channels == 0:
        return replace(spec, in_channels=in_channels, groups=in_channels)
    return spec


def _reading(study: Study, in_channels: int, name: str) -> Study:
    """Return `study` with its picture read as `in_channels`."""
    colour = study.picture is None or not study.picture.is_grey
    if in_channels == 1:
        return replace(study, grey=True) if colour else study
    if in_channels == 3 and colour:
        return replace(study, grey=False)
    if in_channels == 3:
        raise WeightFileError(
            f"{name} reads 3 channels, and the picture is grey (1); open a colour picture, load again"
        )
    raise WeightFileError(
        f"{name} reads {in_channels:,} channels; a picture has 1 or 3: choose the first layer of a network, which "
        "reads the picture itself"
    )


def _kind(spec: Conv2dSpec) -> str:
    if spec.groups == 1:
        return "standard"
    return "depthwise" if spec.is_depthwise else "grouped"


def _kind_fields(kind: str, spec: Conv2dSpec) -> dict[str, Any]:
    match kind:
        case "depthwise":
            return {"depth_multiplier": spec.depth_multiplier}
        case "grouped":
            return {"groups": spec.groups, "out_channels": spec.out_channels}
        case _:
            return {"out_channels": spec.out_channels}


def _bias(layer: LoadedLayer, spec: Conv2dSpec, *, wanted: bool) -> NDArray[np.float32] | None:
    """Return the bias; zeros where only the other layer of a pair has one."""
    if wanted and layer.weights.bias is None:
        return np.zeros(spec.out_channels, np.float32)
    return layer.weights.bias
