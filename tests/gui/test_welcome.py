"""Promises of the invitation: everything it offers can be opened."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton, QToolButton

from sepviz.assets import samples
from sepviz.gui.views.welcome import THUMBNAIL, Welcome
from sepviz.study.source import open_picture


@pytest.fixture
def welcome(keep):
    return keep(Welcome())


def test_that_all_photographs_and_some_patterns_are_offered_and_open(welcome):
    wanted = []
    welcome.location_requested.connect(wanted.append)
    for button in welcome.findChildren(QToolButton):
        button.click()
    assert {f"sample:{name}" for name in samples()} < set(wanted)
    assert any(location.startswith("pattern:") for location in wanted)
    assert all(open_picture(location).width for location in wanted)


def test_that_every_offer_has_a_picture_a_name_and_a_tip(welcome, wait_until):
    welcome.show()
    wait_until(lambda: not any(button.icon().isNull() for button in welcome.findChildren(QToolButton)))
    for button in welcome.findChildren(QToolButton):
        assert button.icon().actualSize(THUMBNAIL) == THUMBNAIL
        assert button.text()
        assert button.toolTip()


def test_that_the_button_asks_to_open(welcome):
    asked = []
    welcome.open_requested.connect(lambda: asked.append("open"))
    welcome.findChild(QPushButton).click()
    assert asked == ["open"]


def test_that_it_fits_into_a_small_window(welcome):
    assert welcome.minimumSizeHint().width() <= 1280 - 360
    assert welcome.minimumSizeHint().height() <= 480
