import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sepviz.engine.block import BLOCKS, Block, Geometry, Layer, build_block, run_block
from sepviz.engine.conv2d import conv2d
from sepviz.engine.explain import (
    explain_block,
    explain_pixel,
    lines_touching_padding,
    operations_until,
    reached_block_outputs,
    reached_channels,
    reached_outputs,
    receptive_field,
    touching_padding,
)
from sepviz.engine.spec import Conv2dSpec, EngineError
from sepviz.engine.weights import LayerWeights, block_weights

small = st.integers(1, 3)
pads = st.one_of(st.sampled_from(["same", "valid"]), st.tuples(*[st.tuples(st.integers(0, 3), st.integers(0, 3))] * 2))


@st.composite
def layers(draw):
    groups, per_group = draw(small), draw(st.sampled_from([1, 1, 2, 5]))
    spec = Conv2dSpec(
        in_channels=groups * per_group,
        out_channels=groups * draw(small),
        kernel_size=(draw(st.integers(1, 5)), draw(st.integers(1, 5))),
        stride=(draw(small), draw(small)),
        dilation=(draw(small), draw(small)),
        padding=draw(pads),
        groups=groups,
        bias=draw(st.booleans()),
    )
    height, width = draw(st.integers(1, 14)), draw(st.integers(1, 14))
    assume(min(spec.output_size(height, width)) >= 1)
    return spec, height, width


@st.composite
def blocks(draw):
    kind = draw(st.sampled_from(list(BLOCKS)))
    channels = draw(small)
    geometry = Geometry(
        in_channels=channels,
        out_channels=channels * draw(small),
        kernel_size=(draw(st.integers(1, 4)), draw(st.integers(1, 4))),
        stride=(draw(small), draw(small)),
        padding=draw(pads),
        dilation=(draw(small), draw(small)),
        bias=draw(st.booleans()),
        depth_multiplier=draw(small),
        groups=channels,
    )
    block = build_block(kind, geometry, draw(st.sampled_from(["none", "relu", "relu6"])))
    height, width = draw(st.integers(4, 12)), draw(st.integers(4, 12))
    assume(min(block.layers[0].spec.output_size(height, width)) >= 1)
    assume(min(block.layers[-1].spec.output_size(*block.layers[0].spec.output_size(height, width))) >= 1)
    return block, height, width


def run(block, height, width, seed):
    x = np.random.default_rng(seed).standard_normal((block.layers[0].spec.in_channels, height, width))
    x = x.astype(np.float32) * 4  # so that ReLU6 cuts at both ends
    return run_block(block, block_weights(block, "kaiming-normal", seed), x), x


def one_layer(spec, height, width, seed=0):
    return run(Block(kind="standard", layers=(Layer(name="layer", spec=spec),)), height, width, seed)


def some_pixel(data, maps):
    return tuple(data.draw(st.integers(0, side - 1)) for side in maps.shape)


def near(value, expected, maps):
    return abs(value - expected) <= 1e-5 * max(np.abs(maps).max(), 1e-30)


@settings(max_examples=150)
@given(layer=layers(), seed=st.integers(0, 9), data=st.data())
def test_that_the_terms_of_a_pixel_add_up_to_the_engines_value(layer, seed, data):
    trace, x = one_layer(*layer, seed)
    pixel = some_pixel(data, trace.output)
    terms = explain_pixel(trace, x, 0, *pixel)
    assert near(terms.total, trace.output[pixel], trace.output)
    assert near(terms.value, terms.computed, trace.output)
    assert terms.computed == trace.output[pixel]
    assert np.isclose(terms.products.sum() + terms.bias, terms.total)
    assert terms.patches.shape == terms.kernel.shape == layer[0].weight_shape[1:]


