from dataclasses import replace

import pytest

from sepviz.lab.initialisation import InitialisationResult, SpreadOfInitialisation
from sepviz.lab.initialisation_claim import judge_initialisation, stack_plot
from sepviz.study.study import Study

QUESTION = SpreadOfInitialisation(study=Study(init="lecun-normal"), seeds=12, depth=8)


@pytest.fixture(scope="module")
def measured() -> InitialisationResult:
    return QUESTION()


def test_that_the_claim_holds_for_the_default_pair_with_its_numbers(measured: InitialisationResult) -> None:
    verdict = judge_initialisation(measured)
    assert verdict.claim.name == "initialisation"
    assert verdict.holds == "holds"
    assert "√(2 / terms)" in verdict.condition
    assert "576 squared weights, expected spread 0.06" in verdict.condition
    assert "9 squared weights, expected spread 0.47" in verdict.condition
    numbers = dict(verdict.numbers)
    assert numbers["B: spread of the variance after depthwise"].endswith("12 seeds × 64 channels")
    assert len(numbers) == 3 + 9
    assert "networks that normalise undo most of this" in verdict.assumption


def test_that_two_layers_of_one_kind_do_not_differ_in_one_layer(measured: InitialisationResult) -> None:
    result = replace(QUESTION, study=Study(candidate="standard"), depth=1, seeds=6)()
    assert judge_initialisation(replace(measured, layers=result.layers)).holds == "holds only if"


def test_that_equal_bands_and_equal_layers_refute_it(measured: InitialisationResult) -> None:
    alike = tuple(replace(stack, powers=measured.stacks[0].powers) for stack in measured.stacks)
    baseline = measured.output("baseline")
    layers = (baseline, replace(baseline, side="candidate"))
    assert judge_initialisation(replace(measured, stacks=alike, layers=layers)).holds == "does not hold"


def test_that_bands_run_from_the_10th_to_the_90th_percentile_on_a_logarithmic_axis(
    measured: InitialisationResult,
) -> None:
    plot = stack_plot(measured.stacks[:3])
    assert plot.y.log
    assert [curve.role for curve in plot.curves] == ["baseline", "candidate"]
    for curve, stack in zip(plot.curves, measured.stacks, strict=False):
        assert curve.x == tuple(range(1, 9))
        assert curve.low == pytest.approx(stack.band(10))
        assert curve.high == pytest.approx(stack.band(90))
        assert all(low <= y <= high for low, y, high in zip(curve.low, curve.y, curve.high, strict=True))


def test_that_the_stacks_with_the_right_fan_in_come_first_and_all_else_follows(measured: InitialisationResult) -> None:
    verdict = judge_initialisation(measured)
    assert verdict.plot is not None
    assert [curve.label for curve in verdict.plot.curves] == ["standard", "separable"]
    spread, *stacks = verdict.further
    assert [curve.label for curve in spread.curves] == [
        "A: after standard, 576 terms",
        "B: after depthwise, 9 terms",
        "B: after pointwise, 64 terms",
    ]
    *others, wrong = stacks
    assert ["Xavier uniform" in others[0].title, "Kaiming normal with ReLU" in others[1].title] == [True, True]
    assert [curve.role for curve in wrong.curves] == ["candidate", "neutral", "neutral", "neutral"]
    right, *fallen = wrong.curves
    assert all(curve.y[-1] < 1e-6 * right.y[-1] for curve in fallen)
    assert len({wrong.dash(number) for number in range(1, 4)}) == 3


def test_that_a_vanished_variance_is_written_as_a_power_of_ten(measured: InitialisationResult) -> None:
    told = judge_initialisation(measured).sentence
    assert "  " not in told
    assert "10⁻" in told
