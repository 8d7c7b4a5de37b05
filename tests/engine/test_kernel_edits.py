"""Edits of one kernel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sepviz.engine.kernel_edits import EDITS
from sepviz.engine.spec import EngineError

KERNEL = np.array([[1, 2, 3], [4, 5, 6]], np.float32)
kernels = arrays(np.float32, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.floats(-8, 8, width=32))


@pytest.mark.parametrize(
    ("name", "edited"),
    [
        ("flip-horizontally", [[3, 2, 1], [6, 5, 4]]),
        ("flip-vertically", [[4, 5, 6], [1, 2, 3]]),
        ("rotate", [[3, 6], [2, 5], [1, 4]]),
        ("zero-mean", [[-2.5, -1.5, -0.5], [0.5, 1.5, 2.5]]),
        ("negate", [[-1, -2, -3], [-4, -5, -6]]),
    ],
)
def test_that_an_edit_does_what_its_name_says(name: str, edited: list[list[float]]) -> None:
    assert EDITS[name](KERNEL).tolist() == edited


def test_that_every_edit_is_described() -> None:
    assert all(name == edit.name and edit.label and edit.help.endswith(".") for name, edit in EDITS.items())


@given(kernels)
def test_that_normalising_brings_the_absolute_sum_to_one(kernel: np.ndarray) -> None:
    total = np.abs(EDITS["normalise"](kernel).astype(float)).sum()
    assert total == pytest.approx(1 if kernel.any() else 0, abs=1e-6)


@given(kernels)
def test_that_a_zero_mean_kernel_sums_to_nothing(kernel: np.ndarray) -> None:
    assert EDITS["zero-mean"](kernel).sum(dtype=float) == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "times"), [("flip-horizontally", 2), ("flip-vertically", 2), ("rotate", 4), ("negate", 2)]
)
@given(kernel=kernels)
def test_that_turning_back_restores_the_kernel(name: str, times: int, kernel: np.ndarray) -> None:
    edited = kernel
    for _ in range(times):
        edited = EDITS[name](edited)
    np.testing.assert_array_equal(edited, kernel)


@pytest.mark.parametrize("name", EDITS)
def test_that_an_edit_leaves_its_kernel_alone_and_returns_read_only_float32(name: str) -> None:
    kernel = KERNEL.copy()
    edited = EDITS[name](kernel)
    assert edited.dtype == np.float32
    assert not edited.flags.writeable
    assert not np.shares_memory(edited, kernel)
    np.testing.assert_array_equal(kernel, KERNEL)


@pytest.mark.parametrize("shape", [(3,), (1, 3, 3), (0, 3)])
def test_that_what_is_no_kernel_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(EngineError, match=r"must be \(height, width\)"):
        EDITS["negate"](np.zeros(shape))
