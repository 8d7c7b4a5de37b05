"""The claim of less time: measured here for the study's own layers, and over out_channels for the crossover."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.machine import MachinePeak, describe
from sepviz.lab.boundary import crossings
from sepviz.lab.case import Case, case_of, here_mark, swept
from sepviz.lab.claims import CLAIMS, Holds, Verdict
from sepviz.lab.plot import Axis, Curve, Mark, Plot
from sepviz.lab.roofline import lower_bound_s
from sepviz.study.benchmark import COLD_CALLS, Benchmark, MeasureTime, pairs_words
from sepviz.study.costs import count_costs, find_whole_problems
from sepviz.study.quantity import QUANTITIES, count, duration, significant

if TYPE_CHECKING:
    from sepviz.engine.spec import Shape
    from sepviz.engine.timing import PairTiming, Ratio
    from sepviz.study.costs import Costs
    from sepviz.study.study import Study

WIDTHS = (1, 4, 16, 64, 256)
"""The out_channels that are measured, beside the study's own."""
MOST_WORK = 4
"""Times the study's own MACs that a further point may take, lest the curve takes far longer than the point."""
OWN_SHARE = 0.4
"""Share of the time given that the study's own layers get."""
BUDGET_S = 4.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeJudgement:
    """What was measured, with its question, and the verdict; `benchmarks` go up in out_channels, `own` among them."""

    question: JudgeTime
    own: Benchmark
    benchmarks: tuple[Benchmark, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeTime:
    """The task of measuring whether B takes less time than A, and from which out_channels on.

    Parameters
    ----------
    study : Study
    input_shape : (C, H, W), optional
        What the layers read instead of the study's picture; seeded noise.
    budget_s : float
        Seconds for all measurements together; slow layers may take longer, two runs of each are the least.
    peak : MachinePeak, optional
        This machine's limits; with them the least time that the roofline allows is told too.
    """

    study: Study
    input_shape: Shape | None = None
    budget_s: float = BUDGET_S
    peak: MachinePeak | None = None

    def __call__(self, checkpoint: Checkpoint = carry_on) -> TimeJudgement:
        """Return the judgement; :class:`EngineError` when the study has a problem."""
        own = self._measure(self.study, OWN_SHARE * self.budget_s, part(checkpoint, 0.0, OWN_SHARE))
        others = self._others()
        found = [own]
        edges = (
            [OWN_SHARE + (1 - OWN_SHARE) * number / len(others) for number in range(len(others) + 1)] if others else []
        )
        for study, (start, stop) in zip(others, pairwise(edges), strict=True):
            found.append(self._measure(study, (stop - start) * self.budget_s, part(checkpoint, start, stop)))
        found.sort(key=lambda benchmark: benchmark.study.out_channels)
        verdict = judge_time(case_of(self.study, self.input_shape), own, tuple(found), self.peak)
        return TimeJudgement(question=self, own=own, benchmarks=tuple(found), verdict=verdict)

    def _measure(self, study: Study, budget_s: float, checkpoint: Checkpoint) -> Benchmark:
        # what is measured of the study itself is shown as its time everywhere, with all that belongs to that
        whole = study is self.study
        task = MeasureTime(
            study=study,
            input_shape=self.input_shape,
            budget_s=budget_s,
            cold=COLD_CALLS if whole else 0,
            layers=whole,
        )
        return task(checkpoint)

    def _others(self) -> list[Study]:
        most = MOST_WORK * _work(count_costs(self.study, self.input_shape))
        others = (replace(self.study, out_channels=width) for width in WIDTHS if width != self.study.out_channels)
        return [study for study in others if self._can_be(study, most)]

    def _can_be(self, study: Study, most: int) -> bool:
        return not find_whole_problems(study, self.input_shape) and _work(count_costs(study, self.input_shape)) <= most


def _work(costs: Costs) -> int:
    return costs.baseline.macs + costs.candidate.macs


def judge_again(own: Benchmark, peak: MachinePeak | None, before: TimeJudgement | None) -> TimeJudgement:
    """Return the judgement by a newer measurement of a study's own layers.

    What was measured at other widths is taken from `before`, where that was of the same study.
    """
    question = JudgeTime(study=own.study, input_shape=None if own.study.picture else own.input_shape, peak=peak)
    is_known = before is not None and before.question.study == own.study
    others = [each for each in before.benchmarks if each is not before.own] if before and is_known else []
    found = tuple(sorted((own, *others), key=lambda benchmark: benchmark.study.out_channels))
    verdict = judge_time(case_of(own.study, question.input_shape), own, found, peak)
    return TimeJudgement(question=question, own=own, benchmarks=found, verdict=verdict)


def judge_time(
    case: Case, own: Benchmark, benchmarks: tuple[Benchmark, ...], peak: MachinePeak | None = None
) -> Verdict:
    """Return the verdict on less time for `case`, of which `own` is the measurement; `benchmarks` as in the answer."""
    timing = own.timing
    return Verdict(
        claim=CLAIMS["time"],
        holds=_holds(timing.speedup),
        sentence=_sentence(case, timing),
        condition=_condition(case, benchmarks),
        numbers=_numbers(case, timing, peak),
        plot=_plot(case, benchmarks, peak),
        assumption=" ".join(filter(None, (_how(timing), timing.note))),
        source=CLAIMS["time"].source,
    )


def _holds(speedup: Ratio) -> Holds:
    if speedup.low > 1:
        return "holds"
    return "does not hold" if speedup.high < 1 else "holds only if"


def _sentence(case: Case, timing: PairTiming) -> str:
    (first, second), speedup, promised = case.names, timing.speedup, case.costs.ratio("macs")
    told = (
        f"{second} took {duration(timing.candidate.median_s)}, {first} {duration(timing.baseline.median_s)}: "
        f"{_interval(speedup)}, where the MACs promise {QUANTITIES['macs'].change(promised)}."
    )
    if speedup.low <= 1 <= speedup.high:
        return f"{told} That is too close to call: the claim holds only if more runs say so."
    if speedup.low <= promised <= speedup.high:
        return f"{told} Time follows the MACs here."
    return f"{told} Time does not follow the MACs here."


def _interval(speedup: Ratio) -> str:
    time = QUANTITIES["seconds"]
    return f"{time.verdict(speedup.median, 1.0)} ({time.interval(speedup.median, speedup.low, speedup.high)})"


def _condition(case: Case, benchmarks: tuple[Benchmark, ...]) -> str:
    widths, ratios = _curve(benchmarks)
    if len(widths) == 1:
        return f"measured at N = {count(widths[0])} only, so where A and B take equal time is not known"
    here, measured = case.study.out_channels, ", ".join(count(width) for width in widths)
    if found := crossings(widths, ratios):
        places = " and ".join(f"N ≈ {significant(width, 2)}" for width in found)
        return f"A and B take equal time at {places}, between the widths measured (N = {measured}); here N = {here}"
    side = "less" if ratios[0] > 1 else "more"
    return f"B takes {side} time at every width measured (N = {measured}); here N = {here}"


def _curve(benchmarks: tuple[Benchmark, ...]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return (out_channels, time of A / time of B) of every measurement."""
    x = tuple(float(benchmark.study.out_channels) for benchmark in benchmarks)
    return x, tuple(benchmark.timing.speedup.median for benchmark in benchmarks)


def _numbers(case: Case, timing: PairTiming, peak: MachinePeak | None) -> tuple[tuple[str, str], ...]:
    times = tuple(
        (name, f"{duration(side.median_s)} ({duration(side.q1_s)} – {duration(side.q3_s)})")
        for name, side in zip(case.names, (timing.baseline, timing.candidate), strict=True)
    )
    rates = tuple(
        (f"{letter}, arithmetic rate", f"{significant(2 * cost.macs / side.median_s / 1e9)} GFLOP/s")
        for letter, cost, side in (
            ("A", case.costs.baseline, timing.baseline),
            ("B", case.costs.candidate, timing.candidate),
        )
    )
    promised = QUANTITIES["macs"].change(case.costs.ratio("macs"))
    pair = ("B against A, time", _interval(timing.speedup)), ("B against A, MACs", promised)
    return *times, *pair, *rates, *_bounds(case.costs, peak)


def _bounds(costs: Costs, peak: MachinePeak | None) -> tuple[tuple[str, str], ...]:
    if peak is None:
        return ()
    least = lower_bound_s(costs.baseline, peak), lower_bound_s(costs.candidate, peak)
    return (
        ("A, least time by the roofline", duration(least[0])),
        ("B, least time by the roofline", duration(least[1])),
        ("B against A, roofline", QUANTITIES["seconds"].verdict(*least)),
    )


def _how(timing: PairTiming) -> str:
    methods = f"A by {', '.join(timing.baseline_methods)}; B by {', '.join(timing.candidate_methods)}"
    return (
        f"Medians of {timing.baseline.repeats} runs in turn on this machine ({describe().cpu}, {timing.threads} "
        f"thread{'s' * (timing.threads != 1)}), warmed up, weights laid out beforehand; A / B is the "
        f"{pairs_words(timing)}; {methods}. Other machines and methods differ."
    )


def _plot(case: Case, benchmarks: tuple[Benchmark, ...], peak: MachinePeak | None) -> Plot:
    x, y = _curve(benchmarks)
    speedups = [benchmark.timing.speedup for benchmark in benchmarks]
    counted, costs = swept(case, "out_channels", {*WIDTHS, case.study.out_channels})
    here = next(speed for width, speed in zip(x, y, strict=True) if width == case.study.out_channels)
    measured = Curve(
        label="time, A / B, median of pairs; band: its interval",
        role="candidate",
        x=x,
        y=y,
        low=tuple(speedup.low for speedup in speedups),
        high=tuple(speedup.high for speedup in speedups),
        measured=True,
    )
    promised = Curve(label="MACs, A / B", role="theory", x=counted, y=tuple(each.ratio("macs") for each in costs))
    return Plot(
        title="Time, A / B, over out_channels",
        x=Axis(label="out_channels N", log=True),
        y=Axis(label="A / B", log=True),
        curves=(measured, promised, *_bound_curve(counted, costs, peak)),
        marks=(
            Mark(label="equal", y=1.0),
            *(Mark(label=f"N ≈ {significant(width, 2)}: equal time", x=width) for width in crossings(x, y)),
            here_mark(case.study.out_channels, here),
        ),
    )


def _bound_curve(x: tuple[float, ...], costs: tuple[Costs, ...], peak: MachinePeak | None) -> tuple[Curve, ...]:
    if peak is None:
        return ()
    y = tuple(lower_bound_s(each.baseline, peak) / lower_bound_s(each.candidate, peak) for each in costs)
    return (Curve(label="least times by the roofline, A / B", role="neutral", x=x, y=y),)
