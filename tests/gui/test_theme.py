"""Promises of the colours: what the hand has to find stands out from what is around it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollBar

from sepviz.gui.theme import THEMES, apply_theme


@pytest.mark.parametrize("name", THEMES)
def test_that_the_slider_of_a_scroll_bar_is_lighter_than_what_it_slides_in(app, keep, name):
    try:
        apply_theme(app, name)
        bar = keep(QScrollBar(Qt.Orientation.Vertical))
        bar.setRange(0, 50)
        bar.setPageStep(50)
        bar.resize(14, 200)
        image = bar.grab().toImage()
    finally:
        apply_theme(app, "light")
    slider, groove = (image.pixelColor(7, y).lightness() for y in (60, 170))
    assert slider > groove + 10
