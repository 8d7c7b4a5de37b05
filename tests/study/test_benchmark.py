"""Promises of measured time: it belongs to its study, reads what the layers read, and can be stopped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.spec import EngineError
from sepviz.study import benchmark as benchmark_module
from sepviz.study.benchmark import MeasureTime
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

    monkeypatch.setattr(benchmark_module, "time_blocks", time_nothing)
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
