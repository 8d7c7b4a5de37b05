import numpy as np
import pytest

from sepviz.lab.claims import Verdict
from sepviz.lab.rank import judge_expressiveness, sliced
from sepviz.study.kernels import own_kernel, with_kernel
from sepviz.study.study import Study

SHAPE = 3, 32, 32


def verdict(**changes: object) -> Verdict:
    return judge_expressiveness(Study(**changes), SHAPE)  # type: ignore[arg-type]


@pytest.mark.parametrize(("multiplier", "share"), [(1, 0.18), (2, 0.34), (5, 0.70)])
def test_that_random_weights_lose_what_is_known_of_them(multiplier: int, share: float) -> None:
    found = verdict(depth_multiplier=multiplier)
    assert found.holds == "holds"
    kept = float(dict(found.numbers)[f"energy kept at rank {multiplier}"].rstrip("%")) / 100
    assert kept == pytest.approx(share, abs=0.015)


@pytest.mark.parametrize("changes", [{"depth_multiplier": 9}, {"out_channels": 1}, {"kernel_size": (1, 1)}])
def test_that_nothing_is_lost_from_the_full_rank_on(changes: dict[str, object]) -> None:
    assert verdict(**changes).holds == "does not hold"


def test_that_one_filter_for_all_channels_fits_into_rank_one() -> None:
    found = verdict(init="sobel-x")
    assert found.holds == "holds only if"
    assert dict(found.numbers)["rank that keeps all of these weights"] == "1"


def test_that_the_users_own_kernel_is_what_is_judged() -> None:
    kernel = np.random.default_rng(0).standard_normal((64, 3, 3, 3)).astype(np.float32)
    kernel[1:] = kernel[:1]
    study = with_kernel(Study(), own_kernel("baseline", 0, kernel, None, "edited"))
    found = judge_expressiveness(study, SHAPE)
    assert found.holds == "holds only if"
    assert "seed" not in found.sentence


def test_that_here_lies_on_the_curve_below_the_exact_end() -> None:
    plot = verdict(depth_multiplier=2).plot
    assert plot is not None
    weights, gaussian, filters = plot.curves
    end, here = plot.marks
    assert end.x == 9
    assert (here.x, here.y) == (2, weights.y[2])
    assert weights.low[2] <= weights.y[2] <= weights.high[2]
    assert gaussian.y[0] == 0
    assert gaussian.y[9] == 1
    assert filters.y[2] == pytest.approx(1)  # slopes in all directions are made of two
    assert filters.y[1] > gaussian.y[1]


def test_that_a_blueprint_layer_is_judged_by_output_channel() -> None:
    found = verdict(candidate="blueprint-separable", init="emboss")
    assert "output channel" in found.condition
    assert found.holds == "holds only if"  # one filter, scaled for each input channel, is what a blueprint layer is


def test_that_groups_leave_out_the_kernels_that_are_zero() -> None:
    kernel = np.arange(4 * 3 * 2 * 2.0).reshape(4, 3, 2, 2)  # 4 outputs, 6 inputs in 2 groups
    by_input = sliced(kernel, 2, "input channel")
    assert by_input.shape == (2, 6, 2, 2)
    assert np.array_equal(by_input[:, 4], kernel[2:, 1])  # input 4 is the second of the second group
    by_output = sliced(kernel, 2, "output channel")
    assert np.array_equal(by_output[:, 3], kernel[3])


def test_that_an_activation_between_the_layers_is_told() -> None:
    assert "relu" in verdict(activation="relu").assumption
    assert "relu" not in verdict().assumption


@pytest.mark.parametrize("changes", [{"candidate": "grouped"}, {"baseline": "depthwise-separable"}])
def test_that_a_pair_this_test_says_nothing_about_is_not_judged(changes: dict[str, object]) -> None:
    assert verdict(**changes).holds == "not judged yet"
