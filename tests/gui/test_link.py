"""Promises of the button that keeps height and width equal: on and off are told apart at a glance, without colour."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sepviz.gui.panel.link import FREE, LINKED, TIPS, Link
from sepviz.gui.theme import THEMES, apply_theme


def grey(link):
    """Return the lightness of every pixel of the button, 0 to 255."""
    image = link.grab().toImage()
    return np.array([[image.pixelColor(x, y).lightness() for x in range(image.width())] for y in range(image.height())])


@pytest.mark.parametrize("choice", THEMES)
def test_that_on_and_off_differ_in_most_of_what_is_seen_without_colour(app, keep, choice):
    link = keep(Link("kernel_size, square"))
    apply_theme(app, choice)
    try:
        free = grey(link)
        link.setChecked(True)
        linked = grey(link)
    finally:
        apply_theme(app, "light")
    assert (abs(free - linked) > 60).mean() > 0.6


def test_that_sign_and_tip_say_which_it_is(keep):
    link = keep(Link("kernel_size, square"))
    assert (link.text(), link.toolTip()) == (FREE, TIPS[False])
    QTest.keyClick(link, Qt.Key.Key_Space)
    assert link.isChecked()
    assert (link.text(), link.toolTip()) == (LINKED, TIPS[True])
    assert link.accessibleName() == "kernel_size, square"
