import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sepviz.engine.block import Geometry, build_block, prepare_block, run_block
from sepviz.engine.chain import Chain
from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.methods import fused
from sepviz.engine.spec import Conv2dSpec, EngineError
from sepviz.engine.weights import LayerWeights, block_weights

seeded = settings(derandomize=True, deadline=None, max_examples=40, database=None)


@pytest.fixture(autouse=True)
def always_worth_it(monkeypatch):
    monkeypatch.setattr(fused, "WORTH_VALUES", 0)


def prepared(geometry, activation="none", method="auto", kind="depthwise-separable"):
    block = build_block(kind, geometry, activation)
    weights = block_weights(block, "kaiming-normal", 2)
    return block, weights, prepare_block(block, weights, method)


def noise(*shape, dtype=np.float32):
    return np.random.default_rng(5).standard_normal(shape).astype(dtype)


small = st.integers(1, 3)


@seeded
@given(
    channels=small,
    maps=st.integers(1, 5),
    multiplier=small,
    kernel=st.tuples(st.integers(1, 7), st.integers(1, 7)),
    stride=st.tuples(small, small),
    dilation=st.tuples(small, small),
    padding=st.sampled_from(["same", "valid", ((1, 2), (0, 3))]),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    bias=st.booleans(),
    activation=st.sampled_from(["none", "relu", "relu6"]),
    dtype=st.sampled_from([np.float32, np.float64]),
    strip=st.sampled_from([2**7, 2**10, 2**17]),
)
def test_that_a_fused_block_equals_the_articles_loops(
    channels, maps, multiplier, kernel, stride, dilation, padding, size, bias, activation, dtype, strip
):
    geometry = Geometry(
        in_channels=channels,
        out_channels=maps,
        kernel_size=kernel,
        stride=stride,
        dilation=dilation,
        padding=padding,
        bias=bias,
        depth_multiplier=multiplier,
    )
    block, weights, _ = prepared(geometry, activation)
    assume(min(block.layers[0].spec.output_size(*size)) >= 1)
    x = noise(channels, *size, dtype=dtype)
    reference = run_block(block, weights, x, method="reference")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fused, "WORTH_VALUES", 0)
        patch.setattr(fused, "STRIP_VALUES", strip)
        kept, dropped = run_block(block, weights, x), run_block(block, weights, x, keep=False)
    tolerance = 1e-5 if dtype == np.float32 else 1e-12
    pairs = zip((*kept.activations, dropped.output), (*reference.activations, reference.output), strict=True)
    for found, expected in pairs:
        assert np.abs(found - expected).max() <= tolerance * max(np.abs(expected).max(), 1e-30)
    assert len(dropped.activations) == 1


def test_that_only_a_depthwise_layer_before_a_pointwise_one_is_fused():
    geometry = Geometry(in_channels=3, out_channels=8, padding="same")
    fused_layers = {
        (kind, method): prepared(geometry, method=method, kind=kind)[2].fused(64, 64, np.dtype(np.float32))
        for kind in ("standard", "depthwise", "depthwise-separable", "blueprint-separable", "spatially-separable")
        for method in ("auto", "banded", "planar", "reference")
    }
    assert {pair for pair, layers in fused_layers.items() if layers} == {
        ("depthwise-separable", "auto"),
        ("depthwise-separable", "banded"),
    }


def test_that_maps_which_stay_in_the_cache_are_not_fused(monkeypatch):
    monkeypatch.undo()
    _, _, chain = prepared(Geometry(in_channels=3, out_channels=8))
    assert chain.fused(100, 100, np.dtype(np.float32)) == ()
    assert chain.fused(1000, 1000, np.dtype(np.float32)) == (0,)


def test_that_strips_too_low_for_their_edges_are_not_fused():
    _, _, chain = prepared(Geometry(in_channels=600, out_channels=8, kernel_size=5))
    assert chain.fused(100, 100, np.dtype(np.float32)) == ()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_that_what_is_not_finite_passes_a_fused_block_as_it_passes_the_loops(bad):
    block, weights, chain = prepared(Geometry(in_channels=3, out_channels=4, kernel_size=7, padding="same"), "relu")
    x = noise(3, 40, 30)
    x[1, 20, 9] = bad
    assert chain.fused(40, 30, x.dtype) == (0,)
    found, expected = (run_block(block, weights, x, method=name).output for name in ("auto", "reference"))
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    assert np.array_equal(np.isinf(found), np.isinf(expected))


def test_that_maps_nobody_wants_are_never_allocated(monkeypatch):
    block, weights, _ = prepared(Geometry(in_channels=3, out_channels=4))
    made = []
    monkeypatch.setattr("sepviz.engine.chain.allocate", lambda shape, *rest: made.append(shape) or np.empty(shape))
    run_block(block, weights, noise(3, 40, 30), keep=False)
    assert made == []


def test_that_layers_which_are_not_fused_pass_their_maps_on():
    geometry = Geometry(in_channels=3, out_channels=4, padding="same")
    block, weights, _ = prepared(geometry, "relu6", kind="spatially-separable")
    x = noise(3, 20, 30)
    kept, dropped = run_block(block, weights, x), run_block(block, weights, x, keep=False)
    assert len(kept.activations) == 2
    assert np.array_equal(kept.output, dropped.output)


def test_that_a_chain_of_four_layers_fuses_the_two_it_can():
    specs = [
        Conv2dSpec(in_channels=3, out_channels=4, kernel_size=3, padding="same"),
        Conv2dSpec(in_channels=4, out_channels=4, groups=4, padding="same"),
        Conv2dSpec(in_channels=4, out_channels=5, kernel_size=1),
        Conv2dSpec(in_channels=5, out_channels=2, kernel_size=1),
    ]
    weights = [LayerWeights(kernel=noise(*spec.weight_shape), bias=None) for spec in specs]
    x, results = noise(3, 50, 40, dtype=np.float64), []
    for methods in (["planar", "taps", "pointwise", "pointwise"], ["reference"] * 4):
        chain = Chain(specs, weights, methods, lambda maps: np.maximum(maps, 0, out=maps))
        results.append(np.empty((2, 50, 40)))
        chain(x, [None, None, None, results[-1]])
        assert chain.fused(50, 40, x.dtype) == ((1,) if methods[1] == "taps" else ())
    assert np.allclose(*results)


def test_that_a_fused_block_hears_a_cancel_and_reports_its_progress(monkeypatch):
    monkeypatch.setenv("SEPVIZ_THREADS", "1")
    block, weights, _ = prepared(Geometry(in_channels=3, out_channels=4))
    seen = []
    run_block(block, weights, noise(3, 300, 300), checkpoint=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)

    def cancel(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        run_block(block, weights, noise(3, 300, 300), checkpoint=cancel)


def test_that_a_chain_refuses_an_input_it_cannot_read():
    _, _, chain = prepared(Geometry(in_channels=3, out_channels=4))
    with pytest.raises(EngineError, match=r"\(3, height, width\)"):
        chain(noise(2, 9, 9), [None, np.empty((4, 7, 7), np.float32)])
