"""Promises of the counting switch: the numbers are those of the convention, and who prints them is named."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLabel

from sepviz.engine.conventions import CONVENTIONS
from sepviz.gui.views.cost_bars import CostBars
from sepviz.gui.views.cost_plot import CostPlot
from sepviz.gui.views.cost_table import CostTable
from sepviz.gui.views.counting import USUAL, recounted
from sepviz.study.costs import count_costs
from sepviz.study.study import Study

COSTS = count_costs(Study(out_channels=64, bias=True), (3, 32, 32))


@pytest.fixture
def plot(keep):
    made = keep(CostPlot())
    made.show_costs(COSTS)
    return made


def choose(plot, name):
    box = plot.findChild(QComboBox)
    box.setCurrentIndex(box.findData(name))


def bars(plot):
    return {one.accessibleName(): one.accessibleDescription() for one in plot.findChildren(CostBars)}


def column(plot, number):
    return [line.split("\t")[number] for line in plot.findChild(CostTable).selected_text().splitlines()]


def test_that_macs_without_bias_are_counted_first(plot):
    assert plot.findChild(QComboBox).currentData() == USUAL.name == "macs"
    assert "1,769,472 MACs" in bars(plot)["MACs"]


def test_that_bars_and_table_follow_the_switch(plot):
    choose(plot, "flops")
    assert "3,604,480 FLOPs" in bars(plot)["FLOPs, bias counted"]
    assert column(plot, 4)[:2] == ["FLOPs", "3,604,480"]
    choose(plot, "macs-and-bias")
    assert column(plot, 4)[:2] == ["MACs", "1,835,008"]
    choose(plot, "macs")
    assert "1,769,472 MACs" in bars(plot)["MACs"]


def test_that_intensity_and_bytes_do_not_follow_it(plot):
    before = column(plot, 5), column(plot, 6), bars(plot)["Arithmetic intensity"]
    choose(plot, "flops")
    assert (column(plot, 5), column(plot, 6), bars(plot)["Arithmetic intensity"]) == before


def test_that_the_choice_outlives_a_change_of_the_layers(plot):
    choose(plot, "flops")
    plot.show_costs(count_costs(Study(out_channels=32, bias=True), (3, 32, 32)))
    assert column(plot, 4)[0] == "FLOPs"


def test_that_every_counter_is_named(plot):
    for convention in CONVENTIONS.values():
        choose(plot, convention.name)
        said = "\n".join(label.text() for label in plot.findChildren(QLabel))
        assert convention.who_counts() in said
        assert all(counter in said for counter in convention.counters)
        assert convention.rule in said or convention is USUAL


def test_that_recounted_layers_add_up_to_what_the_convention_says_of_the_block():
    for convention in CONVENTIONS.values():
        counted = recounted(COSTS, convention)
        assert counted.candidate.macs == convention.count_block(COSTS.candidate)
