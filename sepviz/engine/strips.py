"""How work is shared out: strips of a layer, run by a few threads, while BLAS itself stays on one.

A BLAS with threads of its own spins between calls and slows every other thread down, so the cores are shared out here
instead: a layer is cut into independent strips, small enough to stay in cache and to answer a cancel within
milliseconds, and the calling thread and its helpers take them one by one. NumPy releases the interpreter lock in its
matrix products and copies, so the threads really run side by side.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache, partial
from itertools import count
from math import prod
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from threadpoolctl import ThreadpoolController

from sepviz.engine.blas_memory import reserve_buffers
from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.engine.pool import borrow, keep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import DTypeLike, NDArray

Strip: TypeAlias = "Callable[[], object]"
"""A piece of work that touches no other piece's output.

Meant to take at most about 10 ms; one that cannot be so short is a generator function, which yields that often.
"""

KEPT_SCRATCH_BYTES = 32 * 1024 * 1024
"""A larger scratch buffer is given back after use instead of being kept for the next strip."""

TOUCHED_BYTES = 2 * 1024 * 1024
"""Fresh memory that one strip asks the system for: one of the huge pages that a first touch may bring."""
PAGE_BYTES = 4096

AVX512_KERNELS = {"SkylakeX", "Cooperlake", "SapphireRapids"}
"""OpenBLAS's names for them."""

_scratch = threading.local()
_END = object()


