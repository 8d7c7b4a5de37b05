"""What limits a block on this machine, told from its measured time: arithmetic, memory, or the work around both.

Two times cannot be beaten: that of the arithmetic at the machine's peak, and that of moving every tensor once at its
bandwidth (the roofline: Williams et al. 2009). A third is known as well: what calling its layers takes when they have
nothing to do. A block is called bound by the one of them that accounts for at least half of its measured time; where
none does, that is what is said, as the rest is work that no count sees: copies, transforms, loops.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from sepviz.engine.conv2d import prepare
from sepviz.engine.cost import BYTES_PER_ELEMENT
from sepviz.engine.methods import winograd
from sepviz.engine.spec import Conv2dSpec

if TYPE_CHECKING:
    from sepviz.engine.cost import BlockCost
    from sepviz.engine.machine import MachinePeak
    from sepviz.engine.timing import PairTiming

Limit: TypeAlias = Literal["compute", "memory", "overhead", "neither"]

HALF = 0.5
"""Part of the measured time that what a block is bound by accounts for: all else could not make it twice as fast."""
WINOGRAD_SHARE = (winograd.READ / (winograd.TILE * winograd.TAPS)) ** 2
"""Multiplications that Winograd's method does for each that is counted, apart from its transforms: a quarter."""
UNSEEN = "the time goes to calls and to data movement that the count does not see"
TOO_LOW = (
    "multiplies faster than this machine's measured peak, which was therefore measured too low, as while other "
    "programs ran (measure this machine again)"
)
"""Stands where a share of the peak would be more than all of it."""
LOOPS = "reference"
"""The method whose loops run in Python: a step of the interpreter for every few multiplications."""
CALLS = 200
"""Calls of the tiny layer, under 10 ms in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A block's measured time beside the times that it cannot beat.

    Attributes
    ----------
    time_s : float
        Measured, in seconds.
    compute_s, memory_s : float
        Least seconds for the multiplications of its methods at the machine's peak, and for the bytes at its bandwidth.
    overhead_s : float
        Seconds that as many layers with next to no work take; in plain loops all that is neither arithmetic nor memory.
    bytes : int
        Bytes moved in float32, each tensor once; maps between fused layers are not moved.
    """

    time_s: float
    compute_s: float
    memory_s: float
    overhead_s: float
    bytes: int

    @property
    def stays_in_cache(self) -> bool:
        """Whether it was faster than memory could be: its tensors then never left the cache."""
        return self.memory_s > self.time_s

    @property
    def limit(self) -> Limit:
        """What accounts for at least half of the time, the most if several do; "neither" where nothing does."""
        parts: dict[Limit, float] = {
            "compute": self.compute_s,
            "memory": 0.0 if self.stays_in_cache else self.memory_s,
            "overhead": self.overhead_s,
        }
        most = max(parts, key=lambda name: parts[name])
        return most if parts[most] >= HALF * self.time_s else "neither"


def bytes_moved(cost: BlockCost, *, fused: bool) -> int:
    """Return the bytes that a block moves, each tensor once; maps between fused layers are not moved."""
    between = sum(2 * BYTES_PER_ELEMENT * prod(layer.output_shape) for layer in cost.layers[:-1])
    return cost.bytes - between if fused else cost.bytes


def find_bound(
    time_s: float,
    cost: BlockCost,
    peak: MachinePeak,
    overhead_s: float = 0.0,
    *,
    fused: bool = False,
    methods: tuple[str, ...] = (),
) -> Bound:
    """Return the bound of a block of `cost` that took `time_s` seconds.

    Parameters
    ----------
    overhead_s : float
        Of one layer, see :func:`measure_overhead`.
    fused : bool
        Whether its layers ran together, so that the maps between them were neither written nor read.
    methods : tuple of str
        Of every layer, as Winograd's does fewer multiplications than are counted; empty where they do what is counted.
    """
    moved = bytes_moved(cost, fused=fused)
    shares = [WINOGRAD_SHARE if method == "winograd" else 1.0 for method in methods] or [1.0] * len(cost.layers)
    macs = sum(share * layer.macs for share, layer in zip(shares, cost.layers, strict=True))
    compute_s, memory_s = 2 * macs / (peak.gflops * 1e9), moved / (peak.bandwidth_gbps * 1e9)
    around_s = time_s - max(compute_s, memory_s) if LOOPS in methods else overhead_s * len(cost.layers)
    return Bound(time_s=time_s, compute_s=compute_s, memory_s=memory_s, overhead_s=around_s, bytes=moved)


