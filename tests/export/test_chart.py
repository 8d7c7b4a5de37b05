from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from sepviz.engine.timing import Timing
from sepviz.export.canvas import SMALL, text_width
from sepviz.export.chart import CostChart, RatioChart, TimeAxis, TimeChart, bar_unit, round_step
from sepviz.study.quantity import QUANTITIES

pytestmark = pytest.mark.usefixtures("app")


@dataclass(frozen=True)
class Sketch:
    """Stands for a canvas and keeps what is drawn."""

    texts: list = field(default_factory=list)
    bars: list = field(default_factory=list)
    frames: list = field(default_factory=list)
    dots: list = field(default_factory=list)
    lines: list = field(default_factory=list)

    def text(self, x, baseline, text, size=SMALL, colour="", *, bold=False, align="left"):
        shift = {"left": 0, "centre": 0.5, "right": 1}[align] * text_width(text, size, bold=bold)
        self.texts.append((text, x - shift, x - shift + text_width(text, size, bold=bold)))

    def bar(self, *place):
        self.bars.append(place)

    def frame(self, *place):
        self.frames.append(place)

    def dot(self, *place):
        self.dots.append(place)

    def line(self, *place):
        self.lines.append(place)

    def words(self):
        return [text for text, _, _ in self.texts]

    def right(self):
        ends = [x + width for x, _, width, *_ in (*self.bars, *self.frames)]
        return max(*ends, *(end for _, _, end in self.texts))


def sketched(chart, width=540):
    sketch = Sketch()
    chart.paint(sketch, 0, 0, width)
    return sketch


def test_that_bars_are_as_long_as_the_costs_and_carry_exact_numbers(article):
    sketch = sketched(CostChart(costs=article.costs, quantity=QUANTITIES["macs"]))
    (_, _, longer, _, _), (_, _, shorter, _, _) = sketch.bars
    assert longer / shorter == pytest.approx(1_555_200 / 197_100)
    assert {"1,555,200", "197,100", "B: 7.89× fewer"} <= set(sketch.words())


def test_that_a_block_is_divided_where_its_first_layer_ends(article):
    sketch = sketched(CostChart(costs=article.costs, quantity=QUANTITIES["macs"]))
    (left, _, length, _, _) = sketch.bars[1]
    assert [line[0] for line in sketch.lines] == [pytest.approx(left + length * 24_300 / 197_100)]
    assert not sketched(CostChart(costs=article.costs, quantity=QUANTITIES["intensity"])).lines


def test_that_huge_numbers_stay_inside_the_chart(compared, timed):
    costs = compared(out_channels=512, kernel_size=(15, 15)).costs
    for quantity in ("params", "macs", "bytes", "intensity"):
        assert sketched(CostChart(costs=costs, quantity=QUANTITIES[quantity])).right() <= 540.01


def test_that_the_measured_ratio_is_filled_and_the_counted_one_is_not(article, timed):
    sketch = sketched(RatioChart(timing=timed(article).timing, macs_ratio=7.89))
    (filled,), (empty,) = sketch.bars, sketch.frames
    assert filled[2] / empty[2] == pytest.approx(2.5 / 7.89)
    assert "2.50× less time, measured (2.25–2.75; median of 9 pairs)" in sketch.words()
    assert "7.89× fewer MACs, counted" in sketch.words()
    assert sketch.right() <= 540.01


def test_that_every_run_is_a_point_at_its_time(article, timed):
    timing = timed(article).timing
    sketch = sketched(TimeChart(timing=timing))
    axis = TimeAxis.over((timing.baseline, timing.candidate), 24, 540 - 24 - 200)
    expected = [axis.place(run) for each in (timing.baseline, timing.candidate) for run in each.samples_s]
    assert sorted(x for x, *_ in sketch.dots) == pytest.approx(sorted(expected))
    assert {"5.00 ms", "2.00 ms"} <= set(sketch.words())
    assert sketch.right() <= 540


def test_that_a_far_outlier_is_counted_and_does_not_squeeze_the_others():
    usual, disturbed = Timing(samples_s=(1.0,) * 9), Timing(samples_s=(1.0,) * 9 + (50.0,))
    axis = TimeAxis.over((usual, disturbed), 0, 100)
    assert axis.limit_s == 2
    assert axis.place(50) == 100


def test_that_thousands_of_runs_do_not_make_thousands_of_points(article, timed):
    from dataclasses import replace

    timing = timed(article).timing
    many = replace(timing, baseline=Timing(samples_s=tuple(1 + number / 5000 for number in range(5000))))
    assert 200 <= len(sketched(TimeChart(timing=many)).dots) <= 420


def test_that_one_run_in_no_time_can_be_drawn():
    axis = TimeAxis.over((Timing(samples_s=(1e-9,)), Timing(samples_s=(1e-9,))), 0, 100)
    assert axis.place(0) == 0
    assert axis.place(1e-9) <= 100


@pytest.mark.parametrize(("length", "step"), [(0.9, 1), (1, 1), (1.1, 2), (2.3, 5), (6, 10), (0.03, 0.05)])
def test_that_axis_steps_are_round_numbers(length, step):
    assert round_step(length) == pytest.approx(step)


def test_that_the_bar_unit_leaves_room_for_every_number():
    unit = bar_unit(540, (10, 1), ("10", "a very long number that is written behind a short bar"))
    assert 24 + unit * 1 + 8 + text_width("a very long number that is written behind a short bar", SMALL) <= 540.01
    assert 24 + unit * 10 + 8 + text_width("10", SMALL) <= 540.01
