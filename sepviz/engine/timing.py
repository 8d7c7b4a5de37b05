"""Paired timing of two pieces of work on this machine: their medians, their spread, and the ratio with its interval.

The two are run in turn (A B A B), so that whatever else the machine does hits both; the ratio is the median of the
ratios of the pairs, with the 95 % interval that ranks give (the order statistics between which a median lies with that
probability, whatever the distribution). Both are warmed up, Python's garbage collector rests while the clock runs, and
no sample is thrown away.

Nothing is told to anybody while the clock runs over short work. Work of more than :data:`LONG_S` is asked between its
strips whether it is still wanted, some 0.2 µs for every strip of milliseconds, so that a cancel is heard at once; and
where one run takes seconds, its progress is told every :data:`TOLD_S`.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from math import comb
from statistics import median, quantiles
from time import get_clock_info, perf_counter, sleep
from typing import TYPE_CHECKING

from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.strips import single_threaded_blas, thread_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    Run: TypeAlias = Callable[[Checkpoint], object]

CONFIDENCE = 0.95
LOOKS = (7, 20, 60)
"""Numbers of pairs at which sampling may end for a narrow interval.

Looking after every pair would end it at the luckiest moment: in simulations with noise of 1 % to 8 % the interval then
held the true ratio in as few as 92 % of the measurements, and does in 94.7 % or more with these looks.
"""
LONG_S = 0.02
"""Work that takes longer hears a cancel between its strips, shorter work between its runs."""
TOLD_S = 0.5
"""Progress within a run is told no more often, as to show it takes some time of another thread."""
TICKS_PER_SAMPLE = 50
"""A sample lasts at least this many steps of the clock, by calling short work several times."""
MOST_CALLS = 2**14
NARROW = 0.04
"""Sampling ends early once the ratio's interval is narrower than this, relative to the ratio."""
WIDE = 0.25
"""A relative interval wider than this is called noisy in the note."""
FEWEST_PAIRS = 6
"""Pairs below which no two ranks reach the wanted confidence, see :func:`ratio_of`."""
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
    """A measured ratio and the interval that holds its true median with 95 % confidence, if of enough pairs."""

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
    layers_s : (tuple of float, tuple of float)
        Median seconds of every layer on its own; empty where it was not asked for, or would have taken too long.
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
    layers_s: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    note: str = ""