def measure_overhead() -> float:
    """Return the seconds of one layer that has next to nothing to do: one pixel, one channel, one tap."""
    spec = Conv2dSpec(in_channels=1, out_channels=1, kernel_size=1)
    x, out = np.ones((2, 1, 1, 1), np.float32)
    plan = prepare(np.ones((1, 1, 1, 1), np.float32), None, spec)
    samples = []
    for _ in range(CALLS):
        start = perf_counter()
        plan(x, out=out)
        samples.append(perf_counter() - start)
    return median(samples)


def explain_difference(
    timing: PairTiming, costs: tuple[BlockCost, BlockCost], peak: MachinePeak, overhead_s: float = 0.0
) -> str:
    """Say in one sentence why the two blocks of `timing` differ in time as they do, or do not.

    Parameters
    ----------
    costs : (BlockCost, BlockCost)
        Of the baseline and the candidate, for the input that was timed.
    peak : MachinePeak
        Of the machine it was timed on.
    overhead_s : float
        Seconds of one layer without work on that machine, see :func:`measure_overhead`.
    """
    sides = zip(
        (timing.baseline, timing.candidate),
        costs,
        timing.fused,
        (timing.baseline_methods, timing.candidate_methods),
        strict=True,
    )
    bounds = [
        find_bound(side.median_s, cost, peak, overhead_s, fused=fused, methods=methods)
        for side, cost, fused, methods in sides
    ]
    speedup, repeats = timing.speedup, timing.baseline.repeats
    return (
        f"With {costs[0].macs / costs[1].macs:,.2f} times the multiply-accumulates of B, A takes {speedup.median:,.2f} "
        f"times as long as B (median of {repeats} pair{'s' * (repeats != 1)}, {speedup.low:,.2f} "
        f"to {speedup.high:,.2f}): {_why(bounds, (timing.baseline_methods, timing.candidate_methods))}."
    )


def _why(bounds: list[Bound], methods: tuple[tuple[str, ...], tuple[str, ...]]) -> str:
    first, second = map(_reached, bounds, methods)
    if all(bound.limit == "neither" for bound in bounds):
        return f"both are bound by neither arithmetic nor memory, as A {first} and B {second}; {UNSEEN}"
    phrases = map(_phrase, bounds, (first, second))
    return "A {}, while B {}".format(*phrases)


def _reached(bound: Bound, methods: tuple[str, ...]) -> str:
    """Say how near a block came to its limits, or to the one that binds it."""
    share = bound.compute_s / bound.time_s
    rate = TOO_LOW if share > 1 else f"reaches {whole_percent(share)} of this machine's peak multiplication rate"
    if "winograd" in methods:
        rate += " (winograd doing a quarter of the counted multiplications)"
    speed = f"moves its {_size(bound.bytes)} at {whole_percent(bound.memory_s / bound.time_s)} of memory bandwidth"
    match bound.limit:
        case "compute":
            return rate
        case "memory":
            return speed
        case "overhead":
            call, whole = _seconds(bound.overhead_s), _seconds(bound.time_s)
            loops = "for Python's loops around the arithmetic"
            use = loops if LOOPS in methods else "to call its layers, whatever they do"
            return f"takes {call} of its {whole} {use}"
        case "neither":
            return f"{rate} and {'stays in the cache' if bound.stays_in_cache else speed}"


def _phrase(bound: Bound, reached: str) -> str:
    if bound.limit == "neither":
        return f"is bound by neither arithmetic nor memory, as it {reached} ({UNSEEN})"
    return f"is {bound.limit}-bound, as it {reached}"


def whole_percent(share: float) -> str:
    """Write how much of a time is accounted for, which no more digits would make truer: "17 %"."""
    return f"{100 * share:,.0f} %" if share >= 0.01 else "under 1 %"


def _size(size: float) -> str:
    """Return a number of bytes with its unit; one that would be 0.0 MB in kB."""
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"


def _seconds(seconds: float) -> str:
    """Return a time with three digits and its unit."""
    if seconds >= 1:
        return f"{seconds:,.3g} s"
    return f"{1e3 * seconds:.3g} ms" if seconds >= 1e-3 else f"{1e6 * seconds:.3g} µs"
