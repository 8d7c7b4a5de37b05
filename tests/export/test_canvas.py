from __future__ import annotations

import numpy as np
import pytest

from sepviz.export.canvas import Canvas, elided, text_width, to_image, wrapped

pytestmark = pytest.mark.usefixtures("app")


def painted(scale, image, x, y):
    from PySide6.QtGui import QImage, QPainter

    page = QImage(100, 100, QImage.Format.Format_RGB32)
    page.fill(0xFFFFFFFF)
    painter = QPainter(page)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(scale, scale)
    Canvas(painter=painter, scale=scale).image(x, y, image)
    painter.end()
    return np.frombuffer(page.constBits(), np.uint8).reshape(100, 100, 4)[..., 2::-1].copy()


@pytest.mark.parametrize("scale", [1.0, 1.3, 2.0, 3.7])
def test_that_every_pixel_of_an_image_is_one_pixel_of_the_device(scale):
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    page = painted(scale, to_image(pixels), 3.3, 5.1)
    left, top = round(3.3 * scale), round(5.1 * scale)
    # 1 of 255: Qt samples between pixels in 256 steps, and a scale such as 1.3 is no exact number
    np.testing.assert_allclose(page[top : top + 20, left : left + 30].astype(int), pixels, atol=1)


def test_that_wrapped_lines_keep_all_words_within_the_width():
    text = "Each layer reads its input and its weights and writes its output once, 64 × 341 × 512 values of it."
    lines = wrapped(text, 200, 18)
    assert len(lines) > 3
    assert max(text_width(line, 18) for line in lines) <= 200
    assert " ".join(lines).replace("\u00a0", " ") == text
    assert "64\u00a0×\u00a0341\u00a0×\u00a0512" in lines[-1] + lines[-2]


def test_that_a_word_wider_than_the_line_is_elided_and_keeps_both_ends():
    (line,) = wrapped("a" + "x" * 200 + "z.png", 200, 18)
    assert text_width(line, 18) <= 200
    assert line.startswith("ax")
    assert line.endswith("z.png")
    assert "…" in line


def test_that_text_that_fits_is_not_elided():
    assert elided("coffee.png", 500, 18) == "coffee.png"


def test_that_text_is_measured_in_proportion_to_its_size():
    assert text_width("1,555,200 MACs", 32) == pytest.approx(2 * text_width("1,555,200 MACs", 16), rel=1e-3)


def test_that_an_image_owns_its_pixels():
    pixels = np.zeros((2, 2, 3), np.uint8)
    image = to_image(pixels)
    pixels[:] = 255
    assert image.pixelColor(0, 0).red() == 0
