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
        ({"compute_s": 0.5, "memory_s": 0.4}, "compute"),
        ({"compute_s": 0.4, "memory_s": 0.5}, "memory"),
        ({"compute_s": 0.4, "memory_s": 1.5}, "compute"),
        ({"compute_s": 1.2, "memory_s": 0.5}, "compute"),
        ({"compute_s": 0.09, "memory_s": 0.09}, "overhead"),
        ({"compute_s": 0.01, "memory_s": 1.5}, "overhead"),
        ({"compute_s": 0.3, "memory_s": 0.2, "overhead_s": 0.6}, "overhead"),
    ],
)
def test_that_a_block_waits_for_the_larger_of_its_limits_unless_it_is_far_from_both(fields, limit):
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


def test_that_the_sentence_names_ratio_interval_limits_and_units():
    baseline, candidate = costs()
    words = explain_difference(pair(0.0120, 0.0100), (baseline, candidate), PEAK)
    assert "With 7.89 times the multiply-accumulates" in words
    assert "1.20 times as long (1.20 to 1.20)" in words
    assert "the baseline is compute-bound (arithmetic alone takes 9.06 ms of its 12 ms at 100 GFLOP/s)" in words
    assert f"the candidate is memory-bound (moving {candidate.bytes / 1e6:.1f} MB takes 7.65 ms of its 10 ms" in words
    assert words.endswith(").")
    assert ". " not in words


def test_that_a_fused_candidate_is_judged_by_what_it_moves():
    words = explain_difference(pair(0.0120, 0.0100, fused=(False, True)), costs(), PEAK)
    assert "moving 70.3 MB" in words


def test_that_tiny_layers_are_told_to_be_overhead():
    words = explain_difference(pair(2e-4, 1.5e-4), costs(side=32), PEAK, overhead_s=8e-5)
    assert "the baseline is overhead-bound (arithmetic and memory would need 35.4 µs of its 200 µs" in words
    assert "the candidate is overhead-bound" in words
    assert "calls of its layers take 160 µs" in words


def test_that_a_call_costs_something_on_every_machine():
    assert 1e-7 < measure_overhead() < 0.1
