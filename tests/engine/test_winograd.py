import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sepviz.engine.conv2d import conv2d, pick
from sepviz.engine.spec import Conv2dSpec

seeded = settings(derandomize=True, deadline=None, max_examples=60, database=None)
pads = st.sampled_from(["same", "valid", ((1, 2), (0, 3))])


def exact(x, weight, bias, spec):
    """The layer in float64, by a method that is exact."""
    wide = None if bias is None else bias.astype(np.float64)
    return conv2d(x.astype(np.float64), weight.astype(np.float64), wide, spec, method="channels-last")


def arrays(spec, height, width, dtype=np.float32):
    random = np.random.default_rng(0)
    shapes = (spec.in_channels, height, width), spec.weight_shape, (spec.out_channels,)
    return [random.standard_normal(shape).astype(dtype) for shape in shapes]


def assert_near(found, expected, tolerance=1e-5):
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= tolerance * max(np.abs(expected).max(), 1e-30)


@seeded
@given(
    channels=st.integers(1, 5),
    maps=st.integers(1, 5),
    size=st.tuples(st.integers(1, 30), st.integers(1, 30)),
    padding=pads,
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_that_winograd_equals_the_oracle_on_any_size(channels, maps, size, padding, dtype):
    spec = Conv2dSpec(in_channels=channels, out_channels=maps, padding=padding)
    assume(min(spec.output_size(*size)) >= 1)
    x, weight, bias = arrays(spec, *size, dtype)
    found = conv2d(x, weight, bias, spec, method="winograd")
    assert_near(found, exact(x, weight, bias, spec), 1e-5 if dtype == np.float32 else 1e-13)


@pytest.mark.parametrize("channels", [32, 128, 300])
@pytest.mark.parametrize("picture", ["noise", "positive", "bright under kernels of mean 0"])
def test_that_the_error_of_winograd_stays_below_what_auto_allows(channels, picture):
    spec = Conv2dSpec(in_channels=channels, out_channels=64, padding="same")
    x, weight, _ = arrays(spec, 24, 24)
    if picture != "noise":
        x = np.maximum(x, 0) + np.float32(0 if picture == "positive" else 3)
    if picture == "bright under kernels of mean 0":
        weight -= weight.mean((1, 2, 3), keepdims=True)
    assert pick(spec) == "winograd"
    assert_near(conv2d(x, weight, None, spec), exact(x, weight, None, spec), 7e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e30])
def test_that_weights_which_are_not_finite_are_no_matter_for_winograd(bad):
    spec = Conv2dSpec(in_channels=3, out_channels=4, padding="same")
    x, weight, _ = arrays(spec, 14, 14)
    weight[1, 2, 0, 0] = bad
    with np.errstate(invalid="ignore"):
        expected = exact(x, weight, None, spec)
    found = conv2d(x, weight, None, spec, method="winograd")
    assert np.array_equal(np.isnan(found), np.isnan(conv2d(x, weight, None, spec, method="reference")))
    seen = np.isfinite(expected)
    assert_near(found[seen], expected[seen])
