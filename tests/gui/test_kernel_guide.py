"""Promises of the tab with a kernel in the hand: every change is one undoable study, and its effect is shown."""

from __future__ import annotations

import numpy as np
import pytest

from sepviz.engine.weights import LayerWeights
from sepviz.export.weights import save_weights
from sepviz.gui import kernel_guide
from sepviz.gui.kernel_guide import KernelGuide, TryKernel, kernel_contents
from sepviz.study.compare import Compare
from sepviz.study.kernel_editing import KernelPlace
from sepviz.study.kernels import study_weights
from sepviz.study.patterns import PATTERNS
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study, View

PICTURE = picture_from_array(np.random.default_rng(2).integers(0, 256, (12, 14, 3), np.uint8), "noise")
STUDY = Study(picture=PICTURE, out_channels=4)


@pytest.fixture
def tab(bench):
    tab = bench(KernelGuide, STUDY)
    yield tab
    tab.guide._inquiry._rest.stop()


def kernel(tab, side="candidate", layer=0):
    study = tab.document.study
    block = study.blocks(study.input_shape[0])[side == "candidate"]
    return study_weights(study, side, block)[layer].kernel


def test_that_an_edit_is_one_step_that_undo_takes_back(tab):
    before = kernel(tab)
    values = np.arange(9, dtype=np.float32).reshape(3, 3)
    tab.page.edited.emit(values)
    np.testing.assert_array_equal(kernel(tab)[0, 0], values)
    np.testing.assert_array_equal(tab.page.grid.values, values)
    tab.document.undo()
    np.testing.assert_array_equal(kernel(tab), before)
    np.testing.assert_array_equal(tab.page.grid.values, before[0, 0])


def test_that_the_places_of_the_page_choose_the_kernel(tab):
    for field, number in (("side", 0), ("filter", 3), ("channel", 2)):
        tab.page.place_chosen.emit(field, number)
    assert tab.guide.place == KernelPlace(side="baseline", filter=3, channel=2)
    np.testing.assert_array_equal(tab.page.grid.values, kernel(tab, "baseline")[3, 2])
    assert tab.document.view.channel == 3  # the filter of a last layer is the map that all tabs show


def test_that_the_map_chosen_elsewhere_is_the_filter_here(tab):
    tab.page.place_chosen.emit("layer", 1)
    tab.document.edit_view("channel", 2)
    np.testing.assert_array_equal(tab.page.grid.values, kernel(tab, layer=1)[2].reshape(1, -1))


def test_that_a_button_edits_and_reset_draws_the_weights_again(tab):
    drawn = kernel(tab)
    tab.page._edits["negate"].click()
    np.testing.assert_array_equal(kernel(tab)[0], -drawn[0])
    assert tab.page._reset.isEnabled()
    tab.page._reset.click()
    np.testing.assert_array_equal(kernel(tab), drawn)
    assert not tab.page._reset.isEnabled()


def test_that_a_named_filter_reaches_as_far_as_chosen(tab):
    tab.page._scope.setCurrentIndex(2)
    tab.page.filter_requested.emit("sobel-x")
    assert (kernel(tab) == [[[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]]]).all()


def test_that_what_cannot_be_done_is_greyed_out_with_a_reason(tab):
    tab.page.place_chosen.emit("layer", 1)
    assert not tab.page._filter.isEnabled()
    assert "no room" in tab.page._filter.toolTip()
    assert not tab.page._edits["rotate"].isEnabled()
    assert tab.page._edits["negate"].isEnabled()


def test_that_a_refused_paste_is_told(tab):
    tab.page.refused.emit("Pasting: row 1, column 2 is 'x', no number")
    assert tab.window.message.text.startswith("Pasting: row 1, column 2")


def test_that_a_warning_goes_when_the_next_edit_succeeds_and_no_other_message_does(tab):
    tab.page.refused.emit("Row 1, column 2 is 'x', no number")
    tab.page._edits["negate"].click()
    assert tab.window.message.text == ""
    tab.window.message.tell("the picture was turned grey")
    tab.page._edits["negate"].click()
    assert tab.window.message.text == "the picture was turned grey"