def ratio_of(baseline: Timing, candidate: Timing) -> Ratio:
    """Return baseline / candidate as the median of the pairs' ratios, with its rank-based interval.

    With fewer than :data:`FEWEST_PAIRS` no pair of ranks reaches 95 %: the interval is then the whole range.
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


class _Watch:
    """Tells how far the measurement is, never backwards, and raises where it is to end."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._checkpoint, self._done = checkpoint, 0.0

    def __call__(self, fraction: float) -> None:
        self._done = max(self._done, min(fraction, 1.0))
        self._checkpoint(self._done)

    def over(self, start: float, stop: float, steps: int) -> Checkpoint:
        """Return the checkpoint for a run from `start` to `stop`: it tells `steps` stages of it, and hears a cancel."""
        if steps < 1:
            tell, done = self._checkpoint, max(self._done, min(start, 1.0))
            return lambda fraction: tell(done)
        return lambda fraction: self(start + (stop - start) * int(fraction * steps) / steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One of the two, warmed up.

    Attributes
    ----------
    run : Run
    calls : int
        How often it is called in one sample.
    seconds : float
        What a sample takes, about.
    """

    run: Run
    calls: int
    seconds: float

    def sample(self, watch: _Watch, spent_s: float, total_s: float) -> float:
        """Return seconds per call, `spent_s` after the measurement began, which takes `total_s` in all."""
        heard = carry_on
        if self.seconds > LONG_S:
            heard = watch.over(spent_s / total_s, (spent_s + self.seconds) / total_s, int(self.seconds / TOLD_S))
        return sample_s(self.run, self.calls, heard)


def sample_s(run: Run, calls: int, checkpoint: Checkpoint = carry_on) -> float:
    """Return seconds per call, averaged over `calls` calls in one go, the garbage collector resting."""
    with _collector_resting():
        start = perf_counter()
        for _ in range(calls):
            run(checkpoint)
        return (perf_counter() - start) / calls


def _warmed(run: Run, step: float, checkpoint: Checkpoint) -> _Work:
    """Warm `run` up and find out how often to call it in one sample; long work is warm after one run."""
    seconds, calls = sample_s(run, 1, checkpoint), 1
    if seconds <= LONG_S:
        while (seconds := calls * sample_s(run, calls)) < TICKS_PER_SAMPLE * step and calls < MOST_CALLS:
            calls *= 2
    return _Work(run=run, calls=calls, seconds=seconds)


def time_pair(
    run_a: Run,
    run_b: Run,
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
    run_a, run_b : callables
        The work; it should keep its output from call to call, or the operating system's fresh memory is timed too. It
        is given a checkpoint, to call between its strips.
    budget_s : float
        Seconds after which sampling ends; it ends earlier when the ratio's interval is narrow.
    minimum, maximum : int
        Pairs of samples to take. Slow work that overruns the budget three times over ends before the minimum, after
        two pairs at least, and the note says so.
    cold : int
        Calls of each to time after a pause, too, when the sampling is done and showed both to be short.
    checkpoint : Checkpoint
        Called between samples; inside one only by work that takes more than :data:`LONG_S`.
    """
    step, begin, watch = clock_step(), perf_counter(), _Watch(checkpoint)
    with single_threaded_blas():
        # of the slowest work there are three runs each: one to warm up, two that count
        a = _warmed(run_a, step, part(watch, 0, 1 / 6))
        b = _warmed(run_b, step, part(watch, 1 / 6, 1 / 3))
        total_s = perf_counter() - begin + _sampling_s(a.seconds + b.seconds, budget_s, minimum, maximum)
        samples: list[tuple[float, float]] = []
        while not _is_enough(samples, perf_counter() - begin, budget_s, minimum, maximum):
            first = a.sample(watch, perf_counter() - begin, total_s)
            watch((perf_counter() - begin) / total_s)
            samples.append((first, b.sample(watch, perf_counter() - begin, total_s)))
            watch((perf_counter() - begin) / total_s)
        baseline, candidate = (Timing(samples_s=tuple(side)) for side in zip(*samples, strict=True))
        is_short = max(baseline.median_s, candidate.median_s) <= COLD_LIMIT_S
        watch(1.0)
        cold_s = _cold_medians(run_a, run_b, cold, watch) if cold and is_short else None
    return PairTiming(
        baseline=baseline,
        candidate=candidate,
        speedup=ratio_of(baseline, candidate),
        threads=thread_count(),
        calls_per_sample=(a.calls, b.calls),
        cold_s=cold_s,
        note=_note(baseline, candidate, max(a.calls, b.calls), step, minimum),
    )


def _sampling_s(pair_s: float, budget_s: float, minimum: int, maximum: int) -> float:
    """Seconds that samples will take at most, each pair of them `pair_s`; see :func:`_is_enough`."""
    at_least = max(min(2, maximum) * pair_s, min(minimum * pair_s, OVERRUN * budget_s))
    return max(at_least, min(maximum * pair_s, budget_s), 1e-9)


def _cold_medians(run_a: Run, run_b: Run, number: int, checkpoint: Checkpoint) -> tuple[float, float]:
    """Median seconds of one call after a pause, of each, from `number` pairs."""
    samples = [(_cold_sample(run_a, checkpoint), _cold_sample(run_b, checkpoint)) for _ in range(number)]
    first, second = zip(*samples, strict=True)
    return median(first), median(second)


def _cold_sample(run: Run, checkpoint: Checkpoint) -> float:
    for _ in range(NAPS):
        sleep(PAUSE_S / NAPS)
        checkpoint(1.0)
    return sample_s(run, 1)


def _is_enough(samples: list[tuple[float, float]], spent: float, budget: float, minimum: int, maximum: int) -> bool:
    if len(samples) < min(2, maximum):
        return False
    if len(samples) < minimum:
        return spent > OVERRUN * budget
    if len(samples) >= maximum or spent > budget:
        return True
    return len(samples) in LOOKS and _spread(samples) < NARROW


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
        fitted = f"{baseline.repeats} repeat{'s' * (baseline.repeats != 1)}"
        remarks.append(f"Only {fitted} fitted into the time given: their spread says little.")
    if ratio.spread > WIDE:
        remarks.append(
            f"The ratio's interval is {100 * ratio.spread:.0f} % wide: something else kept this machine busy."
        )
    if ratio.low <= 1 <= ratio.high:
        remarks.append("Too close to call: the interval of the ratio holds 1.")
    return " ".join(remarks)
