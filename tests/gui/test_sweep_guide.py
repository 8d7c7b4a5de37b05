"""Promises of the sweeps' tab: what is found is shown as it comes, kept when stopped, and saved as numbers."""

from __future__ import annotations

import json

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton

from sepviz.engine.checkpoint import carry_on
from sepviz.gui import machine_limits, sweep_guide
from sepviz.gui.sweep_guide import SweepGuide
from sepviz.gui.views.crossover_view import explain, known_rows, label_spot, read_cell
from sepviz.gui.views.plot_view import PlotView
from sepviz.gui.views.sweep_controls import NOTHING, PROPOSALS, Span, SweepWish, forecast
from sepviz.lab.crossover import CrossoverMap
from sepviz.lab.sweep import SWEPT_FIELDS, Sweep, values_of
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.study import Study

STUDY = Study(out_channels=8, size=24)
WIDTHS = Span(field="out_channels", start=1, stop=64, count=7, log=True)
KERNELS = Span(field="kernel_size", start=1, stop=5, count=3, log=False)


@pytest.fixture
def sweep(bench, monkeypatch):
    """The tab of a study without a picture, on a machine that nobody has measured."""
    monkeypatch.setattr(machine_limits, "remembered_peak", lambda: None)
    made = bench(SweepGuide, STUDY)
    made.page.resize(1000, 700)
    return made


def words(widget):
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def button(page, text):
    return next(one for one in page.findChildren(QPushButton) if text in one.text().replace("&", ""))


def plots(page):
    return [view for view in page.findChildren(PlotView) if not view.isHidden()]


def run(made, wish, wait_until):
    """Start `wish` and let the worker answer it."""
    made.page.controls.started.emit(wish)
    made.explorer.answer()
    wait_until(lambda: not made.guide._soon.isActive() and not made.guide._errand.is_running)


def test_that_every_field_that_can_be_swept_has_a_proposal_within_its_range():
    assert set(PROPOSALS) >= set(SWEPT_FIELDS)
    for name, (start, stop, count, log) in PROPOSALS.items():
        assert values_of(STUDY_PARAMS[name], start, stop, count, log=log)[-1] == stop


def test_that_a_sweep_starts_as_the_controls_say(sweep):
    button(sweep.page, "Start").click()
    ((task, _),) = sweep.explorer.waiting
    assert (task.task.field, task.task.values[0], task.task.values[-1]) == ("out_channels", 1, 512)
    assert task.task.measure is False
    assert task.task.input_shape == STUDY.input_shape
    assert not button(sweep.page, "Start").isEnabled()


def test_that_a_second_field_makes_a_map(sweep):
    box = next(one for one in sweep.page.controls.second.findChildren(QComboBox) if one.currentText() == NOTHING)
    box.setCurrentIndex(box.findData("kernel_size"))
    next(one for one in sweep.page.findChildren(QCheckBox) if "time" in one.text()).setChecked(True)
    assert "10 × 8 = 80 points; measuring takes about 24 s" in words(sweep.page)
    button(sweep.page, "Start").click()
    ((task, _),) = sweep.explorer.waiting
    assert isinstance(task.task, CrossoverMap)
    assert task.task.measure
    assert task.task.values_y == (1, 3, 5, 7, 9, 11, 13, 15)


def test_that_the_same_field_twice_cannot_be_started(sweep):
    box = sweep.page.controls.second.findChild(QComboBox)
    box.setCurrentIndex(box.findData("out_channels"))
    assert "choose two different ones" in words(sweep.page)
    assert not button(sweep.page, "Start").isEnabled()


def test_that_too_many_points_are_told_beforehand():
    wide = Span(field="size", start=1, stop=2, count=64, log=False)
    assert "too many" in forecast(SweepWish(spans=(wide, wide.__class__(**_changed(wide))), measure=False))


def _changed(span):
    return {"field": "groups", "start": span.start, "stop": span.stop, "count": span.count, "log": span.log}


def test_that_a_sweep_is_drawn_with_its_break_evens(sweep, wait_until):
    run(sweep, SweepWish(spans=(WIDTHS,), measure=False), wait_until)
    assert [view.plot.title for view in plots(sweep.page)] == [
        "Parameters over out_channels",
        "MACs over out_channels",
        "Bytes moved over out_channels",
    ]
    assert "B has fewer parameters from out_channels = 2 on." in words(sweep.page)
    assert "Done." in words(sweep.page)


def test_that_measured_time_is_drawn_too(sweep, wait_until):
    few = Span(field="out_channels", start=1, stop=4, count=2, log=False)
    run(sweep, SweepWish(spans=(few,), measure=True), wait_until)
    assert plots(sweep.page)[-1].plot.title == "Time over out_channels"


