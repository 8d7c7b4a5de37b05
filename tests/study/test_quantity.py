"""Promises of how quantities are written."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepviz.study.quantity import (
    COUNTED,
    QUANTITIES,
    compact,
    count,
    counted,
    data_size,
    duration,
    intensity,
    log_text,
    ratio,
    shape,
    significant,
    time_unit,
    unit_for,
)


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (count, 1_769_472, "1,769,472"),
        (count, 0, "0"),
        (count, -1_234, "−1,234"),
        (significant, -0.66144, "−0.661"),
        (significant, -math.inf, "−∞"),
        (compact, -1_500, "−1.50 k"),
        (compact, 0, "0"),
        (compact, 219, "219"),
        (compact, 999, "999"),
        (compact, 1_000, "1.00 k"),
        (compact, 1_769_472, "1.77 M"),
        (compact, 999_499, "999 k"),
        (compact, 999_500, "1.00 M"),
        (compact, 2_500_000_000_000, "2.50 T"),
        (compact, 12.345, "12.3"),
        (data_size, 512, "512 B"),
        (data_size, 5_423_104, "5.42 MB"),
        (data_size, 1_500, "1.50 kB"),
        (duration, 0.004406, "4.41 ms"),
        (duration, 2.0, "2.00 s"),
        (duration, 0.0009996, "1.00 ms"),
        (duration, 12.34e-6, "12.3 µs"),
        (duration, 3e-9, "3.00 ns"),
        (duration, 0, "0 s"),
        (duration, 123.4, "123 s"),
        (ratio, 7.8904, "7.89×"),
        (ratio, 8, "8.00×"),
        (ratio, 0.9381, "0.938×"),
        (ratio, 99.96, "100×"),
        (ratio, 12_345.6, "12,346×"),
        (ratio, math.inf, "∞×"),
        (intensity, 12.5756, "12.58 FLOP/byte"),
        (shape, (64, 32, 32), "64 × 32 × 32"),
        (shape, (3, 10_000, 10_000), "3 × 10,000 × 10,000"),
    ],
)
def test_that_each_quantity_is_written_in_its_own_way(write, value, text):
    assert write(value) == text


@given(st.floats(min_value=1e-6, max_value=1e12))
def test_that_rounding_costs_at_most_half_a_percent(value):
    assert float(significant(value).replace(",", "")) == pytest.approx(value, rel=5.01e-3)


@given(st.floats(min_value=1e-9, max_value=1e6))
def test_that_a_time_is_written_with_at_least_one_whole_unit(seconds):
    number, unit = duration(seconds).split()
    assert float(number.replace(",", "")) >= 1
    assert unit == "s" or float(number.replace(",", "")) < 1000
    assert time_unit(seconds)[1] == unit


def test_that_not_a_number_is_not_written_as_one():
    assert significant(math.nan) == "—"


@pytest.mark.parametrize(
    ("name", "baseline", "candidate", "words"),
    [
        ("params", 1728, 219, "7.89× fewer"),
        ("bytes", 275_200, 293_000, "1.06× more"),
        ("macs", 27, 30, "1.11× more"),
        ("params", 64, 64, "equal"),
        ("intensity", 12.58, 1.5, "8.39× lower"),
        ("intensity", 1.5, 12.58, "8.39× higher"),
        ("seconds", 0.002, 0.001, "2.00× less time"),
        ("macs", 100_000, 100_001, "<1.01× more"),
        ("macs", 100_001, 100_000, "<1.01× fewer"),
        ("seconds", 0.0, 1.0, "more time"),
    ],
)
def test_that_the_verdict_says_which_way_and_by_how_much(name, baseline, candidate, words):
    assert QUANTITIES[name].verdict(baseline, candidate) == words


def test_that_every_quantity_is_written_with_its_unit():
    written = {name: quantity.write(1728) for name, quantity in QUANTITIES.items()}
    assert written == {
        "params": "1,728 parameters",
        "macs": "1,728 MACs",
        "bytes": "1,728 bytes",
        "intensity": "1,728.00 FLOP/byte",
        "seconds": "1,728 s",
    }


def test_that_only_time_is_measured():
    assert [quantity.name for quantity in COUNTED] == ["params", "macs", "bytes", "intensity"]


def test_that_a_column_shows_the_exact_number_without_its_unit():
    assert QUANTITIES["macs"].number(1_769_472) == "1,769,472"
    assert QUANTITIES["intensity"].number(12.5756) == "12.58"
    assert QUANTITIES["seconds"].number(0.0044) == "4.40 ms"


@pytest.mark.parametrize(
    ("value", "decades", "text"),
    [
        (1, 5, "1"),
        (1000, 5, "1,000"),
        (0.01, 5, "0.01"),
        (2, 5, ""),
        (2, 1, "2"),
        (0.05, 1, "0.05"),
        (3, 1, ""),
        (3, 0.5, "3"),
        (1e6, 5, "10⁶"),
        (2e6, 1, "2·10⁶"),
        (1e-5, 5, "10⁻⁵"),
        (999.9999, 5, "1,000"),
    ],
)
def test_that_only_numbers_with_room_on_an_axis_are_named(value, decades, text):
    assert log_text(math.log10(value), decades) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1, "maps", "1 map"),
        (0, "maps", "0 maps"),
        (2_048, "frames", "2,048 frames"),
        (1, "px", "1 px"),
        (1, "paired repeats", "1 paired repeat"),
        (1, "MACs", "1 MAC"),
    ],
)
def test_that_one_of_a_thing_is_not_written_in_the_plural(value, unit, text):
    assert counted(value, unit) == text


def test_that_the_sign_of_a_second_is_no_plural():
    assert unit_for(1, "s") == "s"


@pytest.mark.parametrize("quantity", COUNTED, ids=lambda one: one.name)
@pytest.mark.parametrize("value", [1, 7])
def test_that_the_number_of_a_column_comes_without_its_unit_also_for_one(quantity, value):
    assert not any(letter.isalpha() for letter in quantity.number(value).removesuffix("FLOP/byte"))
