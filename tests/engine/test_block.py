import numpy as np
import pytest

from sepviz.engine.block import BLOCKS, Geometry, activate, build_block, layer_methods, run_block
from sepviz.engine.conv2d import conv2d
from sepviz.engine.spec import Conv2dSpec, EngineError
from sepviz.engine.weights import block_weights

GEOMETRY = Geometry(
    in_channels=4, out_channels=6, kernel_size=(3, 5), stride=(2, 1), depth_multiplier=2, groups=2, bias=True
)


def picture(channels=4, height=13, width=17):
    return np.random.default_rng(1).standard_normal((channels, height, width)).astype(np.float32)


@pytest.mark.parametrize("kind", BLOCKS)
def test_that_a_block_makes_the_shapes_it_promises(kind):
    block = build_block(kind, GEOMETRY)
    trace = run_block(block, block_weights(block, "lecun-normal", 0), picture())
    assert tuple(maps.shape for maps in trace.activations) == block.shapes(13, 17)
    assert not any(maps.flags.writeable for maps in trace.activations)
    assert trace.output is trace.activations[-1]


@pytest.mark.parametrize("kind", [kind for kind in BLOCKS if kind != "depthwise"])
@pytest.mark.parametrize("padding", ["same", "valid", ((1, 2), (0, 3))])
def test_that_every_kind_stands_for_the_same_layer(kind, padding):
    geometry = Geometry(
        in_channels=4, out_channels=6, kernel_size=(3, 5), stride=(2, 3), dilation=(2, 1), padding=padding
    )
    standard = build_block("standard", geometry)
    assert build_block(kind, geometry).shapes(19, 23)[-1] == standard.shapes(19, 23)[-1]


def test_that_a_separable_block_equals_the_standard_layer_with_the_composed_kernel():
    geometry = Geometry(in_channels=4, out_channels=6, depth_multiplier=3, padding="valid", stride=(1, 2))
    block = build_block("depthwise-separable", geometry)
    weights = block_weights(block, "kaiming-normal", 3)
    depthwise, pointwise = (weight.kernel.astype(np.float64) for weight in weights)
    composed = np.einsum("nmd,mdij->nmij", pointwise.reshape(6, 4, 3), depthwise.reshape(4, 3, 3, 3))
    spec = Conv2dSpec(in_channels=4, out_channels=6, stride=(1, 2))
    expected = conv2d(picture().astype(np.float64), composed, None, spec, method="reference")
    assert run_block(block, weights, picture()).output == pytest.approx(expected, abs=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize(("activation", "top"), [("relu", np.inf), ("relu6", 6)])
def test_that_the_activation_stands_between_layers_only(activation, top):
    block = build_block("depthwise-separable", GEOMETRY, activation)
    trace = run_block(block, block_weights(block, "uniform", 0), 5 * picture())
    first, last = trace.activations
    assert first.min() == 0
    assert first.max() <= top
    assert last.min() < 0


def test_that_activating_into_the_input_writes_there():
    x = np.array([-1.0, 2.0, 9.0])
    assert activate(x, "relu6", out=x) is x
    assert x.tolist() == [0, 2, 6]


def test_that_a_method_gives_way_where_it_cannot_and_says_so():
    block = build_block("depthwise-separable", GEOMETRY)
    trace = run_block(block, block_weights(block, "uniform", 0), picture(), method="banded")
    assert trace.methods == layer_methods(block, "banded") == ("banded", "pointwise")
    assert layer_methods(block, "reference") == ("reference", "reference")


def test_that_progress_never_goes_back_and_ends_at_one():
    block, seen = build_block("depthwise-separable", GEOMETRY), []
    run_block(block, block_weights(block, "uniform", 0), picture(), checkpoint=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)


def test_that_unknown_kinds_and_methods_are_refused_with_the_choices():
    with pytest.raises(EngineError, match=r"'triangular'.*standard, depthwise"):
        build_block("triangular", GEOMETRY)
    block = build_block("standard", GEOMETRY)
    with pytest.raises(EngineError, match=r"'fft'.*auto, planar"):
        run_block(block, block_weights(block, "uniform", 0), picture(), method="fft")


def test_that_groups_which_do_not_divide_are_refused():
    with pytest.raises(EngineError, match="not divisible by groups = 3"):
        build_block("grouped", Geometry(in_channels=4, out_channels=6, groups=3))


def test_that_weights_and_inputs_which_do_not_fit_a_block_are_refused():
    block = build_block("depthwise-separable", GEOMETRY)
    weights = block_weights(block, "uniform", 0)
    with pytest.raises(EngineError, match="1 layers of weights were given; a depthwise-separable block has 2"):
        run_block(block, weights[:1], picture())
    with pytest.raises(EngineError, match=r"x has shape \(13,\)"):
        run_block(block, weights, picture()[0, :, 0])
