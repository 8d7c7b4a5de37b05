import pytest

from sepviz.lab.accuracy_claim import NO_DIFFERENCE, Difference, accuracy_plot, judge_accuracy
from sepviz.lab.training import TrainedNetwork, TrainingResult, TrainPair

STANDARD = (0.70, 0.72, 0.68, 0.71, 0.69, 0.73)


def shifted(by: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(base + shift for base, shift in zip(STANDARD, by, strict=True))


def result_of(*accuracies: tuple[float, ...]) -> TrainingResult:
    names = "standard", "separable, equal width", "separable, equal parameters"
    networks = tuple(
        TrainedNetwork(name=name, width=8, parameters=1234, macs=5678, curves=tuple((0.5, last) for last in row))
        for name, row in zip(names, accuracies, strict=True)
    )
    return TrainingResult(question=TrainPair(seeds=tuple(range(len(accuracies[0]))), epochs=2), networks=networks)


LOWER, HIGHER = shifted((-0.02,) * 6), shifted((0.03, 0.02, 0.05, 0.01, 0.02, 0.04))
MIXED = shifted((-0.02, 0.01, -0.03, 0.02, -0.01, -0.01))


@pytest.mark.parametrize(
    ("width", "parameters", "holds"),
    [
        (HIGHER, HIGHER, "holds"),
        (LOWER, HIGHER, "holds only if"),
        (LOWER, LOWER, "does not hold"),
        (MIXED, MIXED, "does not hold"),
    ],
)
def test_that_more_accurate_holds_only_where_every_seed_says_so(
    width: tuple[float, ...], parameters: tuple[float, ...], holds: str
) -> None:
    assert judge_accuracy(result_of(STANDARD, width, parameters)).holds == holds


def test_that_differences_on_both_sides_of_zero_show_no_difference() -> None:
    verdict = judge_accuracy(result_of(STANDARD, MIXED, LOWER))
    assert verdict.condition == f"at equal width: {NO_DIFFERENCE}; at equal parameters: less accurate here"
    assert "differ from standard ones by −1.0 points (from −3.0 to +2.0), no difference shown" in verdict.sentence


def test_that_too_few_seeds_show_nothing_however_large_the_difference() -> None:
    verdict = judge_accuracy(result_of(STANDARD[:3], (0.1, 0.1, 0.1), (0.99, 0.99, 0.99)))
    assert verdict.holds == "not judged yet"
    assert verdict.condition.count(NO_DIFFERENCE) == 2
    assert "3 seeds are too few to show a difference; take at least 6" in verdict.sentence


def test_that_six_seeds_are_the_fewest_for_a_95_percent_interval() -> None:
    assert Difference(per_seed=(0.01,) * 5).confidence < 0.95 < Difference(per_seed=(0.01,) * 6).confidence


def test_that_the_numbers_hold_spread_and_cost() -> None:
    numbers = dict(judge_accuracy(result_of(STANDARD, LOWER, HIGHER)).numbers)
    assert numbers["standard"] == "70.5 % right (from 68.0 % to 73.0 %), 1,234 parameters, 5,678 MACs a picture"
    assert sum(label.startswith("published") for label in numbers) == 4


def test_that_the_plot_has_the_curves_with_their_range() -> None:
    plot = accuracy_plot(result_of(STANDARD, LOWER, HIGHER))
    assert [curve.role for curve in plot.curves] == ["baseline", "candidate", "neutral"]
    curve = plot.curves[0]
    assert curve.x == (1, 2)
    assert curve.y == pytest.approx((50, 70.5))
    assert (curve.low[-1], curve.high[-1]) == pytest.approx((68, 73))
