from dataclasses import replace

import pytest

from sepviz.engine.timing import PairTiming, Ratio, Timing
from sepviz.lab.break_even import BreakEven, break_evens
from sepviz.lab.sweep import Sweep, SweepPoint, SweepResult
from sepviz.study.study import Study

SHAPE = (32, 28, 28)
WIDTHS = Sweep(study=Study(), field="out_channels", values=(1, 100, 512), input_shape=SHAPE)


def of(result: SweepResult, quantity: str) -> list[tuple[float, bool]]:
    return [(even.at, even.candidate_less) for even in break_evens(result) if even.quantity == quantity]


def timed(value: int, median: float, low: float, high: float) -> SweepPoint:
    timing = Timing(samples_s=(1.0,))
    pair = PairTiming(baseline=timing, candidate=timing, speedup=Ratio(median=median, low=low, high=high), threads=1)
    return replace(replace(WIDTHS, values=(value,))().points[0], timing=pair)


def test_that_the_first_width_with_fewer_parameters_and_macs_is_found_between_the_points() -> None:
    result = WIDTHS()
    assert of(result, "params") == [(2, True)]
    assert of(result, "macs") == [(2, True)]


def test_that_bytes_break_even_where_the_theory_says() -> None:
    # more bytes while 2P > N (K² - 1) - K²; here 2P = 1,568 and N = 197 gives 1,567
    assert of(WIDTHS(), "bytes") == [(198, True)]


def test_that_a_depth_multiplier_ceases_to_pay_at_the_first_value_above_the_limit() -> None:
    study = Study(out_channels=64)  # K²N / (K² + N) = 7.89
    result = Sweep(study=study, field="depth_multiplier", values=(1, 32), input_shape=SHAPE)()
    assert of(result, "macs") == [(8, False)]
    (even,) = (even for even in break_evens(result) if even.quantity == "macs")
    assert even.label == "B has fewer MACs below depth_multiplier = 8"


def test_that_an_equal_cost_is_not_less() -> None:
    study = Study(candidate="grouped", out_channels=12)
    result = Sweep(study=study, field="groups", values=(1, 6), input_shape=(6, 8, 8))()
    assert of(result, "params") == [(2, True)]


def test_that_values_that_cannot_be_are_passed_over() -> None:
    study = Study(candidate="grouped", out_channels=25)
    result = Sweep(study=study, field="groups", values=(1, 25), input_shape=(50, 8, 8))()
    assert of(result, "params") == [(5, True)]


def test_that_the_order_of_the_values_does_not_matter() -> None:
    assert break_evens(replace(WIDTHS, values=(512, 1, 100))()) == break_evens(WIDTHS())


def test_that_measured_break_even_is_read_off_between_the_points_with_its_certainty() -> None:
    result = SweepResult(
        question=replace(WIDTHS, measure=True),
        points=(timed(10, 0.5, 0.4, 0.6), timed(20, 2.0, 1.8, 2.2), timed(40, 0.9, 0.8, 1.1)),
    )
    first, second = (even for even in break_evens(result) if even.quantity == "seconds")
    assert (first.at, first.candidate_less, first.is_certain) == (pytest.approx(15), True, True)
    assert 20 < second.at < 40
    assert not second.candidate_less
    assert not second.is_certain
    assert first.label == "B is faster from out_channels ≈ 15.0 on"
    assert first.mark == "from ≈ 15.0: B faster"
    assert second.mark.endswith(": A faster?")
    assert second.label.startswith("B is faster below out_channels ≈ ")
    assert second.label.endswith("(uncertain)")


def test_that_a_label_says_what_changes_and_where() -> None:
    even = BreakEven(field="size", quantity="bytes", at=1024, candidate_less=True)
    assert even.label == "B has fewer bytes from Long side = 1,024 on"
    assert even.mark == "from 1,024: B less"
