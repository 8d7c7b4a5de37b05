"""Promises of the timing view: every repeat is accounted for, measured and counted are told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton

from sepviz.engine.machine import MachinePeak
from sepviz.engine.timing import PairTiming, Ratio, Timing
from sepviz.gui.views.method_choice import method_choices
from sepviz.gui.views.ratio_axis import RatioAxis
from sepviz.gui.views.time_strip import NOT_MEASURED, TimeStrip, describe_beyond
from sepviz.gui.views.timing_plot import TimingPlot, method_lines, ratio_rows, read_ratios
from sepviz.study.benchmark import Benchmark
from sepviz.study.costs import count_costs
from sepviz.study.study import Study

SHAPE = (3, 32, 32)
STUDY = Study(out_channels=64)
COSTS = count_costs(STUDY, SHAPE)


def timed(baseline_ms, candidate_ms, speedup, **changes):
    sides = (tuple(ms / 1e3 for ms in side) for side in (baseline_ms, candidate_ms))
    baseline, candidate = (Timing(samples_s=samples) for samples in sides)
    median, low, high = speedup
    timing = PairTiming(
        baseline=baseline,
        candidate=candidate,
        speedup=Ratio(median=median, low=low, high=high),
        threads=2,
        baseline_methods=("lowering",),
        candidate_methods=("channels-last", "matmul"),
    )
    return replace(timing, **changes)


STEADY = timed([12.0, 12.2, 12.4, 12.1, 12.3, 12.2], [4.0, 4.1, 4.2, 4.0, 4.1, 4.1], (2.98, 2.9, 3.1))
BENCHMARK = Benchmark(study=STUDY, input_shape=SHAPE, timing=STEADY)


@pytest.fixture
def plot(keep):
    plot = keep(TimingPlot())
    plot.show()
    return plot


def texts_of(plot):
    return [label.text() for label in plot.findChildren(QLabel) if not label.isHidden() and label.text()]


def test_that_without_a_measurement_only_what_was_counted_is_shown(plot):
    plot.show_benchmark(None, COSTS)
    assert plot.findChild(TimeStrip).accessibleDescription() == NOT_MEASURED
    assert (
        plot.findChild(RatioAxis).accessibleDescription()
        == "MACs (counted): 7.89× fewer\nBytes moved (counted): 1.07× more"
    )


def test_that_a_measurement_is_told_in_medians_quartiles_and_repeats(plot):
    plot.show_benchmark(BENCHMARK, COSTS)
    told = plot.findChild(TimeStrip).accessibleDescription().splitlines()
    assert told[0] == "A Standard: median 12.2 ms, quartiles 12.1–12.3 ms, 6 repeats"
    assert told[1].startswith("B Depthwise separable: median 4.10 ms")
    assert (
        plot.findChild(RatioAxis)
        .accessibleDescription()
        .startswith("Time (median of 6 pairs): 2.98× less (2.90–3.10)\nMACs (counted)")
    )


def test_that_a_measurement_of_earlier_settings_is_taken_away(plot):
    plot.show_benchmark(BENCHMARK, COSTS)
    plot.show_benchmark(None, COSTS)
    assert not any("12.2" in text or "repeats" in text for text in (*texts_of(plot), plot.accessibleDescription()))


def test_that_repeats_beyond_the_axis_are_counted_in_words():
    calm = [12.0 + index / 100 for index in range(40)]
    text = describe_beyond(timed([*calm, 90.0], [*calm, 30.0, 40.0], (1.0, 0.9, 1.1)))
    assert "95 % quantile" in text
    assert "1 of 41 of A, the slowest 90.0 ms" in text
    assert "2 of 42 of B, the slowest 40.0 ms" in text
    assert describe_beyond(STEADY) == ""


def test_that_measured_and_counted_ratios_are_told_apart():
    rows = ratio_rows(STEADY, COSTS)
    assert [(row.label, row.interval) for row in rows] == [
        ("Time (median of 6 pairs)", (2.9, 3.1)),
        ("MACs (counted)", None),
        ("Bytes moved (counted)", None),
    ]
    assert rows[1].value == pytest.approx(7.8904, rel=1e-4)


@pytest.mark.parametrize(
    ("speedup", "words"),
    [
        ((2.98, 2.9, 3.1), "takes 2.98× less time (interval 2.90–3.10)"),
        ((0.5, 0.4, 0.625), "takes 2.00× more time (interval 1.60–2.50)"),
        ((1.01, 0.97, 1.04), "these repeats show no difference in time"),
        ((7.5, 7.1, 7.6), "here the time goes with the multiplications"),
    ],
)
def test_that_the_sentence_says_what_was_measured_and_no_more(speedup, words):
    text = read_ratios(replace(STEADY, speedup=Ratio(median=speedup[0], low=speedup[1], high=speedup[2])), COSTS)
    assert text.startswith("B has 7.89× fewer MACs")
    assert words in text


def test_that_multiplications_are_not_called_time_where_they_do_not_agree():
    assert "multiplications alone are not time" in read_ratios(STEADY, COSTS)
    near = replace(STEADY, speedup=Ratio(median=7.5, low=7.1, high=7.6))
    assert "not time" not in read_ratios(near, COSTS)


def test_that_equal_costs_are_put_in_words():
    same = count_costs(replace(STUDY, candidate="standard"), SHAPE)
    assert read_ratios(STEADY, same).startswith("B has as many MACs as A and takes 2.98× less time")


def test_that_the_method_is_stated():
    noted = replace(STEADY, note="The clock is coarse.", calls_per_sample=(1, 40))
    lines = method_lines(Benchmark(study=STUDY, input_shape=SHAPE, timing=noted))
    text = " ".join(f"{lead}: {line}" for lead, line in lines.items())
    for part in (
        "6 repeats of each layer",
        "mean of up to 40 runs",
        "Input: 3 × 32 × 32",
        "2 threads, BLAS on one, Python's garbage collector off",
        "Ratio: The median of 6 pairs of neighbouring repeats, not the ratio of the two medians",
        "A standard by lowering; B depthwise by channels-last; B pointwise by matmul",
        "Outputs kept, weights prepared beforehand",
        "95 % confidence",
    ):
        assert part in text
    assert text.endswith("The clock is coarse.")


def test_that_few_pairs_claim_no_confidence():
    few = timed([12.0, 12.2], [4.0, 4.1], (3.0, 2.9, 3.1), threads=1, baseline_methods=(), candidate_methods=())
    text = " ".join(method_lines(Benchmark(study=STUDY, input_shape=SHAPE, timing=few)).values())
    assert "95 %" not in text
    assert "whole range" in text
    assert "1 thread, BLAS on one" in text


def test_that_the_button_asks_and_a_running_measurement_is_not_asked_for_twice(plot):
    asked = []
    plot.measure_requested.connect(lambda: asked.append(True))
    button = plot.findChild(QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    plot.show_state("measuring… 42 %", True)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [True]
    assert "measuring… 42 %" in texts_of(plot)
    plot.show_state("", False)
    assert button.isEnabled()


def test_that_showing_the_check_box_tells_nobody_and_clicking_it_does(plot):
    heard = []
    plot.auto_toggled.connect(heard.append)
    plot.show_auto(True)
    assert heard == []
    plot.findChild(QCheckBox).click()
    assert heard == [False]


def test_that_foreign_text_is_shown_literally(plot):
    plot.show_state("<b>7 < 8</b>", False)
    label = next(label for label in plot.findChildren(QLabel) if label.text() == "<b>7 < 8</b>")
    assert label.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize("shown", [BENCHMARK, None])
def test_that_the_plot_is_painted_in_the_colours_of_both_layers_only_when_measured(plot, shown):
    plot.resize(900, 600)
    plot.show_benchmark(shown, COSTS)
    plot.show()
    image = plot.findChild(TimeStrip).grab().toImage()
    blue = sum(
        image.pixelColor(x, y).blue() > image.pixelColor(x, y).red() + 60
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    )
    assert (blue > 20) == (shown is not None)


PEAK = MachinePeak(gflops=100, bandwidth_gbps=10)


def button_of(plot, text):
    return next(button for button in plot.findChildren(QPushButton) if button.text().replace("&", "") == text)


def test_that_with_the_limits_of_the_machine_the_bound_is_shown_and_the_reason_told(plot):
    plot.show_benchmark(BENCHMARK, COSTS, PEAK)
    rows = plot.findChild(TimeStrip).accessibleDescription().splitlines()
    assert all("◇ at best " in row for row in rows)
    assert any(text.startswith("With 7.89 times") for text in texts_of(plot))
    assert any(text.startswith("At best this machine") for text in texts_of(plot))
    ratios = plot.findChild(RatioAxis).accessibleDescription().splitlines()
    assert ratios[1] == "Time at best (roofline): 1.18× less"
    assert not button_of(plot, "Measure this machine again").isHidden()
    plot.show_benchmark(None, COSTS, PEAK)
    assert button_of(plot, "Measure this machine again").isHidden()
    assert not any("best" in text or "Why" in text for text in texts_of(plot))


def test_that_an_unknown_machine_can_be_measured_from_here(plot):
    asked = []
    plot.peak_requested.connect(lambda: asked.append(True))
    button = button_of(plot, "Measure this machine")
    assert button.isHidden()
    plot.show_benchmark(BENCHMARK, COSTS)
    assert not button.isHidden()
    button.click()
    plot.show_state("measuring this machine…", True)
    button.click()
    assert asked == [True]


def test_that_a_hollow_mark_stands_where_the_bound_is(plot):
    plot.resize(900, 700)
    strip = plot.findChild(TimeStrip)
    plot.show_benchmark(BENCHMARK, COSTS)
    without = strip.grab().toImage()
    strip.show_timing(STEADY, ("A", "A"), (0.006, 0.002))
    assert strip.grab().toImage() != without
    assert "◇ at best 6.00 ms" in strip.accessibleDescription()


def test_that_a_bound_beyond_every_repeat_makes_the_axis_longer_and_hides_none():
    calm = [12.0 + index / 100 for index in range(40)]
    slow = timed([*calm, 90.0], [*calm, 13.0], (1.0, 0.9, 1.1))
    assert describe_beyond(slow, (0.1, 0.001)) == ""
    assert "just after the larger least time" in describe_beyond(slow, (0.05, 0.001))


def test_that_idling_is_told_where_it_was_measured(plot):
    cold = replace(BENCHMARK, timing=replace(STEADY, cold_s=(0.02, 0.01)))
    plot.show_benchmark(cold, COSTS)
    assert any(text.startswith("Warmed up / first run after") for text in texts_of(plot))
    assert "Warmed up / first run after" in plot.accessibleDescription()


def test_that_methods_for_both_are_offered_with_each_its_best_first_and_the_loops_last():
    choices = method_choices(STUDY)
    assert [choice.value for choice in choices] == ["auto", "planar", "channels-last", "reference"]
    assert choices[-1].label == "the article's loops, at 16 px"
    partly = method_choices(replace(STUDY, method="taps"))
    assert [choice.label for choice in partly if choice.value == "taps"] == ["taps where it can"]


def test_that_choosing_a_method_tells_it_and_showing_one_does_not(plot):
    chosen = []
    plot.method_chosen.connect(chosen.append)
    plot.show_methods(method_choices(STUDY), "planar")
    switch = plot.findChild(QComboBox)
    assert switch.currentText() == "the same for both: planar"
    assert chosen == []
    switch.setFocus()
    QTest.keyClick(switch, Qt.Key.Key_Down)
    assert chosen == ["channels-last"]
