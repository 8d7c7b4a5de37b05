"""Paired timing of two pieces of work on this machine: their medians, their spread, and the ratio with its interval.

The two are run in turn (A B A B), so that whatever else the machine does hits both; the ratio is the median of the
ratios of the pairs, with the 95 % interval that ranks give (the order statistics between which a median lies with that
probability, whatever the distribution). Both are warmed up, Python's garbage collector rests while the clock runs, and
no sample is thrown away.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from math import comb
from statistics import median, quantiles
from time import get_clock_info, perf_counter, sleep
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.block import layer_methods, prepare_block
from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.engine.strips import single_threaded_blas, thread_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from sepviz.engine.block import Block
    from sepviz.engine.chain import Chain
    from sepviz.engine.weights import LayerWeights

CONFIDENCE = 0.95
TICKS_PER_SAMPLE = 50
"""A sample lasts at least this many steps of the clock, by calling short work several times."""
MOST_CALLS = 2**14
NARROW = 0.04
"""Sampling ends early once the ratio's interval is narrower than this, relative to the ratio."""
WIDE = 0.25
"""A relative interval wider than this is called noisy in the note."""
OVERRUN = 3.0
"""Times the budget may be overrun to reach the wanted minimum of pairs."""
PAUSE_S = 0.15
"""Rest before a cold call; after 0.1 s the first run was found 1.5 to 2 times slower than the next."""
COLD_LIMIT_S = 0.05
"""Work that takes longer than this is not timed cold: it wakes caches and clock rate by itself, at once."""
NAPS = 10
"""Parts of the pause, between which a cancel is heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds per call, one number per repeat, in the order they were measured."""

    samples_s: tuple[float, ...]

    @property
    def repeats(self) -> int:
        """Number of samples."""
        return len(self.samples_s)

    @property
    def median_s(self) -> float:
        """Median in seconds."""
        return median(self.samples_s)

    @property
    def q1_s(self) -> float:
        """Lower quartile in seconds."""
        return self._quartiles()[0]

    @property
    def q3_s(self) -> float:
        """Upper quartile in seconds."""
        return self._quartiles()[2]

    def _quartiles(self) -> list[float]:
        few = self.repeats < 2
        return [self.samples_s[0]] * 3 if few else quantiles(self.samples_s, n=4, method="inclusive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A measured ratio and the interval that holds its true median with 95 % confidence."""

    median: float
    low: float
    high: float

    @property
    def spread(self) -> float:
        """Width of the interval relative to the ratio."""
        return (self.high - self.low) / self.median


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTiming:
    """Two timings that were measured in turn.

    Attributes
    ----------
    baseline, candidate : Timing
        Sample i of both was taken one right after the other.
    speedup : Ratio
        Time of the baseline divided by that of the candidate: above 1 the candidate is faster.
    threads : int
        Threads the engine shared its strips among; BLAS ran on one.
    baseline_methods, candidate_methods : tuple of str
        Method of every layer; empty when something else than blocks was timed.
    fused : (bool, bool)
        Whether layers of the baseline, of the candidate, ran strip by strip together, so that the maps between them
        were never written to memory; else every layer was written whole before the next one read it.
    calls_per_sample : (int, int)
        How often each was called in one sample; above 1 for work too short for the clock.
    cold_s : (float, float) or None
        Median seconds of a single call of each after a pause, when caches and clock rate have gone to rest; None when
        it was not asked for, or a call takes longer than :data:`COLD_LIMIT_S`.
    note : str
        What a reader has to know before believing the numbers; empty when there is nothing.
    """

    baseline: Timing
    candidate: Timing
    speedup: Ratio
    threads: int
    baseline_methods: tuple[str, ...] = ()
    candidate_methods: tuple[str, ...] = ()
    fused: tuple[bool, bool] = (False, False)
    calls_per_sample: tuple[int, int] = (1, 1)
    cold_s: tuple[float, float] | None = None
    note: str = ""


def ratio_of(baseline: Timing, candidate: Timing) -> Ratio:
    """Return baseline / candidate as the median of the pairs' ratios, with its rank-based interval.

    With fewer than 6 pairs no pair of ranks reaches 95 %: the interval is then the whole range.
    """
    pairs = zip(baseline.samples_s, candidate.samples_s, strict=True)
    ratios = sorted(first / second for first, second in pairs)
    outside = _ranks_outside(len(ratios))
    return Ratio(median=median(ratios), low=ratios[outside], high=ratios[-1 - outside])


def _ranks_outside(number: int) -> int:
    """Return how many of `number` sorted values to leave out at each end for the interval of the median.

    Leaving out k keeps the median inside with probability 1 - 2 P(X <= k), X binomial(number, 1/2).
    """
    outside, tail = 0, 1 / 2**number
    while 2 * (tail := tail + comb(number, outside + 1) / 2**number) <= 1 - CONFIDENCE:
        outside += 1
    return outside


def clock_step() -> float:
    """Return the smallest step of the clock that can be seen, in seconds."""
    readings = [perf_counter() for _ in range(200)]
    steps = [after - before for before, after in pairwise(readings) if after > before]
    return max(get_clock_info("perf_counter").resolution, min(steps, default=1e-6))


@contextmanager
def _collector_resting() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _sample(run: Callable[[], object], calls: int) -> float:
    """Seconds per call, averaged over `calls` calls in one go."""
    with _collector_resting():
        start = perf_counter()
        for _ in range(calls):
            run()
        return (perf_counter() - start) / calls


def _calls_needed(run: Callable[[], object], step: float) -> int:
    """Warm `run` up and return how often to call it in one sample."""
    _sample(run, 1)
    calls = 1
    while calls < MOST_CALLS and calls * _sample(run, calls) < TICKS_PER_SAMPLE * step:
        calls *= 2
    return calls


def time_pair(
    run_a: Callable[[], object],
    run_b: Callable[[], object],
    *,
    budget_s: float = 2.0,
    minimum: int = 7,
    maximum: int = 101,
    cold: int = 0,
    checkpoint: Checkpoint = carry_on,
) -> PairTiming:
    """Time `run_a` (the baseline) and `run_b` (the candidate) in turn.

    Parameters
    ----------
    run_a, run_b : callables without arguments
        The work; it should keep its output from call to call, or the operating system's fresh memory is timed too.
    budget_s : float
        Seconds after which sampling ends; it ends earlier when the ratio's interval is narrow.
    minimum, maximum : int
        Pairs of samples to take. Slow work that overruns the budget three times over ends before the minimum, after
        two pairs at least, and the note says so.
    cold : int
        Calls of each to time after a pause, too, when the sampling is done and showed both to be short.
    checkpoint : Checkpoint
        Called between samples, never inside one.
    """
    step, begin = clock_step(), perf_counter()
    with single_threaded_blas():
        calls = []
        for run in (run_a, run_b):
            calls.append(_calls_needed(run, step))
            checkpoint(0)
        samples: list[tuple[float, float]] = []
        while not _is_enough(samples, perf_counter() - begin, budget_s, minimum, maximum):
            first = _sample(run_a, calls[0])
            checkpoint(_progress(len(samples), perf_counter() - begin, budget_s, maximum))
            samples.append((first, _sample(run_b, calls[1])))
            checkpoint(_progress(len(samples), perf_counter() - begin, budget_s, maximum))
        baseline, candidate = (Timing(samples_s=tuple(side)) for side in zip(*samples, strict=True))
        is_short = max(baseline.median_s, candidate.median_s) <= COLD_LIMIT_S
        cold_s = _cold_medians(run_a, run_b, cold, checkpoint) if cold and is_short else None
    return PairTiming(
        baseline=baseline,
        candidate=candidate,
        speedup=ratio_of(baseline, candidate),
        threads=thread_count(),
        calls_per_sample=(calls[0], calls[1]),
        cold_s=cold_s,
        note=_note(baseline, candidate, max(calls), step, minimum),
    )


def _cold_medians(
    run_a: Callable[[], object], run_b: Callable[[], object], number: int, checkpoint: Checkpoint
) -> tuple[float, float]:
    """Median seconds of one call after a pause, of each, from `number` pairs."""
    samples = [(_cold_sample(run_a, checkpoint), _cold_sample(run_b, checkpoint)) for _ in range(number)]
    first, second = zip(*samples, strict=True)
    return median(first), median(second)


def _cold_sample(run: Callable[[], object], checkpoint: Checkpoint) -> float:
    for _ in range(NAPS):
        sleep(PAUSE_S / NAPS)
        checkpoint(1.0)
    return _sample(run, 1)


def _progress(pairs: int, spent: float, budget: float, maximum: int) -> float:
    return min(max(spent / max(budget, 1e-9), pairs / maximum), 1.0)


def _is_enough(samples: list[tuple[float, float]], spent: float, budget: float, minimum: int, maximum: int) -> bool:
    if len(samples) < min(2, maximum):
        return False
    if len(samples) < minimum:
        return spent > OVERRUN * budget
    return len(samples) >= maximum or spent > budget or _spread(samples) < NARROW


def _spread(samples: list[tuple[float, float]]) -> float:
    first, second = (Timing(samples_s=tuple(side)) for side in zip(*samples, strict=True))
    return ratio_of(first, second).spread


def _note(baseline: Timing, candidate: Timing, calls: int, step: float, minimum: int) -> str:
    """Say what weakens the numbers, in whole sentences."""
    ratio, remarks = ratio_of(baseline, candidate), []
    shortest = min(baseline.median_s, candidate.median_s)
    if calls * shortest < TICKS_PER_SAMPLE / 2 * step:
        remarks.append(f"The clock steps by {step * 1e9:.0f} ns: too coarse for work of {shortest * 1e9:.0f} ns.")
    if baseline.repeats < minimum:
        remarks.append(f"Only {baseline.repeats} repeats fitted into the time given; give it more.")
    if ratio.spread > WIDE:
        remarks.append(f"The ratio's interval is {ratio.spread:.0%} wide: something else kept this machine busy.")
    if ratio.low <= 1 <= ratio.high:
        remarks.append("Too close to call: the interval of the ratio holds 1.")
    return " ".join(remarks)


def time_blocks(
    baseline: Block,
    candidate: Block,
    baseline_weights: tuple[LayerWeights, ...],
    candidate_weights: tuple[LayerWeights, ...],
    x: NDArray[np.floating],
    *,
    method: str = "auto",
    budget_s: float = 2.0,
    cold: int = 0,
    checkpoint: Checkpoint = carry_on,
) -> PairTiming:
    """Time two blocks on `x` (in_channels, H, W), in turn.

    Weights are laid out and outputs allocated once, before the clock starts; the activation between the layers is
    timed with them. `method` goes to each layer as in :func:`sepviz.engine.block.run_block`: "auto" compares each at
    its best (a large separable block then runs fused), "reference" the article's loops, any other name the same
    algorithm in both as far as it can do their layers. ``methods`` and ``fused`` of the result say what ran.
    """
    chains = [prepare_block(baseline, baseline_weights, method), prepare_block(candidate, candidate_weights, method)]
    run_a, run_b = (partial(chain, x, _outputs(chain, x)) for chain in chains)
    pair = time_pair(run_a, run_b, budget_s=budget_s, cold=cold, checkpoint=checkpoint)
    fused = [bool(chain.fused(x.shape[1], x.shape[2], x.dtype)) for chain in chains]
    return replace(
        pair,
        baseline_methods=layer_methods(baseline, method),
        candidate_methods=layer_methods(candidate, method),
        fused=(fused[0], fused[1]),
    )


def _outputs(chain: Chain, x: NDArray[np.floating]) -> list[NDArray[np.floating] | None]:
    """Return an array for every layer's maps, except those that are never written."""
    height, width = x.shape[1:]
    fused = chain.fused(height, width, x.dtype)
    shapes = enumerate(chain.shapes(height, width))
    return [None if number in fused else np.empty(shape, x.dtype) for number, shape in shapes]
