import pyqtgraph as pg
import pytest

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


def test_that_every_curve_is_drawn_and_named(view):
    view.show_plot(PLOT)
    assert [entry.label for entry in view.legend.entries] == ["Standard", "Separable"]
    assert len(items(view, pg.FillBetweenItem)) == 1


def test_that_marks_stand_where_they_belong_on_a_logarithmic_axis(view):
    view.show_plot(PLOT)
    (line,) = items(view, pg.InfiniteLine)
    assert line.value() == pytest.approx(0.60206)
    assert line.label.format == "you are here: 4"


def test_that_a_second_plot_replaces_the_first(view):
    view.show_plot(PLOT)
    view.show_plot(Plot(title="One", x=Axis(label="x"), y=Axis(label="y"), curves=(STANDARD,)))
    assert len(view.legend.entries) == 1
    assert not items(view, pg.InfiniteLine)
    view.show_plot(None)
    assert not view.widget.getPlotItem().listDataItems()


def test_that_the_numbers_are_told_in_words(view):
    view.show_plot(PLOT)
    assert "Standard: from 100 at 1.00 to 1,000 at 10.0" in describe(PLOT)
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
