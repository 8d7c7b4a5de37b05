"""Promises of the summary strip: always four results, never cut, exact where there is room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sepviz.engine.timing import PairTiming, Ratio, Timing
from sepviz.gui.views.legend import Legend
from sepviz.gui.views.summary import SummaryCell, SummaryStrip
from sepviz.study.benchmark import Benchmark
from sepviz.study.costs import count_costs
from sepviz.study.study import Study

STUDY = Study(out_channels=64)
PHOTO = (3, 512, 512)
BENCHMARK = Benchmark(
    study=STUDY,
    input_shape=PHOTO,
    timing=PairTiming(
        baseline=Timing(samples_s=(0.012,) * 7),
        candidate=Timing(samples_s=(0.004,) * 7),
        speedup=Ratio(median=3.0, low=2.9, high=3.1),
        threads=2,
    ),
)


@pytest.fixture
def strip(keep):
    strip = keep(SummaryStrip())
    strip.show()
    return strip


def told(strip, width, app):
    strip.resize(width, strip.sizeHint().height())
    app.processEvents()
    return {cell.accessibleName(): cell.text for cell in strip.findChildren(SummaryCell)}


def test_that_numbers_are_exact_where_there_is_room_and_rounded_where_not(strip, app):
    strip.show_costs(count_costs(STUDY, PHOTO))
    assert told(strip, 1800, app) == {
        "Parameters": "1,728 → 219, 7.89× fewer",
        "MACs": "452,984,832 → 57,409,536, 7.89× fewer",
        "Bytes moved": "70.3 MB → 76.5 MB, 1.09× more",
        "Time (measured)": "—",
    }
    narrow = told(strip, strip.sizeHint().width(), app)
    assert narrow["MACs"].replace(" ", "") in {"453M→57.4M,7.89×fewer", "453→57.4M,7.89×fewer"}
    assert narrow["Parameters"] == "1,728 → 219, 7.89× fewer"


def test_that_the_ratios_stay_where_there_is_room_for_nothing_else(strip, app):
    strip.show_costs(count_costs(STUDY, PHOTO))
    narrow = told(strip, strip.minimumSizeHint().width(), app)
    assert narrow["MACs"] == "7.89× fewer"
    assert narrow["Bytes moved"] == "1.09× more"


def test_that_exact_numbers_and_words_are_in_the_tooltip(strip):
    strip.show_costs(count_costs(STUDY, PHOTO))
    tips = {cell.accessibleName(): cell.toolTip() for cell in strip.findChildren(SummaryCell)}
    assert "70,261,504 bytes" in tips["Bytes moved"]
    assert "1.09× more" in tips["Bytes moved"]


def test_that_it_fits_beside_a_side_panel_in_a_small_window(strip):
    assert strip.minimumSizeHint().width() <= 1280 - 300


def test_that_changing_numbers_move_nothing(strip, app):
    strip.show_costs(count_costs(STUDY, PHOTO))
    told(strip, 1000, app)
    before = [cell.geometry() for cell in strip.findChildren(SummaryCell)]
    strip.show_costs(count_costs(replace(STUDY, out_channels=512, kernel_size=(15, 15)), (3, 4096, 4096)))
    strip.show_timing(BENCHMARK, "")
    app.processEvents()
    assert [cell.geometry() for cell in strip.findChildren(SummaryCell)] == before


def test_that_time_says_measuring_until_it_is_known(strip, app):
    strip.show_timing(None, "measuring…")
    assert told(strip, 1200, app)["Time (measured)"] == "measuring…"
    strip.show_timing(BENCHMARK, "")
    assert told(strip, 1200, app)["Time (measured)"] == "12.0 ms → 4.00 ms, 3.00× less"
    strip.show_timing(None, "")
    assert told(strip, 1200, app)["Time (measured)"] == "—"


def test_that_the_legend_names_both_layers(strip):
    strip.show_costs(count_costs(replace(STUDY, candidate="grouped"), PHOTO))
    assert strip.findChild(Legend).accessibleDescription() == "A  Standard, B  Grouped"


def test_that_all_results_are_told_to_a_screen_reader(strip):
    strip.show_costs(count_costs(STUDY, PHOTO))
    strip.show_timing(BENCHMARK, "")
    text = strip.accessibleDescription()
    assert "Parameters: 1,728 → 219, 7.89× fewer" in text
    assert "3.00× less" in text
