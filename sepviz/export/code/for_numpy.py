"""The two layers as NumPy code that needs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.export.code.step import UNPADDED, Part, Step, arguments, indented, unless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sepviz.engine.spec import Shape

LINE_WIDTH = 100
ACTIVATIONS = {"relu": "x = np.maximum(x, 0)", "relu6": "x = np.clip(x, 0, 6)"}

CONVOLUTION = '''\
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, kernel, bias=None, stride=(1, 1), pads=((0, 0), (0, 0)), dilation=(1, 1), groups=1):
    """Cross-correlate x (channels, height, width) with kernel, as deep-learning frameworks do.

    kernel is (out_channels, in_channels // groups, height, width); pads are ((top, bottom), (left, right)).
    """
    (sh, sw), (dh, dw), (kh, kw) = stride, dilation, kernel.shape[2:]
    x = np.pad(x, ((0, 0), *pads))
    windows = sliding_window_view(x, (dh * (kh - 1) + 1, dw * (kw - 1) + 1), axis=(1, 2))
    windows = windows[:, ::sh, ::sw, ::dh, ::dw]  # channels, output height and width, kernel height and width
    maps = [
        np.tensordot(weights, inputs, axes=((1, 2, 3), (0, 3, 4)))
        for weights, inputs in zip(np.split(kernel, groups), np.split(windows, groups))
    ]
    y = np.concatenate(maps)
    return y if bias is None else y + bias[:, None, None]
'''


def numpy_code(parts: tuple[Part, ...], input_shape: Shape, archive: str | None) -> str:
    """Return the code of both layers; with `archive` it loads that file's weights, runs and compares the maps."""
    functions = "\n\n".join(map(_function, parts))
    numbers = _drawn(parts, input_shape) if archive is None else _loaded(archive)
    runs = (_run(part) if archive is None else _check(part) for part in parts)
    return "\n".join([CONVOLUTION, "", functions, "", numbers, *runs, ""])


def _function(part: Part) -> str:
    return f'def {part.side}(x):\n    """{part.title}."""\n{indented(_lines(part))}\n'


def _lines(part: Part) -> Iterator[str]:
    for step in part.steps:
        if step.number and part.activation in ACTIVATIONS:
            yield ACTIVATIONS[part.activation]
        yield f"# {step.comment}"
        yield from _call(step)
    yield "return x"


def _call(step: Step) -> Iterator[str]:
    spec = step.spec
    arrays = ", ".join(["x", f'data["{step.kernel}"]', *([f'data["{step.bias}"]'] if spec.bias else [])])
    geometry = arguments(
        (),
        stride=unless(str(spec.strides), "(1, 1)"),
        pads=unless(str(step.pads), str(UNPADDED)),
        dilation=unless(str(spec.dilations), "(1, 1)"),
        groups=unless(str(spec.groups), "1"),
    )
    line = f"x = conv2d({', '.join(filter(None, (arrays, geometry)))})"
    if len(line) <= LINE_WIDTH:
        yield line
    else:
        yield from ("x = conv2d(", f"    {arrays},", f"    {geometry},", ")")


def _drawn(parts: tuple[Part, ...], input_shape: Shape) -> str:
    entries = [f'"input": random.random({input_shape}, dtype=np.float32),  # channels x height x width']
    for step in (step for part in parts for step in part.steps):
        scale = f"np.float32((2 / {step.fan_in}) ** 0.5)"
        drawn = f"random.standard_normal({step.spec.weight_shape}, dtype=np.float32)"
        entries.append(f'"{step.kernel}": {drawn} * {scale},')
        if step.spec.bias:
            entries.append(f'"{step.bias}": np.zeros({step.spec.out_channels}, np.float32),')
    return f"random = np.random.default_rng(0)\ndata = {{\n{indented(entries)}\n}}"


def _loaded(archive: str) -> str:
    return f"data = np.load({archive})  # what sepviz exports as .npz: input, kernels, biases and maps"


def _run(part: Part) -> str:
    return f'print({part.side}(data["input"]).shape)  # {part.steps[-1].output_shape}'


def _check(part: Part) -> str:
    difference = f'abs({part.side}(data["input"]) - data["{part.steps[-1].maps}"]).max()'
    return f'print("{part.side}: largest difference", {difference})'
