"""Promises of maps drawn for a question: equal colours are equal values, and rounding is no difference."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sepviz.study.drawing import (
    Draw,
    chosen_channel,
    difference_content,
    draw_sheets,
    kernels_content,
    map_content,
)
from sepviz.study.kernel_tiles import KernelTiles
from sepviz.study.sheets import SIGNED, Viewport
from sepviz.study.study import View

MAPS = np.random.default_rng(1).standard_normal((3, 8, 10)).astype(np.float32)
PORT = Viewport(area=(40, 30))
TILES = KernelTiles(filters=range(1), channels=3, filters_per_group=1)


def test_that_two_maps_share_a_range_and_a_kernel_keeps_its_own():
    contents = {
        "first": map_content("one", MAPS, 0, View(clip=False)),
        "second": map_content("two", 3 * MAPS, 1, View(clip=False)),
        "kernel": kernels_content("kernel", MAPS[:, :3, :3], TILES),
    }
    sheets = draw_sheets(contents, dict.fromkeys(contents, PORT))
    shown = MAPS[0], 3 * MAPS[1]
    expected = min(maps.min() for maps in shown), max(maps.max() for maps in shown)
    for name in ("first", "second"):
        np.testing.assert_allclose(sheets[name].ranges, [expected])
    extent = np.abs(MAPS[:, :3, :3]).max()
    np.testing.assert_allclose(sheets["kernel"].ranges, [[-extent, extent]] * 3)


def test_that_what_leads_keeps_its_colours_whatever_stands_beside_it():
    one = replace(map_content("one", MAPS, 0, View(clip=False)), leads=True)
    for factor in (0.1, 3.0):
        contents = {"first": one, "second": map_content("two", factor * MAPS, 1, View(clip=False))}
        sheets = draw_sheets(contents, dict.fromkeys(contents, PORT))
        for name in contents:
            np.testing.assert_allclose(sheets[name].ranges, [[MAPS[0].min(), MAPS[0].max()]])


def test_that_rounding_is_drawn_in_the_neutral_colour():
    other = MAPS + np.float32(1e-7)
    contents = {
        "first": map_content("one", MAPS, 0, View()),
        "difference": difference_content("gap", MAPS, other, 0),
    }
    levels = draw_sheets(contents, dict.fromkeys(contents, PORT))["difference"].levels
    assert set(np.unique(levels)) <= {0, 127, 128, 129}


def test_that_no_difference_at_all_gets_no_range_made_up_for_it():
    contents = {
        "first": map_content("one", MAPS, 0, View()),
        "difference": difference_content("gap", MAPS, MAPS, 0),
    }
    assert not draw_sheets(contents, dict.fromkeys(contents, PORT))["difference"].ranges.any()


def test_that_a_real_difference_uses_all_colours():
    gap = difference_content("gap", MAPS, 2 * MAPS, 1)
    sheet = draw_sheets({"difference": gap}, {"difference": PORT})["difference"]
    np.testing.assert_allclose(sheet.ranges, [[-np.abs(MAPS[1]).max(), np.abs(MAPS[1]).max()]])


def test_that_a_symmetric_scale_is_drawn_in_signed_colours():
    content = map_content("one", MAPS, 2, View(scale="symmetric"))
    assert (content.colormap, content.policy) == (SIGNED, "symmetric")


def test_that_the_task_draws_only_what_has_a_place():
    def contents(answer):
        return {name: map_content(name, answer, 0, View()) for name in ("first", "second")}

    drawing = Draw(ask=lambda checkpoint: MAPS, contents=contents, viewports={"second": PORT})()
    assert drawing.answer is MAPS
    assert list(drawing.sheets) == ["second"]


@pytest.mark.parametrize(("channel", "chosen"), [(0, 0), (4, 2)])
def test_that_a_channel_that_one_side_has_not_gives_the_last_it_has(channel, chosen):
    traces = [SimpleNamespace(output=MAPS), SimpleNamespace(output=np.zeros((9, 2, 2)))]
    assert chosen_channel(traces, View(channel=channel)) == chosen
