import gc
from itertools import pairwise

import numpy as np
import pytest

from sepviz.engine import timing
from sepviz.engine.checkpoint import Cancelled, carry_on
from sepviz.engine.timing import Ratio, Timing, ratio_of, time_pair


class Clock:
    """A clock that moves only when work is done."""

    def __init__(self, monkeypatch, step=1e-9):
        self.now = 0.0
        monkeypatch.setattr(timing, "perf_counter", lambda: self.now)
        monkeypatch.setattr(timing, "clock_step", lambda: step)

    def work(self, *seconds):
        durations = iter(seconds)
        last = seconds[-1]

        def run(checkpoint=carry_on):
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
    first, second = (lambda checkpoint, run=run, name=name: (order.append(name), run()) for run, name in runs)
    time_pair(first, second, minimum=4, maximum=4)
    assert "".join(order[-8:]) == "abababab"


def test_that_the_warm_up_is_not_counted(monkeypatch):
    clock = Clock(monkeypatch)
    pair = time_pair(clock.work(5, 0.001), clock.work(0.001), budget_s=100)
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

    def run(checkpoint):
        inside.append(gc.isenabled())

    assert gc.isenabled()
    time_pair(run, run, budget_s=0.01, minimum=2, maximum=2)
    assert not any(inside)
    assert gc.isenabled()


def nothing(checkpoint):
    pass


class Strips:
    """Work of a known length in strips, with a checkpoint between."""

    def __init__(self, clock, seconds, strips=10):
        self.clock, self.seconds, self.strips = clock, seconds, strips

    def __call__(self, checkpoint):
        for done in range(1, self.strips + 1):
            self.clock.now += self.seconds / self.strips
            checkpoint(done / self.strips)


def test_that_short_work_is_not_watched_while_the_clock_runs():
    running, seen = [], []

    def run(checkpoint):
        running.append(True)
        checkpoint(0.5)
        running.pop()

    def checkpoint(fraction):
        seen.append((fraction, bool(running), gc.isenabled()))

    time_pair(run, run, budget_s=0.01, minimum=3, maximum=3, checkpoint=checkpoint)
    warm_up, timed = seen[:2], seen[2:]
    assert all(busy for _, busy, _ in warm_up)
    assert len(timed) == 7
    assert all(not busy and collecting for _, busy, collecting in timed)


def test_that_progress_goes_on_and_never_back(monkeypatch):
    for seconds in (0.001, 0.3, 4.0):
        clock, seen = Clock(monkeypatch), []
        time_pair(Strips(clock, seconds), Strips(clock, 2 * seconds), budget_s=2, checkpoint=seen.append)
        assert all(before <= after for before, after in pairwise(seen))
        assert seen[-1] == 1


def test_that_long_work_hears_a_cancel_between_its_strips_while_the_clock_runs(monkeypatch):
    clock, heard = Clock(monkeypatch), []

    def checkpoint(fraction):
        heard.append(clock.now)
        if clock.now > 31:
            raise Cancelled

    with pytest.raises(Cancelled):
        time_pair(Strips(clock, 10.0, 1000), Strips(clock, 10.0, 1000), checkpoint=checkpoint)
    assert clock.now < 31.02
    assert max(after - before for before, after in pairwise(heard)) < 0.02


def test_that_a_timed_run_tells_news_at_most_twice_a_second(monkeypatch):
    clock, told = Clock(monkeypatch), []
    time_pair(Strips(clock, 3.0, 1000), Strips(clock, 0.03, 30), checkpoint=told.append)
    timed = [fraction for fraction in told if fraction > 1 / 3]
    # two timed runs of 3 s in 7 stages at most each, two short ones that tell their end
    assert len(set(timed)) <= 2 * (7 + 2)
    assert len(timed) > 1500


def test_that_slow_work_is_warmed_up_once(monkeypatch):
    clock = Clock(monkeypatch)
    time_pair(clock.work(10.0), clock.work(10.0), budget_s=2)
    assert clock.now == pytest.approx(60)


def noisy_ratio(random, noise, tail):
    """Return the interval for a true ratio of 3 with its noise, some common to both and some heavy-tailed."""
    load = np.exp(np.cumsum(random.normal(0, 0.02, 120)))
    own = np.exp(random.normal(0, noise, (2, 120))) * (1 + tail * random.exponential(size=(2, 120)))
    pairs = list(zip(*(load * own * [[3.0], [1.0]]), strict=True))
    taken = 1
    while not timing._is_enough(pairs[:taken], 0.0, 1.0, 7, 101):
        taken += 1
    return ratio_of(*(Timing(samples_s=side) for side in zip(*pairs[:taken], strict=True)))


@pytest.mark.parametrize(("noise", "tail"), [(0.01, 0), (0.02, 0.05), (0.04, 0), (0.3, 0.2)])
def test_that_the_interval_holds_the_true_ratio_as_often_as_it_says(noise, tail):
    random = np.random.default_rng(5)
    found = [noisy_ratio(random, noise, tail) for _ in range(400)]
    held = sum(each.low <= 3 <= each.high for each in found) / len(found)
    # 95 % of 400 is known to within 1.1 %; ranks can only be cautious, never bold
    assert 0.925 <= held <= 0.995


def test_that_a_measurement_can_be_cancelled_and_restores_the_collector():
    def cancel(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        time_pair(nothing, nothing, checkpoint=cancel)
    assert gc.isenabled()


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
