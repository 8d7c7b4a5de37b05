"""Promises of films: how many frames, what is read is said, and pixels as large as was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from sepviz.export.animation.film import INSIDE, MARGIN, frame_size, paint_frame, slide_film, slider_film
from sepviz.lab.swept_slider import SweptSlider
from sepviz.study.slide import Crop, Slide
from sepviz.study.study import Study, View

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def slid(noisy):
    def film(most=240, pixels=8, crop=None, **fields):
        slide = Slide(study=Study(picture=noisy(20, 30), **fields), pixels=pixels, crop=crop or Crop())
        return slide_film(slide, slide(), View(), most)

    return film


@pytest.fixture
def swept(noisy):
    def film(field, values, **fields):
        path = SweptSlider(study=Study(picture=noisy(20, 30), **fields), field=field, values=values)()
        return slider_film(path, View(channel=3), whole=False)

    return film


def test_that_every_pixel_has_a_frame_or_as_few_share_one_as_can_be(slid):
    assert slid().count == 8 * 5
    assert slid(most=20).numbers == tuple(range(1, 40, 2))
    assert slid(stride=(2, 2)).count == 4 * 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Read: the whole picture, shrunk to 8 × 5 px."),
        ({"pixels": 64, "most": 600}, "Read: the whole picture. "),
        ({"crop": Crop(share=50)}, "Read: 15 × 10 px of the picture, shrunk to 8 × 5 px."),
        ({"most": 20}, "shrunk to 8 × 5 px, 2 pixels a frame."),
    ],
)
def test_that_it_says_what_is_read(slid, recorded, changes, said):
    words = " ".join(recorded(slid(**changes).frame(0)).texts).replace("\u00a0", " ")
    assert said in words
    assert "Standard and depthwise separable convolution of noise.png" in words


def test_that_a_sweep_says_which_map_is_shown_of_each_layer(swept, recorded):
    film = swept("out_channels", (2, 8))
    words = [" ".join(recorded(film.frame(number)).texts) for number in range(2)]
    assert "Map 1 of each layer." in words[0]
    assert "Map 3 of each layer." in words[1]
    assert "Output channels 8" in words[1]


def test_that_frames_have_the_size_that_is_told_beforehand_and_empty_margins(slid, swept):
    for film in (slid(), swept("seed", (0, 1), out_channels=4)):
        size = frame_size(film.height, 700)
        assert abs(film.frame(0).height(INSIDE) + 2 * MARGIN - size[1] * 960 / 700) < 2
        pixels = paint_frame(film.frame(1), size)
        assert pixels.shape == (size[1], 700, 3)
        painted = np.argwhere(pixels.min(axis=2) < 250)
        margin = MARGIN * 700 / 960 - 3
        assert painted.min() >= margin
        assert painted[:, 0].max() <= size[1] - margin
        assert painted[:, 1].max() <= 700 - margin
