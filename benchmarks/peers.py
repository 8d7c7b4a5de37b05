"""The engine against torch and onnxruntime: time ratios, and how near each comes to what this machine can do.

Run ``pip install -e .[peers]`` and ``python benchmarks/peers.py [LAYER ...] [--seconds 3]`` on a machine that does
nothing else; it takes about eight minutes. All run in one process, in turn, with two threads each (``--threads``).
Outputs are kept (torch cannot: its fresh output is part of its default time), weights are laid out beforehand, and
torch takes the faster of its two memory layouts.

Fair to all: every library keeps its own defaults. The threads of torch and onnxruntime go on spinning for some
milliseconds after a call, in the hope of the next one; whoever ran then would share the cores with them. So every
sample begins with a pause, in which they go to sleep, and with untimed calls, which wake the sampled library's own
threads and warm its caches. Then it is the median of several calls in a row, in which spinning helps its owner as it
does in use. All that is shorter than the turns in which a system shares a core out, so that a sample is seldom cut in
two by another program. Rounds alternate in their order: a drift of the machine hits everybody.

A ratio is the median over the rounds, sepviz divided by the peer, with its quartiles: below 1, sepviz is faster.
"best" divides the shortest times that either ever had: what is left when nobody disturbs. Where the means of the two
differ, the machine was busy, and the program says so. Only ratios of one run can be compared.
"""

from __future__ import annotations

import argparse
import os
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from math import inf
from multiprocessing import get_context
from statistics import geometric_mean, median, quantiles
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any

import numpy as np
from contestants import ARTICLE, LAYERS, MIDDLE, PHOTO, Case, case, contestants, sepviz_call

from sepviz.engine.block import prepare_block
from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.conv2d import AUTO, METHODS, usable
from sepviz.engine.cost import block_cost
from sepviz.engine.machine import MachinePeak, describe, measure_peak
from sepviz.engine.strips import run_strips, single_threaded_blas, thread_count

if TYPE_CHECKING:
    from collections.abc import Callable

    from contestants import Call, Image

FORMS = ("standard", "depthwise", "pointwise", "separable")
BOTH = ("standard", "separable")
PEERS = ("torch", "onnxruntime")
AVX2 = {"OPENBLAS_CORETYPE": "Haswell"}
LEAST_ROUNDS = 6
PAUSE_S = 0.015
"""Threads that wait for the next call spin for a few milliseconds before they sleep."""
WARM_S = 0.001
SAMPLE_S = 0.003
"""Untimed and timed calls of one sample take about so long, and are one at least."""
LONG_ENOUGH_S = 3.0
"""A method's memory is at its peak long before; the slowest would take minutes to end."""
DISTURBED = 1.15
"""If the medians of the rounds are so many times the best ones, or as many times smaller, other programs interfered."""


@dataclass(slots=True, kw_only=True)
class Samples:
    """Seconds of one call: the median of every round, and the least of all."""

    rounds: list[float] = field(default_factory=list)
    best: float = inf

    def add(self, middle: float, least: float) -> None:
        """Note one round."""
        self.rounds.append(middle)
        self.best = min(self.best, least)

    def over(self, other: Samples) -> tuple[float, float, float]:
        """Quartiles of the ratios to another's rounds."""
        low, middle, high = quantiles([one / two for one, two in zip(self.rounds, other.rounds, strict=True)])
        return low, middle, high


def sample(call: Call) -> tuple[float, float]:
    """Median and least time of calls in a row, in seconds, after a pause and calls that are not timed."""
    sleep(PAUSE_S)
    repeat(call, WARM_S)
    times = repeat(call, SAMPLE_S)
    return median(times), min(times)


def repeat(call: Call, seconds: float) -> list[float]:
    """Call at least once, for so many seconds in all, and return how long each call took."""
    times: list[float] = []
    while not times or sum(times) < seconds:
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return times


