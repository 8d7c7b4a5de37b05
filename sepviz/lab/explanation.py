"""Why both layers take the time they take: beside each measurement what this machine needs at best, and in words.

The bound is that of :mod:`sepviz.lab.roofline`; where layers ran fused, the maps between them are not counted as moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sepviz.engine.bound import Bound, explain_difference, find_bound, whole_percent
from sepviz.engine.timing import PAUSE_S
from sepviz.lab.roofline import lower_bound_s
from sepviz.study.costs import count_costs
from sepviz.study.quantity import duration, shape, significant

if TYPE_CHECKING:
    from sepviz.engine.machine import MachinePeak
    from sepviz.engine.timing import PairTiming
    from sepviz.study.benchmark import Benchmark


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A measurement told from the limits of the machine.

    Attributes
    ----------
    least_s : (float, float)
        Seconds that the baseline and the candidate take on this machine at best.
    bound : str
        Both bounds beside both measurements.
    reason : str
        One sentence on why the two differ as they do.
    """

    least_s: tuple[float, float]
    bound: str
    reason: str


def explain(benchmark: Benchmark, peak: MachinePeak) -> Explanation:
    """Tell why both layers of `benchmark` take the time they take on a machine of `peak`."""
    timing = benchmark.timing
    costs = count_costs(benchmark.study, benchmark.input_shape)
    blocks = costs.baseline, costs.candidate
    sides = zip((timing.baseline, timing.candidate), blocks, timing.fused, strict=True)
    found = [find_bound(side.median_s, cost, peak, fused=fused) for side, cost, fused in sides]
    first, second = (lower_bound_s(cost, peak, fused=fused) for cost, fused in zip(blocks, timing.fused, strict=True))
    return Explanation(
        least_s=(first, second),
        bound=_bound_words(timing, found, (first, second), peak),
        reason=explain_difference(timing, blocks, peak, benchmark.overhead_s),
    )


def method_words(benchmark: Benchmark) -> str:
    """Say whether both layers were timed with the same method, or each with its best."""
    match benchmark.method:
        case "auto":
            return "Method: for every layer the one that is best for it."
        case "reference":
            return f"Method: the article's plain loops for both, on an input of {shape(benchmark.input_shape)}."
    timing, name = benchmark.timing, benchmark.method
    if {*timing.baseline_methods, *timing.candidate_methods} <= {name}:
        return f"Method: the same for both, {name}."
    return f"Method: {name} where it can do a layer, elsewhere the one that is best."


def cold_words(timing: PairTiming) -> str:
    """Say how long a first call after a pause takes beside one that is warmed up; "" where that was not measured."""
    if timing.cold_s is None:
        return ""
    sides = zip("AB", (timing.baseline, timing.candidate), timing.cold_s, strict=True)
    parts = [f"{letter} {duration(side.median_s)} / {duration(cold)}" for letter, side, cold in sides]
    return f"Warmed up / first run after {duration(PAUSE_S)} of rest: {', '.join(parts)}."


def _bound_words(timing: PairTiming, found: list[Bound], least_s: tuple[float, float], peak: MachinePeak) -> str:
    parts = [
        f"{letter} {duration(least)} ({_share(least / bound.time_s)})"
        for letter, bound, least in zip("AB", found, least_s, strict=True)
    ]
    methods = timing.baseline_methods, timing.candidate_methods
    beaten = [
        f"{letter} beats its bound: {_why_beaten(bound, names)}."
        for letter, bound, least, names in zip("AB", found, least_s, methods, strict=True)
        if bound.time_s < least
    ]
    return " ".join([f"At best this machine ({peak_words(peak)}) takes {parts[0]} and {parts[1]}.", *beaten])


def peak_words(peak: MachinePeak) -> str:
    """Tell the limits of a machine, when they were measured, and whether something disturbed that."""
    limits = f"{significant(peak.gflops)} GFLOP/s", f"{significant(peak.bandwidth_gbps)} GB/s"
    return ", ".join(filter(None, (*limits, peak.circumstances)))


def _share(share: float) -> str:
    return "more than was measured" if share > 1 else f"{whole_percent(share)} of what was measured"


def _why_beaten(bound: Bound, methods: tuple[str, ...]) -> str:
    if bound.compute_s <= bound.time_s:
        return "its tensors stayed in a cache"
    if "winograd" in methods:
        return "winograd does it with fewer multiplications"
    return "the machine was busier when its limits were measured, so measure them again"
