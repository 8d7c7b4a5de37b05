"""Promises of measured time: it belongs to its study, reads what the layers read, and can be stopped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.spec import EngineError
from sepviz.engine.timing import PairTiming, Timing, ratio_of
from sepviz.study.benchmark import LOOPS_SIDE, MeasureTime, interval_words, pairs_words, shared_methods
from sepviz.study.picture import picture_from_array
from sepviz.study.source import fit
from sepviz.study.study import Study

PICTURE = picture_from_array(np.random.default_rng(2).integers(0, 256, (20, 30, 3), np.uint8), "noise")
STUDY = Study(picture=PICTURE, out_channels=4)


def measure(study, **more):
    return MeasureTime(study=study, budget_s=0.02, **more)()


@pytest.fixture
def timed(monkeypatch):
    """The inputs that were timed; nothing really is."""
    inputs = []

    def time_nothing(baseline, candidate, baseline_weights, candidate_weights, x, **options):
        inputs.append((x, options["method"]))

    monkeypatch.setattr("sepviz.engine.block_timing.time_blocks", time_nothing)
    return inputs


def test_that_an_answer_carries_its_question_and_every_repeat():
    answer = measure(STUDY)
    assert answer.study == STUDY
    assert answer.input_shape == (3, 20, 30)
    assert answer.timing.baseline.repeats == answer.timing.candidate.repeats >= 1
    assert min(answer.timing.baseline.samples_s + answer.timing.candidate.samples_s) > 0


def test_that_the_picture_is_read_as_the_layers_read_it(timed):
    study = replace(STUDY, size=16, grey=True, method="reference")
    answer = measure(study)
    ((x, method),) = timed
    assert np.array_equal(x, fit(PICTURE, 16, True))
    assert answer.input_shape == x.shape
    assert method == "reference"


def test_that_without_a_picture_seeded_noise_is_read(timed):
    for _ in range(2):
        measure(Study(out_channels=2), input_shape=(5, 6, 7))
    (first, _), (second, _) = timed
    assert first.shape == (5, 6, 7)
    assert first.dtype == np.float32
    assert np.array_equal(first, second)
    measure(Study(size=24, grey=True))
    assert timed[-1][0].shape == (1, 24, 24)


def test_that_a_given_shape_goes_before_the_picture(timed):
    assert measure(STUDY, input_shape=(3, 8, 9)).input_shape == (3, 8, 9)


def test_that_an_impossible_study_is_refused_with_its_problem(timed):
    with pytest.raises(EngineError, match="groups = 5 does not divide in_channels = 3"):
        measure(replace(STUDY, baseline="grouped", groups=5))
    assert timed == []


def test_that_a_measurement_can_be_stopped():
    def stop(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        MeasureTime(study=STUDY)(stop)


def test_that_a_benchmark_knows_the_method_it_was_made_with():
    assert measure(replace(STUDY, method="planar")).method == "planar"
    answer = measure(STUDY, method="channels-last")
    assert answer.method == "channels-last"
    assert answer.study == STUDY
    assert {*answer.timing.baseline_methods, *answer.timing.candidate_methods} == {"channels-last"}


def test_that_the_overhead_of_a_layer_is_measured_with_it():
    assert 0 < measure(STUDY).overhead_s < 0.1


def test_that_the_loops_read_a_small_picture_unless_they_are_the_studys_own(timed):
    answer = measure(STUDY, method="reference")
    assert max(answer.input_shape[1:]) == LOOPS_SIDE
    assert timed[-1][0].shape == answer.input_shape
    assert timed[-1][1] == "reference"
    assert measure(replace(STUDY, size=8), method="reference").input_shape == (3, 5, 8)
    assert measure(replace(STUDY, method="reference"), method="reference").input_shape == (3, 20, 30)
    assert measure(STUDY, method="reference", input_shape=(3, 40, 50)).input_shape == (3, 40, 50)


def test_that_cold_calls_are_timed_only_where_they_are_asked_for():
    assert measure(STUDY).timing.cold_s is None
    assert min(measure(STUDY, cold=1).timing.cold_s) > 0


def test_that_loops_that_would_take_long_are_refused_with_the_time_and_a_way_out():
    reason = MeasureTime(study=Study(method="reference"), input_shape=(3, 2048, 2048)).refusal()
    assert reason.startswith("One run of the article's loops on 3 × 2,048 × 2,048 would take about ")
    assert "three of each are the least. The limit is 300 s for one: take fewer output channels" in reason
    assert MeasureTime(study=Study(method="reference"), input_shape=(3, 128, 128)).refusal() == ""
    assert MeasureTime(study=Study(), input_shape=(3, 512, 512)).refusal() == ""
    assert MeasureTime(study=Study(), method="reference").refusal() == ""


def test_that_what_the_small_picture_is_too_small_for_is_refused_with_its_problem():
    study = replace(STUDY, kernel_size=(13, 13), padding="valid")
    assert MeasureTime(study=study).refusal() == ""
    reason = MeasureTime(study=study, method="reference").refusal()
    assert reason.startswith("Input 3 × 11 × 16: ")
    assert "13 × 13" in reason


def test_that_only_methods_for_every_layer_of_both_are_shared():
    assert shared_methods(STUDY) == ("planar", "channels-last", "reference")
    assert "winograd" in shared_methods(replace(STUDY, candidate="standard"))


def test_that_it_is_said_what_a_ratio_is_and_how_sure():
    def timing(pairs):
        side = Timing(samples_s=(1.0,) * pairs)
        return PairTiming(baseline=side, candidate=side, speedup=ratio_of(side, side), threads=1)

    assert pairs_words(timing(32)) == "median of 32 pairs"
    assert [interval_words(timing(pairs)) for pairs in (5, 6)] == ["whole range", "95 % interval"]