def scratch(name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """Return an uninitialised array of `shape` that this thread may use until it asks for `name` again."""
    size = prod(shape) * np.dtype(dtype).itemsize
    if size > KEPT_SCRATCH_BYTES:
        return np.empty(shape, dtype)
    buffers: dict[str, NDArray[np.uint8]] = _scratch.__dict__
    if name not in buffers or buffers[name].size < size:
        buffers[name] = np.empty(size, np.uint8)
    return buffers[name][:size].view(dtype).reshape(shape)


def allocate(shape: tuple[int, ...], dtype: DTypeLike, checkpoint: Checkpoint = carry_on) -> NDArray[Any]:
    """Return an uninitialised array whose memory is really there.

    A system hands memory over at the first touch, and the first strip of a layer touches a row of every map: left to
    itself that one strip can take a second, deaf to a cancel. So large arrays are touched here, piece by piece.
    """
    array, touched = borrow(shape, dtype)
    if not touched:
        touch(array, checkpoint)
        keep(array)
    return array


def touch(array: NDArray[Any], checkpoint: Checkpoint) -> None:
    """Write to every page of a fresh array (C-contiguous) if it is large, a few at a time."""
    flat = array.reshape(-1)
    piece, page = TOUCHED_BYTES // array.itemsize, PAGE_BYTES // array.itemsize
    if flat.size > piece:
        starts = range(0, flat.size, piece)
        run_strips([partial(flat[at : at + piece : page].fill, 0) for at in starts], lambda fraction: checkpoint(0.0))


def thread_count() -> int:
    """Threads that share the strips: ``SEPVIZ_THREADS`` if it is a whole number above 0, else the usable cores."""
    wanted = os.environ.get("SEPVIZ_THREADS", "")
    if wanted.isdecimal() and int(wanted) > 0:
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def blas() -> ThreadpoolController:
    """Return the handle on every BLAS library this process had loaded when it was first asked for."""
    return ThreadpoolController().select(user_api="blas")


@cache
def multiplies_without_packing() -> bool:
    """Whether BLAS has kernels for small matrices that read them as they are: OpenBLAS does where it uses AVX-512."""
    return any(library.get("architecture") in AVX512_KERNELS for library in blas().info())


class _BlasLimit:
    """Holds BLAS at one thread while anybody computes; the last to leave restores what the first one found."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._found: list[int] = []

    def enter(self) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._found = [library.get_num_threads() for library in blas().lib_controllers]
                self._set([1] * len(self._found))

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._set(self._found)

    def _set(self, numbers: list[int]) -> None:
        for library, found, number in zip(blas().lib_controllers, self._found, numbers, strict=True):
            if found != 1:
                library.set_num_threads(number)


_blas_limit = _BlasLimit()


@contextmanager
def single_threaded_blas() -> Iterator[None]:
    """Keep BLAS at one thread inside the ``with``; may be nested, and entered by several threads at once."""
    _blas_limit.enter()
    try:
        yield
    finally:
        _blas_limit.leave()


class _Helper(threading.Thread):
    """A thread that runs the functions it is sent, one at a time, and answers each with its exception or None."""

    def __init__(self) -> None:
        super().__init__(name="sepviz strip helper", daemon=True)
        self.inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.outbox: SimpleQueue[BaseException | None] = SimpleQueue()
        self.start()

    def run(self) -> None:
        while True:
            work = self.inbox.get()
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for the answer
                self.outbox.put(error)
            else:
                self.outbox.put(None)
            del work


class _Crew:
    """The calling thread and its helpers; one call at a time has the helpers, any other call works alone."""

    def __init__(self) -> None:
        self._free = threading.Lock()
        self._helpers: list[_Helper] = []

    def run(self, strips: Sequence[Strip], checkpoint: Checkpoint) -> None:
        wanted = min(thread_count(), len(strips)) - 1
        if wanted < 1 or not self._free.acquire(blocking=False):
            _run_alone(strips, checkpoint)
            return
        try:
            self._helpers += [_Helper() for _ in range(wanted - len(self._helpers))]
            _run_shared(strips, checkpoint, self._helpers[:wanted])
        finally:
            self._free.release()


def _quietly(run: Callable[[], object]) -> object:
    with np.errstate(all="ignore"):  # a NaN in a picture is the caller's, and goes on into the result unremarked
        return run()


def _steps(strip: Strip) -> Iterator[None]:
    """Run `strip`, with a pause wherever it may be left."""
    steps = _quietly(strip)
    while isinstance(steps, Generator) and _quietly(partial(next, steps, _END)) is not _END:
        yield
    yield


def _run_alone(strips: Sequence[Strip], checkpoint: Checkpoint) -> None:
    for done, strip in enumerate(strips, start=1):
        for _ in _steps(strip):
            checkpoint(done / len(strips))


def _run_shared(strips: Sequence[Strip], checkpoint: Checkpoint, helpers: Sequence[_Helper]) -> None:
    taken = count()  # next() of a count is atomic: this is the whole schedule
    stop = threading.Event()

    def work(report: Checkpoint) -> None:
        try:
            while not stop.is_set() and (turn := next(taken)) < len(strips):
                for _ in _steps(strips[turn]):
                    report((turn + 1) / len(strips))
                    if stop.is_set():
                        return
        except BaseException:
            stop.set()
            raise

    for helper in helpers:
        helper.inbox.put(lambda: work(carry_on))
    try:
        work(checkpoint)
    finally:
        errors = [helper.outbox.get() for helper in helpers]
    for error in filter(None, errors):
        raise error


_crew = _Crew()


def run_strips(strips: Sequence[Strip], checkpoint: Checkpoint = carry_on) -> None:
    """Run every strip once, on all engine threads, with BLAS on one.

    Parameters
    ----------
    strips : sequence of callables
        Independent pieces of work, in any order.
    checkpoint : Checkpoint
        Called on the calling thread only, after each of its strips. What it raises stops all threads at their next
        strip and is raised here once they have stopped; so is what a strip raises.
    """
    with single_threaded_blas():
        reserve_buffers(thread_count() + 1)  # one more for a call that finds the helpers taken
        _crew.run(strips, checkpoint)


def _forget_threads_of_parent() -> None:
    global _crew, _blas_limit
    _crew, _blas_limit = _Crew(), _BlasLimit()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_threads_of_parent)