def test_that_what_is_found_before_a_stop_is_kept(sweep, wait_until):
    sweep.page.controls.started.emit(SweepWish(spans=(WIDTHS,), measure=False))
    task = sweep.explorer.waiting[0][0].task
    partial = []
    Sweep(study=task.study, field=task.field, values=task.values, input_shape=task.input_shape, tell=partial.append)(
        carry_on
    )
    task.tell(type(partial[2])(question=task, points=partial[2].points))
    wait_until(lambda: "3 of 7 points…" in words(sweep.page))
    assert len(plots(sweep.page)[0].plot.curves[0].x) == 3
    button(sweep.page, "Stop").click()
    wait_until(lambda: "Stopped after 3 of 7 points." in words(sweep.page))
    assert len(plots(sweep.page)[0].plot.curves[0].x) == 3
    assert button(sweep.page, "Start").isEnabled()


def test_that_a_sweep_of_earlier_settings_says_so(sweep, wait_until):
    run(sweep, SweepWish(spans=(WIDTHS,), measure=False), wait_until)
    assert "earlier settings" not in words(sweep.page)
    sweep.document.edit("seed", 4)
    assert "earlier settings" in words(sweep.page)


def test_that_a_field_that_nobody_reads_is_refused_with_a_reason(sweep):
    sweep.page.controls.started.emit(
        SweepWish(spans=(Span(field="groups", start=1, stop=4, count=3, log=False),), measure=False)
    )
    assert "read by neither layer" in sweep.window.message.text
    assert sweep.explorer.waiting == []


def test_that_numbers_are_saved_as_csv_or_json(sweep, wait_until, tmp_path, monkeypatch):
    assert button(sweep.page, "Save").isHidden()
    run(sweep, SweepWish(spans=(WIDTHS,), measure=False), wait_until)
    for name in ("sweep.csv", "sweep.json"):
        monkeypatch.setattr(sweep_guide, "ask_path", lambda *rest, name=name: tmp_path / name)
        button(sweep.page, "Save").click()
    assert (tmp_path / "sweep.csv").read_text().startswith("out_channels,baseline_params")
    assert len(json.loads((tmp_path / "sweep.json").read_text())["points"]) == 7


def test_that_a_map_tells_colours_lines_and_where_b_is_less(sweep, wait_until):
    run(sweep, SweepWish(spans=(WIDTHS, KERNELS), measure=False), wait_until)
    result = sweep.guide._result
    assert not sweep.page.map.isHidden()
    assert plots(sweep.page) == []
    less = (result.grid("macs") > 1).sum()
    assert f"B has fewer MACs at {less} of 21 pairs" in explain(result)
    assert "blue: A" in sweep.page.map.accessibleDescription()


def test_that_a_cell_tells_its_values():
    task = CrossoverMap(
        study=STUDY, field_x="out_channels", values_x=(1, 8), field_y="kernel_size", values_y=(1, 3), measure=False
    )
    result = task()
    assert read_cell(result, 1, 1).startswith("out_channels 8, kernel_size 3: A / B MACs 4.24×")
    assert read_cell(result, 2, 0) == read_cell(result, -1, 0) == ""


def test_that_a_map_that_was_stopped_keeps_the_contours_of_its_whole_rows():
    ratios = np.array([[0.5, 1.0], [1.0, 2.0], [2.0, np.nan], [np.nan, np.nan]])
    assert (known_rows(ratios) == ratios[:2]).all()
    assert known_rows(ratios[:2]).shape == (2, 2)
    assert known_rows(ratios[2:]).shape == (0, 2)


def test_that_a_contour_is_named_on_it_and_between_two_rows():
    logs = np.log2(np.outer((1.0, 2.0, 4.0), (0.5, 1.0, 2.0, 4.0)))
    x, y = label_spot(logs, 0.5, 0)
    assert abs(y - round(y)) <= 0.25
    assert (x - 0.5) - 1 + (y - 0.5) == pytest.approx(0.5, abs=0.1)
    assert label_spot(logs, 9.0, 0) is None


def test_that_no_contour_strikes_a_number_through(sweep, wait_until):
    run(sweep, SweepWish(spans=(WIDTHS, KERNELS), measure=False), wait_until)
    numbers = [item for item in sweep.page.map.widget.getPlotItem().items if isinstance(item, pg.TextItem)]
    assert len(numbers) == 7 * 3
    assert all(item.fill.isOpaque() for item in numbers)
    for item in numbers:  # and none comes near it: what hides the lines is wider than what is written
        written = QFontMetricsF(item.textItem.font()).horizontalAdvance(item.textItem.toPlainText())
        assert item.textItem.boundingRect().width() - written >= 7


def test_that_the_number_of_points_of_one_field_is_said_once(sweep):
    assert words(sweep.page).count("points") == words(sweep.page).count("Break-even points") + 1
    assert "Counting takes no time." in words(sweep.page)
