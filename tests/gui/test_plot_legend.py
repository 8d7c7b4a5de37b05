"""Promises of a plot's legend: every name is there, in as many rows as it takes."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from sepviz.gui.views.plot_legend import Entry, PlotLegend


def entries(count):
    return tuple(
        Entry(
            label=f"curve number {number}",
            colour=QColor("#ff0000"),
            style=Qt.PenStyle.SolidLine,
            joined=True,
            dotted=number % 2 == 1,
        )
        for number in range(count)
    )


def test_that_names_take_more_rows_where_there_is_less_room(keep):
    legend = keep(PlotLegend())
    legend.show_entries(entries(4))
    one = legend.heightForWidth(2000)
    assert legend.heightForWidth(160) == 4 * one
    assert legend.heightForWidth(10) == 4 * one


def test_that_every_line_is_painted_in_its_colour(keep):
    legend = keep(PlotLegend())
    legend.show_entries(entries(3))
    legend.resize(160, legend.heightForWidth(160))
    image = legend.grab().toImage()
    third = image.height() // 3
    for row in range(3):
        colours = {image.pixelColor(x, row * third + third // 2).name() for x in range(26)}
        assert "#ff0000" in colours


def test_that_a_legend_of_nothing_takes_no_room(keep):
    legend = keep(PlotLegend())
    legend.show_entries(())
    assert legend.isHidden()
    assert legend.heightForWidth(100) == 0


def test_that_points_have_the_shape_they_have_in_the_plot(keep):
    legend = keep(PlotLegend())
    pictures = []
    for symbol in "os":
        (entry,) = entries(1)
        legend.show_entries((replace(entry, joined=False, dotted=True, symbol=symbol),))
        legend.resize(200, legend.heightForWidth(200))
        pictures.append(legend.grab().toImage())
    assert pictures[0] != pictures[1]
