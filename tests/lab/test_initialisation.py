from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.spec import EngineError
from sepviz.lab.initialisation import (
    STACK_CHANNELS,
    STACK_INITS,
    InitialisationResult,
    SpreadOfInitialisation,
    StackSpread,
    expected_spread,
)
from sepviz.study.source import open_picture
from sepviz.study.study import Study

STUDY = Study(init="lecun-normal")


@pytest.fixture(scope="module")
def measured() -> InitialisationResult:
    return SpreadOfInitialisation(study=STUDY, seeds=16, depth=6)()


def stacks(result: InitialisationResult, init: str) -> dict[str, StackSpread]:
    return {stack.name: stack for stack in result.stacks if stack.init == init}


def test_that_a_depthwise_channel_spreads_as_the_theory_says_and_a_standard_one_far_less(
    measured: InitialisationResult,
) -> None:
    spreads = {layer.layer.name: layer for layer in measured.layers}
    assert (spreads["standard"].terms, spreads["depthwise"].terms) == (576, 9)
    assert spreads["depthwise"].spread == pytest.approx(np.sqrt(2 / 9), rel=0.1)
    assert spreads["standard"].spread == pytest.approx(np.sqrt(2 / 576), rel=0.15)


def test_that_the_separable_output_spreads_as_the_product_of_its_layers(measured: InitialisationResult) -> None:
    expected = np.sqrt((3 * (1 + 2 / 9) - 1) / 64)
    assert measured.output("candidate").spread == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize(("init", "expected"), [("lecun-normal", 0.4714), ("kaiming-uniform", 0.2981)])
def test_that_uniform_weights_spread_less_than_normal_ones(init: str, expected: float) -> None:
    assert expected_spread(9, init) == pytest.approx(expected, abs=1e-4)
    result = SpreadOfInitialisation(study=replace(STUDY, init=init), seeds=12, depth=1)()
    (depthwise,) = (layer for layer in result.layers if layer.layer.name == "depthwise")
    assert depthwise.spread == pytest.approx(expected, rel=0.12)


def test_that_the_right_fan_in_keeps_the_variance_near_one(measured: InitialisationResult) -> None:
    for init in ("lecun-normal", "xavier-uniform"):
        for name in ("standard", "separable"):
            assert 0.5 < stacks(measured, init)[name].band(50)[-1] < 2


def test_that_the_wrong_fan_in_divides_the_variance_by_the_channels_at_every_layer(
    measured: InitialisationResult,
) -> None:
    pair = stacks(measured, "lecun-normal")
    factors = pair["separable, wrong fan_in"].powers / pair["separable"].powers
    expected = STACK_CHANNELS ** -np.arange(1.0, 7.0)
    np.testing.assert_allclose(factors, np.broadcast_to(expected, factors.shape), rtol=1e-3)


def test_that_the_band_widens_with_depth_and_faster_for_separable_layers(measured: InitialisationResult) -> None:
    pair = stacks(measured, "lecun-normal")
    widths = {name: stack.band(90) / stack.band(10) for name, stack in pair.items()}
    assert widths["separable"][-1] > widths["separable"][0]
    assert widths["separable"][-1] > 1.2 * widths["standard"][-1]


def test_that_the_same_question_has_the_same_answer(measured: InitialisationResult) -> None:
    again = measured.question()
    for first, second in zip(measured.layers, again.layers, strict=True):
        np.testing.assert_array_equal(first.variances, second.variances)
    for one, other in zip(measured.stacks, again.stacks, strict=True):
        np.testing.assert_array_equal(one.powers, other.powers)


def test_that_every_initialiser_is_measured_with_right_and_wrong_fan_in(measured: InitialisationResult) -> None:
    assert len(measured.stacks) == 3 * len(STACK_INITS)
    assert all(stack.powers.shape == (16, 6) for stack in measured.stacks)


def test_that_an_image_filter_is_replaced_by_weights_that_are_drawn() -> None:
    result = SpreadOfInitialisation(study=replace(STUDY, init="sobel-x"), seeds=2, depth=1)()
    assert result.init == "lecun-normal"


def test_that_the_users_picture_can_be_read_instead_of_noise() -> None:
    study = replace(STUDY, picture=open_picture("pattern:checkerboard"), out_channels=8)
    result = SpreadOfInitialisation(study=study, seeds=4, depth=1, on_picture=True)()
    assert result.in_channels == study.input_shape[0]
    assert result.output("baseline").variances.shape == (4, 8)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seeds": 1}, "seeds is 1; it must be at least 2"),
        ({"depth": 0}, "depth is 0"),
        ({"on_picture": True}, "there is no picture"),
        ({"study": replace(STUDY, candidate="grouped", groups=5)}, "groups = 5 does not divide"),
    ],
)
def test_that_what_cannot_be_measured_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(EngineError, match=said):
        replace(SpreadOfInitialisation(study=STUDY, seeds=2, depth=1), **changes)()


def test_that_it_can_be_cancelled_in_the_stack() -> None:
    def cancel(fraction: float) -> None:
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        SpreadOfInitialisation(study=STUDY, seeds=2, depth=2)(cancel)
