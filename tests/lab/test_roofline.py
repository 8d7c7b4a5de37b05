from dataclasses import replace
from math import prod

import pytest

from sepviz.engine.machine import MachinePeak
from sepviz.engine.timing import PairTiming, Timing, ratio_of
from sepviz.lab.roofline import HEADINGS, layer_rows, lower_bound_s, ridge, roofline
from sepviz.study.benchmark import Benchmark
from sepviz.study.costs import count_costs
from sepviz.study.study import Study

PEAK = MachinePeak(gflops=100.0, bandwidth_gbps=10.0)
SHAPE = 128, 56, 56
STUDY = Study(out_channels=128)
COSTS = count_costs(STUDY, SHAPE)


def measured(baseline_s: float, candidate_s: float) -> Benchmark:
    sides = Timing(samples_s=(baseline_s,)), Timing(samples_s=(candidate_s,))
    timing = PairTiming(baseline=sides[0], candidate=sides[1], speedup=ratio_of(*sides), threads=1)
    return Benchmark(study=STUDY, input_shape=SHAPE, timing=timing)


def test_that_every_layer_of_both_blocks_is_a_point() -> None:
    found = [(point.side, point.name) for point in roofline(COSTS, PEAK).layers]
    assert found == [("baseline", "standard"), ("candidate", "depthwise"), ("candidate", "pointwise")]


def test_that_a_layer_attains_the_lower_of_the_two_limits() -> None:
    standard, depthwise, pointwise = roofline(COSTS, PEAK).layers
    assert ridge(PEAK) == 10
    assert standard.limit == pointwise.limit == "arithmetic"
    assert depthwise.limit == "memory"
    assert standard.attainable_flops == pytest.approx(100e9)
    assert depthwise.attainable_flops == pytest.approx(10e9 * depthwise.intensity)


def test_that_the_published_intensities_are_met() -> None:
    standard, separable = roofline(COSTS, PEAK).blocks
    assert standard.intensity == pytest.approx(243.3, abs=0.05)
    assert separable.intensity == pytest.approx(16.94, abs=0.005)


def test_that_the_bound_is_the_longer_of_arithmetic_and_traffic() -> None:
    depthwise, pointwise = COSTS.candidate.layers
    assert lower_bound_s(depthwise, PEAK) == pytest.approx(depthwise.bytes / 10e9)
    assert lower_bound_s(pointwise, PEAK) == pytest.approx(2 * pointwise.macs / 100e9)


def test_that_the_layers_of_a_block_run_one_after_the_other() -> None:
    bounds = [lower_bound_s(layer, PEAK) for layer in COSTS.candidate.layers]
    assert lower_bound_s(COSTS.candidate, PEAK) == pytest.approx(sum(bounds))


def test_that_maps_between_layers_that_were_timed_fused_cross_no_memory() -> None:
    timed = measured(0.02, 0.01)
    found = roofline(COSTS, PEAK, replace(timed, timing=replace(timed.timing, fused=(False, True))))
    depthwise, pointwise = COSTS.candidate.layers
    between = 2 * 4 * prod(depthwise.output_shape)
    assert found.blocks[1].bytes == depthwise.bytes + pointwise.bytes - between
    assert found.blocks[1].lower_bound_s == lower_bound_s(COSTS.candidate, PEAK, fused=True)
    assert found.blocks[1].lower_bound_s < lower_bound_s(COSTS.candidate, PEAK)
    assert layer_rows(found)[-1][0] == "B as a whole, fused"
    assert found.blocks[0].bytes == COSTS.baseline.bytes


def test_that_only_what_was_timed_has_a_measured_rate() -> None:
    found = roofline(COSTS, PEAK, measured(0.02, 0.01))
    standard, depthwise, pointwise = found.layers
    assert standard.measured_flops == pytest.approx(2 * COSTS.baseline.macs / 0.02)
    assert depthwise.measured_flops is None
    assert pointwise.measured_flops is None
    assert found.blocks[1].measured_flops == pytest.approx(2 * COSTS.candidate.macs / 0.01)
    assert found.blocks[1].measured_s == pytest.approx(0.01)
    assert [point.measured_flops for point in roofline(COSTS, PEAK).blocks] == [None, None]


def test_that_every_layer_has_its_measured_time_where_it_was_timed_on_its_own() -> None:
    timed = measured(0.02, 0.01)
    timed = replace(timed, timing=replace(timed.timing, layers_s=((0.019,), (0.004, 0.007))))
    found = roofline(COSTS, PEAK, timed)
    assert [point.measured_s for point in found.layers] == pytest.approx([0.02, 0.004, 0.007])
    assert found.blocks[1].measured_s == pytest.approx(0.01)
    assert [len(curve.x) for curve in found.plot.curves if curve.measured] == [1, 2]


def test_that_the_picture_is_logarithmic_and_shows_roof_points_and_ridge() -> None:
    plot = roofline(COSTS, PEAK, measured(0.02, 0.01)).plot
    assert plot.x.log
    assert plot.y.log
    roof, *others = plot.curves
    assert roof.y[1:] == (100, 100)
    assert [curve.measured for curve in others] == [False, False, True]
    assert [mark.x for mark in plot.marks if mark.y is None] == [10]
    assert [mark.label for mark in plot.marks[1:]] == ["standard", "depthwise", "pointwise"]


def test_that_every_layer_and_the_whole_of_several_have_a_row() -> None:
    timed = measured(0.02, 0.01)
    timed = replace(timed, timing=replace(timed.timing, layers_s=((0.02,), (0.004, 0.008))))
    rows = layer_rows(roofline(COSTS, PEAK, timed))
    assert [row[0] for row in rows] == ["A standard", "B depthwise", "B pointwise", "B as a whole"]
    assert rows[0][2:] == ("arithmetic", "9.25 ms", "20.0 ms", "46 %")
    assert rows[1][2] == "memory"
    assert [row[4] for row in rows] == ["20.0 ms", "4.00 ms", "8.00 ms", "10.0 ms"]
    assert {len(row) for row in rows} == {len(HEADINGS)}


def test_that_what_was_not_measured_is_left_open() -> None:
    rows = layer_rows(roofline(COSTS, PEAK))
    assert {row[4:] for row in rows} == {("—", "—")}
    assert all(row[3].endswith("s") for row in rows)
