"""Comparing with little memory, tried for real: each ends in a result or in one sentence, never in a crash.

The command line and the worker of the window are given random limits of address space, from too little for anything to
plenty, and random settings. ``python scripts/try_memory.py --count 60``; exit status 1 when a promise is broken. For
systems that limit memory (Linux).
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from outcome import Outcome, report, skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 2**20
LEAST, MOST = 64, 3000
"""MiB that a process gets on top of what it has when it has started."""
PATIENCE_S = 120
COMMAND = """
import resource, sys
from sepviz.__main__ import main
import sepviz.cli.compare
limit = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
raise SystemExit(main(sys.argv[2:]))
"""
WINDOW = """
import os, resource, sys, time
from random import Random
from PySide6.QtWidgets import QApplication
from sepviz.gui.app import App, dress
from sepviz.study.source import open_picture
from sepviz.study.study import Study, View
chance, count = Random(sys.argv[1]), int(sys.argv[2])
qt = QApplication(["sepviz"])
dress(qt)
app = App(Study(picture=open_picture("sample:coffee"), size=64, out_channels=8), View())
app.hire_guides()
app.window.auto_toggled.emit(False)
app.window.show()
told = []
app.explorer.failed.connect(lambda message, details: told.append(message))

def rest():
    quiet, deadline = 0, time.monotonic() + 60
    while quiet < 5:
        qt.processEvents()
        quiet = quiet + 1 if app.explorer.is_at_rest else 0
        time.sleep(0.002)
        assert time.monotonic() < deadline, "the worker does not come to rest"

rest()
for number in range(count):
    before = resource.getrlimit(resource.RLIMIT_AS)
    taken = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + chance.randrange(4, 400) * 2**20, before[1]))
    told.clear()
    app.document.edit("out_channels", chance.randrange(64, 513))
    app.document.edit("size", chance.choice((256, 400, 512, 600)))
    app.document.edit("seed", number)
    rest()
    resource.setrlimit(resource.RLIMIT_AS, before)
    shown = app.explorer.comparison.study == app.document.study
    assert shown or told, "neither a result nor a message"
    print("result" if shown else "message: " + told[0], flush=True)
    app.document.edit("out_channels", 8)
    app.document.edit("size", 64)
    app.document.edit("seed", 1000 + number)
    rest()
    assert app.explorer.comparison.study == app.document.study, "the next computation does not run"
app.window.close()
app.close()
"""


class Run(NamedTuple):
    """What came of one command."""

    limit: int
    arguments: tuple[str, ...]
    status: int
    said: str

    @property
    def is_result(self) -> bool:
        """Whether it ended well."""
        return self.status == 0

    @property
    def is_message(self) -> bool:
        """Whether it ended in one line that can be read."""
        return self.status in (1, 2) and "Traceback" not in self.said and self.said.startswith("sepviz: ")


def main() -> int:
    """Try both, print what came of it, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60, help="how many limits; default 60")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if not sys.platform.startswith("linux"):
        return report([skipped("little memory", "this system does not limit it")])
    with tempfile.TemporaryDirectory() as name:
        return report(try_everything(options.count, options.seed, environment(name)))


def environment(folder: str) -> dict[str, str]:
    """Return an environment in which nothing of the user's own is touched."""
    own = {f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "STATE", "CACHE")}
    return os.environ | own | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}


def try_everything(count: int, seed: int, env: dict[str, str]) -> Iterator[Outcome]:
    """Yield what came of the command line and of the window."""
    chance = random.Random(seed)
    runs = [run_command(chance, env) for _ in range(count)]
    wrong = [run for run in runs if not run.is_result and not run.is_message]
    results = sum(run.is_result for run in runs)
    detail = f"{count} limits from {LEAST} to {MOST:,} MiB: {results} results, {count - results - len(wrong)} messages"
    listed = "".join(f"\n         {run}" for run in wrong[:8])
    yield Outcome(promise="compare", held=not wrong and 0 < results < count, detail=detail + listed)
    yield try_window(count, seed, env)


def run_command(chance: random.Random, env: dict[str, str]) -> Run:
    """Compare with a limit and settings drawn by lot."""
    limit = int(LEAST * (MOST / LEAST) ** chance.random())
    sizes, channels, kernels = ("128", "600", "native"), ("8", "64", "512"), ("1", "3", "7")
    arguments = (
        *("compare", "sample:coffee", "--size", chance.choice(sizes), "--out-channels", chance.choice(channels)),
        *("--kernel-size", chance.choice(kernels), "--candidate", chance.choice(("depthwise-separable", "standard"))),
        *("--method", chance.choice(("auto", "auto", "im2col", "shifts"))),
    )
    command = [sys.executable, "-c", COMMAND, str(limit * MEBIBYTE), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, env=env, timeout=PATIENCE_S, check=False)
    return Run(limit, arguments, ended.returncode, ended.stderr.strip()[-400:])


def try_window(count: int, seed: int, env: dict[str, str]) -> Outcome:
    """Change the settings of one window under a limit after the other; after each the next computation has to run."""
    command = [sys.executable, "-c", WINDOW, str(seed), str(count)]
    ended = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60 * count, check=False)
    lines = ended.stdout.splitlines()
    results = lines.count("result")
    messages = sorted({line for line in lines if line != "result"})
    detail = f"{len(lines)} of {count} limits: {results} results, {len(lines) - results} messages, status "
    detail += f"{ended.returncode}; said: {messages[:3]} {ended.stderr.strip()[-600:]}"
    held = ended.returncode == 0 and len(lines) == count and 0 < results < count
    return Outcome(promise="the window goes on", held=held, detail=detail)


if __name__ == "__main__":
    raise SystemExit(main())
