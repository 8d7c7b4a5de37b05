import pytest

from sepviz.engine.spec import EngineError
from sepviz.lab.case import case_of, compared, numbers_of, swept
from sepviz.study.study import Study

SHAPE = 3, 32, 32


def test_that_only_standard_against_depthwise_separable_is_the_classic_pair() -> None:
    assert case_of(Study(), SHAPE).is_classic
    assert not case_of(Study(baseline="depthwise-separable", candidate="standard"), SHAPE).is_classic
    assert not case_of(Study(candidate="blueprint-separable"), SHAPE).is_classic


def test_that_the_area_of_a_kernel_that_is_not_square_is_height_times_width() -> None:
    assert case_of(Study(kernel_size=(3, 5)), SHAPE).area == 15


def test_that_both_layers_are_compared_with_their_units() -> None:
    case = case_of(Study(), SHAPE)
    assert compared(case, "params") == (
        "B: Depthwise separable has 219 parameters, A: Standard has 1,728 parameters: 7.89× fewer"
    )
    assert numbers_of(case, "macs") == (
        *(
            ("A: Standard", "1,769,472 MACs"),
            ("B: Depthwise separable", "224,256 MACs"),
            ("B against A", "7.89× fewer"),
        ),
    )


def test_that_a_sweep_leaves_out_what_cannot_be() -> None:
    case = case_of(Study(candidate="grouped", groups=3, out_channels=63), SHAPE)
    x, costs = swept(case, "out_channels", [64, 3, 6])
    assert x == (3, 6)
    assert [each.ratio("macs") for each in costs] == [3, 3]


def test_that_a_layer_that_cannot_be_is_refused() -> None:
    with pytest.raises(EngineError, match="kernel spans"):
        case_of(Study(kernel_size=(9, 9), padding="valid"), (3, 4, 4))
