import numpy as np
import pytest

from sepviz.engine.block import BLOCKS, Geometry, build_block, run_block
from sepviz.engine.filters import FILTERS
from sepviz.engine.spec import Conv2dSpec, EngineError
from sepviz.engine.weights import INITIALISERS, WEIGHTS, block_weights, fans

BANKS = ["edge-bank", "gabor-bank"]
SINGLE = [name for name in FILTERS if name not in BANKS]
RANK_ONE = ["identity", "box", "gaussian", "sobel-x", "sobel-y", "scharr-x", "scharr-y"]


def block(kind="standard", **fields):
    return build_block(kind, Geometry(**({"in_channels": 4, "out_channels": 6} | fields)))


def output(kind, name, **fields):
    built = block(kind, **fields)
    x = np.random.default_rng(5).random((4, 12, 15), dtype=np.float32)
    return run_block(built, block_weights(built, name, 7), x).output


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("kind", BLOCKS)
def test_that_every_layer_gets_read_only_numbers_of_its_shape(kind, name):
    built = block(kind, bias=True, depth_multiplier=2, groups=2, kernel_size=(2, 5))
    for layer, weights in zip(built.layers, block_weights(built, name, 0), strict=True):
        assert weights.kernel.shape == layer.spec.weight_shape
        assert weights.bias.shape == (layer.spec.out_channels,)
        for array in (weights.kernel, weights.bias):
            assert array.dtype == np.float32
            assert not array.flags.writeable
            assert np.isfinite(array).all()


@pytest.mark.parametrize("name", ["kaiming-normal", "box"])
def test_that_the_seed_decides_the_numbers(name):
    first, again, other = (block_weights(block(), name, seed)[0].kernel for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_that_each_layer_draws_from_its_own_stream():
    built = build_block("spatially-separable", Geometry(in_channels=6, out_channels=6, kernel_size=(3, 3), bias=True))
    first, second = block_weights(built, "lecun-normal", 0)
    assert not np.array_equal(first.kernel.ravel(), second.kernel.ravel())
    assert not np.array_equal(first.bias, second.bias)


def test_that_the_fan_of_a_depthwise_layer_is_its_kernel():
    assert fans(Conv2dSpec(in_channels=8, out_channels=16, groups=8)) == (9, 18)
    assert fans(Conv2dSpec(in_channels=8, out_channels=16)) == (72, 144)
    assert fans(Conv2dSpec(in_channels=8, out_channels=16, groups=2)) == (36, 72)


@pytest.mark.parametrize(
    ("name", "variance"),
    [("kaiming-normal", 2 / 72), ("kaiming-uniform", 2 / 72), ("xavier-uniform", 2 / 3672), ("lecun-normal", 1 / 72)],
)
def test_that_an_initialiser_has_the_variance_of_its_formula(name, variance):
    (weights,) = block_weights(block(in_channels=8, out_channels=400), name, 0)
    assert weights.kernel.var() == pytest.approx(variance, rel=0.03)


def test_that_uniform_weights_fill_their_range():
    (weights,) = block_weights(block(out_channels=200), "uniform", 0)
    assert -1 <= weights.kernel.min() < -0.99
    assert 0.99 < weights.kernel.max() <= 1


def test_that_biases_are_small_and_seen():
    (weights,) = block_weights(block(bias=True), "box", 0)
    assert 0 < np.abs(weights.bias).max() <= 1 / 6
    assert block_weights(block(), "box", 0)[0].bias is None


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("fields", [{}, {"kernel_size": (4, 5)}, {"kernel_size": (1, 1)}, {"stride": (2, 1)}])
def test_that_with_one_filter_a_separable_layer_equals_the_standard_one(name, fields):
    expected = output("standard", name, **fields)
    assert output("depthwise-separable", name, **fields) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("name", FILTERS)
def test_that_a_blueprint_layer_equals_the_standard_one_even_with_a_bank(name):
    assert output("blueprint-separable", name) == pytest.approx(output("standard", name), abs=1e-4)


@pytest.mark.parametrize("name", RANK_ONE)
def test_that_a_spatially_separable_layer_equals_the_standard_one_for_a_separable_filter(name):
    assert output("spatially-separable", name) == pytest.approx(output("standard", name), abs=1e-4)


def test_that_an_inseparable_filter_is_approached_by_its_best_rank_one_part():
    built = block("spatially-separable", in_channels=1, out_channels=1, kernel_size=(5, 5))
    vertical, horizontal = (weights.kernel[0, 0] for weights in block_weights(built, "laplacian", 0))
    kernel = FILTERS["laplacian"].kernel(5, 5)
    rest = np.linalg.svd(kernel, compute_uv=False)[1:]
    assert np.linalg.norm(kernel - vertical @ horizontal) == pytest.approx(np.linalg.norm(rest), rel=1e-5)


def test_that_a_blend_of_a_filter_is_a_weighted_mean_of_the_channels():
    (weights,) = block_weights(block(), "identity", 0)
    assert weights.kernel.min() == 0
    assert weights.kernel.sum(axis=(1, 2, 3)) == pytest.approx(np.ones(6))


def test_that_a_depthwise_layer_cycles_through_a_bank():
    built = block("depthwise", depth_multiplier=2)
    (weights,) = block_weights(built, "edge-bank", 0)
    for number in range(8):
        assert weights.kernel[number, 0] == pytest.approx(FILTERS["edge-bank"].kernel(3, 3, number), abs=1e-6)


def test_that_unknown_weights_are_refused_with_the_choices():
    with pytest.raises(EngineError, match=r"'orthogonal'.*kaiming-normal.*gabor-bank"):
        block_weights(block(), "orthogonal", 0)
    with pytest.raises(EngineError, match="seed is -1"):
        block_weights(block(), "box", -1)


def test_that_every_name_has_a_label_and_a_sentence():
    assert list(WEIGHTS) == [*INITIALISERS, *FILTERS]
    for name, entry in WEIGHTS.items():
        assert entry.name == name
        assert entry.label
        assert entry.help.endswith(".")
