"""Promises of BLAS's buffers: made once, and refused in a way that ends nothing."""

import subprocess
import sys
import threading

import pytest

from sepviz.engine import blas_memory
from sepviz.engine.blas_memory import reserve_buffers


def test_that_buffers_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reserve_buffers(2)
    monkeypatch.setattr(blas_memory, "ROUNDS", None)  # would raise
    reserve_buffers(2)


def test_that_threads_that_cannot_be_had_are_a_lack_of_memory_and_leave_none_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, start = threading.active_count(), threading.Thread.start
    begun: list[threading.Thread] = []

    def start_two(thread: threading.Thread) -> None:
        if len(begun) == 2:
            raise RuntimeError("can't start new thread")
        begun.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_two)
    with pytest.raises(MemoryError, match="no room for 4 threads"):
        reserve_buffers(4)
    for thread in begun:
        thread.join(20)
    assert threading.active_count() == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system does not limit memory")
def test_that_a_layer_without_room_for_buffers_raises_instead_of_ending_the_process() -> None:
    code = """
import resource
import numpy as np
from sepviz.engine import Conv2dSpec, conv2d
x, weight = np.ones((3, 200, 200), np.float32), np.ones((64, 3, 3, 3), np.float32)
spec = Conv2dSpec(in_channels=3, out_channels=64, kernel_size=3, padding="same")
taken = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + 24 * 2**20, resource.RLIM_INFINITY))
try:
    conv2d(x, weight, None, spec)
except MemoryError:
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(conv2d(x, weight, None, spec).shape)
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, "(64, 200, 200)"), ended.stderr
