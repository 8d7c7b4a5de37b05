import pytest

from sepviz.engine.block import Geometry, build_block
from sepviz.engine.conventions import CONVENTIONS
from sepviz.engine.cost import BlockCost, block_cost


def cost(kind: str, *, bias: bool) -> BlockCost:
    """A layer of 3 -> 64 channels, 3 × 3, "same" padding, on 32 × 32 pixels."""
    return block_cost(build_block(kind, Geometry(in_channels=3, out_channels=64, bias=bias)), 32, 32)


@pytest.mark.parametrize(
    ("name", "standard", "separable"),
    [("macs", 1_769_472, 224_256), ("macs-and-bias", 1_835_008, 292_864), ("flops", 3_604_480, 517_120)],
)
def test_that_each_convention_prints_what_its_counters_print(name: str, standard: int, separable: int) -> None:
    convention = CONVENTIONS[name]
    assert convention.count_block(cost("standard", bias=True)) == standard
    assert convention.count_block(cost("depthwise-separable", bias=True)) == separable


@pytest.mark.parametrize("kind", ["standard", "depthwise-separable"])
def test_that_without_a_bias_only_the_factor_of_a_mac_is_left(kind: str) -> None:
    block = cost(kind, bias=False)
    counts = [convention.count_block(block) for convention in CONVENTIONS.values()]
    assert counts == [block.macs, block.macs, 2 * block.macs]


def test_that_a_layer_is_counted_with_the_bias_that_it_has() -> None:
    convention = CONVENTIONS["macs-and-bias"]
    (plain,), (biased,) = (cost("standard", bias=bias).layers for bias in (False, True))
    assert convention.count_layer(biased) - convention.count_layer(plain) == 64 * 32 * 32


def test_that_each_convention_says_who_counts_like_that() -> None:
    told = [convention.describe() for convention in CONVENTIONS.values()]
    assert "fvcore" in told[0]
    assert "torchinfo" in told[1]
    assert "none of the four" in told[2]
