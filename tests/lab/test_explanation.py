"""Promises of the explanation: bounds no block can beat unless it is said why, and words from what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sepviz.engine.machine import MachinePeak
from sepviz.engine.timing import PairTiming, Timing, ratio_of
from sepviz.lab.explanation import cold_words, explain, method_words
from sepviz.lab.roofline import lower_bound_s
from sepviz.study.benchmark import Benchmark
from sepviz.study.costs import count_costs
from sepviz.study.study import Study

STUDY, SHAPE = Study(out_channels=64), (3, 512, 512)
PEAK = MachinePeak(gflops=100, bandwidth_gbps=10)
COSTS = count_costs(STUDY, SHAPE)


def timed(baseline_s=0.018, candidate_s=0.010, **changes):
    sides = [Timing(samples_s=(seconds,) * 9) for seconds in (baseline_s, candidate_s)]
    pair = PairTiming(baseline=sides[0], candidate=sides[1], speedup=ratio_of(*sides), threads=2)
    return replace(pair, **changes)


def benchmark(timing, method="auto"):
    return Benchmark(study=STUDY, input_shape=SHAPE, timing=timing, method=method, overhead_s=1e-5)


def test_that_the_bound_is_the_rooflines_where_every_layer_is_written():
    told = explain(benchmark(timed()), PEAK)
    assert told.least_s == (lower_bound_s(COSTS.baseline, PEAK), lower_bound_s(COSTS.candidate, PEAK))
    assert told.bound.startswith("At best this machine (100 GFLOP/s, 10.0 GB/s) takes A 9.06 ms (50 % of what was")


def test_that_maps_between_fused_layers_do_not_count():
    apart, fused = (explain(benchmark(timed(fused=(False, flag))), PEAK) for flag in (False, True))
    between = 2 * 4 * 3 * 512 * 512
    assert fused.least_s[1] == pytest.approx((COSTS.candidate.bytes - between) / 10e9)
    assert fused.least_s[1] < apart.least_s[1]
    assert fused.least_s[0] == apart.least_s[0]


def test_that_the_reason_is_derived_from_the_measurement():
    told = explain(benchmark(timed()), PEAK)
    assert "A takes 1.80 times as long as B (median of 9 pairs" in told.reason
    assert "A is compute-bound" in told.reason
    assert "B is memory-bound" in told.reason
    assert told.reason.count(". ") == 0
    assert "B is bound by neither" in explain(benchmark(timed(candidate_s=0.9)), PEAK).reason


def test_that_the_limits_are_told_with_their_day():
    dated = replace(PEAK, measured_on="2024-02-29")
    assert "At best this machine (100 GFLOP/s, 10.0 GB/s, measured 2024-02-29) takes" in (
        explain(benchmark(timed()), dated).bound
    )


def test_that_a_bound_from_another_input_is_not_shown():
    small = replace(benchmark(timed()), input_shape=(3, 16, 16))
    assert explain(small, PEAK).least_s[0] == lower_bound_s(count_costs(STUDY, (3, 16, 16)).baseline, PEAK)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"candidate_s": 0.004}, "B beats its bound: its tensors stayed in a cache."),
        ({"baseline_s": 0.008, "baseline_methods": ("winograd",)}, "A beats its bound: winograd does it with fewer"),
        ({"baseline_s": 0.008}, "A beats its bound: the machine was busier when its limits were measured"),
    ],
)
def test_that_a_beaten_bound_is_explained(changes, words):
    assert words in explain(benchmark(timed(**changes)), PEAK).bound


def test_that_a_bound_that_holds_is_not_called_beaten():
    assert "beats" not in explain(benchmark(timed()), PEAK).bound


@pytest.mark.parametrize(
    ("method", "methods", "words"),
    [
        ("auto", ("planar", "taps"), "for every layer the one that is best for it"),
        ("planar", ("planar", "planar"), "the same for both, planar"),
        ("winograd", ("winograd", "taps"), "winograd where it can do a layer"),
        ("reference", ("reference", "reference"), "the article's plain loops for both, on an input of 3 × 512 × 512"),
    ],
)
def test_that_the_method_is_stated(method, methods, words):
    timing = timed(baseline_methods=methods[:1], candidate_methods=methods[1:])
    assert words in method_words(benchmark(timing, method))


def test_that_idling_is_told_where_it_was_measured():
    assert cold_words(timed()) == ""
    words = cold_words(timed(cold_s=(0.030, 0.015)))
    assert words == "Warmed up / first run after 150 ms of rest: A 18.0 ms / 30.0 ms, B 10.0 ms / 15.0 ms."
