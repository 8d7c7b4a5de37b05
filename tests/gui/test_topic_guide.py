"""Promises of the tabs of topics: numbers follow the control, the button makes that study, a refusal has a way out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from sepviz.gui import decouple_topics
from sepviz.gui.decouple_guide import DecoupleGuide
from sepviz.gui.spectrum_guide import SpectrumGuide
from sepviz.gui.topic import Asked
from sepviz.lab.decoupling import decoupled_study
from sepviz.study.compare import Compare
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study, View

PICTURE = picture_from_array(np.random.default_rng(2).integers(0, 256, (12, 15, 3), np.uint8), "noise")
STUDY = Study(picture=PICTURE, out_channels=6)


@pytest.fixture
def open_tab(bench):
    opened = []

    def start(guide, study=STUDY, topic=""):
        tab = bench(guide, study)
        opened.append(tab)
        if study.picture is not None:
            tab.explorer.comparison = Compare(study=study)()
        if topic:
            tab.page.topic_chosen.emit(topic)
        return tab

    yield start
    for tab in opened:
        tab.guide._inquiry._rest.stop()


def ask(tab):
    tab.guide._inquiry._rest.stop()
    tab.guide._inquiry._on_rest_timeout()
    tab.explorer.answer()


def rows(tab):
    return {name.text(): value.text() for name, value in tab.page._rows if not name.isHidden()}


def test_that_more_multiplier_keeps_more_until_the_layer_is_exact(open_tab):
    tab = open_tab(DecoupleGuide)
    kept = []
    for at in range(6):
        tab.page.slider.setValue(at)
        kept.append(float(rows(tab)["Kernel energy kept"].removesuffix(" %").removeprefix("more than ")))
    assert kept == sorted(kept)
    assert kept[-1] == 100
    ask(tab)
    assert rows(tab)["Maps apart on this picture"].startswith("rounding only")
    assert [name for name, view in tab.page.pictures.views.items() if view.sheet is not None] == [
        "first",
        "second",
        "difference",
    ]


def test_that_the_plot_says_where_one_is_and_where_it_stops_being_cheaper(open_tab):
    tab = open_tab(DecoupleGuide)
    tab.page.slider.setValue(2)
    marks = {mark.label: mark.x for mark in tab.page.plot.plot.marks}
    assert marks["you are here"] == 3
    assert rows(tab)["Stops being cheaper at"] == "d = 3.60"


def test_that_the_button_makes_the_decoupled_layer_the_candidate(open_tab):
    tab = open_tab(DecoupleGuide)
    tab.page.slider.setValue(1)
    tab.page._action.click()
    assert tab.document.study == decoupled_study(STUDY, 2)
    tab.document.undo()
    assert tab.document.study == STUDY


def test_that_a_kernel_that_takes_long_is_left_to_the_worker(open_tab, monkeypatch):
    monkeypatch.setattr(decouple_topics, "QUICK", 0)
    tab = open_tab(DecoupleGuide)
    tab.page.slider.setValue(2)
    assert tab.page.plot.plot is None
    assert tab.page.sentence.startswith("Working out")
    ask(tab)
    assert tab.page.plot.plot is not None
    tab.page.slider.setValue(3)  # the curve stays known
    assert "Kernel energy kept" in rows(tab)


def test_that_an_answer_is_shown_only_where_it_was_asked(open_tab):
    tab = open_tab(DecoupleGuide)
    tab.page.slider.setValue(2)
    ask(tab)
    assert rows(tab)["Maps apart on this picture"] != "…"
    tab.page.slider.setValue(3)
    assert rows(tab)["Maps apart on this picture"] == "…"


def test_that_a_baseline_that_is_not_standard_is_told_and_mended(open_tab):
    tab = open_tab(DecoupleGuide, replace(STUDY, baseline="depthwise"))
    assert "only a standard layer can be decoupled" in tab.page.sentence
    assert tab.guide._question() is None
    tab.page._action.click()
    assert tab.document.study.baseline == "standard"
    assert "Kernel energy kept" in rows(tab)


def test_that_a_separable_layer_equals_its_one_kernel_and_not_with_an_activation_between(open_tab):
    tab = open_tab(DecoupleGuide, topic="collapse")
    ask(tab)
    assert rows(tab)["Maps apart on this picture"].startswith("rounding only")
    bent = open_tab(DecoupleGuide, replace(STUDY, activation="relu"), topic="collapse")
    ask(bent)
    assert "no single kernel equals them" in bent.page.sentence
    assert "%" in rows(bent)["Maps apart on this picture"]


def test_that_the_collapsed_kernel_becomes_the_baseline(open_tab):
    tab = open_tab(DecoupleGuide, topic="collapse")
    tab.page._action.click()
    comparison = Compare(study=tab.document.study)()
    np.testing.assert_allclose(comparison.baseline.output, comparison.candidate.output, atol=1e-5)


def test_that_the_spectrum_starts_where_the_candidate_is_and_its_button_moves_it(open_tab):
    tab = open_tab(SpectrumGuide)
    assert tab.page.slider.value() == tab.page.slider.maximum() == 3
    tab.page.slider.setValue(1)
    assert rows(tab)["Parameters"].startswith("54 parameters")
    ask(tab)
    assert tab.page.pictures.views["second"].sheet.content.title == "Depthwise, 6 maps, map 0"
    tab.page._action.click()
    assert tab.document.study.candidate == "grouped"
    assert tab.document.study.groups == 3


def test_that_measured_time_joins_the_numbers_and_the_plot(open_tab):
    tab = open_tab(SpectrumGuide)
    assert rows(tab)["Time"] == "not measured"
    tab.explorer.waiting.clear()
    tab.page._measure.click()
    assert not tab.page._measure.isEnabled()
    assert tab.guide._question() is None  # a picture would stop it
    task, then = tab.explorer.waiting.pop()
    then(replace(task.task, budget_s=0.01)())
    task.over()
    QApplication.processEvents()
    assert tab.page._measure.isEnabled()
    assert "s" in rows(tab)["Time"].split("\n")[0]
    assert "Time (median of pairs)" in [curve.label for curve in tab.page.plot.plot.curves]


def test_that_paddings_that_differ_are_shown_as_two_maps_and_their_difference(open_tab):
    tab = open_tab(SpectrumGuide, replace(STUDY, stride=(2, 2)), topic="padding")
    ask(tab)
    assert "differ by more than rounding" in tab.page.sentence
    assert tab.page.pictures.views["difference"].sheet is not None
    tab.page._action.click()
    assert tab.document.study.padding == ((1, 1), (1, 1))
    tab.page._action.click()
    assert tab.document.study.padding == "same"


def test_that_the_switch_says_which_is_which_and_shows_the_kernel_as_it_slides(open_tab):
    tab = open_tab(SpectrumGuide, topic="correlation")
    kernel = tab.explorer.comparison.baseline.weights[0].kernel[0]
    for at, start, slid in ((0, "Correlation:", kernel), (1, "True convolution", kernel[:, ::-1, ::-1])):
        tab.page.moved.emit(at)
        ask(tab)
        assert tab.page.sentence.startswith(start)
        np.testing.assert_array_equal(tab.page.pictures.views["first"].sheet.content.maps, slid)


@pytest.mark.parametrize("guide", [DecoupleGuide, SpectrumGuide])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"baseline": "spatially-separable", "candidate": "standard"},
        {"candidate": "blueprint-separable", "kernel_size": (1, 1)},
        {"grey": True, "bias": True, "stride": (2, 3), "kernel_size": (2, 5), "activation": "relu6"},
        {"picture": None, "baseline": "depthwise", "depth_multiplier": 9},
    ],
)
def test_that_every_topic_says_something_of_every_study(open_tab, guide, changes):
    study = replace(STUDY, **changes)
    tab = open_tab(guide, study)
    for name, topic in tab.guide._topics.items():
        tab.page.topic_chosen.emit(name)
        assert tab.page.sentence.endswith((".", ":"))
        if tab.guide._refusal:
            assert topic.mend is not None
            topic.card(Asked(study=topic.mend(study), at=0))
        elif study.picture:
            at = tab.guide.at
            answer = topic.task(Asked(study=study, at=at))(lambda fraction: None)
            assert topic.contents(View(channel=9), answer, at)
            assert topic.card(Asked(study=study, at=at, answer=answer)).sentence
