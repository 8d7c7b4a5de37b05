"""The two layers as PyTorch code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.export.code.step import UNPADDED, Part, Step, arguments, indented, unless, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sepviz.engine.spec import Shape

ACTIVATIONS = {"relu": "nn.ReLU()", "relu6": "nn.ReLU6()"}

LOADING = '''\
data = np.load({archive})  # what sepviz exports as .npz: input, kernels, biases and maps


def load(model, side):
    """Put the exported numbers into the convolutions of a model."""
    convolutions = [layer for layer in model if isinstance(layer, nn.Conv2d)]
    for number, layer in enumerate(convolutions):
        layer.weight.data = torch.from_numpy(data[f"{{side}}_{{number}}_kernel"])
        if layer.bias is not None:
            layer.bias.data = torch.from_numpy(data[f"{{side}}_{{number}}_bias"])


load(baseline, "baseline")
load(candidate, "candidate")
x = torch.from_numpy(data["input"])[None]  # batch x channels x height x width
with torch.no_grad():
{checks}
'''


def pytorch_code(parts: tuple[Part, ...], input_shape: Shape, archive: str | None) -> str:
    """Return the code of both layers; with `archive` it loads that file's weights, runs and compares the maps."""
    imports = ["import numpy as np", "import torch"] if archive else ["import torch"]
    models = "\n\n".join(map(_model, parts))
    ending = _trial(parts, input_shape) if archive is None else _loading(parts, archive)
    return "\n".join([*imports, "from torch import nn", "", models, "", ending])


def _model(part: Part) -> str:
    return f"# {part.title}\n{part.side} = nn.Sequential(\n{indented(_layers(part))}\n)"


def _layers(part: Part) -> Iterator[str]:
    for step in part.steps:
        if step.number and part.activation in ACTIVATIONS:
            yield f"{ACTIVATIONS[part.activation]},"
        yield f"# {step.comment}"
        if not step.is_evenly_padded:
            (top, bottom), (left, right) = step.pads
            yield f"nn.ZeroPad2d(({left}, {right}, {top}, {bottom})),  # left, right, top, bottom"
        yield f"nn.Conv2d({_arguments(step)}),"


def _arguments(step: Step) -> str:
    spec = step.spec
    (top, _), (left, _) = step.pads if step.is_evenly_padded else UNPADDED
    return arguments(
        (spec.in_channels, spec.out_channels),
        kernel_size=value(spec.kernel),
        stride=unless(value(spec.strides), "1"),
        padding=unless(value((top, left)), "0"),
        dilation=unless(value(spec.dilations), "1"),
        groups=unless(str(spec.groups), "1"),
        bias=str(spec.bias),
    )


def _trial(parts: tuple[Part, ...], input_shape: Shape) -> str:
    runs = [f"print(tuple({part.side}(x).shape))  # {(1, *part.steps[-1].output_shape)}" for part in parts]
    start = f"x = torch.rand{(1, *input_shape)}  # batch x channels x height x width\nwith torch.no_grad():"
    return f"{start}\n{indented(runs)}\n"


def _loading(parts: tuple[Part, ...], archive: str) -> str:
    checks = []
    for part in parts:
        checks.append(f"maps = {part.side}(x)[0].numpy()")
        checks.append(f'print("{part.side}: largest difference", abs(maps - data["{part.steps[-1].maps}"]).max())')
    return LOADING.format(archive=archive, checks=indented(checks))
