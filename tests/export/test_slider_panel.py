"""Promises of a frame of a swept slider: it says its value, its charts share one scale, nothing jumps."""

from __future__ import annotations

import pytest

from sepviz.export.animation.film import INSIDE
from sepviz.export.animation.slider_panel import AROUND, TALLEST, room_for_maps, slider_panel, value_words
from sepviz.export.page import LAYERS
from sepviz.lab.swept_slider import SweptSlider
from sepviz.study.compare import Compare
from sepviz.study.study import Study, View

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def swept(noisy, recorded):
    """`swept(field, values)` is what every frame paints, how high each is, and the room for maps."""

    def sweep(field, values, *, log=False, whole=True, view=None, **fields):
        study = Study(picture=noisy(24, 40), **fields)
        path = SweptSlider(study=study, field=field, values=values, log=log)()
        room = room_for_maps(path, INSIDE, whole=whole)
        panels = [
            slider_panel(path, number, Compare(study=stop.study)(), view or View(), whole=whole, room=room)
            for number, stop in enumerate(path.stops)
        ]
        return [recorded(panel) for panel in panels], [panel.height(INSIDE) for panel in panels], room

    return sweep


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("out_channels", 64, "out_channels = 64 maps"),
        ("kernel_size", 5, "kernel_size = 5 × 5 px"),
        ("size", 1024, "Long side = 1,024 px"),
        ("seed", 12345, "seed = 12345"),
        ("padding", 2, "padding = 2 px"),
        ("groups", 3, "groups = 3"),
    ],
)
def test_that_a_value_is_written_with_its_field_and_unit(field, value, said):
    assert value_words(field, value) == said


def test_that_every_frame_says_its_value_and_counts_what_is_there(swept):
    canvases, _, _ = swept("out_channels", (1, 4, 16))
    for canvas, value in zip(canvases, (1, 4, 16), strict=True):
        assert f"out_channels = {'1 map' if value == 1 else f'{value} maps'}" in canvas.texts
        assert f"{value} × 24 × 40" in canvas.texts
        assert f"{27 * value:,}" in canvas.texts
        assert f"{27 + 3 * value:,}" in canvas.texts


def test_that_bars_of_all_frames_are_to_one_scale(swept):
    canvases, _, _ = swept("out_channels", (4, 16))
    colours = [colour for _, colour in LAYERS]
    first, second = ([bar[2] for bar in canvas.bars if bar[-1] in colours] for canvas in canvases)
    assert second[0] / first[0] == pytest.approx(4)  # parameters of A
    assert second[1] / first[1] == pytest.approx((27 + 48) / (27 + 12))


@pytest.mark.parametrize(("log", "shares"), [(True, [0, 1 / 3, 1]), (False, [0, 1 / 7, 1])])
def test_that_the_slider_stands_where_its_value_lies(swept, log, shares):
    canvases, _, _ = swept("out_channels", (1, 2, 8), log=log)
    places = [canvas.dots[0][0] for canvas in canvases]
    left, right = places[0], places[-1]
    assert [(place - left) / (right - left) for place in places] == pytest.approx(shares)


@pytest.mark.parametrize(
    ("field", "values"), [("padding", (0, 1, 20)), ("stride", (1, 2, 5)), ("out_channels", (1, 50))]
)
@pytest.mark.parametrize("whole", [True, False])
def test_that_every_frame_is_as_high_as_the_others_and_no_higher_than_it_needs(swept, field, values, whole):
    canvases, heights, room = swept(field, values, whole=whole)
    assert heights == pytest.approx([AROUND + room] * len(values))
    assert len(set(heights)) == 1
    assert 0 < room <= TALLEST
    tallest = max(image.shape[0] for canvas in canvases for image in canvas.images)
    assert tallest == room


def test_that_one_map_alone_is_shown_or_all(swept):
    (alone, _), _, _ = swept("seed", (0, 1), whole=False, view=View(channel=2), out_channels=5)
    (sheet, _), _, _ = swept("seed", (0, 1), whole=True, out_channels=5)
    assert "1 × 24 × 40" in alone.texts
    assert "5 × 24 × 40" in sheet.texts
