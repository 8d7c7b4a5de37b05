from dataclasses import replace

import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.spec import EngineError
from sepviz.lab.training import TrainingResult, TrainPair, network_of, width_of_equal_parameters

TINY = TrainPair(seeds=(0, 1), epochs=2, width=3, pictures=32)


@pytest.fixture(scope="module")
def tiny() -> TrainingResult:
    return TINY()


def test_that_the_same_question_has_the_same_answer(tiny: TrainingResult) -> None:
    assert TINY() == tiny


def test_that_there_is_a_curve_for_every_seed_and_a_point_for_every_epoch(tiny: TrainingResult) -> None:
    assert [network.name for network in tiny.networks] == [
        "standard",
        "separable, equal width",
        "separable, equal parameters",
    ]
    for network in tiny.networks:
        assert [len(curve) for curve in network.curves] == [2, 2]
        assert all(0 <= share <= 1 for curve in network.curves for share in curve)


@pytest.mark.parametrize("width", [8, 10, 24])
def test_that_equal_parameters_are_nearly_equal_and_equal_width_saves(width: int) -> None:
    standard = network_of("standard", width).parameters
    equal = network_of("depthwise-separable", width_of_equal_parameters(width)).parameters
    assert equal == pytest.approx(standard, rel=0.06)
    assert network_of("depthwise-separable", width).parameters < standard


def test_that_partial_results_are_told_after_every_epoch() -> None:
    told: list[TrainingResult] = []
    result = replace(TINY, tell=told.append)()
    assert [one.epochs for one in told] == [1, 2]
    assert told[-1] == result
    assert told[0].networks[0].curves[0] == result.networks[0].curves[0][:1]


def test_that_a_cancelled_training_has_told_the_epochs_it_did() -> None:
    told: list[TrainingResult] = []

    def cancel(fraction: float) -> None:
        if told:
            raise Cancelled

    with pytest.raises(Cancelled):
        replace(TINY, tell=told.append)(cancel)
    assert [one.epochs for one in told] == [1]


def test_that_progress_runs_from_nothing_to_all() -> None:
    fractions: list[float] = []
    replace(TINY, seeds=(0,), epochs=1)(fractions.append)
    assert fractions[0] < 0.05
    assert fractions[-1] == pytest.approx(1, abs=0.05)
    assert all(0 <= fraction <= 1 for fraction in fractions)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seeds": ()}, "seeds = 0"),
        ({"epochs": 0}, "epochs = 0; take at least 1"),
        ({"pictures": 33}, "pictures = 33; take a multiple of 16"),
    ],
)
def test_that_training_on_nothing_is_refused_with_the_limit(changes: dict[str, object], said: str) -> None:
    with pytest.raises(EngineError, match=said):
        replace(TINY, **changes)()
