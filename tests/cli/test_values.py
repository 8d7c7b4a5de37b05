"""Promises of what reads typed values: any usual spelling is taken, and a refusal says what would do."""

import pytest

from sepviz.cli.options.values import names, number, one_of, parse_shape, whole
from sepviz.cli.request import UsageError

COLOURS = ("red", "green", "blue")


@pytest.mark.parametrize("text", ["3x32x48", "3X32X48", "3×32×48", " 3 x 32 x 48 ", "3,32,48"])
def test_that_a_shape_is_read_channels_first(text: str) -> None:
    assert parse_shape(text) == (3, 32, 48)


def test_that_a_number_keeps_to_its_limits() -> None:
    read = number("--budget", (0.5, 60.0), "s")
    assert [read("0.5"), read("60")] == [0.5, 60.0]
    for text in ("0.4", "61", "nan", "soon"):
        with pytest.raises(UsageError, match=f"--budget is '{text}'; write a number from 0.5 to 60 s$"):
            read(text)


def test_that_a_whole_number_has_no_sign_and_no_fraction() -> None:
    assert whole("--frames")(" 12 ") == 12
    for text in ("-1", "1.5", "1e3", ""):
        with pytest.raises(UsageError, match="write a whole number"):
            whole("--frames")(text)


def test_that_capitals_do_not_matter_where_one_word_is_chosen() -> None:
    read = one_of("--colour", COLOURS)
    assert read("GREEN") == "green"
    with pytest.raises(UsageError, match="--colour is 'grey'; write red, green or blue"):
        read("grey")


def test_that_each_name_counts_once_and_a_word_may_stand_for_several() -> None:
    read = names("--colours", COLOURS, {"all": COLOURS, "none": ()})
    assert read("blue,red,blue") == ("blue", "red")
    assert (read("all"), read("none")) == (COLOURS, ())
    with pytest.raises(UsageError, match="--colours has 'grey'; write red, green, blue, all or none"):
        read("red,grey")
