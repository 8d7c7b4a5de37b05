"""Promises of numbers in small cells: as many decimals as fit, in a size that fits."""

from __future__ import annotations

import pytest

from sepviz.gui.views.cell_numbers import SIZES, decimals, figures, number, number_form, number_type


@pytest.mark.parametrize(
    ("peak", "characters", "expected"),
    [(1.0, 5, 2), (0.5, 5, 3), (0.5, 2, None), (0.5, 3, None), (0.07, 4, 2), (25.0, 4, 0), (0.0004, 9, None)],
)
def test_that_numbers_have_as_many_decimals_as_there_is_room_for(peak, characters, expected):
    assert decimals(peak, lambda text: len(text) <= characters) == expected


def test_that_numbers_are_short():
    assert [number(value, 2) for value in (0.25, -0.25, 1.5, 0.999, 0.001)] == [".25", "−.25", "1.50", "1.00", "0"]


def test_that_a_number_is_centred_on_its_place(app):
    laid = figures("−.25", SIZES[0])
    assert len(laid.glyphs) == 4
    assert laid.offsets[0] < 0 < laid.offsets[-1]


def test_that_narrow_cells_have_smaller_type_and_then_no_numbers(app):
    wide, none = number_form(0.5, 46.0, True), number_form(0.5, 10.0, True)
    assert wide == (SIZES[0], 3)
    assert none[1] is None
    assert {number_form(0.5, width / 2, True)[0] for width in range(20, 92)} == set(SIZES)


def test_that_type_grows_smaller_before_the_second_decimal_goes(app):
    widths = [number_type(pixels).glyphs for pixels in SIZES]
    large, small = (sum(glyphs[character][1] for character in "−1.10") for glyphs in widths)
    assert number_form(1.1, large + 2, True) == (SIZES[0], 2)
    assert number_form(1.1, small + 2, True) == (SIZES[1], 2)
    assert number_form(1.1, small + 1, True) == (SIZES[0], 1)
