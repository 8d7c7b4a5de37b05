from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.checkpoint import carry_on
from sepviz.engine.factorize import energy_kept
from sepviz.engine.spec import EngineError
from sepviz.lab.decoupling import (
    CompareCollapsed,
    CompareDecoupled,
    collapsed_study,
    decoupled_study,
    decoupling_curve,
    why_not_one_kernel,
)
from sepviz.study.compare import Compare
from sepviz.study.costs import count_costs
from sepviz.study.kernels import own_kernel, with_kernel
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study

PIXELS = np.random.default_rng(7).integers(0, 256, (14, 17, 3), dtype=np.uint8)
STUDY = Study(picture=picture_from_array(PIXELS, "noise.png"), out_channels=16)
GEOMETRIES = [
    {},
    {"stride": (2, 1)},
    {"dilation": (1, 2), "padding": "valid"},
    {"padding": ((0, 2), (1, 3)), "stride": (3, 2)},
    {"kernel_size": (2, 4)},
    {"bias": True},
]


@pytest.mark.parametrize("changes", GEOMETRIES)
def test_that_the_exact_decoupling_makes_the_same_maps(changes):
    study = replace(STUDY, **changes)
    exact = decoupling_curve(study).steps[-1].depth_multiplier
    answer = CompareDecoupled(study=study, depth_multiplier=exact)()
    assert answer.difference.is_rounding
    assert answer.difference.relative < 1e-5
    assert answer.sentence == f"depth_multiplier = {exact} keeps 100 % of the kernel's energy; the maps of both " + (
        "layers are the same, but for rounding."
    )


@pytest.mark.parametrize("changes", GEOMETRIES)
@pytest.mark.parametrize("multiplier", [1, 3])
def test_that_a_collapsed_layer_makes_the_separable_layers_maps(changes, multiplier):
    study = replace(STUDY, depth_multiplier=multiplier, **changes)
    answer = CompareCollapsed(study=study)()
    assert answer.difference.is_rounding
    assert answer.comparison.baseline.block.kind == "standard"
    candidate = Compare(study=study)().candidate
    assert np.array_equal(answer.comparison.candidate.output, candidate.output)
    assert answer.sentence == "The maps of both layers are the same, but for rounding."


def test_that_decoupling_a_collapsed_layer_gives_the_separable_layer_back():
    study = replace(STUDY, depth_multiplier=2)
    assert CompareDecoupled(study=collapsed_study(study), depth_multiplier=2)().difference.is_rounding


def test_that_nearly_everything_is_not_called_everything():
    kernel = np.zeros((16, 3, 3, 3), np.float32)
    kernel[:, :, 1, 1] = 1
    kernel[0, 0, 0, 0] = 0.1
    study = with_kernel(STUDY, own_kernel("baseline", 0, kernel, None, "edited"))
    answer = CompareDecoupled(study=study, depth_multiplier=1)()
    assert not answer.difference.is_rounding
    assert answer.sentence.startswith(
        "depth_multiplier = 1 keeps more than 99.9 % of the kernel's energy; the maps are"
    )


def test_that_the_baseline_stays_as_it_is_and_the_error_falls_with_the_multiplier():
    answers = [CompareDecoupled(study=STUDY, depth_multiplier=d)() for d in (1, 3, 6, 9)]
    expected = Compare(study=STUDY)().baseline.output
    assert all(np.array_equal(answer.comparison.baseline.output, expected) for answer in answers)
    errors = [answer.difference.relative for answer in answers]
    assert errors == sorted(errors, reverse=True)
    assert 0.1 < errors[0] < 1.5
    assert "of the kernel's energy; the maps are" in answers[0].sentence


def test_that_an_answer_carries_its_question():
    answer = CompareDecoupled(study=STUDY, depth_multiplier=4)()
    assert answer.study == STUDY
    assert answer.comparison.study == decoupled_study(STUDY, 4)
    assert answer.comparison.study.depth_multiplier == 4
    assert answer.comparison.costs == count_costs(answer.comparison.study)


