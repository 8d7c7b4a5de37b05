"""Promises of the costs view: bars in proportion, exact numbers, words that are right in both directions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest

from sepviz.gui.theme import DARK, LIGHT, apply_theme
from sepviz.gui.views.cost_bars import CostBars, describe
from sepviz.gui.views.cost_plot import CONVENTION, CostPlot
from sepviz.gui.views.cost_table import CostTable
from sepviz.study.costs import count_costs
from sepviz.study.quantity import COUNTED, QUANTITIES
from sepviz.study.study import Study

ARTICLE = (3, 32, 32)
STUDY = Study(out_channels=64)


@pytest.fixture
def costs():
    return count_costs(STUDY, ARTICLE)


@pytest.fixture
def build(app, keep):
    """Make widgets in the light theme that are gone after the test."""
    yield lambda kind, *args: keep(kind(*args))
    apply_theme(app, "light")


def runs_of(image, colour):
    """Return the greatest number of pixels of `colour` in one row of the upper and of the lower half of `image`."""
    wanted, height = QColor(colour).rgb(), image.height()
    counts = [sum(image.pixel(x, y) == wanted for x in range(image.width())) for y in range(height)]
    return max(counts[: height // 2]), max(counts[height // 2 :])


def test_that_every_counted_quantity_is_told_in_numbers_and_words(build, costs):
    plot = build(CostPlot)
    plot.show_costs(costs)
    told = {bars.accessibleName(): bars.accessibleDescription() for bars in plot.findChildren(CostBars)}
    assert list(told) == ["Parameters", "MACs", "Bytes moved", "Arithmetic intensity"]
    assert "A Standard: 1,728 parameters" in told["Parameters"]
    assert "B Depthwise separable: 219 parameters (depthwise 27, pointwise 192)" in told["Parameters"]
    assert "7.89× fewer" in told["Parameters"]
    assert "1,769,472 MACs" in told["MACs"]
    assert "1.07× more" in told["Bytes moved"]
    assert "12.58 FLOP/byte" in told["Arithmetic intensity"]
    assert "lower" in told["Arithmetic intensity"]


def test_that_the_words_turn_round_when_the_layers_are_exchanged():
    exchanged = replace(STUDY, baseline="depthwise-separable", candidate="standard")
    text = describe(QUANTITIES["params"], count_costs(exchanged, ARTICLE))
    assert "7.89× more" in text
    assert "A Depthwise separable: 219 parameters (depthwise 27, pointwise 192)" in text


def test_that_equal_layers_are_called_equal():
    same = count_costs(replace(STUDY, candidate="standard"), ARTICLE)
    assert all(describe(quantity, same).endswith("equal") for quantity in COUNTED)


def test_that_the_formula_is_in_the_tooltip(build, costs):
    bars = build(CostBars, QUANTITIES["macs"])
    bars.show_costs(costs)
    assert QUANTITIES["macs"].formula in bars.toolTip()
    assert "B against A: 7.89× fewer" in bars.toolTip()


def test_that_bars_are_as_long_as_their_numbers(build):
    costs = count_costs(Study(out_channels=12, baseline="standard", candidate="depthwise"), ARTICLE)
    bars = build(CostBars, QUANTITIES["params"])
    bars.resize(600, bars.minimumSizeHint().height())
    bars.show_costs(costs)
    image = bars.grab().toImage()
    (baseline, _), (_, candidate) = runs_of(image, LIGHT.baseline), runs_of(image, LIGHT.candidate)
    assert baseline / candidate == pytest.approx(costs.ratio("params"), rel=0.06)
    assert baseline > 200


def test_that_the_longest_number_is_not_cut(build):
    costs = count_costs(Study(out_channels=512, kernel_size=(15, 15)), (3, 4096, 4096))
    bars = build(CostBars, QUANTITIES["macs"])
    bars.resize(bars.minimumSizeHint())
    bars.show_costs(costs)
    assert runs_of(bars.grab().toImage(), LIGHT.baseline)[0] >= 60


def test_that_bars_follow_a_change_of_theme(build, costs, app):
    bars = build(CostBars, QUANTITIES["params"])
    bars.resize(400, bars.minimumSizeHint().height())
    bars.show_costs(costs)
    bars.show()
    assert runs_of(bars.grab().toImage(), DARK.baseline)[0] == 0
    apply_theme(app, "dark")
    app.processEvents()
    assert runs_of(bars.grab().toImage(), DARK.baseline)[0] > 50


def test_that_the_convention_is_stated(build):
    plot = build(CostPlot)
    assert "not measured" in CONVENTION
    assert any(getattr(child, "text", str)() == CONVENTION for child in plot.findChildren(object))


def test_that_bars_stand_in_one_column_where_two_are_too_narrow(build, costs):
    plot = build(CostPlot)
    plot.show_costs(costs)
    plot.show()
    lefts = {}
    for width in (560, 1100):
        plot.resize(width, 700)
        QGuiApplication.processEvents()
        lefts[width] = {bars.x() for bars in plot.findChildren(CostBars)}
    assert len(lefts[560]) == 1
    assert len(lefts[1100]) == 2


def rows_of(table):
    return [line.split("\t") for line in table.selected_text().splitlines()]


def test_that_the_table_has_every_layer_and_the_total_of_a_chain(build, costs):
    table = build(CostTable)
    table.show_costs(costs)
    heading, *rows = rows_of(table)
    assert heading == ["Layer", "Weights", "Input → output", "Parameters", "MACs", "Bytes moved", "FLOP/byte"]
    assert [row[0] for row in rows] == ["A  standard", "B  depthwise", "B  pointwise", "B  total"]
    assert rows[0][1:5] == ["64 × 3 × 3 × 3", "3 × 32 × 32 → 64 × 32 × 32", "1,728", "1,769,472"]
    assert rows[3][3:5] == ["219", "224,256"]


def test_that_the_table_shrinks_and_grows_with_the_layers(build, costs):
    table = build(CostTable)
    table.show_costs(costs)
    high = table.height()
    table.show_costs(count_costs(replace(STUDY, candidate="standard"), ARTICLE))
    assert len(rows_of(table)) == 3
    assert table.height() < high


def test_that_ctrl_c_copies_the_selected_cells(build, costs):
    table = build(CostTable)
    table.show_costs(costs)
    table.selectRow(1)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert len(copied) == 2
    assert copied[1].split("\t")[:2] == ["B  depthwise", "3 × 1 × 3 × 3"]
