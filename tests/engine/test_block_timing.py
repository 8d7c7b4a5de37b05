import numpy as np
import pytest

from sepviz.engine import block_timing, timing
from sepviz.engine.block import Geometry, build_block
from sepviz.engine.block_timing import time_blocks
from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.methods import fused, reference
from sepviz.engine.weights import block_weights


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


def test_that_the_articles_loops_are_stopped_midway_while_the_clock_runs(monkeypatch):
    monkeypatch.setenv("SEPVIZ_THREADS", "1")
    monkeypatch.setattr(timing, "LONG_S", 0.0)
    monkeypatch.setattr(reference, "PRODUCTS_PER_STRIP", 20_000)
    block = build_block("standard", Geometry(in_channels=3, out_channels=4))
    weights = block_weights(block, "uniform", 0)
    heard = []

    def stop_in_the_second_timed_run(fraction):
        heard.append(fraction)
        if len(heard) == 450:
            raise Cancelled

    # 4 maps of 256 pixels in strips of 9: 116 strips a run, and two runs to warm up
    x = np.zeros((3, 16, 16), np.float32)
    with pytest.raises(Cancelled):
        time_blocks(block, block, weights, weights, x, method="reference", checkpoint=stop_in_the_second_timed_run)
    assert len(heard) == 450
    assert len(set(heard[-100:])) == 1


def test_that_a_fused_block_says_so_and_writes_no_maps_between(monkeypatch):
    monkeypatch.setattr(fused, "WORTH_VALUES", 0)
    geometry = Geometry(in_channels=3, out_channels=4)
    blocks = [build_block(kind, geometry) for kind in ("standard", "depthwise-separable")]
    weights = [block_weights(block, "uniform", 0) for block in blocks]
    x = np.zeros((3, 30, 30), np.float32)
    for method, expected in (("auto", (False, True)), ("planar", (False, False)), ("reference", (False, False))):
        assert time_blocks(*blocks, *weights, x, method=method, budget_s=0.01).fused == expected


def both(activation="relu"):
    geometry = Geometry(in_channels=3, out_channels=4)
    blocks = [build_block(kind, geometry, activation) for kind in ("standard", "depthwise-separable")]
    return *blocks, *(block_weights(block, "uniform", 0) for block in blocks)


def test_that_every_layer_is_timed_on_its_own_only_where_it_is_asked_for():
    x = np.zeros((3, 16, 16), np.float32)
    assert time_blocks(*both(), x, budget_s=0.5).layers_s == ((), ())
    baseline, candidate = time_blocks(*both(), x, budget_s=0.5, layers=True).layers_s
    assert (len(baseline), len(candidate)) == (1, 2)
    assert min(*baseline, *candidate) > 0


def test_that_layers_that_take_longer_than_the_budget_are_not_timed_on_their_own():
    x = np.zeros((3, 16, 16), np.float32)
    assert time_blocks(*both(), x, budget_s=1e-9, layers=True).layers_s == ((), ())


def test_that_a_layer_on_its_own_reads_what_the_one_before_it_wrote(monkeypatch):
    read, run = [], block_timing._run_layer

    def note(plan, x, out, checkpoint):
        read.append((plan.spec.in_channels, x.ctypes.data, out.ctypes.data))
        run(plan, x, out, checkpoint)

    monkeypatch.setattr(block_timing, "_run_layer", note)
    x = np.zeros((3, 16, 16), np.float32)
    time_blocks(*both(), x, budget_s=0.5, layers=True)
    assert len(read) == 2 * block_timing.LAYER_ROUNDS
    depthwise, pointwise = read[:2]
    assert depthwise[:2] == (3, x.ctypes.data)
    assert pointwise[1] == depthwise[2]


def test_that_the_time_of_a_single_layer_is_that_of_its_block():
    pair = time_blocks(*both(), np.zeros((3, 16, 16), np.float32), budget_s=0.5, layers=True)
    assert pair.layers_s[0] == (pair.baseline.median_s,)
