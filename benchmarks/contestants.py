"""The layers that are measured against other libraries, and how each library runs them: see ``benchmarks/peers.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.block import Block, Geometry, Layer, build_block, prepare_block
from sepviz.engine.spec import Conv2dSpec
from sepviz.engine.strips import thread_count
from sepviz.engine.weights import LayerWeights, block_weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Image = NDArray[np.float32]
    Call = Callable[[], Image]

PHOTO = {
    "512 k3": (512, 3, 64, 3, 1),
    "512 k7": (512, 3, 64, 7, 1),
    "512 k11": (512, 3, 64, 11, 1),
    "1024 k3": (1024, 3, 32, 3, 1),
    "2048 k5": (2048, 3, 16, 5, 1),
    "4096 k3": (4096, 3, 8, 3, 1),
}
MIDDLE = {
    "112 to 64": (112, 32, 64, 3, 1),
    "112/2 to 128": (112, 64, 128, 3, 2),
    "56 to 128": (56, 128, 128, 3, 1),
    "28 to 256": (28, 256, 256, 3, 1),
    "14 to 512": (14, 512, 512, 3, 1),
    "7 to 1024": (7, 1024, 1024, 3, 1),
}
ARTICLE = {"article": (32, 3, 64, 3, 1)}
LAYERS = PHOTO | MIDDLE | ARTICLE
"""Name -> input side, in_channels, out_channels, kernel side, stride; padded but for the article's."""
NEAR = 1e-3
"""Results may differ by this part of their maximum, or the comparison is void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One form of one layer."""

    layer: str
    form: str
    block: Block
    side: int
    channels: int

    @property
    def input(self) -> Image:
        """Noise, (channels, side, side)."""
        random = np.random.default_rng(0)
        return random.standard_normal((self.channels, self.side, self.side), dtype=np.float32)

    @property
    def weights(self) -> tuple[LayerWeights, ...]:
        """One kernel per layer."""
        return block_weights(self.block, "kaiming-normal", 0)


def case(layer: str, form: str) -> Case:
    """Return one form of the layer called `layer`."""
    side, channels, maps, kernel, stride = LAYERS[layer]
    pad = 0 if layer in ARTICLE else kernel // 2
    geometry = Geometry(
        in_channels=channels,
        out_channels=maps,
        kernel_size=(kernel, kernel),
        stride=(stride, stride),
        padding=((pad, pad), (pad, pad)),
    )
    if form == "pointwise":
        (_, out_side, _), _ = build_block("depthwise-separable", geometry).shapes(side, side)
        spec = Conv2dSpec(in_channels=channels, out_channels=maps, kernel_size=1)
        block = Block(kind="standard", layers=(Layer(name="pointwise", spec=spec),))
        return Case(layer=layer, form=form, block=block, side=out_side, channels=channels)
    block = build_block("depthwise-separable" if form == "separable" else form, geometry)
    return Case(layer=layer, form=form, block=block, side=side, channels=channels)


def sepviz_call(subject: Case, x: Image, weights: tuple[LayerWeights, ...]) -> Call:
    """Run the block into outputs that are kept; maps between the layers only where they are needed."""
    chain = prepare_block(subject.block, weights)
    fused = chain.fused(*x.shape[1:], x.dtype)
    shapes = enumerate(chain.shapes(*x.shape[1:]))
    outs = [None if number in fused else np.empty(shape, np.float32) for number, shape in shapes]

    def call() -> Image:
        chain(x, outs)
        assert outs[-1] is not None
        return outs[-1]

    return call


def torch_call(subject: Case, x: Image, weights: tuple[LayerWeights, ...], layout: str) -> Call:
    """Run the block's layers in torch, input and weights in the memory format `layout` from the start."""
    import torch

    memory_format = getattr(torch, layout)
    torch.set_num_threads(thread_count())
    image = torch.from_numpy(x[None]).contiguous(memory_format=memory_format)
    kernels = [torch.from_numpy(weight.kernel.copy()).contiguous(memory_format=memory_format) for weight in weights]
    specs = [layer.spec for layer in subject.block.layers]

    def call() -> Image:
        with torch.inference_mode():
            maps = image
            for spec, kernel in zip(specs, kernels, strict=True):
                pad = spec.pads(*maps.shape[2:])[0][0]
                maps = torch.nn.functional.conv2d(maps, kernel, None, spec.strides, pad, groups=spec.groups)
            return maps[0].numpy()

    return call


def onnxruntime_call(subject: Case, x: Image, weights: tuple[LayerWeights, ...]) -> Call:
    """Run the block as an ONNX model into an output that is kept."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = thread_count()
    session = onnxruntime.InferenceSession(onnx_model(subject, x, weights), options, providers=["CPUExecutionProvider"])
    out = np.empty((1, *subject.block.shapes(*x.shape[1:])[-1]), np.float32)
    binding = session.io_binding()
    binding.bind_cpu_input("maps0", x[None])
    shape, pointer = list(out.shape), out.ctypes.data
    binding.bind_output(f"maps{len(weights)}", "cpu", 0, np.float32, shape, pointer)

    def call() -> Image:
        session.run_with_iobinding(binding)
        return out[0]

    return call


def onnx_model(subject: Case, x: Image, weights: tuple[LayerWeights, ...]) -> bytes:
    """Return the block as a chain of ONNX Conv nodes."""
    from onnx import TensorProto, helper, numpy_helper

    nodes = []
    for number, layer in enumerate(subject.block.layers):
        (top, bottom), (left, right) = layer.spec.pads(1, 1)
        names = [f"maps{number}", f"kernel{number}"], [f"maps{number + 1}"]
        pads, strides = [top, left, bottom, right], list(layer.spec.strides)
        nodes.append(helper.make_node("Conv", *names, group=layer.spec.groups, pads=pads, strides=strides))
    kernels = [numpy_helper.from_array(weight.kernel, f"kernel{number}") for number, weight in enumerate(weights)]
    shapes = [(1, *x.shape), (1, *subject.block.shapes(*x.shape[1:])[-1])]
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in zip(("maps0", f"maps{len(weights)}"), shapes, strict=True)
    ]
    graph = helper.make_graph(nodes, "block", ends[:1], ends[1:], kernels)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def contestants(subject: Case, peers: tuple[str, ...]) -> dict[str, Call]:
    """Return a call for sepviz and every peer, after checking that they agree."""
    x, weights = subject.input, subject.weights
    calls = {"sepviz": sepviz_call(subject, x, weights)}
    if "torch" in peers:
        for layout in ("contiguous_format", "channels_last"):
            calls[f"torch {layout}"] = torch_call(subject, x, weights, layout)
    if "onnxruntime" in peers:
        calls["onnxruntime"] = onnxruntime_call(subject, x, weights)
    expected = calls["sepviz"]()
    for name, call in calls.items():
        error = float(np.abs(call() - expected).max() / np.abs(expected).max())
        if error > NEAR:
            raise SystemExit(f"{name} differs by {error:.1e} of the maximum on {subject.layer} {subject.form}")
    return calls
