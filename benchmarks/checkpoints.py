"""How long every method goes on without a checkpoint, on layers that are hard to cut: a cancel is heard that late.

Run ``python benchmarks/checkpoints.py [CASE ...] [--seconds 1]``. Each layer runs for so long at most and is then
cancelled, three times, its weights laid out anew. A line tells the longest time between two checkpoints: on the clock,
which counts whatever else the machine did meanwhile, and of the thread's own work; and how long after the cancel the
call returned. Each is the least of the three runs: what the layer itself causes happens in every run, what another
program causes does not. The engine means to have a checkpoint every 20 ms and a cancel heard within 50.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sepviz.engine.block import Geometry, build_block, prepare_block
from sepviz.engine.checkpoint import Cancelled, Checkpoint
from sepviz.engine.conv2d import METHODS, prepare, usable
from sepviz.engine.machine import describe
from sepviz.engine.spec import Conv2dSpec, Pair
from sepviz.engine.strips import allocate
from sepviz.engine.weights import block_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

Run: TypeAlias = Callable[[Checkpoint], object]
RUNS = 3
MEANT_MS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A layer on an input of height x width; `methods` are those that can do it unless some are named."""

    spec: Conv2dSpec
    size: Pair
    methods: tuple[str, ...] = tuple(METHODS)


def layer(in_channels: int, out_channels: int, kernel: int | Pair, size: Pair, **more: int) -> Case:
    """Return a padded layer."""
    spec = Conv2dSpec(in_channels=in_channels, out_channels=out_channels, kernel_size=kernel, padding="same", **more)
    return Case(spec=spec, size=size)


CASES = {
    "512 to 512, 15x15": layer(512, 512, 15, (256, 256)),
    "1024 to 1024, 7x7": layer(1024, 1024, 7, (56, 56)),
    "2048 to 2048, 3x3": layer(2048, 2048, 3, (28, 28)),
    "512 to 512, 3x3": layer(512, 512, 3, (128, 128)),
    "3 to 512, 11x11": layer(3, 512, 11, (2048, 2048)),
    "3 to 64, 101x101": layer(3, 64, 101, (512, 512)),
    "64 to 64, 3x3, dilation 9": layer(64, 64, 3, (256, 256), dilation=9),
    "32 groups of 32, 5x5": layer(1024, 1024, 5, (64, 64), groups=32),
    "1x1, 4096 to 4096": layer(4096, 4096, 1, (64, 64)),
    "1x1, 3 to 512": layer(3, 512, 1, (2048, 2048)),
    "a row of 1,000,000": layer(3, 64, 7, (1, 1_000_000)),
    "a column of 1,000,000": layer(3, 64, 7, (1_000_000, 1)),
    "depthwise 3x3": layer(512, 512, 3, (512, 512), groups=512),
    "depthwise 31x31": layer(64, 64, 31, (1024, 1024), groups=64),
    "depthwise, stride 2": layer(512, 512, 5, (512, 512), groups=512, stride=2),
    "depthwise, 64 maps a channel": layer(8, 512, 5, (1024, 1024), groups=8),
    "depthwise, 65,536 channels": layer(65_536, 65_536, 3, (7, 7), groups=65_536),
    "depthwise, a row of 1,000,000": layer(16, 16, 7, (1, 1_000_000), groups=16),
}


class Watch:
    """A checkpoint that keeps the longest times between its calls, and cancels once `seconds` are over."""

    def __init__(self, seconds: float) -> None:
        self.clock = self.work = 0.0
        self.last, self.worked = perf_counter(), thread_time()
        self.end = self.last + seconds

    def __call__(self, fraction: float) -> None:
        """Note the times, and end the work if it is time to."""
        self.note()
        if self.last > self.end:
            raise Cancelled

    def note(self) -> None:
        """Compare the times since the last call with the longest so far."""
        now, worked = perf_counter(), thread_time()
        self.clock, self.work = max(self.clock, now - self.last), max(self.work, worked - self.worked)
        self.last, self.worked = now, worked


