import numpy as np
import pytest

from sepviz.engine.conv2d import conv2d
from sepviz.engine.methods import reference
from sepviz.engine.spec import Conv2dSpec


def arrays(spec, height, width):
    random = np.random.default_rng(3)
    shapes = (spec.in_channels, height, width), spec.weight_shape, (spec.out_channels,)
    return [random.standard_normal(shape) for shape in shapes]


@pytest.mark.parametrize("products", [1, 30_000, 10**9])
@pytest.mark.parametrize("size", [(1, 50), (50, 1), (17, 19)])
def test_that_loops_cut_anywhere_give_the_same_sums(products, size, monkeypatch):
    monkeypatch.setattr(reference, "PRODUCTS_PER_STRIP", products)
    spec = Conv2dSpec(
        in_channels=4, out_channels=6, kernel_size=(3, 5), stride=(2, 1), dilation=(1, 2), padding="same", groups=2
    )
    x, weight, bias = arrays(spec, *size)
    found = conv2d(x, weight, bias, spec, method="reference")
    assert np.allclose(found, conv2d(x, weight, bias, spec, method="channels-last"), atol=1e-12)


def test_that_a_strip_of_a_long_row_copies_only_what_it_reads(monkeypatch):
    monkeypatch.setenv("SEPVIZ_THREADS", "1")
    spec = Conv2dSpec(in_channels=3, out_channels=2, kernel_size=7, padding="same")
    x, weight, bias = arrays(spec, 1, 20_000)
    shapes = []
    scratch = reference.scratch
    monkeypatch.setattr(
        reference, "scratch", lambda name, shape, dtype: shapes.append(shape) or scratch(name, shape, dtype)
    )
    conv2d(x, weight, bias, spec, method="reference")
    assert max(np.prod(shape) for shape in shapes) < 3 * 7 * 1000
