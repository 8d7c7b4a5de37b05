"""The engine against torch and onnxruntime: time ratios, and how near each comes to what this machine can do.

Run ``pip install -e .[peers]`` and ``python benchmarks/peers.py [LAYER ...] [--seconds 3]``. All run in one process,
in turn, with two threads each; outputs are kept (torch cannot: its fresh output is part of its default time), weights
are laid out beforehand, and torch takes the faster of its two memory layouts. Every sample is preceded by a call that
is not timed: it lets the other library's waiting threads go to sleep and warms the caches. A ratio is the median over
pairs of samples, sepviz divided by the peer: below 1, sepviz is faster. Only ratios of one run can be compared.
"""

from __future__ import annotations

import argparse
import os
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from statistics import geometric_mean, median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from sepviz.engine.block import Block, Geometry, Layer, build_block, prepare_block
from sepviz.engine.conv2d import METHODS, prepare, usable
from sepviz.engine.cost import block_cost
from sepviz.engine.machine import MachinePeak, describe, measure_peak
from sepviz.engine.spec import Conv2dSpec
from sepviz.engine.strips import single_threaded_blas
from sepviz.engine.weights import LayerWeights, block_weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Image = NDArray[np.float32]
    Call = Callable[[], Image]

THREADS = 2
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
FORMS = ("standard", "depthwise", "pointwise", "separable")
PEERS = ("torch", "onnxruntime")
LEAST_ROUNDS = 5
LONG_SAMPLE_S = 0.002
"""A sample repeats short calls for about this long."""
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
    torch.set_num_threads(THREADS)
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
    options.intra_op_num_threads = THREADS
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


def sample(call: Call) -> float:
    """Seconds of one call, after one that is not timed, averaged over LONG_SAMPLE_S."""
    start = perf_counter()
    call()
    repeats = min(max(int(LONG_SAMPLE_S / (perf_counter() - start)), 1), 100)
    start = perf_counter()
    for _ in range(repeats):
        call()
    return (perf_counter() - start) / repeats


def interleave(calls: dict[str, Call], seconds: float) -> dict[str, list[float]]:
    """Sample every call in turn for about `seconds` in all."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    end, rounds = perf_counter() + seconds, 0
    while rounds < LEAST_ROUNDS or perf_counter() < end:
        for name, call in calls.items():
            times[name].append(sample(call))
        rounds += 1
    return times


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Medians in seconds, and for every peer the quartiles of the ratio sepviz / peer."""

    medians: dict[str, float]
    ratios: dict[str, tuple[float, float, float]]


def compare(subject: Case, peers: tuple[str, ...], seconds: float) -> Result:
    """Time one case; torch is its faster layout."""
    with single_threaded_blas():
        times = interleave(contestants(subject, peers), seconds)
    layouts = [name for name in times if name.startswith("torch")]
    if layouts:
        times["torch"] = min((times.pop(name) for name in layouts), key=median)
    ratios = {}
    for peer in peers:
        low, middle, high = quantiles(
            [ours / theirs for ours, theirs in zip(times["sepviz"], times[peer], strict=True)]
        )
        ratios[peer] = (low, middle, high)
    return Result(medians={name: median(samples) for name, samples in times.items()}, ratios=ratios)


def compare_all(layers: list[str], forms: tuple[str, ...], peers: tuple[str, ...], seconds: float) -> dict[str, Result]:
    """Return the result of every case as "layer form"."""
    return {f"{layer} {form}": compare(case(layer, form), peers, seconds) for layer in layers for form in forms}


def in_fresh_process(environment: dict[str, str], function: Callable[..., Any], *arguments: object) -> Any:
    """Call `function` in a process of its own that starts with `environment` added to this one's."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            return pool.submit(function, *arguments).result()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def architecture() -> str:
    """Return which kernels this process's BLAS uses."""
    return describe().blas_architecture


def print_case(title: str, subject: Case, result: Result, peak: MachinePeak) -> None:
    """Print one line: the time, the ratios with their quartiles, and the share of the machine's limit."""
    cost = block_cost(subject.block, subject.side, subject.side)
    time = result.medians["sepviz"]
    bounds = {"of peak GEMM": 2e-9 * cost.macs / peak.gflops, "of bandwidth": 1e-9 * cost.bytes / peak.bandwidth_gbps}
    limit = max(bounds, key=lambda name: bounds[name])
    ratios = "".join(f"{middle:8.2f} ({low:.2f}-{high:.2f})" for low, middle, high in result.ratios.values())
    print(f"{title:24}{1e3 * time:9.3f} ms {ratios}   {bounds[limit] / time:5.0%} {limit}")


def mean_ratio(results: dict[str, Result], layers: dict[str, Any], forms: tuple[str, ...], peer: str) -> float | None:
    """Geometric mean of the ratios of `layers` in `forms`; None if none of them was measured."""
    names = [f"{layer} {form}" for layer in layers for form in forms]
    ratios = [results[name].ratios[peer][1] for name in names if name in results]
    return geometric_mean(ratios) if ratios else None


def print_target(title: str, found: float | None, limit: float) -> None:
    """Print one target and whether it is met."""
    if found is not None:
        print(f"  {title:60}{found:6.2f}   target {limit:.2f}   {'met' if found <= limit else 'MISSED'}")


