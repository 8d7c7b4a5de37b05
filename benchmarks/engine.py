"""How fast every method is on every kind of layer, beside the plain im2col and matrix product of NumPy.

Run ``python benchmarks/engine.py [LAYER ...] [--seconds 1.0]``. Methods are interleaved in one process, outputs are
kept, and the figure is the median; compare figures of one run only. The plain way has BLAS on all its threads and runs
after the others: waiting BLAS threads spin, and would slow down whatever ran next.
"""

from __future__ import annotations

import argparse
from functools import partial
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sepviz.engine.conv2d import METHODS, pick, prepare, usable
from sepviz.engine.machine import describe
from sepviz.engine.spec import Conv2dSpec
from sepviz.engine.strips import single_threaded_blas

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

LAYERS = {
    "A": (32, 3, 64, 3, "valid"),
    "B": (512, 3, 64, 3, "same"),
    "C": (1024, 3, 32, 3, "same"),
    "G": (512, 3, 64, 7, "same"),
    "F1": (112, 32, 64, 3, "same"),
    "F3": (56, 128, 128, 3, "same"),
    "F5": (14, 512, 512, 3, "same"),
}
"""Name -> side, in_channels, out_channels, kernel side, padding."""


def specs(name: str) -> dict[str, tuple[Conv2dSpec, int]]:
    """Return the standard layer called `name` and the two layers of its separable form, with their input side."""
    side, channels, maps, kernel, padding = LAYERS[name]
    standard = Conv2dSpec(in_channels=channels, out_channels=maps, kernel_size=kernel, padding=padding)
    depthwise = Conv2dSpec(
        in_channels=channels, out_channels=channels, kernel_size=kernel, padding=padding, groups=channels
    )
    pointwise = Conv2dSpec(in_channels=channels, out_channels=maps, kernel_size=1)
    return {
        f"{name} standard": (standard, side),
        f"{name} depthwise": (depthwise, side),
        f"{name} pointwise": (pointwise, depthwise.output_size(side, side)[0]),
    }


def plain(x: NDArray[np.float32], weight: NDArray[np.float32], spec: Conv2dSpec) -> NDArray[np.float32]:
    """Pad, gather every window, multiply: what one writes first. Stride 1 only."""
    padded = np.pad(x, ((0, 0), *spec.pads(*x.shape[1:])))
    windows = sliding_window_view(padded, spec.kernel, axis=(1, 2)).transpose(0, 3, 4, 1, 2)
    _, out_h, out_w = spec.output_shape(*x.shape[1:])
    columns = windows.reshape(spec.groups, -1, out_h * out_w)
    return (weight.reshape(spec.groups, spec.depth_multiplier, -1) @ columns).reshape(-1, out_h, out_w)


def contestants(
    spec: Conv2dSpec, x: NDArray[np.float32], weight: NDArray[np.float32]
) -> dict[str, Callable[[], object]]:
    """Return a call without arguments for every method that can do the layer."""
    out = np.empty(spec.output_shape(*x.shape[1:]), np.float32)
    names = [name for name in METHODS if name != "reference" and usable(name, spec) is None]
    plans = {name: prepare(weight, None, spec, name) for name in names}
    return {name: partial(plan, x, out=out) for name, plan in plans.items()}


def interleave(calls: dict[str, Callable[[], object]], seconds: float) -> dict[str, float]:
    """Return the median time in seconds of every call, run in turn for about `seconds` in all."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    end = perf_counter() + seconds
    while perf_counter() < end or len(times[next(iter(times))]) < 6:
        for name, call in calls.items():
            start = perf_counter()
            call()
            times[name].append(perf_counter() - start)
    return {name: median(samples[1:]) for name, samples in times.items()}


def measure(spec: Conv2dSpec, side: int, seconds: float) -> dict[str, float]:
    """Return the median time in seconds of every method and of the plain way."""
    random = np.random.default_rng(0)
    x = random.standard_normal((spec.in_channels, side, side), dtype=np.float32)
    weight = random.standard_normal(spec.weight_shape, dtype=np.float32)
    with single_threaded_blas():
        medians = interleave(contestants(spec, x, weight), seconds)
    return interleave({"plain im2col": partial(plain, x, weight, spec)}, seconds / 3) | medians


def main() -> None:
    """Print one line per layer and method."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("layers", nargs="*", default=list(LAYERS), help=f"of {', '.join(LAYERS)}")
    parser.add_argument("--seconds", type=float, default=1.0, help="spent on each layer")
    arguments = parser.parse_args()
    print(describe())
    for layer in arguments.layers:
        for title, (spec, side) in specs(layer).items():
            medians = measure(spec, side, arguments.seconds)
            for name, seconds in medians.items():
                chosen = "*" if name == pick(spec) else " "
                gflops = 2 * spec.macs(side, side) / seconds / 1e9
                ratio = medians["plain im2col"] / seconds
                print(
                    f"{title:13} {chosen}{name:14} {1e3 * seconds:9.3f} ms {gflops:8.1f} GFLOP/s {ratio:6.2f} x plain"
                )


if __name__ == "__main__":
    main()
