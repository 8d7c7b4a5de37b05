"""The machine that a figure was measured on, and the two limits of its speed: arithmetic and memory."""

from __future__ import annotations

import json
import os
import platform
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.strips import blas, run_strips, thread_count

if TYPE_CHECKING:
    from collections.abc import Callable

PRODUCT_SIDE = 768
"""Side of the square float32 matrices of the arithmetic measurement; 0.9 GFLOP a product, about 10 ms of one core."""
COPY_VALUES = 16 * 1024 * 1024
"""Float32 values that one round copies: 64 MiB read and 64 MiB written, beyond any second-level cache."""
FREE_SHARE = 0.85
"""Part of the cores' time with less of which other programs are said to have disturbed the measurement."""
ROUNDS = 8
"""How often arithmetic and memory are measured, in turn."""
SECONDS_PER_RUN = 0.12
"""Of each of the two, in each round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What a measured time depends on.

    Attributes
    ----------
    cores : int
        Cores this process may use.
    threads : int
        Threads the engine shares its strips among; BLAS itself runs on one meanwhile.
    blas_threads : int
        Threads of BLAS when the engine is not computing.
    """

    cpu: str
    cores: int
    threads: int
    platform: str
    python: str
    numpy: str
    blas: str
    blas_architecture: str
    blas_threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePeak:
    """Measured limits of all engine threads together.

    Attributes
    ----------
    gflops : float
        Float32 matrix product, 10^9 multiplications and additions a second, counted apart.
    bandwidth_gbps : float
        Copying memory, 10^9 bytes a second, read and written bytes both counted.
    measured_on : str
        The day of the measurement, as 2024-12-31; empty where it is not known.
    share : float
        Part of the time of its cores that this program got meanwhile, 0 to 1: other programs had the rest.
    """

    gflops: float
    bandwidth_gbps: float
    measured_on: str = ""
    share: float = 1.0

    @property
    def circumstances(self) -> str:
        """When it was measured, and whether other programs disturbed it so much that both limits are too low."""
        day = f"measured {self.measured_on}" if self.measured_on else ""
        busy = (
            f"too low, as other programs had {100 * (1 - self.share):.0f} % of the cores"
            if self.share < FREE_SHARE
            else ""
        )
        return ", ".join(filter(None, (day, busy)))


def describe() -> Machine:
    """Return this machine as it is now."""
    found = blas().info()
    first = found[0] if found else {}
    return Machine(
        cpu=_cpu_name(),
        cores=_cores(),
        threads=thread_count(),
        platform=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        numpy=np.__version__,
        blas=f"{first.get('internal_api', 'unknown')} {first.get('version') or ''}".strip(),
        blas_architecture=str(first.get("architecture", "unknown")),
        blas_threads=int(first.get("num_threads", 1)),
    )


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _cpu_name() -> str:
    """Return the processor's trade name where the system tells it, else its architecture."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine() or "unknown"


def measure_peak(checkpoint: Checkpoint = carry_on) -> MachinePeak:
    """Measure both limits, in about two seconds, and remember them for this machine.

    Each is the best of many short runs, taken in turn with those of the other over the whole two seconds: a limit is
    what the machine can do when nothing disturbs it, and whatever else it does comes and goes.
    """
    multiply, flop = _product()
    copy, moved = _copy()
    best = [float("inf"), float("inf")]
    begin, worked = perf_counter(), process_time()
    for number in range(2 * ROUNDS):
        stretch = part(checkpoint, number / (2 * ROUNDS), (number + 1) / (2 * ROUNDS))
        turn = number % 2
        best[turn] = min(best[turn], _best((multiply, copy)[turn], stretch))
    share = (process_time() - worked) / (perf_counter() - begin) / min(thread_count(), _cores())
    peak = MachinePeak(
        gflops=flop / best[0] / 1e9,
        bandwidth_gbps=moved / best[1] / 1e9,
        measured_on=date.today().isoformat(),
        share=min(share, 1.0),
    )
    _remember(peak)
    return peak


def _product() -> tuple[Callable[[], None], int]:
    """Return matrix products on all threads, and how many floating point operations they are."""
    threads = thread_count()
    sides = np.random.default_rng(0).standard_normal((2, PRODUCT_SIDE, PRODUCT_SIDE), dtype=np.float32)
    results = np.empty((threads, PRODUCT_SIDE, PRODUCT_SIDE), np.float32)
    strips = [partial(np.matmul, sides[0], sides[1], out=out) for out in results]
    return partial(run_strips, strips), threads * 2 * PRODUCT_SIDE**3


def _copy() -> tuple[Callable[[], None], int]:
    """Return a copy of memory on all threads, and how many bytes it reads and writes."""
    source, target = np.ones((2, thread_count() * 4, COPY_VALUES // (thread_count() * 4)), np.float32)
    strips = [partial(np.copyto, b, a) for a, b in zip(source, target, strict=True)]
    return partial(run_strips, strips), 2 * source.nbytes


def _best(run: Callable[[], None], checkpoint: Checkpoint) -> float:
    """Shortest time of `run` in seconds, repeated for a fixed time after one warm-up."""
    run()
    best, begin = float("inf"), perf_counter()
    while (spent := perf_counter() - begin) < SECONDS_PER_RUN:
        checkpoint(spent / SECONDS_PER_RUN)
        start = perf_counter()
        run()
        best = min(best, perf_counter() - start)
    checkpoint(1.0)
    return best


def remembered_peak() -> MachinePeak | None:
    """Return what :func:`measure_peak` found on this machine before, or None; a broken file counts as none."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        entry = json.loads(_cache_file().read_text(encoding="utf-8"))
        if entry["machine"] == _identity():
            peak = MachinePeak(
                gflops=float(entry["gflops"]),
                bandwidth_gbps=float(entry["bandwidth_gbps"]),
                measured_on=str(entry.get("measured_on", "")),
                share=float(entry.get("share", 1.0)),
            )
            return peak if 0 < peak.gflops < 1e9 and 0 < peak.bandwidth_gbps < 1e9 else None
    return None


def _identity() -> dict[str, object]:
    """Return what the peak depends on: all but the momentary setting of BLAS, which is 1 while somebody computes."""
    return {name: value for name, value in asdict(describe()).items() if name != "blas_threads"}


def _remember(peak: MachinePeak) -> None:
    """Write the peak beside this machine's identity, whole or not at all; a disk that refuses is no error."""
    entry = {"machine": _identity(), **asdict(peak)}
    with suppress(OSError):
        path = _cache_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.write_text(json.dumps(entry, indent=1), encoding="utf-8")
        draft.replace(path)


def _cache_file() -> Path:
    """Return where this user's caches go on this system: machine.json in a folder of sepviz."""
    home = Path.home()
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        folder = home / "Library" / "Caches"
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return folder / "sepviz" / "machine.json"
