"""Promises of the bars of work: one scale for all, exact numbers for who listens."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from sepviz.gui.theme import LIGHT
from sepviz.gui.views.work_bars import WorkBars
from sepviz.study.walk import LayerWork


def work(side, done, total, index=0):
    return LayerWork(side=side, layer_index=index, layer="layer", done=done, total=total)


@pytest.fixture
def bars(keep, app):
    bars = keep(WorkBars())
    bars.resize(700, bars.sizeHint().height())
    bars.show()
    return bars


def coloured(bars, side):
    """Return how many pixels of the window have the colour of a side."""
    image, colour = bars.grab().toImage(), QColor((LIGHT.baseline, LIGHT.candidate)[side])
    return sum(image.pixelColor(x, y) == colour for x in range(40, image.width()) for y in range(image.height()))


def test_that_a_bar_fills_with_the_work_done(bars):
    bars.show_works((work(0, 100, 1000),))
    little = coloured(bars, 0)
    bars.show_works((work(0, 900, 1000),))
    assert coloured(bars, 0) > 3 * little


def test_that_less_work_has_a_shorter_bar(bars):
    bars.show_works((work(0, 1000, 1000), work(1, 100, 100)))
    assert coloured(bars, 0) > 4 * coloured(bars, 1)


def test_that_the_numbers_are_exact_and_can_be_heard(bars):
    bars.show_works((work(0, 1234567, 2469134), work(1, 1, 99999)))
    assert bars.accessibleDescription() == (
        "A  layer: 1,234,567 of 2,469,134 MACs  (50.0 %); B  layer: 1 of 99,999 MACs  (<0.1 %)"
    )
