from dataclasses import replace

import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt

from sepviz.gui.theme import apply_theme
from sepviz.gui.views.plot_view import PlotView, describe
from sepviz.lab.plot import Axis, Curve, Mark, Plot

STANDARD = Curve(label="Standard", role="baseline", x=(1.0, 10.0), y=(100.0, 1000.0))
SEPARABLE = Curve(
    label="Separable", role="candidate", x=(1.0, 10.0), y=(50.0, 80.0), low=(40.0, 60.0), high=(60.0, 90.0)
)
PLOT = Plot(
    title="MACs",
    x=Axis(label="out_channels", log=True),
    y=Axis(label="MACs", log=True),
    curves=(STANDARD, SEPARABLE),
    marks=(
        Mark(label="you are here: 4", x=4.0, here=True),
        Mark(label="point", x=2.0, y=200.0),
        Mark(label="none", x=0.0),
    ),
)


@pytest.fixture
def view(keep):
    return keep(PlotView())


def items(view, kind):
    return [item for item in view.widget.getPlotItem().items if isinstance(item, kind)]


def labels(view):
    return {item.toPlainText(): item for item in items(view, pg.TextItem)}


def boxes(view):
    """Return where every label stands, in pixels of the plot."""
    box = view.widget.getViewBox()
    return [
        item.boundingRect().translated(box.mapFromView(item.pos())).adjusted(1, 1, -1, -1)
        for item in labels(view).values()
    ]


def test_that_every_curve_is_drawn_and_named(view):
    view.show_plot(PLOT)
    assert [entry.label for entry in view.legend.entries] == ["Standard", "Separable"]
    assert len(items(view, pg.FillBetweenItem)) == 1


def test_that_marks_stand_where_they_belong_on_a_logarithmic_axis(view):
    view.show_plot(PLOT)
    (line,) = items(view, pg.InfiniteLine)
    assert line.value() == pytest.approx(0.60206)
    assert labels(view)["you are here: 4"].isVisible()
    assert "none" not in labels(view)  # there is no zero on this axis


def test_that_a_second_plot_replaces_the_first(view):
    view.show_plot(PLOT)
    view.show_plot(Plot(title="One", x=Axis(label="x"), y=Axis(label="y"), curves=(STANDARD,)))
    assert len(view.legend.entries) == 1
    assert not items(view, pg.InfiniteLine)
    view.show_plot(None)
    assert not view.widget.getPlotItem().listDataItems()


def test_that_the_numbers_are_told_in_words(view):
    view.show_plot(PLOT)
    assert "Standard: 100 at 1.00, 1,000 at 10.0; Separable: 50.0 at 1.00, 80.0 at 10.0" in describe(PLOT)
    assert "you are here: 4" in view.accessibleDescription()


def test_that_the_plot_follows_the_colours_of_the_window(view, app):
    view.show_plot(PLOT)
    light = view.widget.backgroundBrush().color()
    apply_theme(app, "dark")
    try:
        app.processEvents()
        assert view.widget.backgroundBrush().color().lightness() < light.lightness()
    finally:
        apply_theme(app, "light")


@pytest.mark.parametrize("size", [(700, 420), (380, 300)])
def test_that_labels_stay_in_the_plot_and_apart_at_any_size(view, app, size):
    marks = tuple(Mark(label=f"equal at {x}", x=x) for x in (2.0, 2.1, 2.2, 9.9))
    here = Mark(label="you are here", x=2.1, y=300.0, here=True)
    view.show()
    view.show_plot(replace(PLOT, marks=(*marks, here, Mark(label="never above 900", y=900.0))))
    view.resize(*size)
    app.processEvents()
    found = boxes(view)
    area = view.widget.getViewBox().rect()
    assert len(found) == 6
    assert all(area.contains(box) for box in found)
    assert not any(one.intersects(other) for at, one in enumerate(found) for other in found[:at])


def test_that_a_curve_which_lies_on_another_is_broken_so_that_both_are_seen(view):
    twin = Curve(label="Twin", role="candidate", x=STANDARD.x, y=STANDARD.y)
    view.show_plot(replace(PLOT, curves=(STANDARD, twin)))
    assert [entry.style for entry in view.legend.entries] == [Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine]


def test_that_a_long_curve_is_told_by_its_ends_and_extremes():
    x = tuple(map(float, range(1, 31)))
    curve = Curve(label="Bow", role="neutral", x=x, y=tuple(abs(one - 10) for one in x))
    told = describe(replace(PLOT, curves=(curve,), marks=()))
    assert told.endswith("Bow: from 9.00 at 1.00 to 20.0 at 30.0, lowest 0, highest 20.0")


def test_that_a_curve_of_one_point_is_seen(view):
    alone = Curve(label="Alone", role="neutral", x=(10.0,), y=(500.0,))
    view.show_plot(replace(PLOT, curves=(STANDARD, alone)))
    symbols = [item.opts["symbol"] for item in items(view, pg.PlotDataItem)]
    assert symbols[0] is None
    assert symbols[1] is not None