def print_scaling(layers: list[str], seconds: float) -> None:
    """Print how much faster two threads are than one."""
    print("\nTime on 1 thread / on 2 threads:")
    for layer in layers:
        for form in ("standard", "separable"):
            subject = case(layer, form)
            call = sepviz_call(subject, subject.input, subject.weights)
            times = interleave({number: partial(with_threads, number, call) for number in ("1", "2")}, seconds / 2)
            ratio = median(one / two for one, two in zip(times["1"], times["2"], strict=True))
            print(f"  {layer} {form:12}{ratio:6.2f}")


def with_threads(number: str, call: Call) -> Image:
    """Call with so many engine threads."""
    os.environ["SEPVIZ_THREADS"] = number
    try:
        return call()
    finally:
        os.environ["SEPVIZ_THREADS"] = str(THREADS)


def extra_memory(layer: str, form: str, method: str) -> int | None:
    """Bytes a call allocates at most beyond weights, input and output; None if the method cannot do the layer."""
    subject = case(layer, form)
    spec, x = subject.block.layers[0].spec, subject.input
    if form == "separable":
        chain, out = (
            prepare_block(subject.block, subject.weights),
            np.empty(subject.block.shapes(*x.shape[1:])[-1], "f4"),
        )
        run: Callable[[], object] = partial(chain, x, [None, out])
    elif usable(method, spec) is None:
        plan = prepare(subject.weights[0].kernel, None, spec, method)
        run = partial(plan, x, out=np.empty(spec.output_shape(*x.shape[1:]), np.float32))
    else:
        return None
    tracemalloc.start()
    run()
    return tracemalloc.get_traced_memory()[1]


def print_memory() -> None:
    """Print the peak of every method, each in a fresh process so that no kept scratch hides it."""
    print("\nPeak memory beyond weights, input and output, MB (512 k3: in 3, out 67; 56 to 128: in 1.6, out 1.6):")
    fast = [name for name in METHODS if name != "reference"]
    for form, methods in (("standard", fast), ("depthwise", fast), ("pointwise", fast), ("separable", ["auto"])):
        for method in methods:
            peaks = [in_fresh_process({}, extra_memory, layer, form, method) for layer in ("512 k3", "56 to 128")]
            if peaks[0] is not None:
                print(f"  {form:12}{method:16}" + "".join(f"{peak / 1e6:8.2f}" for peak in peaks if peak is not None))


def main() -> None:
    """Print the table, the targets, and the rows that need a process of their own."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("layers", nargs="*", default=list(LAYERS), help=f"of: {', '.join(LAYERS)}")
    parser.add_argument("--seconds", type=float, default=3.0, help="spent on each form of each layer")
    parser.add_argument("--brief", action="store_true", help="only the table and the targets")
    arguments = parser.parse_args()
    os.environ["SEPVIZ_THREADS"] = str(THREADS)
    peak = max((measure_peak() for _ in range(3)), key=lambda found: found.gflops)  # others may be using the machine
    print(describe(), peak, sep="\n")
    print(f"\n{'sepviz / peer':24}{'sepviz':>12} {'torch':>20}{'onnxruntime':>20}   nearest limit")
    results: dict[str, Result] = {}
    for layer in arguments.layers:
        for form in FORMS:
            title, subject = f"{layer} {form}", case(layer, form)
            results[title] = compare(subject, PEERS, arguments.seconds)
            print_case(title, subject, results[title], peak)
    print(f"\nGeometric means with {architecture()} kernels and {THREADS} threads:")
    both = ("standard", "separable")
    print_target("photo-sized / onnxruntime", mean_ratio(results, PHOTO, both, "onnxruntime"), 0.6)
    print_target("photo-sized / torch, by default", mean_ratio(results, PHOTO, both, "torch"), 0.3)
    print_target("middle / onnxruntime", mean_ratio(results, MIDDLE, both, "onnxruntime"), 1.4)
    print_target(
        "middle, depthwise alone / onnxruntime", mean_ratio(results, MIDDLE, ("depthwise",), "onnxruntime"), 2.5
    )
    if arguments.brief:
        return
    photo = [layer for layer in arguments.layers if layer in PHOTO]
    huge = in_fresh_process({"THP_MEM_ALLOC_ENABLE": "1"}, compare_all, photo, both, ("torch",), arguments.seconds)
    print_target("photo-sized / torch with huge pages (own process)", mean_ratio(huge, PHOTO, both, "torch"), 1.0)
    haswell = {"OPENBLAS_CORETYPE": "Haswell"}
    layers = [layer for layer in arguments.layers if layer not in ARTICLE]
    avx2 = in_fresh_process(haswell, compare_all, layers, both, ("onnxruntime",), arguments.seconds)
    print(f"With {in_fresh_process(haswell, architecture)} kernels, by OPENBLAS_CORETYPE (own process):")
    print_target("photo-sized / onnxruntime", mean_ratio(avx2, PHOTO, both, "onnxruntime"), 0.6)
    print_target("middle / onnxruntime", mean_ratio(avx2, MIDDLE, both, "onnxruntime"), 1.4)
    print_scaling(arguments.layers, arguments.seconds)
    print_memory()


if __name__ == "__main__":
    main()
