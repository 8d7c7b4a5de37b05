"""Promises of the picture card: honest sizes, plain text, a thumbnail that is the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel

from sepviz.gui.panel.picture_card import ElidedLabel, PictureCard, Thumbnail, facts, thumbnail
from sepviz.study.picture import picture_from_array
from sepviz.study.source import open_picture


def picture_of(pixels):
    return picture_from_array(pixels, "made up")


def test_that_the_size_really_used_is_told():
    picture = replace(picture_of(np.zeros((1365, 2048, 3), np.uint8)), mode="RGB")
    assert facts(picture, (3, 341, 512)) == "2,048 × 1,365 px, colour\nused at 512 × 341 px, 3 channels"


def test_that_one_channel_is_not_told_in_the_plural():
    assert facts(None, (1, 512, 512)).endswith("512 × 512 px, 1 channel")


def test_that_a_thumbnail_keeps_the_shape_and_the_colours(app):
    pixels = np.zeros((400, 1200, 3), np.uint8)
    pixels[:, :600] = (200, 30, 90)
    image = thumbnail(picture_of(pixels), QSize(300, 300))
    assert (image.width(), image.height()) == (300, 100)
    assert image.pixelColor(50, 50) == QColor(200, 30, 90)
    assert image.pixelColor(250, 50) == QColor(0, 0, 0)


def test_that_deep_grey_becomes_eight_bits_without_wrapping(app):
    image = thumbnail(picture_of(np.full((50, 50), 0.5, np.float32)), QSize(50, 50))
    assert image.pixelColor(10, 10).red() == 128
    assert thumbnail(picture_of(np.ones((50, 50), np.float32)), QSize(50, 50)).pixelColor(0, 0).red() == 255


def test_that_the_pixels_of_a_tiny_picture_stay_visible(app):
    image = thumbnail(picture_of(np.array([[0, 255]], np.uint8)), QSize(100, 100))
    assert {image.pixelColor(x, 20).red() for x in range(100)} == {0, 255}


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1)])
def test_that_a_line_of_pixels_has_a_thumbnail(app, shape):
    image = thumbnail(picture_of(np.full(shape, 255, np.uint8)), QSize(100, 100))
    assert min(image.width(), image.height()) == 1


def test_that_a_screen_with_more_pixels_gets_a_sharper_thumbnail(app):
    picture = open_picture("sample:coffee")
    assert thumbnail(picture, QSize(400, 200)).height() == 2 * thumbnail(picture, QSize(200, 100)).height()


def test_that_the_thumbnail_follows_the_picture(keep):
    widget = keep(Thumbnail())
    widget.resize(200, widget.height())
    centre = widget.rect().center()
    for level in (10, 240):
        widget.show_picture(picture_of(np.full((60, 60), level, np.uint8)))
        assert widget.grab().toImage().pixelColor(centre).red() == level


def test_that_a_file_name_is_never_read_as_mark_up(keep):
    card = keep(PictureCard())
    name = "<img src=x> <b>bold</b>.png"
    card.show_picture(replace(open_picture("pattern:step"), name=name), (1, 256, 256))
    card.resize(120, 300)
    card.show()
    label = card.findChild(ElidedLabel)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert "&lt;b&gt;" in label.toolTip()


def test_that_a_long_name_is_cut_in_the_middle_and_told_by_the_tooltip(keep):
    label = keep(ElidedLabel())
    label.resize(120, 20)
    label.show()
    label.show_text("a_rather_long_name_of_a_picture.png")
    assert "…" in label.text()
    assert label.text().endswith("png")
    assert "a_rather_long_name_of_a_picture.png" in label.toolTip()
    label.resize(900, 20)
    assert (label.text(), label.toolTip()) == ("a_rather_long_name_of_a_picture.png", "")


def test_that_a_notice_takes_room_only_when_there_is_one(keep):
    card = keep(PictureCard())
    picture = open_picture("pattern:step")
    card.show_picture(replace(picture, notice="frame 1 of 12 is shown"), (1, 256, 256))
    assert any(label.accessibleName() == "frame 1 of 12 is shown" for label in card.findChildren(QLabel))
    shown = sum(label.isVisibleTo(card) for label in card.findChildren(QLabel))
    card.show_picture(replace(picture, notice=""), (1, 256, 256))
    assert sum(label.isVisibleTo(card) for label in card.findChildren(QLabel)) == shown - 1
