"""Promises of the colours: what the hand has to find stands out from what is around it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QTableWidget

from sepviz.gui.theme import THEMES, apply_theme


@pytest.mark.parametrize("name", THEMES)
def test_that_the_slider_of_a_scroll_bar_is_lighter_than_what_it_slides_in(app, keep, name):
    try:
        apply_theme(app, name)
        table = keep(QTableWidget(30, 1))
        table.resize(200, 300)
        table.show()
        app.processEvents()
        image = table.verticalScrollBar().grab().toImage()
    finally:
        apply_theme(app, "light")
    slider, groove = (image.pixelColor(7, y).lightness() for y in (25, image.height() - 25))
    assert slider > groove + 10
