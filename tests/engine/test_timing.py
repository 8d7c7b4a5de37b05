import gc
from itertools import pairwise

import numpy as np
import pytest

from sepviz.engine import timing
from sepviz.engine.block import Geometry, build_block
from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.methods import fused
from sepviz.engine.timing import Ratio, Timing, ratio_of, time_blocks, time_pair
from sepviz.engine.weights import block_weights


class Clock:
    """A clock that moves only when work is done."""

    def __init__(self, monkeypatch, step=1e-9):
        self.now = 0.0
        monkeypatch.setattr(timing, "perf_counter", lambda: self.now)
        monkeypatch.setattr(timing, "clock_step", lambda: step)

    def work(self, *seconds):
        durations = iter(seconds)
        last = seconds[-1]

        def run():
            self.now += next(durations, last)

        return run


def test_that_a_timing_knows_its_median_and_quartiles():
    timed = Timing(samples_s=(5.0, 1.0, 2.0, 4.0, 3.0))
    assert (timed.median_s, timed.q1_s, timed.q3_s, timed.repeats) == (3, 2, 4, 5)
    single = Timing(samples_s=(2.0,))
    assert (single.median_s, single.q1_s, single.q3_s) == (2, 2, 2)


def test_that_a_ratio_is_the_median_of_pairs_not_the_ratio_of_medians():
    baseline, candidate = Timing(samples_s=(1.0, 20.0, 9.0)), Timing(samples_s=(1.0, 10.0, 3.0))
    assert ratio_of(baseline, candidate) == Ratio(median=2, low=1, high=3)


@pytest.mark.parametrize(("number", "outside"), [(2, 0), (5, 0), (6, 0), (8, 0), (9, 1), (12, 2), (20, 5), (100, 39)])
def test_that_the_interval_has_the_ranks_of_the_sign_test(number, outside):
    ratios = Timing(samples_s=tuple(float(value) for value in range(1, number + 1)))
    ones = Timing(samples_s=(1.0,) * number)
    interval = ratio_of(ratios, ones)
    assert (interval.low, interval.high) == (outside + 1, number - outside)


def test_that_steady_work_is_measured_exactly_and_soon(monkeypatch):
    clock = Clock(monkeypatch)
    pair = time_pair(clock.work(0.003), clock.work(0.001), budget_s=100)
    assert pair.speedup.median == pytest.approx(3)
    assert (pair.baseline.median_s, pair.candidate.median_s) == pytest.approx((0.003, 0.001))
    assert pair.baseline.repeats == pair.candidate.repeats == 7
    assert pair.note == ""


def test_that_the_two_are_run_in_turn(monkeypatch):
    clock, order = Clock(monkeypatch), []
    runs = [(clock.work(0.001), "a"), (clock.work(0.002), "b")]
    first, second = (lambda run=run, name=name: (order.append(name), run()) for run, name in runs)
    time_pair(first, second, minimum=4, maximum=4)
    assert "".join(order[-8:]) == "abababab"


def test_that_the_warm_up_is_not_counted(monkeypatch):
    clock = Clock(monkeypatch)
    pair = time_pair(clock.work(5, 5, 0.001), clock.work(0.001), budget_s=100)
    assert max(pair.baseline.samples_s) == pytest.approx(0.001)


def test_that_short_work_is_repeated_until_the_clock_can_see_it(monkeypatch):
    clock = Clock(monkeypatch, step=1e-6)
    pair = time_pair(clock.work(2e-6), clock.work(1e-3))
    assert pair.calls_per_sample == (32, 1)
    assert pair.baseline.median_s == pytest.approx(2e-6)


def test_that_a_clock_too_coarse_is_noted(monkeypatch):
    clock = Clock(monkeypatch, step=1.0)
    assert "too coarse" in time_pair(clock.work(1e-6), clock.work(1e-6)).note


def test_that_noise_is_noted_and_no_sample_is_dropped(monkeypatch):
    clock = Clock(monkeypatch)
    noisy = [0.001, 0.001] + [0.001, 0.009] * 10
    pair = time_pair(clock.work(*noisy), clock.work(0.002), minimum=20, maximum=20)
    assert "wide" in pair.note
    assert "Too close to call" in pair.note
    assert sorted(set(np.round(pair.baseline.samples_s, 9))) == [0.001, 0.009]


