import tracemalloc
import warnings
from importlib import import_module

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from sepviz.engine.checkpoint import Cancelled, carry_on
from sepviz.engine.conv2d import METHODS, conv2d, method_for, pick, prepare, usable
from sepviz.engine.methods import planar
from sepviz.engine.spec import Conv2dSpec, EngineError

FAST = [name for name in METHODS if name != "reference"]
seeded = settings(derandomize=True, deadline=None, max_examples=60, database=None)


MADE_FOR = {
    "pointwise": Conv2dSpec(in_channels=3, out_channels=6, kernel_size=1),
    "winograd": Conv2dSpec(in_channels=3, out_channels=6),
    "taps": Conv2dSpec(in_channels=3, out_channels=6, groups=3),
    "banded": Conv2dSpec(in_channels=3, out_channels=6, groups=3),
}
"""A layer for every method that cannot do all."""


def oracle(x, weight, bias, spec):
    """The layer in float64, by one sum over explicit windows."""
    padded = np.pad(x.astype(np.float64), ((0, 0), *spec.pads(*x.shape[1:])))
    (sh, sw), (dh, dw) = spec.strides, spec.dilations
    windows = sliding_window_view(padded, spec.extent, axis=(1, 2))[:, ::sh, ::sw, ::dh, ::dw]
    windows = windows.reshape(spec.groups, -1, *windows.shape[1:])
    kernels = weight.astype(np.float64).reshape(spec.groups, -1, *weight.shape[1:])
    out = np.einsum("gcyxij,gncij->gnyx", windows, kernels).reshape(-1, *windows.shape[2:4])
    return out if bias is None else out + bias[:, None, None]


def arrays(spec, height, width, dtype=np.float32, seed=0):
    random = np.random.default_rng(seed)
    shapes = (spec.in_channels, height, width), spec.weight_shape, (spec.out_channels,)
    return [random.standard_normal(shape).astype(dtype) for shape in shapes]


def names(spec):
    return [name for name in METHODS if usable(name, spec) is None]


def assert_near(found, expected, tolerance=1e-5):
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= tolerance * max(np.abs(expected).max(), 1e-30)


small = st.integers(1, 3)
pads = st.one_of(st.sampled_from(["same", "valid"]), st.tuples(st.tuples(small, small), st.tuples(small, small)))


@st.composite
def layers(draw, shortest=1, longest=24):
    side = st.integers(shortest, longest)
    groups = draw(small)
    per_group = draw(st.sampled_from([1, 1, 2, 9]))
    spec = Conv2dSpec(
        in_channels=groups * per_group,
        out_channels=groups * draw(small),
        kernel_size=(draw(st.integers(1, 6)), draw(st.integers(1, 6))),
        stride=(draw(small), draw(small)),
        dilation=(draw(small), draw(small)),
        padding=draw(pads),
        groups=groups,
    )
    height, width = draw(side), draw(side)
    assume(min(spec.output_size(height, width)) >= 1)
    return spec, height, width


@seeded
@given(layer=layers(), seed=st.integers(0, 9))
def test_that_every_method_equals_the_float64_oracle(layer, seed):
    spec, height, width = layer
    x, weight, bias = arrays(spec, height, width, seed=seed)
    for name in names(spec):
        assert_near(conv2d(x, weight, bias, spec, method=name), oracle(x, weight, bias, spec))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_that_a_pointwise_layer_is_the_same_by_every_method(method, dtype):
    spec = Conv2dSpec(in_channels=6, out_channels=4, kernel_size=1, groups=2)
    x, weight, bias = arrays(spec, 9, 70, dtype)
    if usable(method, spec) is None:
        out = conv2d(x, weight, bias, spec, method=method)
        assert out.dtype == dtype
        assert_near(out, oracle(x, weight, bias, spec), 1e-5 if dtype == np.float32 else 1e-13)