def test_that_an_edited_kernel_is_the_one_that_is_decoupled():
    kernel = np.zeros((16, 3, 3, 3), np.float32)
    kernel[:, :, 1, 1] = 1
    study = with_kernel(STUDY, own_kernel("baseline", 0, kernel, None, "edited"))
    answer = CompareDecoupled(study=study, depth_multiplier=1)()
    assert answer.difference.is_rounding
    assert np.allclose(answer.comparison.candidate.output, answer.comparison.input.sum(axis=0), atol=1e-5)


@pytest.mark.parametrize("activation", ["relu", "relu6"])
def test_that_an_activation_between_breaks_the_identity_and_is_named(activation):
    study = replace(STUDY, activation=activation)
    label = {"relu": "ReLU between", "relu6": "ReLU6 between"}[activation]
    for answer in (CompareDecoupled(study=study, depth_multiplier=9)(), CompareCollapsed(study=study)()):
        assert not answer.difference.is_rounding
        assert answer.difference.relative > 0.01
        assert label in answer.sentence
        assert "no single kernel" in answer.sentence


def test_that_maps_an_activation_did_not_change_are_not_called_an_identity():
    study = replace(STUDY, activation="relu", init="box")
    answer = CompareDecoupled(study=study, depth_multiplier=1)()
    assert answer.difference.is_rounding
    assert answer.sentence.endswith("ReLU changed nothing on this picture; on another it may.")


def test_that_without_an_activation_there_is_nothing_to_excuse():
    assert why_not_one_kernel("none") == ""


def test_that_the_curve_counts_and_keeps_what_its_parts_say():
    study = Study(out_channels=64)
    curve = decoupling_curve(study, (3, 32, 32))
    assert [step.depth_multiplier for step in curve.steps] == list(range(1, 10))
    assert (curve.params, curve.macs) == (1728, 1_769_472)
    assert (curve.steps[0].params, curve.steps[0].macs) == (219, 224_256)
    assert [step.energy_kept for step in curve.steps][::8] == pytest.approx([0.18, 1], abs=0.03)
    assert all(step.relative_error**2 == pytest.approx(1 - step.energy_kept, abs=1e-12) for step in curve.steps)
    kept = energy_kept(Compare(study=STUDY)().baseline.weights[0].kernel)[1:]
    assert [step.energy_kept for step in decoupling_curve(STUDY).steps] == kept.tolist()


def test_that_the_curve_says_where_it_stops_being_cheaper():
    curve = decoupling_curve(Study(out_channels=64), (3, 32, 32))
    assert curve.break_even == pytest.approx(7.890, abs=5e-4)
    cheaper = [step.depth_multiplier for step in curve.steps if step.macs < curve.macs]
    assert cheaper == list(range(1, 8))
    assert curve.sentence == (
        "The separable layer is exact at depth_multiplier = 9. It has fewer MACs than the standard layer below 7.89, "
        "so up to depth_multiplier = 7."
    )
    assert decoupling_curve(Study(out_channels=1), (3, 32, 32)).sentence.endswith("below 0.900: never.")


def test_that_the_plot_shows_every_step_and_where_one_is():
    curve = decoupling_curve(Study(out_channels=64), (3, 32, 32))
    plot = curve.plot(4)
    assert [mark.x for mark in plot.marks if mark.here] == [4]
    assert plot.marks[0].x == curve.break_even
    energy, error, macs = plot.curves
    assert energy.x == error.x == macs.x == tuple(range(1, 10))
    assert energy.y[-1] == 1
    assert error.y[-1] == 0
    assert macs.y[0] == pytest.approx(1 / 7.890, rel=1e-3)


@pytest.mark.parametrize("baseline", ["depthwise", "depthwise-separable", "grouped"])
def test_that_only_a_standard_layer_is_decoupled(baseline):
    study = replace(STUDY, baseline=baseline, groups=3, out_channels=15)
    with pytest.raises(EngineError, match="choose that as the baseline"):
        CompareDecoupled(study=study, depth_multiplier=1)()


def test_that_only_a_separable_layer_is_collapsed():
    with pytest.raises(EngineError, match="choose that as the candidate"):
        CompareCollapsed(study=replace(STUDY, candidate="blueprint-separable"))(carry_on)


def test_that_a_multiplier_beyond_the_exact_one_is_refused():
    with pytest.raises(EngineError, match="1 to 9, and 9 is exact"):
        CompareDecoupled(study=STUDY, depth_multiplier=10)()
