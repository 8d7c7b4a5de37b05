"""Promises of a frame of the sliding window: what it shows is what is made, and it ends with the whole map."""

from __future__ import annotations

import numpy as np
import pytest

from sepviz.engine.explain import explain_pixel
from sepviz.export.animation.cells import UNMADE, coloured
from sepviz.export.animation.film import INSIDE
from sepviz.export.animation.slide_panel import SLIDE_HEIGHT, SideRow, SlidePanel, stage_of
from sepviz.export.page import LAYERS
from sepviz.render.scale import map_ranges
from sepviz.study.quantity import significant
from sepviz.study.study import View

pytestmark = pytest.mark.usefixtures("app")


def panel(comparison, number, view=None):
    return SlidePanel(stage=stage_of(comparison, view or View()), number=number)


@pytest.mark.parametrize("channel", [0, 2])
@pytest.mark.parametrize(
    "fields", [{}, {"stride": (2, 2)}, {"candidate": "blueprint-separable", "kernel_size": (3, 5)}]
)
def test_that_the_last_frame_shows_the_whole_map_of_both_layers(compared, recorder, channel, fields):
    comparison, view = compared(9, 12, out_channels=3, **fields), View(channel=channel)
    _, height, width = comparison.baseline.output.shape
    stage = stage_of(comparison, view)
    for side, trace in enumerate((comparison.baseline, comparison.candidate)):
        row = SideRow(stage=stage, side=side, step=SlidePanel(stage=stage, number=height * width - 1).steps[side])
        canvas = recorder()
        row._paint_output(canvas, (0, 0, 280, 190))
        drawn = canvas.images[0][:: canvas.images[0].shape[0] // height, :: canvas.images[0].shape[1] // width]
        maps = trace.output[channel : channel + 1]
        assert (drawn == coloured(maps, map_ranges(maps), "viridis")[0]).all()


def test_that_a_frame_shows_as_much_as_is_made_of_the_depthwise_step_and_the_outputs(compared, recorded):
    canvas = recorded(panel(compared(4, 6, out_channels=2), 9))
    bare = [(image == UNMADE).all(axis=2).mean() for image in canvas.images]
    # input with padding, 3 products, output; then input with padding, 3 depthwise maps, output
    assert len(canvas.images) == 10
    assert bare[0] == bare[5] == pytest.approx(1 - 24 / 48)
    assert bare[4] == bare[6] == bare[7] == bare[8] == bare[9] == pytest.approx(14 / 24)


def test_that_the_words_tell_the_value_the_products_and_the_work_so_far(compared, recorded):
    comparison = compared(4, 6, out_channels=2)
    texts = recorded(panel(comparison, 9)).texts
    value = comparison.baseline.output[0, 1, 3]
    assert f"map 0 of 2: {significant(float(value))}" in texts
    assert "27 products, summed" in texts
    assert "27 products and the bias, summed" in recorded(panel(compared(4, 6, out_channels=2, bias=True), 9)).texts
    assert "Depthwise step: 3 maps" in texts
    assert "540 of 1,296" in texts
    assert f"{10 * (27 + 6)} of {24 * (27 + 6)}" in texts
    assert "B in all: 1.64× fewer" in texts
    assert [text for text in texts if text in {"red", "green", "blue"}] == ["red", "green", "blue"]


def test_that_the_window_lies_on_what_the_pixel_reads(compared, recorded):
    canvas = recorded(panel(compared(8, 8, out_channels=1), 27))
    windows = [frame for frame in canvas.frames if frame[-1] in dict(LAYERS).values()]
    assert [frame[-1] for frame in windows] == [colour for _, colour in LAYERS]
    cell = (windows[0][2] - 3) / 3
    assert windows[0][2] == windows[0][3]
    # pixel (3, 3) reads rows and columns 2 to 4; one cell of padding lies before them
    (left, top, *_) = next(frame for frame in canvas.frames if frame[2] > 9 * cell)
    assert windows[0][0] + 1.5 - (left + 1) == pytest.approx(3 * cell)
    assert windows[0][1] + 1.5 - (top + 1) == pytest.approx(3 * cell)


def test_that_the_bars_grow_to_their_frames(compared, recorded):
    comparison = compared(4, 6, out_channels=2)
    for number, share in ((0, 1 / 24), (11, 0.5), (23, 1.0)):
        canvas = recorded(panel(comparison, number))
        colours = [colour for _, colour in LAYERS]
        bars = [bar for bar in canvas.bars if bar[-1] in colours]
        tracks = [
            frame for frame in canvas.frames if frame[:2] in [bar[:2] for bar in bars] and frame[-1] not in colours
        ]
        assert [bar[2] / track[2] for bar, track in zip(bars, tracks, strict=True)] == pytest.approx([share, share])


@pytest.mark.parametrize(
    ("picture", "fields"),
    [
        ({"height": 3, "width": 40}, {"out_channels": 1, "kernel_size": (11, 11)}),
        ({"height": 40, "width": 2}, {"stride": (2, 2)}),
        ({"height": 5, "width": 6}, {"grey": True, "dilation": (2, 2)}),
        ({"height": 48, "width": 64}, {"candidate": "spatially-separable", "baseline": "depthwise"}),
        ({"height": 6, "width": 6}, {"kernel_size": (1, 1), "candidate": "grouped", "groups": 3, "out_channels": 9}),
    ],
)
def test_that_every_frame_has_one_height_and_stays_within_it(compared, recorded, picture, fields):
    comparison = compared(**picture, **fields)
    _, height, width = comparison.baseline.output.shape
    for number in (0, height * width // 2, height * width - 1):
        one = panel(comparison, number, View(scale="symmetric"))
        assert one.height(INSIDE) == SLIDE_HEIGHT
        canvas = recorded(one)
        assert max(y + high for _, y, _, high, _ in canvas.frames) <= SLIDE_HEIGHT + 3
        assert max(x + wide for x, _, wide, _, _ in canvas.frames) <= INSIDE + 3
        assert min(x for x, *_ in canvas.frames) >= -4


def test_that_no_product_lies_beyond_the_colours(compared):
    comparison = compared(6, 7, out_channels=2, grey=True)
    stage = stage_of(comparison, View(channel=1))
    terms = [explain_pixel(comparison.baseline, comparison.input, 0, 1, y, x) for y in range(6) for x in range(7)]
    assert 0 < max(np.abs(one.products).max() for one in terms) <= stage.peak * (1 + 1e-6)
