"""An engine that raises, returns what is no number, or never ends: the window lives, and the next computation runs."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from sepviz.gui import worker as worker_module
from sepviz.gui.worker import LEFT_BEHIND
from sepviz.study import compare as module

TABS = ("maps", "pair", "kernels", "costs", "pixel", "decouple", "timing")


@pytest.fixture
def spoil(monkeypatch):
    """`spoil(replacement)` puts `replacement(real, ...)` in the place of what runs a block; `spoil(None)` mends it."""
    real = module.run_block

    def put(replacement):
        spoilt = real if replacement is None else lambda *args, **more: replacement(real, *args, **more)
        monkeypatch.setattr(module, "run_block", spoilt)

    return put


def next_runs(parts, settled):
    parts.document.edit("seed", parts.document.study.seed + 1)
    settled(parts)
    comparison = parts.explorer.comparison
    return comparison.study == parts.document.study and np.isfinite(comparison.baseline.output).all()


@pytest.mark.parametrize("error", [ValueError("wrong"), MemoryError(), SystemError("deep"), AssertionError()])
def test_that_an_engine_that_raises_leaves_the_window_at_work(ready, settled, spoil, error):
    def raising(real, *args, **more):
        raise error

    spoil(raising)
    ready.document.edit("out_channels", 5)
    settled(ready)
    assert ready.window.message.text
    spoil(None)
    assert next_runs(ready, settled)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_that_maps_without_numbers_are_shown_in_every_tab(ready, settled, spoil, value):
    def numberless(real, *args, **more):
        trace = real(*args, **more)
        maps = [np.full_like(one, value) for one in trace.activations]
        maps[-1][0, 0, 0] = 1.0
        return replace(trace, activations=tuple(maps))

    spoil(numberless)
    ready.document.edit("out_channels", 5)
    for tab in TABS:
        ready.document.edit_view("tab", tab)
        settled(ready)
    for scale in ("shared", "symmetric", "per-map"):
        ready.document.edit_view("scale", scale)
        settled(ready)
    assert ready.explorer.comparison.study == ready.document.study
    spoil(None)
    assert next_runs(ready, settled)


def test_that_an_engine_that_never_ends_and_heeds_nothing_is_left_behind(ready, settled, spoil, wait_until):
    may_end, entered = threading.Event(), threading.Event()

    def endless(real, *args, **more):
        entered.set()
        may_end.wait()

    spoil(endless)
    ready.workers[0]._overdue.setInterval(0)
    ready.document.edit("out_channels", 5)
    wait_until(entered.is_set)
    spoil(None)
    try:
        assert next_runs(ready, settled)
        assert ready.window.message.text in (LEFT_BEHIND, "")
    finally:
        may_end.set()
        for thread, _ in worker_module._left_behind:
            assert thread.wait(10_000)
        worker_module._left_behind.clear()
