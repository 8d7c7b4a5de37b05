from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sepviz.study.source import SourceError, fitted_size, open_picture, picture_from_array


def test_that_a_negative_size_is_refused() -> None:
    with pytest.raises(SourceError, match="size is -1"):
        fitted_size(open_picture("pattern:step"), -1)


@pytest.mark.parametrize(
    "pixels",
    [
        *(np.zeros(shape, np.uint8) for shape in [(0, 4), (4, 4, 4), (4,)]),
        *(np.zeros((4, 4), np.int32), np.full((4, 4), 2.0), np.full((4, 4), np.nan)),
    ],
)
def test_that_an_array_that_is_no_picture_is_refused(pixels: np.ndarray[Any, Any]) -> None:
    with pytest.raises(SourceError, match="array"):
        picture_from_array(pixels, "array")


def test_that_a_picture_from_an_array_is_a_copy() -> None:
    pixels = np.zeros((4, 4))
    picture = picture_from_array(pixels, "a", "sample:a")
    pixels[:] = 1
    assert (picture.pixels == 0).all()
    assert (picture.location, picture.mode, picture.pixels.dtype) == ("sample:a", "F", np.float32)


def test_that_place_and_content_make_the_identity_and_nothing_else() -> None:
    black, white = np.zeros((4, 4), np.uint8), np.full((4, 4), 255, np.uint8)
    assert picture_from_array(black, "one") == picture_from_array(black, "other")
    assert picture_from_array(black, "a", "sample:a") != picture_from_array(white, "a", "sample:a")
    assert picture_from_array(black, "a", "sample:a") != picture_from_array(black, "a", "sample:b")


def test_that_the_same_bytes_in_another_shape_or_type_are_another_picture() -> None:
    pixels = np.zeros((4, 8), np.uint8)
    others = [pixels.reshape(8, 4), np.zeros((4, 2), np.float32), pixels]
    digests = [picture_from_array(each, "a").digest for each in others]
    assert len(set(digests)) == 3
    assert digests[2] == picture_from_array(pixels, "b").digest


def test_that_a_title_is_one_line_that_can_be_written() -> None:
    name = picture_from_array(np.zeros((1, 1)), "a\nb\udc80\x1b[31m ä 猫").name
    assert name.replace("\N{REPLACEMENT CHARACTER}", "?") == "a?b??[31m ä 猫"