def interleave(calls: dict[str, Call], seconds: float) -> dict[str, Samples]:
    """Sample every call in turn for about `seconds` in all."""
    times: dict[str, Samples] = {name: Samples() for name in calls}
    end, rounds = perf_counter() + seconds, 0
    while rounds < LEAST_ROUNDS or perf_counter() < end:
        for name in sorted(calls, reverse=rounds % 2 == 1):
            times[name].add(*sample(calls[name]))
        rounds += 1
    return times


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Our median time in seconds; for every peer quartiles of the ratio sepviz / peer, and the best times' ratio."""

    seconds: float
    ratios: dict[str, tuple[float, float, float]]
    best: dict[str, float]


def compare(subject: Case, peers: tuple[str, ...], seconds: float) -> Result:
    """Time one case; torch is its faster layout."""
    with single_threaded_blas():
        times = interleave(contestants(subject, peers), seconds)
    layouts = [name for name in times if name.startswith("torch")]
    if layouts:
        times["torch"] = min((times.pop(name) for name in layouts), key=lambda samples: median(samples.rounds))
    ours = times["sepviz"]
    ratios, best = (
        {peer: ours.over(times[peer]) for peer in peers},
        {peer: ours.best / times[peer].best for peer in peers},
    )
    return Result(seconds=median(ours.rounds), ratios=ratios, best=best)


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
    time = result.seconds
    bounds = {"of peak GEMM": 2e-9 * cost.macs / peak.gflops, "of bandwidth": 1e-9 * cost.bytes / peak.bandwidth_gbps}
    limit = max(bounds, key=lambda name: bounds[name])
    ratios = "".join(
        f"{middle:7.2f} ({low:.2f}-{high:.2f}) best {result.best[peer]:.2f}"
        for peer, (low, middle, high) in result.ratios.items()
    )
    print(f"{title:23}{1e3 * time:9.3f} ms{ratios}   {bounds[limit] / time:4.0%} {limit}", flush=True)


def print_target(
    title: str, results: dict[str, Result], layers: dict[str, Any], forms: tuple[str, ...], peer: str, limit: float
) -> None:
    """Print the geometric mean of the ratios to `peer` of what was measured of `layers` in `forms`, and its target."""
    found = [results[name] for layer in layers for form in forms if (name := f"{layer} {form}") in results]
    if found:
        mean = geometric_mean([result.ratios[peer][1] for result in found])
        best = geometric_mean([result.best[peer] for result in found])
        verdict = "met" if mean <= limit else "MISSED"
        busy = "" if 1 / DISTURBED < mean / best < DISTURBED else "   (disturbed: measure again)"
        print(f"  {title:52}{mean:6.2f} (best {best:.2f})   target {limit:.2f}   {verdict}{busy}")


def print_scaling(layers: list[str], seconds: float) -> None:
    """Print how much faster all threads are than one."""
    number = str(thread_count())
    print(f"\nTime on 1 thread / on {number} threads:")
    for layer in layers:
        for form in ("standard", "separable"):
            subject = case(layer, form)
            call = sepviz_call(subject, subject.input, subject.weights)
            times = interleave({turn: partial(with_threads, turn, call) for turn in ("1", number)}, seconds / 2)
            (_, ratio, _), best = times["1"].over(times[number]), times["1"].best / times[number].best
            print(f"  {layer + ' ' + form:24}{ratio:6.2f} (best {best:.2f})", flush=True)


def with_threads(number: str, call: Call) -> Image:
    """Call with so many engine threads."""
    before, os.environ["SEPVIZ_THREADS"] = os.environ["SEPVIZ_THREADS"], number
    try:
        return call()
    finally:
        os.environ["SEPVIZ_THREADS"] = before


def extra_memory(layer: str, form: str, method: str) -> int | None:
    """Bytes a call allocates at most beyond weights, input and output; None if the method cannot do the layer."""
    subject = case(layer, form)
    x, specs = subject.input, [part.spec for part in subject.block.layers]
    if len(specs) == 1 and usable(method, specs[0]) is not None:
        return None
    chain = prepare_block(subject.block, subject.weights, method)
    for plan in chain.plans:
        plan.lowering(x.dtype)
    outs = [None] * (len(specs) - 1) + [np.empty(subject.block.shapes(*x.shape[1:])[-1], np.float32)]
    end = perf_counter() + LONG_ENOUGH_S

    def stop_in_time(fraction: float) -> None:
        if perf_counter() > end:
            raise Cancelled

    run_strips([])  # what the first call of all sets up: address space for BLAS's own buffers
    tracemalloc.start()
    with suppress(Cancelled):
        chain(x, outs, stop_in_time)
    return tracemalloc.get_traced_memory()[1]


