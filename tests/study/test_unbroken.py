"""Promises of where lines may break: between words, never between a number and its unit."""

from __future__ import annotations

import pytest

from sepviz.study.quantity import QUANTITIES, unbroken

SPACE = "\u00a0"


@pytest.mark.parametrize(
    "text",
    ["4.41 ms", "17.6 %", "1,728 parameters", "1.77 M MACs", "1 map", "3 × 341 × 512", "1.56 – 1.72", "29.5 GB/s"],
)
def test_that_a_number_and_its_unit_stay_in_one_piece(text):
    assert unbroken(f"is {text} here") == f"is {text.replace(' ', SPACE)} here"


def test_that_other_words_may_be_parted_from_a_number():
    assert unbroken("In 2017 many took 3 at most") == "In 2017 many took 3 at most"


@pytest.mark.parametrize(
    ("name", "ratio", "said"),
    [("params", 7.89, "7.89× fewer"), ("bytes", 0.918, "1.09× more"), ("seconds", 1.62, "1.62× less")],
)
def test_that_a_ratio_is_said_as_what_it_means_for_the_candidate(name, ratio, said):
    assert QUANTITIES[name].change(ratio) == said


def test_that_an_interval_is_turned_as_its_ratio_is():
    seconds = QUANTITIES["seconds"]
    assert seconds.interval(0.5, 0.4, 0.625) == "1.60–2.50"
    assert seconds.interval(1.01, 0.97, 1.04) == "0.970–1.04"
