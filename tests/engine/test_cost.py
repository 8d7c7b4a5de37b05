import pytest

from sepviz.engine.block import Geometry, build_block
from sepviz.engine.cost import block_cost


def costs(side, in_channels, out_channels, *, bias=False, padding="same", **fields):
    geometry = Geometry(in_channels=in_channels, out_channels=out_channels, bias=bias, padding=padding, **fields)
    kinds = ("standard", "depthwise-separable")
    return [block_cost(build_block(kind, geometry), side, side) for kind in kinds]


@pytest.mark.parametrize(
    ("side", "channels", "maps", "macs", "moved", "standard_intensity", "separable_intensity"),
    [
        (32, 3, 64, 7.890, 1.066, 12.58, 1.50),
        (112, 32, 64, 7.890, 1.643, 94.6, 7.29),
        (56, 128, 128, 8.409, 1.708, 243.3, 16.94),
        (14, 512, 512, 8.845, 0.261, 90.3, 39.12),
    ],
)
def test_that_costs_are_those_of_the_known_table(
    side, channels, maps, macs, moved, standard_intensity, separable_intensity
):
    standard, separable = costs(side, channels, maps)
    assert standard.macs / separable.macs == pytest.approx(macs, abs=5e-4)
    assert separable.bytes / standard.bytes == pytest.approx(moved, abs=5e-4)
    assert standard.intensity == pytest.approx(standard_intensity, abs=0.05)
    assert separable.intensity == pytest.approx(separable_intensity, abs=5e-3)


def test_that_parameters_count_the_biases():
    assert [cost.params for cost in costs(32, 3, 64)] == [1728, 219]
    assert [cost.params for cost in costs(32, 3, 64, bias=True)] == [1792, 286]


def test_that_macs_leave_the_bias_out():
    assert [cost.macs for cost in costs(32, 3, 64, bias=True)] == [1_769_472, 224_256]


@pytest.mark.parametrize(("maps", "ratio"), [(1, 0.9), (8, 4.235), (64, 7.890), (72, 8.0), (512, 8.845)])
def test_that_the_saving_depends_on_the_maps_only(maps, ratio):
    standard, separable = costs(24, 5, maps)
    assert standard.macs / separable.macs == pytest.approx(ratio, abs=1e-3)


def test_that_a_strided_depthwise_carries_the_stride():
    _, separable = costs(32, 3, 64, stride=(2, 2))
    assert [layer.macs for layer in separable.layers] == [16 * 16 * 27, 16 * 16 * 3 * 64]


def test_that_a_blueprint_layer_is_pointwise_at_input_resolution():
    geometry = Geometry(in_channels=3, out_channels=64, stride=(2, 2))
    cost = block_cost(build_block("blueprint-separable", geometry), 32, 32)
    assert [layer.macs for layer in cost.layers] == [32 * 32 * 3 * 64, 16 * 16 * 9 * 64]
    assert cost.params == 3 * 64 + 9 * 64


def test_that_grouping_divides_both_counts():
    geometry = Geometry(in_channels=8, out_channels=16, groups=4)
    cost = block_cost(build_block("grouped", geometry), 10, 10)
    assert (cost.params, cost.macs) == (9 * 8 * 16 // 4, 9 * 8 * 16 // 4 * 100)
    assert cost.output_shape == (16, 10, 10)
