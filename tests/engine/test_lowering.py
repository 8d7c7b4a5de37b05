import numpy as np
import pytest

from sepviz.engine.conv2d import conv2d, prepare
from sepviz.engine.methods import lowering, planar, pointwise, winograd
from sepviz.engine.methods.lowering import Strips, maps_at_once, pad, spans
from sepviz.engine.spec import Conv2dSpec


def test_that_spans_cut_a_length_into_nearly_equal_pieces():
    assert spans(10, 4) == [(0, 3), (3, 6), (6, 10)]
    assert spans(3, 0) == [(0, 1), (1, 2), (2, 3)]
    assert spans(5, 100) == [(0, 5)]


def test_that_there_is_a_strip_for_every_combination_in_order():
    done = []
    strips = Strips(lambda *items: done.append(items), range(2), [(0, 4), (4, 9)], "abc")
    for strip in strips:
        strip()
    assert len(strips) == len(set(done)) == 12
    assert done[0] == (0, (0, 4), "a")
    assert done[-1] == (1, (4, 9), "c")
    assert done == sorted(done)
    with pytest.raises(IndexError):
        strips[12]


def test_that_strips_of_no_items_are_none():
    assert list(Strips(print, range(3), [])) == []


@pytest.mark.parametrize(
    ("start", "step", "expected"),
    [
        ((0, 0), (1, 1), [[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
        ((-1, 1), (1, 1), [[0, 0, 0], [2, 3, 0], [5, 6, 0]]),
        ((-1, -2), (2, 2), [[0, 0, 0], [0, 4, 6], [0, 0, 0]]),
        ((1, 2), (5, 3), [[6, 0, 0], [0, 0, 0], [0, 0, 0]]),
        ((9, 9), (1, 1), [[0, 0, 0], [0, 0, 0], [0, 0, 0]]),
        ((-9, -9), (1, 1), [[0, 0, 0], [0, 0, 0], [0, 0, 0]]),
    ],
)
def test_that_what_lies_outside_the_input_is_zero(start, step, expected):
    x = np.arange(1, 10, dtype=np.float32).reshape(1, 3, 3)
    target = np.full((1, 3, 3), np.nan, np.float32)
    pad(target, x, start, step)
    assert target[0].tolist() == expected


def test_that_a_product_over_few_pixels_counts_as_one_over_more(monkeypatch):
    monkeypatch.setattr(lowering, "MACS_PER_STRIP", 16_000)
    assert maps_at_once(10, 1) == maps_at_once(10, 16) == 100
    assert maps_at_once(10, 160) == 10
    assert maps_at_once(10**9, 1) == 1


@pytest.mark.parametrize(
    ("method", "kernel"), [("planar", 5), ("channels-last", 5), ("winograd", 3), ("pointwise", 1), ("planar", 1)]
)
def test_that_a_layer_of_much_work_is_cut_between_its_maps_too(method, kernel, monkeypatch):
    monkeypatch.setenv("SEPVIZ_THREADS", "1")
    spec = Conv2dSpec(in_channels=80, out_channels=150, kernel_size=kernel, padding="same" if kernel > 1 else "valid")
    random = np.random.default_rng(0)
    x, weight = (random.standard_normal(shape).astype(np.float32) for shape in ((80, 7, 40), spec.weight_shape))
    bias = np.arange(150, dtype=np.float32)
    whole, heard = conv2d(x, weight, bias, spec, method=method), []
    for module in (lowering, planar, winograd, pointwise):
        monkeypatch.setattr(module, "MACS_PER_STRIP", 200_000)
    plan = prepare(weight, bias, spec, method)
    plan.lowering(x.dtype)
    cut = plan(x, heard.append)
    assert np.allclose(cut, whole, atol=1e-4 * np.abs(whole).max())
    assert len(heard) >= spec.macs(7, 40) / 16 / 200_000
    assert heard == sorted(heard)
