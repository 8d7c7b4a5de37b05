"""Promise of a button that stays down: in both themes one sees that it does."""

from __future__ import annotations

import pytest

from sepviz.gui.theme import THEMES, apply_theme
from sepviz.gui.views.latch import Latch


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_that_a_button_that_is_down_shows_it_by_more_than_a_shade(keep, app, choice):
    latch = keep(Latch("Decouple A"))
    apply_theme(app, choice)
    try:
        for down in (False, True):
            latch.setChecked(down)
            image = latch.grab().toImage()
            colours = {image.pixelColor(image.width() // 2, y).name() for y in range(image.height())}
            assert (THEMES[choice].accent in colours) == down
    finally:
        apply_theme(app, "light")