def test_that_the_budget_ends_noisy_sampling(monkeypatch):
    clock = Clock(monkeypatch)
    pair = time_pair(clock.work(*[0.1, 0.5] * 200), clock.work(0.1), budget_s=6)
    assert 7 < pair.baseline.repeats < 101
    assert clock.now < 8


def test_that_slow_work_ends_before_the_minimum_and_says_so(monkeypatch):
    clock = Clock(monkeypatch)
    pair = time_pair(clock.work(10.0), clock.work(10.0), budget_s=2)
    assert pair.baseline.repeats == 2
    assert "Only 2 repeats" in pair.note


def test_that_the_collector_rests_inside_and_is_restored():
    inside = []

    def run():
        inside.append(gc.isenabled())

    assert gc.isenabled()
    time_pair(run, run, budget_s=0.01, minimum=2, maximum=2)
    assert not any(inside)
    assert gc.isenabled()


def test_that_the_checkpoint_is_never_inside_a_timed_region():
    running, seen = [], []

    def run():
        running.append(True)
        running.pop()

    def checkpoint(fraction):
        seen.append((fraction, bool(running), gc.isenabled()))

    time_pair(run, run, budget_s=0.01, minimum=3, maximum=3, checkpoint=checkpoint)
    assert all(not busy and collecting for _, busy, collecting in seen)
    assert all(before <= after for (before, *_), (after, *_) in pairwise(seen))


def test_that_a_measurement_can_be_cancelled_and_restores_the_collector():
    def cancel(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        time_pair(lambda: None, lambda: None, checkpoint=cancel)
    assert gc.isenabled()


def test_that_blocks_are_timed_with_their_methods_and_threads(monkeypatch):
    monkeypatch.setenv("SEPVIZ_THREADS", "1")
    geometry = Geometry(in_channels=3, out_channels=4)
    blocks = [build_block(kind, geometry, "relu") for kind in ("standard", "depthwise-separable")]
    weights = [block_weights(block, "uniform", 0) for block in blocks]
    x = np.zeros((3, 16, 16), np.float32)
    pair = time_blocks(*blocks, *weights, x, budget_s=0.05)
    assert pair.baseline_methods == ("planar",)
    assert pair.candidate_methods == ("taps", "pointwise")
    assert pair.fused == (False, False)
    assert pair.cold_s is None
    assert pair.threads == 1
    assert pair.speedup.low <= pair.speedup.median <= pair.speedup.high


def test_that_a_fused_block_says_so_and_writes_no_maps_between(monkeypatch):
    monkeypatch.setattr(fused, "WORTH_VALUES", 0)
    geometry = Geometry(in_channels=3, out_channels=4)
    blocks = [build_block(kind, geometry) for kind in ("standard", "depthwise-separable")]
    weights = [block_weights(block, "uniform", 0) for block in blocks]
    x = np.zeros((3, 30, 30), np.float32)
    for method, expected in (("auto", (False, True)), ("planar", (False, False)), ("reference", (False, False))):
        assert time_blocks(*blocks, *weights, x, method=method, budget_s=0.01).fused == expected


def test_that_cold_calls_are_timed_after_a_pause_in_which_a_cancel_is_heard(monkeypatch):
    clock, naps = Clock(monkeypatch), []
    monkeypatch.setattr(timing, "sleep", naps.append)
    pair = time_pair(clock.work(0.003), clock.work(0.001), cold=3)
    assert pair.cold_s == pytest.approx((0.003, 0.001))
    assert sum(naps) == pytest.approx(6 * timing.PAUSE_S)
    assert max(naps) <= 0.02


def test_that_work_too_long_to_care_for_a_pause_is_not_timed_cold(monkeypatch):
    clock = Clock(monkeypatch)
    assert time_pair(clock.work(0.06), clock.work(0.001), cold=3).cold_s is None


def test_that_the_real_clock_has_a_step():
    assert 0 < timing.clock_step() < 0.1
