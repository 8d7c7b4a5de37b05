"""Promises of the colours: what the hand has to find stands out from what is around it."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QTableWidget

from sepviz.gui.theme import THEMES, apply_theme, rim
from sepviz.gui.views.card import Card
from sepviz.gui.views.tabs import BAR, Tabs

LEAST = 3.0
"""The contrast that what is no text has to have with what is beside it (WCAG 2.2, 1.4.11)."""


def luminance(colour):
    """Return the relative luminance of a colour, as WCAG has it."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    """Return the contrast of two colours, 1 to 21."""
    light, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(params=THEMES)
def theme(request, app):
    """Either theme, worn by the application."""
    apply_theme(app, request.param)
    yield THEMES[request.param]
    apply_theme(app, "light")


def test_that_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_that_edges_and_the_mark_of_what_is_chosen_stand_out(theme):
    for ground in (theme.window, theme.canvas):
        assert contrast(rim(theme), ground) >= LEAST
        assert contrast(theme.accent, ground) >= LEAST
    assert contrast(theme.accent, theme.accent_text) >= 4.5


def test_that_a_card_is_framed_in_a_colour_that_stands_out(theme, keep, app):
    card = keep(Card())
    card.resize(120, 60)
    image = card.grab().toImage()
    frame = [image.pixelColor(60, y) for y in (0, 59)] + [image.pixelColor(x, 30) for x in (0, 119)]
    assert {colour.name() for colour in frame} == {rim(theme).name()}
    assert image.pixelColor(60, 30).name() == theme.window


def test_that_the_chosen_tab_has_a_bar_and_every_tab_an_edge_that_stand_out(theme, keep, app):
    tabs = keep(Tabs())
    for name in ("Maps", "Costs", "Claims"):
        tabs.addTab(QLabel(name), name)
    tabs.setCurrentIndex(1)
    tabs.resize(400, 200)
    tabs.show()
    app.processEvents()
    bar = tabs.tabBar()
    image = bar.grab().toImage()
    middles = [bar.tabRect(number).center().x() for number in range(3)]
    marked = [image.pixelColor(x, bar.tabRect(1).y() + BAR - 1).name() == theme.accent for x in middles]
    assert marked == [False, True, False]
    y = bar.tabRect(1).center().y()
    left = [image.pixelColor(x, y) for x in range(bar.tabRect(1).x() - 2, bar.tabRect(1).x() + 4)]
    assert max(contrast(colour, theme.window) for colour in left) >= LEAST


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
