"""Promises of the roofline in the window: every layer with the least time beside the measured one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QPushButton

from sepviz.engine.machine import MachinePeak
from sepviz.engine.timing import PairTiming, Timing, ratio_of
from sepviz.gui.views.roofline_section import UNMEASURED, RooflineSection, describe
from sepviz.lab.roofline import roofline
from sepviz.study.benchmark import Benchmark
from sepviz.study.costs import count_costs
from sepviz.study.study import Study

PEAK = MachinePeak(gflops=100, bandwidth_gbps=10, measured_on="2024-02-29")
STUDY, SHAPE = Study(out_channels=128), (128, 56, 56)
COSTS = count_costs(STUDY, SHAPE)
SIDES = Timing(samples_s=(0.02,)), Timing(samples_s=(0.01,))
TIMING = PairTiming(
    baseline=SIDES[0],
    candidate=SIDES[1],
    speedup=ratio_of(*SIDES),
    threads=1,
    layers_s=((0.02,), (0.004, 0.008)),
)
BENCHMARK = Benchmark(study=STUDY, input_shape=SHAPE, timing=TIMING)


@pytest.fixture
def section(keep):
    section = keep(RooflineSection())
    section.show()
    return section


def test_that_the_machine_is_told_with_its_day():
    assert describe(roofline(COSTS, PEAK)).startswith(
        "This machine: 100 GFLOP/s at most (float32 matrix product), 10.0 GB/s (copying memory), measured 2024-02-29"
    )


def test_that_fewer_layers_leave_no_rows_behind(section):
    section.show_roofline(roofline(COSTS, PEAK, BENCHMARK))
    assert section._table.accessibleDescription().count("\n") == 3
    same = count_costs(replace(STUDY, candidate="standard"), SHAPE)
    section.show_roofline(roofline(same, PEAK))
    assert section._table.accessibleDescription().count("\n") == 1
    assert not any(label.isVisible() for line in section._table._labels[3:] for label in line)


def test_that_an_unknown_machine_can_be_measured_and_a_known_one_again(section):
    asked = []
    section.measure_requested.connect(lambda: asked.append(True))
    assert section._text.text() == UNMEASURED
    button = section.findChild(QPushButton)
    button.click()
    section.show_measuring(True)
    button.click()
    assert asked == [True]
    section.show_measuring(False)
    section.show_roofline(roofline(COSTS, PEAK))
    assert button.text().endswith("again")
