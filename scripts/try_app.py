"""Try the program that ``make app`` has built: from another folder, with nothing of this one in its environment.

``try_app.py [PROGRAM]``; exit status 0 when every command did what it should. Needs no display: the window opens
offscreen, and is told to close.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

PROGRAM = Path(__file__).resolve().parent.parent / "dist" / "sepviz" / "sepviz"
MIB = 2**20
PATIENCE_S = 120.0
PNG = b"\x89PNG\r\n\x1a\n"


class Trial:
    """One program, an empty folder to run it in, and an environment that knows only that folder."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program, self._folder = program, folder
        self._environ = {"HOME": str(folder), "QT_QPA_PLATFORM": "offscreen"}

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start the program with `words`."""
        return subprocess.Popen(
            [self._program, *words],
            cwd=self._folder,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> str:
        """Run the program to its end, and return what it said; it has to succeed."""
        running = self.start(*words)
        said, complaint = running.communicate(timeout=PATIENCE_S)
        if running.returncode:
            raise SystemExit(f"sepviz {' '.join(words)} ended with {running.returncode}: {complaint or said}")
        return said

    def counts(self) -> bool:
        """Whether it counts as the article does."""
        found = json.loads(self.run("cost", "--input", "3x32x32", "--padding", "valid", "--json", "-"))
        return [found[side]["params"] for side in ("baseline", "candidate")] == [1728, 219]

    def draws(self) -> bool:
        """Whether it finds its samples and writes a figure."""
        self.run("compare", "sample:coffee", "--size", "128", "--out", "figure.png")
        return (self._folder / "figure.png").read_bytes().startswith(PNG)

    def reopens(self) -> bool:
        """Whether the figure that was written carries its study."""
        found = json.loads(self.run("compare", "--session", "figure.png", "--json", "-"))
        return bool(found["input"]["width"] == 128)

    def is_well(self) -> bool:
        """Whether it finds nothing missing: resources, Qt, packages."""
        return bool(json.loads(self.run("doctor", "--json", "-"))["healthy"])

    def opens(self) -> bool:
        """Whether the window opens on a sample, compares, and closes when it is told to."""
        running = self.start("--verbose", "sample:coffee")
        try:
            said = _lines_until(running, "compared")
            running.send_signal(signal.SIGTERM)
            _, rest = running.communicate(timeout=PATIENCE_S)
        finally:
            running.kill()
        if running.returncode or rest:
            raise SystemExit(f"the window ended with {running.returncode}: {said}{rest}")
        return "opened coffee" in said


def _lines_until(running: subprocess.Popen[str], word: str) -> str:
    """Return what the program tells up to the line with `word`."""
    said, end = "", perf_counter() + PATIENCE_S
    while word not in said and running.poll() is None and perf_counter() < end:
        said += running.stderr.readline() if running.stderr else ""
    return said


def size(folder: Path) -> int:
    """Return the bytes of all files in `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def main() -> int:
    """Try everything; say how it went, how large the program is, and how long each took."""
    program = Path(sys.argv[1] if len(sys.argv) > 1 else PROGRAM).resolve()
    if not program.is_file():
        print(f"there is no program {program}; 'make app' builds it", file=sys.stderr)
        return 2
    failed = False
    with TemporaryDirectory(prefix="sepviz-app-") as folder:
        trial = Trial(program, Path(folder))
        trials = {
            "counts as the article does": trial.counts,
            "finds a sample and draws a figure": trial.draws,
            "opens the study in that figure": trial.reopens,
            "misses nothing that it needs": trial.is_well,
            "opens the window, compares, and closes when told": trial.opens,
        }
        for promise, kept in trials.items():
            began = perf_counter()
            good = kept()
            failed |= not good
            print(f"{'ok    ' if good else 'FAILED'} {promise} ({perf_counter() - began:.1f} s)")
    print(f"{program.parent}: {size(program.parent) / MIB:.0f} MiB")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
