from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sepviz.engine.block import Geometry, build_block
from sepviz.engine.conv2d import conv2d
from sepviz.engine.factorize import (
    collapse,
    collapse_bias,
    decouple,
    energy_kept,
    largest_multiplier,
    relative_error,
)
from sepviz.engine.filters import FILTERS
from sepviz.engine.spec import Conv2dSpec, EngineError
from sepviz.engine.weights import block_weights

small = st.integers(1, 3)


def gaussian(*shape, seed=0, dtype=np.float32):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def assert_near(found, expected, tolerance=1e-5):
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= tolerance * np.abs(expected).max()


def separable(x, depthwise, pointwise, spec):
    """What the separable layer makes that stands for the standard one of `spec`, in `x`'s precision."""
    channels, maps = spec.in_channels, len(depthwise)
    first = replace(spec, out_channels=maps, groups=channels, bias=False)
    second = Conv2dSpec(in_channels=maps, out_channels=spec.out_channels, kernel_size=1)
    return conv2d(conv2d(x, depthwise, None, first), pointwise, None, second)


@pytest.mark.parametrize("seed", range(3))
def test_that_a_random_kernel_keeps_the_energy_that_the_theory_says(seed):
    kept = energy_kept(gaussian(64, 3, 3, 3, seed=seed))
    assert kept[[0, 1, 2, 5, 9]] == pytest.approx([0, 0.18, 0.34, 0.70, 1], abs=0.03)


@settings(max_examples=80)
@given(
    channels=small,
    out_channels=st.integers(1, 12),
    kernel=st.tuples(small, small),
    stride=st.tuples(small, small),
    dilation=st.tuples(small, small),
    padding=st.one_of(st.sampled_from(["same", "valid"]), st.tuples(st.tuples(small, small), st.tuples(small, small))),
    seed=st.integers(0, 9),
)
def test_that_the_largest_multiplier_is_exact_for_every_geometry(
    channels, out_channels, kernel, stride, dilation, padding, seed
):
    spec = Conv2dSpec(
        in_channels=channels,
        out_channels=out_channels,
        kernel_size=kernel,
        stride=stride,
        dilation=dilation,
        padding=padding,
    )
    assume(min(spec.output_size(11, 13)) >= 1)
    weights, x = gaussian(*spec.weight_shape, seed=seed), gaussian(channels, 11, 13, seed=seed + 100)
    depthwise, pointwise = decouple(weights, largest_multiplier(weights))
    assert_near(separable(x, depthwise, pointwise, spec), conv2d(x, weights, None, spec))


@given(shape=st.tuples(st.integers(1, 12), small, small, small), seed=st.integers(0, 9))
def test_that_collapsing_the_exact_factors_gives_the_kernel_back(shape, seed):
    kernel = gaussian(*shape, seed=seed)
    assert_near(collapse(*decouple(kernel, largest_multiplier(kernel)), largest_multiplier(kernel)), kernel)


@given(shape=st.tuples(st.integers(1, 8), small, small, small), multiplier=st.integers(1, 4), seed=st.integers(0, 9))
def test_that_a_separable_layer_equals_its_collapsed_kernel(shape, multiplier, seed):
    count, channels, height, width = shape
    depthwise = gaussian(channels * multiplier, 1, height, width, seed=seed)
    pointwise = gaussian(count, channels * multiplier, 1, 1, seed=seed + 1)
    kernel = collapse(depthwise, pointwise, multiplier)
    spec = Conv2dSpec(in_channels=channels, out_channels=count, kernel_size=(height, width), padding="same", stride=2)
    x = gaussian(channels, 9, 8, seed=seed + 2)
    assert_near(conv2d(x, kernel, None, spec), separable(x, depthwise, pointwise, spec), 2e-5)


@pytest.mark.parametrize("multiplier", [1, 2, 4, 8])
def test_that_no_other_factors_come_nearer_than_the_decoupled_ones(multiplier):
    kernel = gaussian(16, 2, 3, 3, dtype=np.float64)
    depthwise, pointwise = decouple(kernel, multiplier)
    best = np.linalg.norm(collapse(depthwise, pointwise, multiplier) - kernel)
    random = np.random.default_rng(3)
    for size in (1e-3, 1e-2, 0.1, 1.0):
        for _ in range(25):
            shaken = [part + size * random.standard_normal(part.shape) for part in (depthwise, pointwise)]
            assert np.linalg.norm(collapse(*shaken, multiplier) - kernel) > best


@pytest.mark.parametrize("multiplier", [1, 3, 9])
def test_that_the_error_foretold_is_the_error_made(multiplier):
    kernel = gaussian(20, 3, 3, 3, dtype=np.float64)
    made = np.linalg.norm(collapse(*decouple(kernel, multiplier), multiplier) - kernel) / np.linalg.norm(kernel)
    assert relative_error(kernel)[multiplier] == pytest.approx(made, abs=1e-12)
    assert energy_kept(kernel)[multiplier] == pytest.approx(1 - made**2, abs=1e-12)


