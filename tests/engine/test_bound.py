import re
from dataclasses import replace

import pytest

from sepviz.engine.block import Geometry, build_block
from sepviz.engine.bound import Bound, explain_difference, find_bound, measure_overhead
from sepviz.engine.cost import block_cost
from sepviz.engine.machine import MachinePeak
from sepviz.engine.timing import PairTiming, Timing, ratio_of

PEAK = MachinePeak(gflops=100, bandwidth_gbps=10)


def costs(side=512, maps=64, kernel=3):
    geometry = Geometry(in_channels=3, out_channels=maps, kernel_size=(kernel, kernel), padding="same")
    return tuple(block_cost(build_block(kind, geometry), side, side) for kind in ("standard", "depthwise-separable"))


def pair(baseline_s, candidate_s, fused=(False, False)):
    timings = [Timing(samples_s=(seconds,) * 9) for seconds in (baseline_s, candidate_s)]
    return PairTiming(baseline=timings[0], candidate=timings[1], speedup=ratio_of(*timings), threads=2, fused=fused)


def bound(**fields):
    return Bound(**({"time_s": 1.0, "compute_s": 0.0, "memory_s": 0.0, "overhead_s": 0.0, "bytes": 1} | fields))


@pytest.mark.parametrize(
    ("fields", "limit"),
    [
        ({"compute_s": 0.6, "memory_s": 0.5}, "compute"),
        ({"compute_s": 0.5, "memory_s": 0.6}, "memory"),
        ({"compute_s": 0.5, "memory_s": 1.5}, "compute"),
        ({"compute_s": 1.2, "memory_s": 0.5}, "compute"),
        ({"compute_s": 0.49, "memory_s": 0.49}, "neither"),
        ({"compute_s": 0.2, "memory_s": 0.14, "overhead_s": 0.01}, "neither"),
        ({"compute_s": 0.3, "memory_s": 1.5}, "neither"),
        ({"compute_s": 0.3, "memory_s": 0.2, "overhead_s": 0.6}, "overhead"),
    ],
)
def test_that_a_block_is_bound_only_by_what_accounts_for_half_of_its_time(fields, limit):
    assert bound(**fields).limit == limit


def test_that_the_limits_follow_from_the_costs_and_the_machine():
    cost = costs()[1]
    found = find_bound(1.0, cost, PEAK, 1e-5)
    assert found.compute_s == pytest.approx(2 * cost.macs / 100e9)
    assert found.memory_s == pytest.approx(cost.bytes / 10e9)
    assert found.overhead_s == pytest.approx(2e-5)


def test_that_maps_between_fused_layers_are_not_moved():
    cost = costs()[1]
    found = find_bound(1.0, cost, PEAK, fused=True)
    assert cost.bytes - found.bytes == 2 * 4 * 3 * 512 * 512


def test_that_winograd_is_judged_by_the_multiplications_it_does():
    geometry = Geometry(in_channels=64, out_channels=64, kernel_size=(3, 3), padding="same")
    cost = block_cost(build_block("standard", geometry), 56, 56)
    plain, fewer = (find_bound(1.0, cost, PEAK, methods=(name,)) for name in ("channels-last", "winograd"))
    assert fewer.compute_s == pytest.approx(plain.compute_s / 4)


def test_that_the_sentence_names_ratio_interval_limits_and_units():
    baseline, candidate = costs()
    words = explain_difference(pair(0.0120, 0.0100), (baseline, candidate), PEAK)
    assert "With 7.89 times the multiply-accumulates of B" in words
    assert "A takes 1.20 times as long as B (median of 9 pairs, 1.20 to 1.20)" in words
    assert "A is compute-bound, as it reaches 75 % of this machine's peak multiplication rate, while B" in words
    assert f"B is memory-bound, as it moves its {candidate.bytes / 1e6:.1f} MB at 77 % of memory bandwidth." in words
    assert ". " not in words


def test_that_what_is_far_from_both_limits_is_bound_by_neither():
    words = explain_difference(pair(0.050, 0.002), costs(), PEAK)
    assert "A is bound by neither arithmetic nor memory, as it reaches 18 % of" in words
    assert "moves its 70.3 MB at 14 % of memory bandwidth (the time goes to calls and to data movement" in words
    assert "B is compute-bound" in words
    slow = explain_difference(pair(5.0, 0.0025), costs(), PEAK)
    assert "both are bound by neither arithmetic nor memory, as A reaches under 1 % of this machine's" in slow
    assert "and B reaches 46 % of this machine's peak multiplication rate and stays in the cache; the time" in slow


def test_that_winograd_is_named_beside_its_rate():
    timing = replace(pair(0.020, 0.0100), baseline_methods=("winograd",), candidate_methods=("taps", "pointwise"))
    assert "winograd doing a quarter of the counted multiplications" in explain_difference(
        timing, costs(kernel=7), PEAK
    )


def test_that_a_fused_candidate_is_judged_by_what_it_moves():
    words = explain_difference(pair(0.0120, 0.0100, fused=(False, True)), costs(), PEAK)
    assert "while B is memory-bound, as it moves its 70.3 MB" in words


def test_that_tiny_layers_are_told_to_be_overhead():
    words = explain_difference(pair(1.5e-4, 2e-4), costs(side=32), PEAK, overhead_s=8e-5)
    assert "A is overhead-bound, as it takes 80 µs of its 150 µs to call its layers, whatever they do" in words
    assert "B is overhead-bound, as it takes 160 µs of its 200 µs" in words


def test_that_plain_loops_are_told_to_be_overhead():
    loops = replace(pair(0.1, 0.08), baseline_methods=("reference",), candidate_methods=("reference", "reference"))
    words = explain_difference(loops, costs(side=16), PEAK, overhead_s=1e-5)
    assert "A is overhead-bound, as it takes 100 ms of its 100 ms for Python's loops around the arithmetic" in words
    assert "while B is overhead-bound" in words


def test_that_a_call_costs_something_on_every_machine():
    assert 1e-7 < measure_overhead() < 0.1


def test_that_few_bytes_are_told_in_a_unit_that_shows_them():
    words = explain_difference(pair(5.0, 5.0), costs(side=6), PEAK)
    assert "moves its 16.6 kB at under 1 % of memory bandwidth" in words


def test_that_a_rate_beyond_the_peak_says_that_the_peak_was_measured_too_low():
    slow = MachinePeak(gflops=1, bandwidth_gbps=10)
    told = explain_difference(pair(0.1, 0.05), costs(), slow)
    assert "faster than this machine's measured peak" in told
    assert "measured too low" in told
    assert "measure this machine again" in told
    assert not any(int(share) > 100 for share in re.findall(r"(\d+) %", told))