@pytest.mark.parametrize(
    ("spec", "height", "width"),
    [
        (Conv2dSpec(in_channels=3, out_channels=40, kernel_size=3, padding="same"), 130, 520),
        (Conv2dSpec(in_channels=3, out_channels=24, kernel_size=5, stride=2, dilation=3, padding="same"), 150, 256),
        (Conv2dSpec(in_channels=48, out_channels=40, kernel_size=3, padding="same"), 60, 70),
        (Conv2dSpec(in_channels=200, out_channels=90, kernel_size=3, padding="same"), 14, 15),
        (Conv2dSpec(in_channels=5, out_channels=10, kernel_size=7, padding="same", groups=5), 300, 256),
        (Conv2dSpec(in_channels=90, out_channels=90, kernel_size=3, stride=2, padding="same", groups=90), 60, 57),
        (Conv2dSpec(in_channels=2, out_channels=2, kernel_size=3, padding="same", groups=2), 3, 20_000),
        (Conv2dSpec(in_channels=24, out_channels=130, kernel_size=1), 90, 81),
        (Conv2dSpec(in_channels=4, out_channels=8, kernel_size=(5, 3), dilation=2, padding="same", groups=4), 300, 256),
        (Conv2dSpec(in_channels=64, out_channels=5, kernel_size=17, stride=(2, 1), padding="same"), 21, 30),
        (Conv2dSpec(in_channels=33, out_channels=47, kernel_size=3, padding=2), 61, 203),
        (Conv2dSpec(in_channels=200, out_channels=300, kernel_size=3, padding="valid"), 19, 30),
        (Conv2dSpec(in_channels=140, out_channels=280, kernel_size=3, padding="same", groups=140), 29, 33),
        (Conv2dSpec(in_channels=256, out_channels=256, kernel_size=3, dilation=3, padding=1, groups=256), 28, 27),
        (Conv2dSpec(in_channels=64, out_channels=8, kernel_size=(1, 11), padding="same"), 2, 3000),
    ],
)
@pytest.mark.parametrize("threads", ["1", "2", "3"])
def test_that_layers_of_many_strips_equal_the_oracle(spec, height, width, threads, monkeypatch):
    monkeypatch.setenv("SEPVIZ_THREADS", threads)
    x, weight, bias = arrays(spec, height, width)
    assert_near(conv2d(x, weight, bias, spec), oracle(x, weight, bias, spec))


def test_that_products_cut_short_for_a_blas_with_avx_512_add_up_to_the_same(monkeypatch):
    monkeypatch.setattr(planar, "multiplies_without_packing", lambda: True)
    spec = Conv2dSpec(in_channels=3, out_channels=40, kernel_size=5, padding="same")
    x, weight, bias = arrays(spec, 9, 1100)
    assert_near(conv2d(x, weight, bias, spec), oracle(x, weight, bias, spec))


@seeded
@given(layer=layers(), factor=st.floats(-3, 3))
def test_that_a_layer_is_linear(layer, factor):
    spec, height, width = layer
    x, weight, _ = arrays(spec, height, width, np.float64)
    y = arrays(spec, height, width, np.float64, seed=1)[0]
    together = conv2d(x + factor * y, weight, None, spec)
    apart = conv2d(x, weight, None, spec) + factor * conv2d(y, weight, None, spec)
    assert_near(together, apart, 1e-10)


