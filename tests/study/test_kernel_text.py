"""Kernels written as text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sepviz.study.kernel_text import MAX_CHARACTERS, KernelTextError, format_kernel, parse_kernel

WRITTEN = [[1.5, -2, 0.25], [0, 1, -0.5]]


@pytest.mark.parametrize(
    "text",
    [
        "1.5\t-2\t0.25\n0\t1\t-.5",
        "1,5\t-2\t0,25\r\n0\t1\t-,5\r\n",
        "1.5,-2,0.25\n0,1,-0.5\n",
        "1.5, -2, 0.25\n0, 1, -0.5",
        "1,5;-2;0,25\n0;1;-0,5",
        "1.5; -2; 2.5e-1\n+0; 1.; -5E-1",
        "1,5 -2 0,25\n0 1 -0,5",
        "  1.5   -2 0.25  \n 0 1 -0.5",
        "1.5\t\N{MINUS SIGN}2\t0.25\n0\t1\t\N{MINUS SIGN}0.5",
    ],
)
def test_that_every_way_of_writing_gives_the_same_kernel(text: str) -> None:
    kernel = parse_kernel(text, 2, 3)
    assert kernel.dtype == np.float32
    assert kernel.tolist() == WRITTEN
    assert not kernel.flags.writeable


def test_that_a_comma_is_a_decimal_comma_where_there_is_one_column() -> None:
    assert parse_kernel("1,5\n2,5", 2, 1).tolist() == [[1.5], [2.5]]
    assert parse_kernel("1,5", 1, 2).tolist() == [[1, 5]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1\t2\t3", "1 row; the kernel has 2"),
        ("1\t2\t3\n4\t5", "row 1 has 2 columns .*4 | 5.*; the kernel has 3"),
        ("1\t2\t3\n4\tfive\t6", "row 1, column 1 is 'five'"),
        ("1\t\t3\n4\t5\t6", "row 0, column 1 is empty"),
        ("1\t2\tnan\n4\t5\t6", "row 0, column 2 is 'nan'"),
        ("1\t2\t3\n4\t5\t1e39", "row 1, column 2 is '1e39', above"),
        ("1.234,5\t2\t3\n4\t5\t6", "row 0, column 0 is '1.234,5'"),
        ("1\t2\t\N{ARABIC-INDIC DIGIT THREE}\n4\t5\t6", "row 0, column 2"),
        ("1\t2\t3\n4\t5\t\x1b[31m", "row 1, column 2 is '\N{REPLACEMENT CHARACTER}"),
        ("", "1 row; the kernel has 2"),
        ("1" * (MAX_CHARACTERS + 1), f"above {MAX_CHARACTERS:,}"),
    ],
)
def test_that_what_is_no_kernel_is_refused_by_row_column_and_text(text: str, message: str) -> None:
    with pytest.raises(KernelTextError, match=message):
        parse_kernel(text, 2, 3)


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(1, 5), st.integers(1, 5)),
        elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
    )
)
def test_that_a_formatted_kernel_reads_back_exactly(kernel: np.ndarray) -> None:
    np.testing.assert_array_equal(parse_kernel(format_kernel(kernel), *kernel.shape), kernel)


@given(st.text(max_size=40), st.integers(1, 3), st.integers(1, 3))
def test_that_any_text_is_a_kernel_or_refused(text: str, height: int, width: int) -> None:
    try:
        kernel = parse_kernel(text, height, width)
    except KernelTextError:
        return
    assert kernel.shape == (height, width)
    assert np.isfinite(kernel).all()