def watch(title: str, ready: Callable[[], Run], seconds: float) -> None:
    """Run, cancel, do so again, and print one line; `ready` gives what to run."""
    clocks, works, stops = [], [], []
    for _ in range(RUNS):
        run, seen = ready(), Watch(seconds)
        try:
            run(seen)
            seen.note()
        except Cancelled:
            stops.append(1e3 * (perf_counter() - seen.last))
        clocks.append(1e3 * seen.clock)
        works.append(1e3 * seen.work)
        del run
    mark = "ABOVE" if min(works) > MEANT_MS else ""
    stopped = f"cancelled, back after {min(stops):5.1f} ms" if stops else "ran to its end"
    print(f"{title:48}{min(clocks):8.1f} ms{min(works):8.1f} ms {mark:6} {stopped}", flush=True)


def noise(*shape: int) -> NDArray[np.float32]:
    """Return noise that repeats, so that large arrays are made at once."""
    values = np.random.default_rng(0).standard_normal(65_537, dtype=np.float32)
    repeated = np.resize(values, shape)
    repeated.flags.writeable = False
    return repeated


def watch_methods(name: str, case: Case, seconds: float) -> None:
    """Print one line for every method: its first run, with the laying out of weights and a fresh output."""
    x, weight = noise(case.spec.in_channels, *case.size), noise(*case.spec.weight_shape)
    for method in case.methods:
        if usable(method, case.spec) is None:
            watch(f"{name} {method}", partial(ready, weight, case.spec, method, x, None), seconds)


def ready(
    weight: NDArray[np.float32],
    spec: Conv2dSpec,
    method: str,
    x: NDArray[np.float32],
    out: NDArray[np.float32] | None,
) -> Run:
    """Return a run of a layer whose weights are still to be laid out."""
    return partial(prepare(weight, None, spec, method), x, out=out)


def watch_blocks(seconds: float) -> None:
    """Print one line for a separable block whose layers run together, keeping its maps between or not."""
    block = build_block("depthwise-separable", Geometry(in_channels=3, out_channels=64, kernel_size=(7, 7)), "relu")
    chain, x = prepare_block(block, block_weights(block, "kaiming-normal", 0)), noise(3, 2048, 2048)
    shapes = chain.shapes(2048, 2048)
    for keep in (True, False):
        outs = [allocate(shape, np.float32) if keep or shape is shapes[-1] else None for shape in shapes]
        watch(
            f"separable block, maps between {'kept' if keep else 'dropped'}",
            lambda outs=outs: partial(chain, x, outs),
            seconds,
        )


def watch_files(seconds: float) -> None:
    """Print one line for every method that writes a large picture's maps to a memory-mapped file."""
    x = noise(3, 6000, 6000)
    with TemporaryDirectory(dir=".") as folder:
        for groups, methods in ((1, ("planar", "channels-last")), (3, ("taps", "banded"))):
            spec = Conv2dSpec(in_channels=3, out_channels=3, groups=groups, padding="same")
            for method in methods:
                out = np.memmap(f"{folder}/{method}.f32", np.float32, "w+", shape=(3, 6000, 6000))
                weight = noise(*spec.weight_shape)
                watch(f"to a file {method}", partial(ready, weight, spec, method, x, out), seconds)


def main() -> None:
    """Print one line for every case and method."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("cases", nargs="*", default=[*CASES, "blocks", "files"], help=f"of: {', '.join(CASES)}, ...")
    parser.add_argument("--seconds", type=float, default=1.0, help="after which a layer is cancelled")
    arguments = parser.parse_args()
    print(describe())
    print(f"{'longest time without a checkpoint':48}{'clock':>11}{'work':>11}")
    for name in arguments.cases:
        if name in CASES:
            watch_methods(name, CASES[name], arguments.seconds)
    for name, function in (("blocks", watch_blocks), ("files", watch_files)):
        if name in arguments.cases:
            function(arguments.seconds)


if __name__ == "__main__":
    main()
