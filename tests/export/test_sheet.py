from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from sepviz.export.canvas import SMALL, text_width
from sepviz.export.sheet import LARGEST_TILE, PicturePanel, SheetPanel
from sepviz.render.scale import map_ranges, resolve

pytestmark = pytest.mark.usefixtures("app")


@dataclass(frozen=True)
class Sketch:
    """Stands for a canvas and keeps what is drawn."""

    scale: float = 2.0
    texts: list = field(default_factory=list)
    images: list = field(default_factory=list)
    frames: list = field(default_factory=list)

    def text(self, x, baseline, text, size=SMALL, colour="", *, bold=False, align="left"):
        shift = {"left": 0, "right": 1}[align] * text_width(text, size, bold=bold)
        self.texts.append((text, x - shift, x - shift + text_width(text, size, bold=bold)))

    def image(self, x, y, image):
        self.images.append((x, y, image))

    def frame(self, *place):
        self.frames.append(place)

    def badge(self, *_):
        pass

    def pixels(self, length):
        return round(length * self.scale)


def sheet(shape, *, scale="per-map", colormap="viridis", tallest=400.0, title="Standard: output"):
    maps = np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
    found = map_ranges(maps)
    (ranges,) = resolve(scale, found)
    return SheetPanel(
        letter="A",
        colour="#0072B2",
        title=title,
        maps=maps,
        found=found,
        ranges=ranges,
        colormap=colormap,
        scale=scale,
        tallest=tallest,
    )


def sketched(panel, width=540.0):
    sketch = Sketch()
    panel.paint(sketch, 0, 0, width)
    return sketch


@pytest.mark.parametrize(
    "shape", [(1, 8, 8), (3, 341, 512), (64, 512, 100), (64, 4, 400), (512, 16, 16), (2, 1, 1), (7, 3000, 2)]
)
def test_that_maps_of_any_shape_stay_in_the_width_and_height_they_are_given(shape):
    panel = sheet(shape)
    _, top, image = sketched(panel).images[0]
    assert 2 <= image.width() <= 2 * 540
    assert 2 <= image.height() <= 2 * 400
    assert top + image.height() / 2 <= panel.height(540)


def test_that_few_wide_maps_stand_in_one_row():
    _, _, image = sketched(sheet((3, 100, 500), tallest=250), 1120.0).images[0]
    assert image.width() == pytest.approx(2 * (3 * LARGEST_TILE + 2 * 0.04 * LARGEST_TILE), abs=4)
    assert image.height() == pytest.approx(2 * LARGEST_TILE / 5, abs=4)


def test_that_the_range_of_values_and_the_shape_are_written():
    panel = sheet((4, 8, 8))
    words = [text for text, _, _ in sketched(panel).texts]
    low, high = panel.maps.min(), panel.maps.max()
    assert "4 × 8 × 8" in words
    assert f"values −{-low:.2f} … {high:.2f}" in words


def test_that_the_colour_bar_has_values_only_where_all_maps_share_them():
    assert {"low", "high of each map"} <= {text for text, _, _ in sketched(sheet((4, 8, 8))).texts}
    symmetric = sheet((4, 8, 8), scale="symmetric", colormap="CET-CBD1")
    extent = abs(symmetric.maps).max()
    assert {f"−{extent:.2f}", f"{extent:.2f} all maps"} <= {text for text, _, _ in sketched(symmetric).texts}


def test_that_colours_like_paper_are_framed():
    assert len(sketched(sheet((4, 8, 8), colormap="grey")).frames) == 4 + 1
    assert not sketched(sheet((4, 8, 8), colormap="viridis")).frames


def test_that_a_long_title_leaves_the_shape_readable():
    title, shape, *_ = sketched(sheet((64, 4000, 60), title="Vertical 15x1 step, after a long activation " * 3)).texts
    assert title[2] < shape[1]
    assert shape[2] == pytest.approx(540)


def test_that_a_tiny_picture_grows_as_squares():
    pixels = np.zeros((3, 2, 2), np.float32)
    pixels[:, 0, 0] = 1
    panel = PicturePanel(name="t", words="2 × 2 px", pixels=pixels, tallest=240)
    image = sketched(panel).images[0][2]
    assert (image.width(), image.height()) == (480, 480)
    assert image.pixelColor(239, 239).red() == 255
    assert image.pixelColor(240, 239).red() == 0


@pytest.mark.parametrize("shape", [(1, 1000, 10), (3, 10, 1000), (3, 300, 451)])
def test_that_a_picture_and_its_words_stay_in_their_column(shape):
    panel = PicturePanel(name="n" * 300, words="w " * 300, pixels=np.zeros(shape, np.float32), tallest=240)
    sketch = sketched(panel)
    assert max(end for _, _, end in sketch.texts) <= 540
    assert sketch.images[0][2].width() <= 1080
    assert sketch.images[0][2].height() <= 480
