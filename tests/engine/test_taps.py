import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sepviz.engine.conv2d import conv2d
from sepviz.engine.methods import taps
from sepviz.engine.spec import Conv2dSpec

side = st.integers(1, 5)
few = st.integers(1, 3)


@settings(derandomize=True, deadline=None, max_examples=80, database=None)
@given(
    channels=st.integers(1, 4),
    maps=few,
    kernel=st.tuples(side, side),
    stride=st.tuples(side, side),
    dilation=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    padding=st.sampled_from(["same", "valid", ((1, 2), (0, 3)), ((5, 5), (5, 5))]),
    size=st.tuples(st.integers(1, 30), st.integers(1, 30)),
    innermost=st.booleans(),
    strip=st.sampled_from([16, 200, taps.VALUES_PER_STRIP]),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_that_taps_equal_the_loops_on_any_stride_and_dilation(
    channels, maps, kernel, stride, dilation, padding, size, innermost, strip, dtype
):
    spec = Conv2dSpec(
        in_channels=channels,
        out_channels=channels * maps,
        groups=channels,
        kernel_size=kernel,
        stride=stride,
        dilation=dilation,
        padding=padding,
    )
    assume(min(spec.output_size(*size)) >= 1)
    random = np.random.default_rng(1)
    shapes = (channels, *size), spec.weight_shape, (spec.out_channels,)
    x, weight, bias = (random.standard_normal(shape).astype(dtype) for shape in shapes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(taps, "MANY_CHANNELS", 1 if innermost else 100)
        patch.setattr(taps, "VALUES_PER_STRIP", strip)
        found = conv2d(x, weight, bias, spec, method="taps")
    expected = conv2d(x, weight, bias, spec, method="reference")
    assert np.abs(found - expected).max() <= (1e-5 if dtype == np.float32 else 1e-13) * np.abs(expected).max()


def test_that_a_part_holds_the_taps_that_meet_the_same_pixels():
    kernels = np.arange(15.0).reshape(1, 1, 3, 5)
    spec = Conv2dSpec(in_channels=1, out_channels=1, kernel_size=(3, 5), stride=(2, 3), dilation=(1, 2))
    parts = taps._parts(kernels, spec)
    assert sum(part.kernels.size for part in parts) == 15
    assert [part.start for part in parts] == [(0, 0), (0, 2), (0, 4), (1, 0), (1, 2), (1, 4)]
    assert {part.dilations for part in parts} == {(1, 2)}
    assert parts[0].kernels.tolist() == [[[[0, 3], [10, 13]]]]