@seeded
@given(layer=layers(8, 20), down=st.integers(1, 3), right=st.integers(1, 3))
def test_that_shifting_by_the_stride_shifts_the_result(layer, down, right):
    spec, height, width = layer
    assume(spec.padding == "valid")
    (sh, sw), (x, weight, _) = spec.strides, arrays(spec, height + 9, width + 9, np.float64)
    moved = conv2d(x[:, down * sh :, right * sw :], weight, None, spec)
    still = conv2d(x, weight, None, spec)[:, down:, right:]
    assert_near(moved, still, 1e-10)


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (2, 4), (5, 1)])
def test_that_the_identity_kernel_returns_the_picture(kernel):
    spec = Conv2dSpec(in_channels=3, out_channels=3, kernel_size=kernel, padding="same")
    x, weight, _ = arrays(spec, 8, 11)
    weight[:] = 0
    weight[range(3), range(3), (kernel[0] - 1) // 2, (kernel[1] - 1) // 2] = 1
    for name in names(spec):
        found = conv2d(x, weight, None, spec, method=name)
        assert np.abs(found - x).max() < 1e-6 if name == "winograd" else np.array_equal(found, x)


def test_that_grouped_layers_are_standard_layers_side_by_side():
    spec = Conv2dSpec(in_channels=6, out_channels=9, groups=3, padding="same")
    one = Conv2dSpec(in_channels=2, out_channels=3, padding="same")
    x, weight, _ = arrays(spec, 10, 12)
    parts = [conv2d(x[2 * g : 2 * g + 2], weight[3 * g : 3 * g + 3], None, one) for g in range(3)]
    assert_near(conv2d(x, weight, None, spec), np.concatenate(parts))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("groups", [1, 4])
@pytest.mark.parametrize("kernel", [1, 3, 7])
def test_that_what_is_not_finite_reaches_its_own_windows_only(bad, stride, groups, kernel):
    spec = Conv2dSpec(
        in_channels=4, out_channels=8, kernel_size=kernel, stride=stride, groups=groups, dilation=2, padding=1
    )
    x, weight, bias = arrays(spec, 30, 30)
    weight[:, :, 0] = 0
    x[1, 14, 9] = x[3, 0, 29] = bad
    with np.errstate(invalid="ignore"):
        expected = oracle(x, weight, bias, spec)
    for name in names(spec):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = conv2d(x, weight, bias, spec, method=name)
        assert np.array_equal(np.isnan(found), np.isnan(expected)), name
        assert np.array_equal(np.isinf(found), np.isinf(expected)), name
        seen = np.isfinite(expected)
        assert_near(found[seen], expected[seen])


def test_that_values_whose_squares_overflow_are_still_exact():
    spec = Conv2dSpec(in_channels=2, out_channels=4, groups=2, padding="same")
    x, weight, bias = arrays(spec, 20, 20)
    x *= np.float32(1e30)
    for name in names(spec):
        assert_near(conv2d(x, weight, bias, spec, method=name), oracle(x, weight, bias, spec))


def test_that_an_infinite_weight_on_padding_gives_nan_as_the_reference_does():
    spec = Conv2dSpec(in_channels=3, out_channels=3, groups=3, padding="same")
    x, weight, _ = arrays(spec, 9, 9)
    weight[1, 0, 0, 0] = np.inf
    reference = conv2d(x, weight, None, spec, method="reference")
    for name in names(spec):
        assert np.array_equal(np.isnan(conv2d(x, weight, None, spec, method=name)), np.isnan(reference))


@pytest.mark.parametrize("method", METHODS)
def test_that_any_strides_of_the_input_are_read_and_nothing_is_written_to_it(method):
    spec = MADE_FOR.get(method, MADE_FOR["taps"])
    base, weight, bias = arrays(spec, 24, 20)
    x = base.transpose(0, 2, 1)[::-1, ::2, ::-1]
    x.flags.writeable = False
    before = x.copy()
    assert_near(conv2d(x, weight, bias, spec, method=method), oracle(before, weight, bias, spec))
    assert np.array_equal(x, before)


def test_that_a_broadcast_input_is_read():
    spec = Conv2dSpec(in_channels=3, out_channels=2, padding="same")
    _, weight, _ = arrays(spec, 1, 1)
    x = np.broadcast_to(np.float32(2), (3, 8, 8))
    assert_near(conv2d(x, weight, None, spec), oracle(x, weight, None, spec))


@pytest.mark.parametrize("method", ["auto", *METHODS])
def test_that_out_is_written_and_returned_whatever_its_strides(method):
    spec = MADE_FOR.get(method, MADE_FOR["pointwise"])
    x, weight, bias = arrays(spec, 9, 10)
    shape = spec.output_shape(9, 10)
    for out in (np.empty(shape, np.float32), np.empty(shape[::-1], np.float32).T):
        assert conv2d(x, weight, bias, spec, method=method, out=out) is out
        assert out.flags.writeable
        assert_near(out, oracle(x, weight, bias, spec))


def test_that_a_result_is_read_only_and_has_the_inputs_dtype():
    spec = Conv2dSpec(in_channels=3, out_channels=4)
    for dtype in (np.float32, np.float64):
        x = arrays(spec, 9, 10, dtype)[0]
        out = conv2d(x, arrays(spec, 9, 10)[1], None, spec)
        assert out.dtype == dtype
        assert not out.flags.writeable


def test_that_a_plan_serves_many_inputs_and_keeps_its_own_weights():
    spec = Conv2dSpec(in_channels=3, out_channels=4, padding="same")
    x, weight, bias = arrays(spec, 9, 10)
    plan, kept = prepare(weight, bias, spec), weight.copy()
    weight[:] = 0
    assert_near(plan(x), oracle(x, kept, bias, spec))
    wide = arrays(spec, 5, 40, np.float64)[0]
    assert_near(plan(wide), oracle(wide, kept, bias, spec), 1e-12)
    assert plan.method == "planar"


@pytest.mark.parametrize(
    ("fields", "method"),
    [
        ({"in_channels": 3}, "planar"),
        ({"in_channels": 64}, "winograd"),
        ({"in_channels": 16}, "channels-last"),
        ({"in_channels": 64, "stride": 2}, "channels-last"),
        ({"in_channels": 64, "kernel_size": 5}, "channels-last"),
        ({"in_channels": 1024, "out_channels": 1024}, "channels-last"),
        ({"in_channels": 64, "groups": 16}, "planar"),
        ({"in_channels": 64, "groups": 64, "kernel_size": 5}, "taps"),
        ({"in_channels": 64, "groups": 64, "kernel_size": 9}, "banded"),
        ({"in_channels": 64, "groups": 64, "stride": 2}, "taps"),
        ({"in_channels": 64, "kernel_size": 1}, "pointwise"),
        ({"in_channels": 64, "kernel_size": 1, "stride": 2}, "channels-last"),
    ],
)
def test_that_auto_follows_its_rule(fields, method):
    spec = Conv2dSpec(**({"out_channels": 64} | fields))
    assert pick(spec) == method_for(spec) == method
    assert method_for(spec, "reference") == "reference"


@pytest.mark.parametrize(("avx512", "method"), [(True, "banded"), (False, "taps")])
def test_that_the_kernels_of_blas_decide_on_7x7_depthwise_layers(avx512, method, monkeypatch):
    module = import_module("sepviz.engine.conv2d")  # as an attribute of its package it is the function
    monkeypatch.setattr(module, "multiplies_without_packing", lambda: avx512)
    assert pick(Conv2dSpec(in_channels=64, out_channels=64, groups=64, kernel_size=7)) == method


def test_that_a_method_says_where_it_does_not_apply():
    standard = Conv2dSpec(in_channels=4, out_channels=4)
    assert "each map reads 4" in usable("banded", standard)
    assert "each map reads 4" in usable("taps", standard)
    assert "3x3" in usable("pointwise", standard)
    assert "stride is (2, 2)" in usable("pointwise", Conv2dSpec(in_channels=4, out_channels=4, kernel_size=1, stride=2))
    with pytest.raises(EngineError, match=r"method 'banded' cannot do this layer: .*'auto'"):
        prepare(np.zeros(standard.weight_shape), None, standard, "banded")


@pytest.mark.parametrize("method", ["planar", "channels-last", "winograd"])
def test_that_laying_out_many_weights_hears_a_cancel(method):
    spec = Conv2dSpec(in_channels=400, out_channels=300)
    x, weight, _ = arrays(spec, 3, 3)
    plan, heard = prepare(weight, None, spec, method), []

    def cancel(fraction):
        heard.append(fraction)
        raise Cancelled

    with pytest.raises(Cancelled):
        plan(x, cancel)
    assert set(heard) == {0}  # of one thread, or of both at once
    assert_near(plan(x), oracle(x, weight, None, spec))


def test_that_read_only_weights_are_not_copied():
    weight = np.zeros((64, 64, 64, 64), np.float32)
    weight.flags.writeable = False
    spec = Conv2dSpec(in_channels=64, out_channels=64, kernel_size=64)
    tracemalloc.start()
    prepare(weight, None, spec)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000


def test_that_the_loops_over_a_huge_picture_are_planned_at_once():
    spec = Conv2dSpec(in_channels=3, out_channels=64, padding="same")
    side, zero = 50_000, np.zeros((), np.float32)
    loops = METHODS["reference"].lower(np.zeros(spec.weight_shape, np.float32), None, spec, carry_on)
    tracemalloc.start()
    strips = loops(np.broadcast_to(zero, (3, side, side)), np.broadcast_to(zero, (64, side, side)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(strips) > 64 * 1_000_000
    assert peak < 100_000
    with pytest.raises(IndexError):
        strips[len(strips)]


SPEC = Conv2dSpec(in_channels=3, out_channels=2)
X, WEIGHT, BIAS = arrays(SPEC, 6, 7)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"x": X[:2]}, r"x has shape \(2, 6, 7\).*\(3, height, width\)"),
        ({"x": X[0]}, "x has shape"),
        ({"x": X[:, :0]}, "at least one pixel"),
        ({"x": X.astype(np.int32)}, "x is of type int32"),
        ({"x": X.astype(">f4")}, "x is of type >f4"),
        ({"x": X.tolist()}, "x is of type list"),
        ({"x": X[:, :2]}, "spans 3 . 3 pixels"),
        ({"weight": WEIGHT[:, :2]}, r"weight has shape \(2, 2, 3, 3\).*\(2, 3, 3, 3\)"),
        ({"weight": WEIGHT.astype(np.float16)}, "weight is of type float16"),
        ({"bias": BIAS[:1]}, r"bias has shape \(1,\).*\(2,\)"),
        ({"method": "fft"}, "method is 'fft'.*auto, planar, channels-last"),
        ({"out": np.empty((2, 4, 4), np.float32)}, r"out is float32 \(2, 4, 4\).*\(2, 4, 5\)"),
        ({"out": np.empty((2, 4, 5))}, "out is float64"),
        ({"out": np.broadcast_to(np.float32(0), (2, 4, 5))}, "writeable"),
    ],
)
def test_that_wrong_arguments_are_refused_by_name_value_and_limit(changed, message):
    arguments = {"x": X, "weight": WEIGHT, "bias": BIAS, "spec": SPEC} | changed
    with pytest.raises(EngineError, match=message):
        conv2d(**arguments)


def test_that_an_out_which_overlaps_the_input_is_refused():
    spec = Conv2dSpec(in_channels=3, out_channels=3, padding="same")
    x, weight, _ = arrays(spec, 6, 7)
    with pytest.raises(EngineError, match="overlaps"):
        conv2d(x, weight, None, spec, out=x)


@pytest.mark.parametrize("method", METHODS)
def test_that_a_cancelled_layer_leaves_the_engine_usable(method):
    spec = MADE_FOR.get(method, MADE_FOR["winograd"])
    side = 40 if method == "reference" else 300
    x, weight, bias = arrays(spec, side, side)
    calls = []

    def cancel(fraction):
        calls.append(fraction)
        raise Cancelled

    with pytest.raises(Cancelled):
        conv2d(x, weight, bias, spec, method=method, checkpoint=cancel)
    assert len(calls) == 1
    small_x = x[:, :20, :20]
    assert_near(conv2d(small_x, weight, bias, spec, method=method), oracle(small_x, weight, bias, spec))
