from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepviz.lab.boundary import crossings, multiplier_limit, saving, traffic_limit, width_limit
from sepviz.study.costs import Costs, count_costs
from sepviz.study.study import Study

few = st.integers(1, 12)


@pytest.mark.parametrize(("out_channels", "factor"), [(1, 0.90), (8, 4.24), (64, 7.89), (72, 8.0), (512, 8.85)])
def test_that_the_saving_at_three_by_three_is_the_published_one(out_channels: int, factor: float) -> None:
    assert saving(9, out_channels, 1) == pytest.approx(factor, abs=0.006)


@pytest.mark.parametrize(("area", "out_channels"), [(9, 64), (9, 1), (1, 7)])
def test_that_the_limit_of_the_multiplier_is_the_saving_at_multiplier_one(area: int, out_channels: int) -> None:
    assert multiplier_limit(area, out_channels) == pytest.approx(saving(area, out_channels, 1), rel=1e-12)


def test_that_a_pointwise_kernel_never_saves() -> None:
    assert all(saving(1, out_channels, 1) < 1 for out_channels in (1, 10, 1000))
    assert width_limit(1, 1) == inf


def counted(kernel: tuple[int, int], out_channels: int, multiplier: int, bias: bool, side: int, stride: int) -> Costs:
    study = Study(
        kernel_size=kernel, out_channels=out_channels, depth_multiplier=multiplier, bias=bias, stride=(stride, stride)
    )
    return count_costs(study, (3, side, side))


@given(kernel=st.tuples(few, few), out_channels=few, multiplier=few, bias=st.booleans(), side=few, stride=st.just(2))
def test_that_each_boundary_says_what_counting_says(
    kernel: tuple[int, int], out_channels: int, multiplier: int, bias: bool, side: int, stride: int
) -> None:
    costs = counted(kernel, out_channels, multiplier, bias, side, stride)
    area, (_, height, width) = kernel[0] * kernel[1], costs.baseline.output_shape
    fewer_macs = costs.candidate.macs < costs.baseline.macs
    fewer_params = costs.candidate.params < costs.baseline.params
    assert costs.ratio("macs") == pytest.approx(saving(area, out_channels, multiplier))
    assert fewer_macs == (multiplier * (area + out_channels) < area * out_channels)
    assert fewer_macs == (multiplier < multiplier_limit(area, out_channels) - 1e-9)
    assert fewer_params == (multiplier < multiplier_limit(area, out_channels, bias=bias) - 1e-9)
    assert fewer_macs == (out_channels > width_limit(area, multiplier) + 1e-9)
    assert fewer_params == (out_channels > width_limit(area, multiplier, bias=bias) + 1e-9)
    limit = traffic_limit(area, out_channels, multiplier, bias=bias)
    assert (costs.candidate.bytes > costs.baseline.bytes) == (2 * height * width > limit + 1e-9)


def test_that_a_square_kernel_gives_the_known_traffic_boundary() -> None:
    assert traffic_limit(9, 64, 1) == 64 * 8 - 9


def test_that_a_crossing_is_read_off_between_two_points() -> None:
    assert crossings((1, 4, 16), (0.5, 2.0, 8.0)) == pytest.approx((2.0,))
    assert crossings((1, 2, 3), (2.0, 3.0, 4.0)) == ()
