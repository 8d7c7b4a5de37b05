import pytest

from sepviz.engine.spec import Conv2dSpec, EngineError


@pytest.mark.parametrize(
    ("height", "kernel", "stride", "pads", "out"),
    [
        (32, 3, 2, (0, 1), 16),
        (33, 3, 2, (1, 1), 17),
        (32, 5, 2, (1, 2), 16),
        (32, 2, 1, (0, 1), 32),
        (32, 4, 1, (1, 2), 32),
    ],
)
def test_that_same_padding_is_tensorflows(height, kernel, stride, pads, out):
    spec = Conv2dSpec(in_channels=1, out_channels=1, kernel_size=kernel, stride=stride, padding="same")
    assert spec.pads(height, height) == (pads, pads)
    assert spec.output_shape(height, height) == (1, out, out)


@pytest.mark.parametrize(
    ("height", "kernel", "stride", "out"), [(32, 3, 2, 16), (33, 3, 2, 17), (32, 2, 1, 31), (32, 4, 1, 31)]
)
def test_that_a_symmetric_pad_gives_the_size_of_the_formula(height, kernel, stride, out):
    spec = Conv2dSpec(in_channels=1, out_channels=1, kernel_size=kernel, stride=stride, padding=(kernel - 1) // 2)
    assert spec.output_size(height, height) == (out, out)


def test_that_numbers_become_pairs_height_first():
    spec = Conv2dSpec(in_channels=2, out_channels=2, kernel_size=(3, 5), stride=2, dilation=(1, 2), padding=(1, 2))
    assert (spec.kernel, spec.strides, spec.dilations, spec.extent) == ((3, 5), (2, 2), (1, 2), (3, 9))
    assert spec.pads(9, 9) == ((1, 1), (2, 2))


def test_that_the_article_counts_its_parameters():
    standard = Conv2dSpec(in_channels=3, out_channels=64)
    depthwise = Conv2dSpec(in_channels=3, out_channels=3, groups=3)
    pointwise = Conv2dSpec(in_channels=3, out_channels=64, kernel_size=1)
    assert (standard.parameters(), depthwise.parameters() + pointwise.parameters()) == (1728, 219)
    assert standard.macs(32, 32) == 1_555_200
    assert depthwise.macs(32, 32) + pointwise.macs(30, 30) == 197_100


def test_that_depthwise_and_pointwise_are_values():
    assert Conv2dSpec(in_channels=4, out_channels=8, groups=4).is_depthwise
    assert Conv2dSpec(in_channels=4, out_channels=8, kernel_size=1, padding="same").is_pointwise
    assert not Conv2dSpec(in_channels=4, out_channels=8, kernel_size=1, padding=1).is_pointwise
    assert not Conv2dSpec(in_channels=4, out_channels=8, kernel_size=1, stride=2).is_pointwise


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"in_channels": 0}, "in_channels"),
        ({"out_channels": 5, "groups": 3}, "out_channels is 5"),
        ({"in_channels": 4, "out_channels": 6, "groups": 3}, "in_channels is 4"),
        ({"kernel_size": 0}, "kernel_size"),
        ({"kernel_size": 2.5}, "kernel_size is 2.5"),
        ({"stride": (1, 0)}, "stride"),
        ({"dilation": "x"}, "dilation"),
        ({"padding": "full"}, "'full'"),
        ({"padding": -1}, "padding"),
    ],
)
def test_that_an_impossible_layer_is_refused_by_name(fields, named):
    with pytest.raises(EngineError, match=named):
        Conv2dSpec(**({"in_channels": 3, "out_channels": 3} | fields))


def test_that_a_kernel_larger_than_its_input_says_both_sizes():
    with pytest.raises(EngineError, match=r"9 . 9 pixels, more than the padded input of 7 . 8"):
        Conv2dSpec(in_channels=1, out_channels=1, kernel_size=9, padding=1).output_shape(5, 6)