def test_that_nothing_is_shown_while_the_tab_is_not_looked_at(tab):
    tab.window.tab = "maps"
    before = tab.page.grid.values
    tab.document.edit("seed", 3)
    assert tab.page.grid.values is before


def test_that_a_kernel_alone_and_the_maps_it_is_part_of_add_up():
    comparison = Compare(study=STUDY)()
    trials = [
        TryKernel(comparison=comparison, place=KernelPlace(side="baseline", filter=2, channel=channel))()
        for channel in range(3)
    ]
    np.testing.assert_allclose(sum(trial.alone[0] for trial in trials), comparison.baseline.output[2], atol=1e-5)
    np.testing.assert_array_equal(trials[1].reads[0], comparison.input[1])


def test_that_an_impulse_shows_the_kernel_turned():
    picture = picture_from_array(PATTERNS["impulse"].draw(), "impulse")
    comparison = Compare(study=Study(picture=picture, out_channels=2, grey=True))()
    trial = TryKernel(comparison=comparison, place=KernelPlace(side="baseline", filter=1))()
    found = kernel_contents(View(channel=1), trial)["map"].maps[0]
    expected = comparison.baseline.weights[0].kernel[1, 0]
    row, column = np.argwhere(comparison.input[0] == 1)[0]
    np.testing.assert_allclose(found[row - 1 : row + 2, column - 1 : column + 2], expected[::-1, ::-1], atol=1e-6)


def test_that_a_pointwise_filter_shows_its_map_alone():
    comparison = Compare(study=STUDY)()
    trial = TryKernel(comparison=comparison, place=KernelPlace(layer=1, filter=3))()
    contents = kernel_contents(View(), trial)
    assert list(contents) == ["map"]
    np.testing.assert_array_equal(contents["map"].maps[0], comparison.candidate.output[3])


@pytest.fixture
def file(tmp_path):
    numbers = np.random.default_rng(4).standard_normal((5, 3, 3, 3)).astype(np.float32)
    deep = np.ones((2, 64, 3, 3), np.float32)
    layers = {"first": LayerWeights(kernel=numbers, bias=None), "deep": LayerWeights(kernel=deep, bias=None)}
    return save_weights(tmp_path / "net.npz", layers), numbers


def load(tab, path, name, monkeypatch):
    def choose(window, file, entries):
        return next(entry for entry in entries if entry.name == name)

    monkeypatch.setattr(kernel_guide, "ask_entry", choose)
    tab.explorer.waiting.clear()
    tab.guide.load(path)
    tab.explorer.answer()
    tab.explorer.answer()


def test_that_a_loaded_layer_brings_its_geometry_and_its_numbers(tab, file, monkeypatch):
    path, numbers = file
    tab.page.place_chosen.emit("side", 0)
    load(tab, path, "first.weight", monkeypatch)
    assert (tab.document.study.baseline, tab.document.study.out_channels) == ("standard", 5)
    np.testing.assert_array_equal(kernel(tab, "baseline"), numbers)


def test_that_a_layer_that_does_not_fit_is_refused_in_a_sentence(tab, file, monkeypatch):
    load(tab, file[0], "deep.weight", monkeypatch)
    assert "deep.weight reads 64 channels" in tab.window.message.text
    assert tab.document.study == STUDY


def test_that_saved_weights_come_back(tab, tmp_path, monkeypatch):
    monkeypatch.setattr(kernel_guide, "ask_weight_target", lambda window, stem: tmp_path / f"{stem}.npz")
    tab.explorer.waiting.clear()
    tab.page.save_requested.emit()
    tab.explorer.answer()
    saved = np.load(tmp_path / "depthwise-separable-weights.npz")
    np.testing.assert_array_equal(saved["depthwise.weight"], kernel(tab))
    np.testing.assert_array_equal(saved["pointwise.weight"], kernel(tab, layer=1))
    assert "depthwise-separable-weights.npz" in tab.window.message.text
