from dataclasses import replace

import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.machine import MachinePeak
from sepviz.engine.spec import EngineError
from sepviz.engine.timing import PairTiming, Timing, ratio_of
from sepviz.lab.case import case_of
from sepviz.lab.claims import Verdict
from sepviz.lab.time_claim import JudgeTime, TimeJudgement, judge_again, judge_time
from sepviz.study.benchmark import Benchmark
from sepviz.study.study import Study

SHAPE = 3, 8, 8
STUDY = Study(out_channels=16)


def measured(width: int, *ratios: float) -> Benchmark:
    """A measurement in which B takes 1 ms and A takes `ratios` ms."""
    baseline, candidate = (
        Timing(samples_s=tuple(1e-3 * value for value in values)) for values in (ratios, [1.0] * len(ratios))
    )
    timing = PairTiming(baseline=baseline, candidate=candidate, speedup=ratio_of(baseline, candidate), threads=1)
    return Benchmark(study=replace(STUDY, out_channels=width), input_shape=SHAPE, timing=timing)


def verdict(*ratios: float, others: tuple[Benchmark, ...] = (), peak: MachinePeak | None = None) -> Verdict:
    own = measured(16, *ratios)
    found = sorted((own, *others), key=lambda benchmark: benchmark.study.out_channels)
    return judge_time(case_of(STUDY, SHAPE), own, tuple(found), peak)


@pytest.mark.parametrize(
    ("ratios", "holds", "told"),
    [
        ((2.0, 2.1), "holds", "does not follow the MACs"),
        ((0.8, 0.9), "does not hold", "does not follow the MACs"),
        ((0.9, 1.1), "holds only if", "too close to call"),
        ((5.7, 5.8), "holds", "Time follows the MACs here"),
    ],
)
def test_that_the_whole_interval_decides(ratios: tuple[float, ...], holds: str, told: str) -> None:
    found = verdict(*ratios)
    assert found.holds == holds
    assert told in found.sentence
    assert "where the MACs promise 5.76×" in found.sentence


def test_that_the_crossover_lies_between_the_measured_widths() -> None:
    found = verdict(2.0, 2.0, others=(measured(4, 0.5, 0.5),))
    assert found.condition == (
        "A and B take equal time at N ≈ 8.0, between the widths measured (N = 4, 16); here N = 16"
    )
    assert found.plot is not None
    assert [mark.x for mark in found.plot.marks] == [None, pytest.approx(8.0), 16]
    assert found.plot.marks[-1].y == 2.0


def test_that_without_a_crossover_the_measured_range_is_told() -> None:
    both = verdict(2.0, 2.0, others=(measured(4, 3.0, 3.0),))
    assert both.condition == "B takes less time at every width measured (N = 4, 16); here N = 16"
    assert "more time" in verdict(0.5, 0.5, others=(measured(4, 0.3, 0.3),)).condition
    assert verdict(2.0, 2.0).condition.startswith("measured at N = 16 only")


def test_that_the_measured_curve_has_its_band_beside_the_promise() -> None:
    plot = verdict(1.0, 2.0, 3.0).plot
    assert plot is not None
    time, promise = plot.curves
    assert time.measured
    assert (time.low, time.y, time.high) == ((1.0,), (2.0,), (3.0,))
    assert promise.x == (1.0, 4.0, 16.0, 64.0, 256.0)  # counting takes no time, so it is drawn before measuring
    assert promise.y[2] == 5.76


def test_that_the_roofline_is_told_where_the_machine_is_known() -> None:
    found = verdict(2.0, 2.0, peak=MachinePeak(gflops=100.0, bandwidth_gbps=10.0))
    assert dict(found.numbers)["A, least time by the roofline"].endswith("s")
    assert found.plot is not None
    assert [curve.role for curve in found.plot.curves] == ["candidate", "theory", "neutral"]
    assert len(verdict(2.0, 2.0).numbers) < len(found.numbers)


def test_that_the_task_measures_the_study_and_its_neighbours() -> None:
    judgement = JudgeTime(study=STUDY, input_shape=SHAPE, budget_s=0.05)()
    widths = [benchmark.study.out_channels for benchmark in judgement.benchmarks]
    assert widths == [1, 4, 16, 64]  # 256 would be 16 times the work
    assert judgement.own in judgement.benchmarks
    assert judgement.verdict.claim.name == "time"
    assert judgement.verdict.assumption.startswith("Medians of")


def test_that_progress_only_goes_up() -> None:
    seen: list[float] = []
    JudgeTime(study=STUDY, input_shape=SHAPE, budget_s=0.05)(seen.append)
    assert seen == sorted(seen)


def test_that_a_study_with_a_problem_is_refused() -> None:
    with pytest.raises(EngineError, match="groups"):
        JudgeTime(study=replace(STUDY, candidate="grouped", groups=2), input_shape=SHAPE)()


def test_that_measuring_can_be_called_off() -> None:
    def refuse(fraction: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        JudgeTime(study=STUDY, input_shape=SHAPE)(refuse)


def test_that_a_newer_measurement_takes_the_place_of_the_own_one_and_keeps_the_other_widths() -> None:
    first, other = measured(16, 2.0, 2.0), measured(4, 0.5, 0.5)
    before = TimeJudgement(
        question=JudgeTime(study=STUDY, input_shape=SHAPE),
        own=first,
        benchmarks=(other, first),
        verdict=verdict(2.0, 2.0, others=(other,)),
    )
    newer = measured(16, 3.0, 3.0)
    found = judge_again(newer, None, before)
    assert found.benchmarks == (other, newer)
    assert found.own is newer
    assert "3.00×" in found.verdict.sentence
    assert judge_again(newer, None, None).benchmarks == (newer,)
    elsewhere = replace(newer, study=replace(STUDY, seed=9))
    assert judge_again(elsewhere, None, before).benchmarks == (elsewhere,)
