"""The buffers of BLAS, asked for before they are needed.

OpenBLAS packs matrices into buffers of its own, one for each thread that multiplies at the same time, and ends the
whole process when the system grants it none. So their room is asked for in a way that can be refused, and then they are
made, all at once; from then on OpenBLAS uses those it has.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cache

import numpy as np

BUFFER_BYTES = 32 * 2**20
"""What OpenBLAS takes for a thread, as measured."""
SIDE, ROUNDS = 512, 4
"""A product that needs a buffer, and how often each thread makes it: longer than a busy machine lets one thread run."""


@cache
def reserve_buffers(count: int) -> None:
    """Have BLAS make the buffers for `count` threads, the first time this is asked for.

    Raises
    ------
    MemoryError
        When there is no room for them, or for the threads; then the next call tries again.
    """
    matrix = np.ones((SIDE, SIDE), np.float32)
    results = np.empty((count, SIDE, SIDE), np.float32)
    started, granted = threading.Barrier(count), threading.Barrier(count)

    def multiply(number: int) -> None:
        with suppress(threading.BrokenBarrierError):  # not all could be started, or there is no room
            started.wait()
            granted.wait()
            for _ in range(ROUNDS):
                np.matmul(matrix, matrix, out=results[number])

    others = [threading.Thread(target=multiply, args=(number,), daemon=True) for number in range(1, count)]
    try:
        for other in others:
            other.start()
        started.wait()
        # now that the threads have what they take themselves; address space only, as it is never written to
        np.empty((count + 1) * BUFFER_BYTES, np.uint8)
    except (RuntimeError, MemoryError) as error:
        started.abort()
        granted.abort()
        raise MemoryError(f"no room for {count} threads") from error
    granted.wait()
    for _ in range(ROUNDS):
        np.matmul(matrix, matrix, out=results[0])
    for other in others:
        other.join()
