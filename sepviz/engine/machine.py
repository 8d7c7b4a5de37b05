"""The machine that a figure was measured on, and the two limits of its speed: arithmetic and memory."""

from __future__ import annotations

import json
import os
import platform
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.engine.strips import blas, run_strips, thread_count

if TYPE_CHECKING:
    from collections.abc import Callable

PRODUCT_SIDE = 768
"""Side of the square float32 matrices of the arithmetic measurement; 0.9 GFLOP a product, about 10 ms of one core."""
COPY_VALUES = 16 * 1024 * 1024
"""Float32 values that one round copies: 64 MiB read and 64 MiB written, beyond any second-level cache."""
SECONDS_PER_MEASUREMENT = 0.6


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
    """

    gflops: float
    bandwidth_gbps: float


def describe() -> Machine:
    """Return this machine as it is now."""
    found = blas().info()
    first = found[0] if found else {}
    return Machine(
        cpu=_cpu_name(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        threads=thread_count(),
        platform=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        numpy=np.__version__,
        blas=f"{first.get('internal_api', 'unknown')} {first.get('version') or ''}".strip(),
        blas_architecture=str(first.get("architecture", "unknown")),
        blas_threads=int(first.get("num_threads", 1)),
    )


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
    """Measure both limits, in about a second and a half, and remember them for this machine.

    Each is the best of several rounds: a limit is what the machine can do when nothing disturbs it.
    """
    gflops = _gflops(checkpoint)
    peak = MachinePeak(gflops=gflops, bandwidth_gbps=_bandwidth(checkpoint))
    _remember(peak)
    return peak


def _gflops(checkpoint: Checkpoint) -> float:
    threads = thread_count()
    sides = np.random.default_rng(0).standard_normal((2, PRODUCT_SIDE, PRODUCT_SIDE), dtype=np.float32)
    results = np.empty((threads, PRODUCT_SIDE, PRODUCT_SIDE), np.float32)
    strips = [lambda out=out: np.matmul(sides[0], sides[1], out=out) for out in results]
    best = _best(lambda: run_strips(strips), checkpoint, 0)
    return threads * 2 * PRODUCT_SIDE**3 / best / 1e9


def _bandwidth(checkpoint: Checkpoint) -> float:
    source, target = np.ones((2, thread_count() * 4, COPY_VALUES // (thread_count() * 4)), np.float32)
    strips = [lambda a=a, b=b: np.copyto(b, a) for a, b in zip(source, target, strict=True)]
    best = _best(lambda: run_strips(strips), checkpoint, 0.5)
    return 2 * source.nbytes / best / 1e9


def _best(run: Callable[[], None], checkpoint: Checkpoint, done: float) -> float:
    """Shortest time of `run` in seconds, repeated for a fixed time after one warm-up; half of all progress."""
    run()
    best, begin = float("inf"), perf_counter()
    while (spent := perf_counter() - begin) < SECONDS_PER_MEASUREMENT:
        checkpoint(done + 0.5 * spent / SECONDS_PER_MEASUREMENT)
        start = perf_counter()
        run()
        best = min(best, perf_counter() - start)
    checkpoint(done + 0.5)
    return best


def remembered_peak() -> MachinePeak | None:
    """Return what :func:`measure_peak` found on this machine before, or None; a broken file counts as none."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        entry = json.loads(_cache_file().read_text(encoding="utf-8"))
        if entry["machine"] == _identity():
            peak = MachinePeak(gflops=float(entry["gflops"]), bandwidth_gbps=float(entry["bandwidth_gbps"]))
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
