"""Promises of numbers in small cells: as many decimals as fit, in a size that fits."""

from __future__ import annotations

import pytest

from sepviz.gui.views.cell_numbers import SIZES, decimals, figures, number, number_form


@pytest.mark.parametrize(
    ("peak", "characters", "expected"),
    [(1.0, 5, 2), (0.5, 5, 3), (0.5, 2, None), (0.5, 3, None), (0.07, 4, 2), (25.0, 4, 0), (0.0004, 9, None)],
)
def test_that_numbers_have_as_many_decimals_as_there_is_room_for(peak, characters, expected):
    assert decimals(peak, characters) == expected


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
