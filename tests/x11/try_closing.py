"""Close the real window in the middle of a computation, a hundred times, at random moments and in every way.

``python tests/x11/try_closing.py --count 100 --display :67``; each time the process has to end with status 0 within
two seconds, and to have written nothing but its events. Needs Xvfb, openbox and xdotool; exit status 1 when a promise
is broken.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from try_window import EVENTS, ROOT, Screen, end, until

LONGEST_S = 2.0
LATEST_S = 2.5
PATIENCE_S = 15.0
WORK = {
    "many large maps": ("--kernel-size", "15", "--out-channels", "256", "--size", "native"),
    "the article's loops": ("--method", "reference", "--out-channels", "64"),
    "more than one layer": ("--candidate", "blueprint-separable", "--out-channels", "128", "--size", "native"),
    "measuring": ("--out-channels", "16", "--size", "256"),
}
WAYS = ("ctrl+q", "alt+F4", "SIGTERM", "SIGINT")
"""A key of ours, one of the window manager, and two signals."""


class Ending(NamedTuple):
    """How one window ended."""

    way: str
    work: str
    moment: float
    seconds: float
    status: int | None
    strange: list[str]

    @property
    def is_good(self) -> bool:
        return self.status == 0 and self.seconds <= LONGEST_S and not self.strange


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--display", default=":67")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with TemporaryDirectory(prefix="sepviz-x11-") as name, ExitStack() as keep:
        screen = Screen(options.display, Path(name), Path(name), keep)
        endings = [close_one(screen, chance) for _ in range(options.count)]
    return told(endings)


def close_one(screen: Screen, chance: random.Random) -> Ending:
    """Open a window, close it at a random moment, and return how it ended."""
    work, way, moment = chance.choice(list(WORK)), chance.choice(WAYS), chance.uniform(0, LATEST_S)
    log = screen.folder / f"{time.monotonic_ns()}.log"
    command = [sys.executable, str(ROOT / "main.py"), "sample:coffee", *WORK[work], "--verbose"]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, env=screen.env, stdout=subprocess.DEVNULL, stderr=stream)
    try:
        window = screen.window("sepviz$")
        screen.do("windowactivate", "--sync", window)
        time.sleep(moment)
        started = time.monotonic()
        close(screen, process, way)
        until(lambda: process.poll() is not None, PATIENCE_S)
        seconds = time.monotonic() - started
    finally:
        status = process.poll()
        end(process)
    lines = log.read_text(encoding="utf-8").splitlines()
    log.unlink()
    return Ending(way, work, moment, seconds, status, [line for line in lines if not EVENTS.fullmatch(line)])


def close(screen: Screen, process: subprocess.Popen[bytes], way: str) -> None:
    match way:
        case "SIGTERM" | "SIGINT":
            process.send_signal(getattr(signal, way))
        case keys:
            screen.do("key", keys)


def told(endings: list[Ending]) -> int:
    """Print what came of it, and return the exit status."""
    bad = [ending for ending in endings if not ending.is_good]
    for ending in bad[:20]:
        sys.stdout.write(f"BROKEN  {ending}\n")
    seconds = sorted(ending.seconds for ending in endings)
    statuses = sorted({str(ending.status) for ending in endings})
    sys.stdout.write(
        f"{'BROKEN' if bad else 'held'}  {len(endings)} windows closed while computing: status {', '.join(statuses)}; "
        f"{seconds[len(seconds) // 2]:.2f} s in the middle, {seconds[-1]:.2f} s at most; "
        f"{sum(len(ending.strange) for ending in endings)} lines that are no events\n"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