@given(layer=layers(), seed=st.integers(0, 9), data=st.data())
def test_that_patches_hold_the_pictures_own_values_and_zeros_for_padding(layer, seed, data):
    spec, height, width = layer
    trace, x = one_layer(spec, height, width, seed)
    terms = explain_pixel(trace, x, 0, *some_pixel(data, trace.output))
    for tap in np.ndindex(spec.kernel):
        row, column = terms.field.rows[tap[0]], terms.field.columns[tap[1]]
        inside = 0 <= row < height and 0 <= column < width
        assert terms.field.is_padding[tap] == (not inside)
        expected = x[terms.in_channels, row, column] if inside else 0
        assert np.array_equal(terms.patches[:, *tap], np.broadcast_to(expected, len(terms.in_channels)))


@settings(max_examples=150)
@given(case=blocks(), seed=st.integers(0, 9), data=st.data())
def test_that_every_value_that_feeds_a_block_pixel_is_explained_with_its_activation(case, seed, data):
    trace, x = run(*case, seed)
    pixel = some_pixel(data, trace.output)
    terms = explain_block(trace, x, *pixel)
    assert near(terms.last.value, trace.output[pixel], trace.output)
    if len(trace.activations) == 1:
        assert terms.feeding == ()
        return
    maps = trace.activations[-2]
    assert all(near(one.value, maps[one.channel, one.y, one.x], maps) for one in terms.feeding)
    # the feeding values are exactly the taps of the last layer that are not padding, in their order
    read = terms.last.patches[:, ~terms.last.field.is_padding].ravel()
    assert np.array_equal([one.computed for one in terms.feeding], read)


def test_that_a_separable_pixel_is_a_mix_of_one_sum_for_each_depthwise_map():
    geometry = Geometry(in_channels=3, out_channels=8, depth_multiplier=2, stride=(2, 2), bias=True)
    trace, x = run(build_block("depthwise-separable", geometry, "relu"), 9, 9, 1)
    terms = explain_block(trace, x, 5, 2, 3)
    assert [(one.channel, one.y, one.x) for one in terms.feeding] == [(channel, 2, 3) for channel in range(6)]
    assert [list(one.in_channels) for one in terms.feeding] == [[0], [0], [1], [1], [2], [2]]
    weights = trace.weights[1]
    mixed = np.dot([one.value for one in terms.feeding], weights.kernel[5, :, 0, 0])
    assert terms.last.total == pytest.approx(mixed + weights.bias[5], rel=1e-5)
    assert {one.activation for one in terms.feeding} == {"relu"}
    assert terms.last.activation == "none"


@given(layer=layers(), data=st.data())
def test_that_a_reached_output_is_one_that_an_impulse_lights_up(layer, data):
    spec, height, width = layer
    y, x = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    impulse = np.zeros((spec.in_channels, height, width), np.float32)
    impulse[0, y, x] = 1
    lit = conv2d(impulse, np.ones(spec.weight_shape, np.float32), None, spec) > 0.5
    rows, columns = reached_outputs(spec, height, width, y, x)
    expected = np.zeros(lit.shape, bool)
    expected[np.ix_(reached_channels(spec, 0), rows, columns)] = True
    assert np.array_equal(lit, expected)


@given(case=blocks(), data=st.data())
def test_that_reach_passes_through_all_layers_of_a_block(case, data):
    block, height, width = case
    y, x = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    maps = np.zeros((block.layers[0].spec.in_channels, height, width), np.float32)
    maps[:, y, x] = 1
    for layer in block.layers:
        maps = conv2d(maps, np.ones(layer.spec.weight_shape, np.float32), None, layer.spec)
    rows, columns = reached_block_outputs(block, height, width, y, x)
    expected = np.zeros(maps.shape[1:], bool)
    expected[np.ix_(rows, columns)] = True
    assert np.array_equal(maps[0] > 0.5, expected)


def test_that_a_stride_leaves_pixels_that_no_output_reads():
    spec = Conv2dSpec(in_channels=1, out_channels=1, kernel_size=1, stride=2)
    assert reached_outputs(spec, 4, 4, 1, 0) == ((), (0,))


def test_that_a_dilation_reaches_outputs_with_gaps():
    spec = Conv2dSpec(in_channels=1, out_channels=1, kernel_size=3, dilation=2, padding="same")
    assert reached_outputs(spec, 9, 9, 4, 0) == ((2, 4, 6), (0, 2))


