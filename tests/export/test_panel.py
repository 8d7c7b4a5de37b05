from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from sepviz.export.canvas import text_width
from sepviz.export.panel import Columns, Heading, Paragraph, Settings, Stack

pytestmark = pytest.mark.usefixtures("app")


@dataclass(frozen=True, kw_only=True)
class Box:
    tall: float
    places: list = field(default_factory=list)

    def height(self, width):
        return self.tall

    def paint(self, canvas, x, y, width):
        self.places.append((x, y, width))


@dataclass(frozen=True)
class Sketch:
    """Stands for a canvas and keeps what is written."""

    texts: list = field(default_factory=list)

    def text(self, x, baseline, text, size, colour="", **_):
        self.texts.append((x, baseline, text, size))

    def line(self, *_):
        pass


def test_that_stacked_panels_follow_each_other_with_a_gap():
    boxes = Box(tall=10), Box(tall=20)
    stack = Stack(panels=boxes, gap=5)
    stack.paint(None, 1, 2, 300)
    assert stack.height(300) == 35
    assert [box.places for box in boxes] == [[(1, 2, 300)], [(1, 17, 300)]]


def test_that_columns_share_the_width_and_start_on_one_line():
    boxes = Box(tall=10), Box(tall=20)
    columns = Columns(panels=boxes, gutter=40)
    columns.paint(None, 0, 7, 340)
    assert columns.height(340) == 20
    assert [box.places for box in boxes] == [[(0, 7, 150)], [(190, 7, 150)]]


def test_that_a_paragraph_writes_inside_the_height_it_asks_for():
    paragraph, sketch = Paragraph(text="word " * 60, size=16), Sketch()
    paragraph.paint(sketch, 0, 100, 300)
    baselines = [baseline for _, baseline, _, _ in sketch.texts]
    assert len(baselines) > 5
    assert min(baselines) > 100 + 0.7 * 16
    assert max(baselines) < 100 + paragraph.height(300) - 0.2 * 16


def test_that_a_long_note_does_not_run_into_its_heading():
    sketch = Sketch()
    Heading(text="Cost of one run, counted", note="a note " * 40).paint(sketch, 0, 0, 540)
    (_, _, _, size), (_, _, note, note_size) = sketch.texts
    assert text_width("Cost of one run, counted", size, bold=True) + text_width(note, note_size) < 540


def test_that_long_settings_are_elided_within_the_width():
    sketch = Sketch()
    Settings(rows=(("Weights", "W" * 200),)).paint(sketch, 10, 0, 540)
    x, _, value, size = sketch.texts[1]
    assert x + text_width(value, size) <= 550