def print_memory() -> None:
    """Print the peak of every method, each in a fresh process so that no kept scratch hides it."""
    print("\nPeak memory beyond weights, input and output, MB (512 k3: in 3, out 67; 56 to 128: in 1.6, out 1.6):")
    for form in FORMS:
        for method in METHODS if form != "separable" else [AUTO]:
            peaks = [in_fresh_process({}, extra_memory, layer, form, method) for layer in ("512 k3", "56 to 128")]
            if peaks[0] is not None:
                print(f"  {form:12}{method:16}" + "".join(f"{peak / 1e6:8.2f}" for peak in peaks), flush=True)


def main() -> None:
    """Print the table, the targets, and the rows that need a process of their own."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("layers", nargs="*", default=list(LAYERS), help=f"of: {', '.join(LAYERS)}")
    parser.add_argument("--seconds", type=float, default=3.0, help="spent on each form of each layer")
    parser.add_argument("--threads", type=int, default=2, help="of every library")
    parser.add_argument("--brief", action="store_true", help="only the table and the targets")
    arguments = parser.parse_args()
    os.environ["SEPVIZ_THREADS"] = str(arguments.threads)
    print_all(arguments.layers, arguments.seconds)
    if not arguments.brief:
        print_own_processes(arguments.layers, arguments.seconds)
        print_scaling(arguments.layers, arguments.seconds)
        print_memory()


def print_all(layers: list[str], seconds: float) -> None:
    """Print the machine, the table, and the targets for these kernels of BLAS."""
    peak = max((measure_peak() for _ in range(3)), key=lambda found: found.gflops)  # others may be using the machine
    print(describe(), peak, sep="\n")
    print(f"\n{'sepviz / peer (quartiles)':30}{'sepviz':>5} {'torch':>25}{'onnxruntime':>29}   nearest limit")
    results: dict[str, Result] = {}
    for layer in layers:
        for form in FORMS:
            title, subject = f"{layer} {form}", case(layer, form)
            results[title] = compare(subject, PEERS, seconds)
            print_case(title, subject, results[title], peak)
    print(f"\nGeometric means with {architecture()} kernels and {thread_count()} threads:")
    print_target("photo-sized / onnxruntime", results, PHOTO, BOTH, "onnxruntime", 0.6)
    print_target("photo-sized / torch, by default", results, PHOTO, BOTH, "torch", 0.3)
    print_target("middle / onnxruntime", results, MIDDLE, BOTH, "onnxruntime", 1.4)
    print_target("middle, depthwise alone / onnxruntime", results, MIDDLE, ("depthwise",), "onnxruntime", 2.5)


def print_own_processes(layers: list[str], seconds: float) -> None:
    """Print the targets against torch with huge pages, and those with AVX2 kernels where BLAS has better ones."""
    photo = [layer for layer in layers if layer in PHOTO]
    huge = in_fresh_process({"THP_MEM_ALLOC_ENABLE": "1"}, compare_all, photo, BOTH, ("torch",), seconds)
    print_target("photo-sized / torch with huge pages (own process)", huge, PHOTO, BOTH, "torch", 1.0)
    if architecture() == AVX2["OPENBLAS_CORETYPE"]:
        print("The kernels above are the AVX2 ones: this machine has no better, so the targets' AVX2 row is the same.")
        return
    rest = [layer for layer in layers if layer not in ARTICLE]
    avx2 = in_fresh_process(AVX2, compare_all, rest, BOTH, ("onnxruntime",), seconds)
    print(f"With {in_fresh_process(AVX2, architecture)} kernels, by OPENBLAS_CORETYPE (own process):")
    print_target("photo-sized / onnxruntime", avx2, PHOTO, BOTH, "onnxruntime", 0.6)
    print_target("middle / onnxruntime", avx2, MIDDLE, BOTH, "onnxruntime", 1.4)


if __name__ == "__main__":
    main()
