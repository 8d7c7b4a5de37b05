"""The two layers as Keras code: channels last, and "same" means the same as here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.export.code.step import UNPADDED, Part, Step, arguments, indented, unless, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sepviz.engine.spec import Pair, Shape

ACTIVATIONS = {"relu": "layers.ReLU()", "relu6": "layers.ReLU(max_value=6)"}

LOADING = '''\
data = np.load({archive})  # what sepviz exports as .npz: input, kernels, biases and maps


def load(model, side):
    """Put the exported numbers, which have channels first, into the convolutions of a model."""
    convolutions = [layer for layer in model.layers if layer.weights]
    for number, layer in enumerate(convolutions):
        kernel = data[f"{{side}}_{{number}}_kernel"]  # out_channels x in_channels // groups x height x width
        if isinstance(layer, layers.DepthwiseConv2D):
            kernel = kernel.reshape(-1, layer.depth_multiplier, *layer.kernel_size).transpose(2, 3, 0, 1)
        else:
            kernel = kernel.transpose(2, 3, 1, 0)
        layer.set_weights([kernel, data[f"{{side}}_{{number}}_bias"]] if layer.use_bias else [kernel])


load(baseline, "baseline")
load(candidate, "candidate")
x = data["input"].transpose(1, 2, 0)[None]  # batch x height x width x channels
{checks}
'''


def keras_code(parts: tuple[Part, ...], input_shape: Shape, archive: str | None) -> str:
    """Return the code of both layers; with `archive` it loads that file's weights, runs and compares the maps."""
    imports = ["import keras", *(["import numpy as np"] if archive else []), "from keras import layers"]
    models = "\n\n".join(_model(part, input_shape) for part in parts)
    ending = _trial(parts, input_shape) if archive is None else _loading(parts, archive)
    return "\n".join([*imports, "", models, "", ending])


def _model(part: Part, input_shape: Shape) -> str:
    channels, height, width = input_shape
    entry = f"keras.Input(({height}, {width}, {channels})),  # height, width, channels"
    lines = indented((entry, *_layers(part)))
    return f"# {part.title}\n{part.side} = keras.Sequential([\n{lines}\n])"


def _layers(part: Part) -> Iterator[str]:
    for step in part.steps:
        if step.number and part.activation in ACTIVATIONS:
            yield f"{ACTIVATIONS[part.activation]},"
        yield f"# {step.name}"
        yield from _convolution(step)


def _convolution(step: Step) -> Iterator[str]:
    """Yield a convolution, with what stands around it where Keras has no single layer for it."""
    is_strided_after = _is_beyond_keras(step)
    by_name = step.spec.padding == "same" and not is_strided_after
    if not by_name and step.pads != UNPADDED:
        yield f"layers.ZeroPadding2D({step.pads}),  # (top, bottom), (left, right)"
    yield _call(step, (1, 1) if is_strided_after else step.spec.strides, '"same"' if by_name else "")
    if is_strided_after:
        yield "# no single layer of Keras has this stride: every so many rows and columns are taken afterwards"
        yield f"layers.MaxPooling2D(1, strides={value(step.spec.strides)}),"


def _is_beyond_keras(step: Step) -> bool:
    """Say whether Keras refuses the stride: beside a dilation, and in a depthwise layer when its two sides differ."""
    rows, columns = step.spec.strides
    is_strided = max(rows, columns) > 1
    return (is_strided and max(_dilation(step)) > 1) or (step.is_depthwise and rows != columns)


def _dilation(step: Step) -> Pair:
    """Return the dilation, 1 along a side on which the kernel has one tap and none to part."""
    rows, columns = (
        between if taps > 1 else 1 for between, taps in zip(step.spec.dilations, step.spec.kernel, strict=True)
    )
    return rows, columns


def _call(step: Step, stride: Pair, padding: str) -> str:
    spec = step.spec
    multiplier, groups = str(spec.depth_multiplier), str(spec.groups)
    inside = arguments(
        (value(spec.kernel),) if step.is_depthwise else (spec.out_channels, value(spec.kernel)),
        strides=unless(value(stride), "1"),
        padding=padding,
        dilation_rate=unless(value(_dilation(step)), "1"),
        depth_multiplier=unless(multiplier, "1") if step.is_depthwise else "",
        groups="" if step.is_depthwise else unless(groups, "1"),
        use_bias=str(spec.bias),
    )
    return f"layers.{'DepthwiseConv2D' if step.is_depthwise else 'Conv2D'}({inside}),"


def _trial(parts: tuple[Part, ...], input_shape: Shape) -> str:
    channels, height, width = input_shape
    runs = [f"x = keras.random.uniform((1, {height}, {width}, {channels}))  # batch x height x width x channels"]
    for part in parts:
        channels, height, width = part.steps[-1].output_shape
        runs.append(f"print(tuple({part.side}(x).shape))  # (1, {height}, {width}, {channels})")
    return "\n".join((*runs, ""))


def _loading(parts: tuple[Part, ...], archive: str) -> str:
    checks = []
    for part in parts:
        checks.append(f"maps = {part.side}.predict(x, verbose=0)[0].transpose(2, 0, 1)")
        checks.append(f'print("{part.side}: largest difference", abs(maps - data["{part.steps[-1].maps}"]).max())')
    return LOADING.format(archive=archive, checks="\n".join(checks))