@given(shape=st.tuples(st.integers(1, 12), small, small, small), seed=st.integers(0, 9))
def test_that_energy_grows_from_nothing_to_everything(shape, seed):
    kernel = gaussian(*shape, seed=seed)
    kept = energy_kept(kernel)
    assert len(kept) == largest_multiplier(kernel) + 1
    assert (kept[0], kept[-1]) == (0, 1)
    assert (np.diff(kept) >= 0).all()


@pytest.mark.parametrize("name", [name for name in FILTERS if not name.endswith("-bank")])
def test_that_one_filter_in_every_kernel_has_rank_one_and_is_found_upright(name):
    block = build_block("standard", Geometry(in_channels=3, out_channels=10))
    (weights,) = block_weights(block, name, 4)
    assert energy_kept(weights.kernel)[1] == pytest.approx(1, abs=1e-12)
    depthwise, pointwise = decouple(weights.kernel, 1)
    assert_near(collapse(depthwise, pointwise), weights.kernel)
    assert (np.sum(depthwise[:, 0] * FILTERS[name].kernel(3, 3), axis=(1, 2)) > 0).all()


def test_that_a_bank_of_steered_edges_has_rank_two():
    (weights,) = block_weights(build_block("standard", Geometry(in_channels=3, out_channels=16)), "edge-bank", 0)
    kept = energy_kept(weights.kernel)
    assert kept[1] < 0.9
    assert kept[2] == pytest.approx(1, abs=1e-12)


def test_that_a_kernel_of_zeros_loses_nothing():
    kernel = np.zeros((4, 2, 3, 3), np.float32)
    assert (energy_kept(kernel) == 1).all()
    assert not collapse(*decouple(kernel, 1)).any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_that_factors_are_read_only_and_keep_the_kernels_precision(dtype):
    depthwise, pointwise = decouple(gaussian(5, 3, 3, 2, dtype=dtype), 2)
    assert (depthwise.shape, pointwise.shape) == ((6, 1, 3, 2), (5, 6, 1, 1))
    for part in (depthwise, pointwise, collapse(depthwise, pointwise, 2)):
        assert part.dtype == dtype
        assert not part.flags.writeable


def test_that_maps_are_laid_out_as_a_depthwise_layer_has_them():
    kernel = np.zeros((4, 2, 3, 3), np.float32)
    kernel[:, 1] = gaussian(4, 3, 3)
    depthwise, _ = decouple(kernel, 2)
    assert not depthwise[:2].any()
    assert np.abs(depthwise[2:]).max() > 0.1


def test_that_both_biases_collapse_into_one():
    block = build_block("depthwise-separable", Geometry(in_channels=3, out_channels=5, depth_multiplier=2, bias=True))
    first, second = block_weights(block, "kaiming-normal", 2)
    x = gaussian(3, 7, 6)
    maps = conv2d(x, first.kernel, first.bias, block.layers[0].spec)
    expected = conv2d(maps, second.kernel, second.bias, block.layers[1].spec)
    spec = Conv2dSpec(in_channels=3, out_channels=5, padding="same", bias=True)
    bias = collapse_bias(second.kernel, first.bias, second.bias)
    assert_near(conv2d(x, collapse(first.kernel, second.kernel, 2), bias, spec), expected)


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (False, False)])
def test_that_a_missing_bias_counts_as_none(first, second):
    pointwise, one, other = gaussian(4, 3, 1, 1), gaussian(3), gaussian(4, seed=1)
    found = collapse_bias(pointwise, one if first else None, other if second else None)
    if first:
        assert_near(found, pointwise[:, :, 0, 0] @ one)
    else:
        assert found is (other if second else None)


@pytest.mark.parametrize("multiplier", [0, 10])
def test_that_a_multiplier_out_of_range_is_refused_with_the_exact_one(multiplier):
    with pytest.raises(EngineError, match="1 to 9, and 9 is exact"):
        decouple(gaussian(64, 3, 3, 3), multiplier)


def test_that_factors_that_do_not_fit_are_refused():
    with pytest.raises(EngineError, match="depth_multiplier = 2"):
        collapse(gaussian(3, 1, 3, 3), gaussian(4, 3, 1, 1), 2)


@pytest.mark.parametrize("shape", [(4, 3, 3), (0, 3, 3, 3)])
def test_that_a_kernel_of_another_shape_is_refused(shape):
    with pytest.raises(EngineError, match="out_channels, in_channels, height, width"):
        energy_kept(gaussian(*shape))


def test_that_a_kernel_with_a_hole_in_it_is_refused():
    kernel = gaussian(4, 2, 3, 3)
    kernel[0, 0, 0, 0] = np.nan
    with pytest.raises(EngineError, match="no finite numbers"):
        decouple(kernel, 1)
