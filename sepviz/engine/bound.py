"""What limits a block on this machine, told from its measured time: arithmetic, memory, or the work around both.

Two times cannot be beaten: that of the arithmetic at the machine's peak, and that of moving every tensor once at its
bandwidth (the roofline: Williams et al. 2009). The larger of the two is what a block waits for, unless its measured
time is far above both; then it is the calls, copies and loops around the arithmetic that take the time.
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
from sepviz.engine.spec import Conv2dSpec

if TYPE_CHECKING:
    from sepviz.engine.cost import BlockCost
    from sepviz.engine.machine import MachinePeak
    from sepviz.engine.timing import PairTiming

Limit: TypeAlias = Literal["compute", "memory", "overhead"]

FAR = 0.1
"""Limits below this part of the measured time do not explain it."""
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
        Least seconds for the arithmetic at the machine's peak, and for the bytes at its bandwidth.
    overhead_s : float
        Seconds that as many layers with next to no work take.
    bytes : int
        Bytes moved in float32, each tensor once; maps between fused layers are not moved.
    """

    time_s: float
    compute_s: float
    memory_s: float
    overhead_s: float
    bytes: int

    @property
    def limit(self) -> Limit:
        """What the block waits for.

        Memory is ruled out where the block beat it: its tensors then stayed in the cache.
        """
        memory_s = self.memory_s if self.memory_s <= self.time_s else 0.0
        least = max(self.compute_s, memory_s)
        if self.overhead_s >= least or least < FAR * self.time_s:
            return "overhead"
        return "memory" if memory_s > self.compute_s else "compute"


def find_bound(
    time_s: float, cost: BlockCost, peak: MachinePeak, overhead_s: float = 0.0, *, fused: bool = False
) -> Bound:
    """Return the bound of a block of `cost` that took `time_s` seconds.

    Parameters
    ----------
    overhead_s : float
        Of one layer, see :func:`measure_overhead`.
    fused : bool
        Whether its layers ran together, so that the maps between them were neither written nor read.
    """
    between = sum(2 * BYTES_PER_ELEMENT * prod(layer.output_shape) for layer in cost.layers[:-1]) if fused else 0
    moved = cost.bytes - between
    return Bound(
        time_s=time_s,
        compute_s=2 * cost.macs / (peak.gflops * 1e9),
        memory_s=moved / (peak.bandwidth_gbps * 1e9),
        overhead_s=overhead_s * len(cost.layers),
        bytes=moved,
    )


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
    sides = zip((timing.baseline, timing.candidate), costs, timing.fused, strict=True)
    baseline, candidate = (
        _phrase(find_bound(side.median_s, cost, peak, overhead_s, fused=fused), peak) for side, cost, fused in sides
    )
    speedup = timing.speedup
    return (
        f"With {costs[0].macs / costs[1].macs:,.2f} times the multiply-accumulates of the candidate, "
        f"the baseline takes {speedup.median:,.2f} times as long ({speedup.low:,.2f} to {speedup.high:,.2f}): "
        f"the baseline {baseline}, the candidate {candidate}."
    )


def _phrase(bound: Bound, peak: MachinePeak) -> str:
    time = _seconds(bound.time_s)
    match bound.limit:
        case "compute":
            least = _seconds(min(bound.compute_s, bound.time_s))
            return f"is compute-bound (arithmetic alone takes {least} of its {time} at {peak.gflops:,.0f} GFLOP/s)"
        case "memory":
            speed = f"{peak.bandwidth_gbps:,.1f} GB/s"
            return (
                f"is memory-bound (moving {bound.bytes / 1e6:,.1f} MB takes {_seconds(bound.memory_s)} "
                f"of its {time} at {speed})"
            )
        case "overhead":
            least = _seconds(max(bound.compute_s, min(bound.memory_s, bound.time_s)))
            return (
                f"is overhead-bound (arithmetic and memory would need {least} of its {time}; "
                f"the calls of its layers take {_seconds(bound.overhead_s)}, the rest is copies and loops)"
            )


def _seconds(seconds: float) -> str:
    """Return a time with three digits and its unit."""
    if seconds >= 1:
        return f"{seconds:,.3g} s"
    return f"{1e3 * seconds:.3g} ms" if seconds >= 1e-3 else f"{1e6 * seconds:.3g} µs"
