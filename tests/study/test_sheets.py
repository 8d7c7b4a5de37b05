from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.checkpoint import carry_on
from sepviz.study.compare import Compare
from sepviz.study.picture import picture_from_array
from sepviz.study.sheets import SIGNED, TABS, Explore, Viewport
from sepviz.study.study import Study, View

PIXELS = np.random.default_rng(5).integers(0, 256, (20, 30, 3), dtype=np.uint8)
STUDY = Study(picture=picture_from_array(PIXELS, "noise.png"), out_channels=6)
AREA = (300, 200)


def explored(study=STUDY, view=None, viewports=None, ask=None):
    view = view or View()
    viewports = viewports or {name: Viewport(area=AREA) for name in TABS[view.tab]}
    ask = ask or Compare(study=study)
    return Explore(study=study, view=view, viewports=viewports, ask=ask)(carry_on)


def test_that_every_sheet_is_drawn_at_the_size_of_its_viewport():
    sheets = explored().sheets
    assert set(sheets) == set(TABS["maps"])
    assert {sheet.levels.shape for sheet in sheets.values()} == {AREA[::-1]}


def test_that_the_candidate_shows_its_depthwise_step_and_its_final_maps():
    sheets = explored().sheets
    assert sheets["candidate.stage"].content.title == "Depthwise step"
    assert sheets["candidate.stage"].content.shape == (3, 20, 30)
    assert sheets["candidate.output"].content.shape == (6, 20, 30)


def test_that_a_layer_in_one_step_shows_what_it_reads():
    stage = explored().sheets["baseline.stage"]
    assert stage.content.title == "Input"
    assert np.array_equal(stage.content.maps, PIXELS.transpose(2, 0, 1).astype(np.float32) / 255)


@pytest.mark.parametrize("scale", ["shared", "symmetric"])
def test_that_shared_scales_are_the_same_on_both_sides(scale):
    sheets = explored(view=View(scale=scale)).sheets
    first, second = (sheets[name].ranges for name in ("baseline.output", "candidate.output"))
    assert np.array_equal(first, second)
    assert len(np.unique(first[:, 0])) == 1


def test_that_scales_per_map_are_each_maps_own():
    sheet = explored(view=View(clip=False)).sheets["baseline.output"]
    maps = sheet.content.maps
    assert np.allclose(sheet.ranges, np.stack([maps.min(axis=(1, 2)), maps.max(axis=(1, 2))], axis=1))


def test_that_a_scale_around_zero_is_shown_in_diverging_colours():
    sheet = explored(view=View(scale="symmetric")).sheets["baseline.output"]
    assert sheet.content.colormap == SIGNED
    assert np.allclose(sheet.ranges[:, 0], -sheet.ranges[:, 1])


def test_that_the_chosen_pair_comes_with_its_difference():
    exploration = explored(view=View(tab="pair", channel=4))
    sheets, comparison = exploration.sheets, exploration.comparison
    expected = comparison.baseline.output[4] - comparison.candidate.output[4]
    assert np.array_equal(sheets["difference"].content.maps[0], expected)


def test_that_maps_of_unlike_size_have_no_difference():
    study = replace(STUDY, candidate="spatially-separable", kernel_size=(3, 1), padding="valid", stride=(1, 2))
    assert "difference" in explored(study, View(tab="pair")).sheets
    odd = explored(replace(STUDY, candidate="depthwise"), View(tab="pair", channel=5))
    assert odd.sheets["candidate.map"].content.title.endswith("map 2")


def test_that_kernels_of_one_filter_stay_in_one_row():
    sheet = explored(view=View(tab="kernels")).sheets["baseline.kernels.0"]
    assert sheet.content.maps.shape == (18, 3, 3)
    assert sheet.layout.columns % 3 == 0


def test_that_pointwise_weights_are_one_row_a_filter():
    exploration = explored(view=View(tab="kernels"))
    sheet = exploration.sheets["candidate.kernels.1"]
    kernel = exploration.comparison.candidate.weights[1].kernel
    assert np.array_equal(sheet.content.maps[:, 0], kernel[:, :, 0, 0])


def test_that_a_part_is_drawn_in_full_detail():
    whole = explored().sheets["baseline.output"]
    x, y, width, height = whole.layout.tile_rect(2)
    part = Viewport(area=(30, 20), rect=(x, y, x + width, y + height))
    sheet = explored(viewports={"baseline.output": part}).sheets["baseline.output"]
    values = sheet.content.maps[2]
    low, high = sheet.ranges[2]
    expected = np.round(1 + 254 * ((values - low) / (high - low)).clip(0, 1))
    assert np.abs(sheet.levels.astype(int) - expected).max() <= 1


def test_that_a_preview_lies_where_the_full_picture_will_lie():
    small = Compare(study=replace(STUDY, size=10))
    preview, full = explored(ask=small).sheets, explored().sheets
    for name, sheet in preview.items():
        assert sheet.layout == full[name].layout
        assert sheet.rect == full[name].rect
        assert sheet.content.shape == full[name].content.shape


def test_that_a_value_is_read_from_the_pixel_that_is_pointed_at():
    sheet = explored().sheets["candidate.output"]
    assert sheet.value_at(3, 7, 11) == pytest.approx(float(sheet.content.maps[3, 7, 11]))
    preview = explored(ask=Compare(study=replace(STUDY, size=10))).sheets["candidate.output"]
    assert preview.value_at(3, 19, 29) == pytest.approx(float(preview.content.maps[3, -1, -1]))


def test_that_big_tiles_are_looked_at_from_the_top():
    sheet = explored(view=View(tile=150)).sheets["baseline.output"]
    assert sheet.layout.columns == 2
    assert sheet.rect[:2] == (0.0, 0.0)
    assert sheet.rect[3] < sheet.layout.height
