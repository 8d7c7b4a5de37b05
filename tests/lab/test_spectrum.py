from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.spec import EngineError
from sepviz.engine.timing import PairTiming
from sepviz.lab.spectrum import CompareStep, MeasureSteps, place, spectrum, spectrum_plot
from sepviz.study.benchmark import MeasureTime
from sepviz.study.compare import Compare
from sepviz.study.costs import find_problems
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study

SHAPE = (12, 20, 20)
WIDE = Study(out_channels=24)


def test_that_every_divisor_of_both_channel_counts_is_a_step():
    labels = [step.label for step in spectrum(WIDE, SHAPE)]
    assert labels == [
        "Standard",
        "Grouped, 2 groups",
        "Grouped, 3 groups",
        "Grouped, 4 groups",
        "Grouped, 6 groups",
        "Depthwise, 24 maps",
        "Depthwise, 12 maps",
        "Depthwise separable",
    ]


def test_that_the_same_layer_is_one_step_whatever_it_is_called():
    assert [step.label for step in spectrum(replace(WIDE, depth_multiplier=2), SHAPE)][-3:] == [
        "Grouped, 6 groups",
        "Depthwise, 24 maps",
        "Depthwise separable",
    ]
    alone = [step.label for step in spectrum(Study(out_channels=5, depth_multiplier=5), (1, 9, 9))]
    assert alone == ["Standard", "Depthwise separable"]


def test_that_every_step_can_be_computed_as_a_study_against_the_standard_layer():
    for step in spectrum(replace(WIDE, baseline="blueprint-separable"), SHAPE):
        assert find_problems(step.study, SHAPE) == ()
        baseline, candidate = step.study.blocks(SHAPE[0])
        assert baseline.kind == "standard"
        assert candidate == step.block


def test_that_grouping_divides_parameters_and_macs():
    standard, *rest = spectrum(WIDE, SHAPE)
    for step in rest[:5]:
        groups = step.block.layers[0].spec.groups
        assert step.cost.params * groups == standard.cost.params
        assert step.cost.macs * groups == standard.cost.macs


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"candidate": "standard"}, "Standard"),
        ({"candidate": "grouped", "groups": 4}, "Grouped, 4 groups"),
        ({"candidate": "grouped", "groups": 1}, "Standard"),
        ({"candidate": "depthwise"}, "Depthwise, 12 maps"),
        ({"candidate": "depthwise-separable"}, "Depthwise separable"),
    ],
)
def test_that_one_finds_oneself_on_the_axis(changes, label):
    steps = spectrum(WIDE, SHAPE)
    assert steps[place(steps, replace(WIDE, **changes))].label == label


def test_that_a_layer_off_the_axis_has_no_place_on_it():
    steps = spectrum(WIDE, SHAPE)
    assert place(steps, replace(WIDE, candidate="blueprint-separable")) is None
    assert spectrum_plot(steps, None).marks == ()


def test_that_the_plot_starts_at_one_and_points_out_where_one_is():
    steps = spectrum(WIDE, SHAPE)
    plot = spectrum_plot(steps, 3)
    assert [curve.label for curve in plot.curves] == ["Parameters", "MACs", "Bytes moved"]
    for curve in plot.curves:
        assert curve.x == tuple(range(len(steps)))
        assert curve.y[0] == 1
    assert plot.curves[1].y[3] == 0.25
    assert [(mark.x, mark.label) for mark in plot.marks] == [(3, "Grouped, 4 groups")]


def test_that_measured_time_joins_the_plot_as_a_share_of_the_standard_layers():
    study = Study(out_channels=4, size=8)
    steps = spectrum(study, (3, 8, 8))
    benchmarks = [MeasureTime(study=step.study, input_shape=(3, 8, 8), budget_s=0.01)() for step in steps[1:]]
    assert all(isinstance(benchmark.timing, PairTiming) for benchmark in benchmarks)
    time = spectrum_plot(steps, 0, benchmarks).curves[-1]
    assert (time.label, time.measured) == ("Time (median of pairs)", True)
    assert time.x == tuple(range(1, len(steps)))
    assert time.y == tuple(1 / benchmark.timing.speedup.median for benchmark in benchmarks)
    assert time.low == tuple(1 / benchmark.timing.speedup.high for benchmark in benchmarks)
    assert time.high == tuple(1 / benchmark.timing.speedup.low for benchmark in benchmarks)


def test_that_a_step_makes_the_maps_of_its_candidate():
    pixels = np.random.default_rng(7).integers(0, 256, (9, 8, 3), dtype=np.uint8)
    study = Study(picture=picture_from_array(pixels, "noise.png"), out_channels=6)
    for step in spectrum(study):
        seen = []
        answer = CompareStep(step=step)(seen.append)
        expected = Compare(study=step.study)()
        assert answer.step is step
        assert np.array_equal(answer.input, expected.input)
        assert np.array_equal(answer.trace.output, expected.candidate.output)
        assert seen == sorted(seen)


def test_that_a_step_without_a_picture_is_refused():
    with pytest.raises(EngineError, match="open one first"):
        CompareStep(step=spectrum(WIDE, SHAPE)[0])()


def test_that_every_step_has_a_name_of_its_own_on_the_axis():
    steps = spectrum(Study(out_channels=6), (3, 9, 9))
    plot = spectrum_plot(steps, 0)
    assert plot.x.ticks == (
        (0.0, "Standard"),
        *((1.0, "Depthwise, 6 maps"), (2.0, "Depthwise, 3 maps")),
        (3.0, "Depthwise separable"),
    )
    assert (1.0, "1") in plot.y.ticks


def test_that_measuring_the_steps_times_each_beside_the_standard_layer():
    steps = spectrum(Study(out_channels=2, size=16), (3, 16, 16))
    assert [one.study for one in MeasureSteps(steps=steps, budget_s=0.01)()] == [step.study for step in steps]