@given(layer=layers())
def test_that_touching_padding_is_having_a_padded_tap(layer):
    spec, height, width = layer
    touched = touching_padding(spec, height, width)
    for y, x in np.ndindex(touched.shape):
        assert touched[y, x] == receptive_field(spec, height, width, y, x).is_padding.any()


@given(case=blocks())
def test_that_padding_has_a_part_wherever_ones_do_not_give_the_full_sum(case):
    block, height, width = case
    maps = np.ones((block.layers[0].spec.in_channels, height, width), np.float32)
    for layer in block.layers:
        maps = conv2d(maps, np.ones(layer.spec.weight_shape, np.float32), None, layer.spec)
    full = np.prod([float(np.prod(layer.spec.weight_shape[1:])) for layer in block.layers])
    touched = maps[0] < full - 0.5
    rows, columns = lines_touching_padding(block, height, width)
    assert rows == tuple(np.flatnonzero(touched.all(axis=1)))
    assert columns == tuple(np.flatnonzero(touched.all(axis=0)))
    touched[list(rows)] = touched[:, list(columns)] = False
    assert not touched.any()


@given(layer=layers())
def test_that_the_window_has_done_all_macs_at_the_last_pixel(layer):
    spec, height, width = layer
    out_h, out_w = size = spec.output_size(height, width)
    done = [operations_until(spec, size, y, x) for y in range(out_h) for x in range(out_w)]
    assert done[-1] == spec.macs(height, width)
    assert set(np.diff([0, *done])) == {done[0]}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ((1, 0, 0, 0), "layer is 1; there are 1"),
        ((0, 4, 0, 0), "map is 4; there are 4: take 0 to 3"),
        ((0, 0, -1, 0), "row is -1; there are 6"),
        ((0, 0, 0, 7), "column is 7; there are 7"),
    ],
)
def test_that_a_pixel_outside_is_refused_by_name(place, words):
    trace, x = one_layer(Conv2dSpec(in_channels=2, out_channels=4, padding="same"), 6, 7)
    with pytest.raises(EngineError, match=words):
        explain_pixel(trace, x, *place)


def test_that_another_input_than_the_traces_is_refused():
    trace, x = one_layer(Conv2dSpec(in_channels=2, out_channels=4), 6, 7)
    with pytest.raises(EngineError, match="give the trace's input"):
        explain_pixel(trace, x[:, :-1], 0, 0, 0, 0)


def test_that_a_window_outside_the_output_is_refused():
    with pytest.raises(EngineError, match="column is 5"):
        operations_until(Conv2dSpec(in_channels=1, out_channels=1), (4, 5), 0, 5)


def test_that_terms_cannot_be_written_to():
    trace, x = one_layer(Conv2dSpec(in_channels=1, out_channels=1, padding="same"), 4, 4)
    terms = explain_pixel(trace, x, 0, 0, 0, 0)
    with pytest.raises(ValueError, match="read-only"):
        terms.patches[:] = 0
    with pytest.raises(ValueError, match="read-only"):
        terms.kernel[:] = 0


def test_that_terms_are_exact_where_float32_is():
    spec = Conv2dSpec(in_channels=1, out_channels=1, padding="same")
    block = Block(kind="standard", layers=(Layer(name="standard", spec=spec),))
    kernel = np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3)
    x = np.arange(1, 17, dtype=np.float32).reshape(1, 4, 4)
    terms = explain_pixel(run_block(block, (LayerWeights(kernel=kernel, bias=None),), x), x, 0, 0, 0, 1)
    assert terms.field.rows == (-1, 0, 1)
    assert terms.field.columns == (0, 1, 2)
    assert terms.patches[0].tolist() == [[0, 0, 0], [1, 2, 3], [5, 6, 7]]
    assert terms.sums.tolist() == [3 + 8 + 15 + 30 + 42 + 56]
    assert terms.total == terms.value == terms.computed == 154
