"""Ten thousand random mouse and key events on the real window: it must neither crash, hang, warn nor grow.

``python tests/x11/try_events.py --count 10000 --display :67``. The events are made by the X server itself (XTEST). The
window runs in a process of its own, with a heart in its event loop that tells of every beat that came late; dialogs
that ask for a file are answered at random, with a file of a folder made for it or not at all, and nothing can close
the window. Needs Xvfb, openbox and libXtst; exit status 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import gc
import json
import math
import os
import random
import shutil
import subprocess
import sys
import threading
import time
import traceback
import weakref
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from try_window import EVENTS, ROOT, Screen, end, until

if TYPE_CHECKING:
    from numpy.typing import NDArray

WARM_UP = 0.2
"""Share of the events after which the memory is what later memory is compared with."""
CHECKS = 5
"""Times that the window is brought back into one state, and its memory read."""
LONGEST_BEAT_S = 1.0
MOST_GROWTH = 30 * 2**20
LATE_S, SUSPECT_S = 0.3, 0.8
BEAT_MS = 50
QUIET_BEATS = 10
WIDTH, HEIGHT = 1280, 800
KEYS = (
    *("Tab", "Return", "space", "Escape", "Left", "Right", "Up", "Down", "Home", "End", "Prior", "Next", "BackSpace"),
    *(
        "Delete",
        "0",
        "1",
        "3",
        "7",
        "9",
        "minus",
        "period",
        "comma",
        "a",
        "m",
        "x",
        "bracketleft",
        "bracketright",
        "F1",
    ),
    *("F5", "F6", "F10", "plus", "equal"),
)
CHORDS = (
    *("ctrl+o", "ctrl+v", "ctrl+s", "ctrl+e", "ctrl+shift+e", "ctrl+z", "ctrl+z", "ctrl+shift+z", "ctrl+c", "ctrl+r"),
    *("ctrl+shift+c", "ctrl+0", "ctrl+Prior", "ctrl+Next", "shift+Tab", "ctrl+a", "alt+Down", "ctrl+Home", "ctrl+End"),
    *(f"ctrl+{number}" for number in range(1, 10)),
    *("ctrl+alt+1", "ctrl+alt+2", "ctrl+alt+3", "alt+f", "alt+e", "alt+v", "alt+h", "shift+Right", "shift+F10"),
)
MODIFIERS = {"ctrl": "Control_L", "shift": "Shift_L", "alt": "Alt_L"}
OPENBOX = """<?xml version="1.0"?><openbox_config xmlns="http://openbox.org/3.4/rc">
<applications><application class="*"><decor>no</decor></application></applications>
<keyboard></keyboard><mouse></mouse></openbox_config>"""


# ---- in the process of the window ----


def run_window(folder: Path, seed: int) -> int:
    """Open the window as usual, with a heart in it, and with nobody who asks for a file or closes it."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QFileDialog, QWidget

    from sepviz.engine import pool, strips
    from sepviz.gui import app as module
    from sepviz.gui.actions import TAB_NAMES
    from sepviz.gui.window import MainWindow
    from sepviz.study.history import History
    from sepviz.study.study import Study

    chance = random.Random(seed)
    readable = sorted((folder / "in").iterdir())

    def chosen(path: Path) -> tuple[str, str]:
        return (str(path), "") if chance.random() < 0.5 else ("", "")

    def proposed(parent: QWidget, title: str, proposal: str, kinds: str, *more: object) -> tuple[str, str]:
        return chosen(folder / "out" / Path(proposal).name)

    QFileDialog.getOpenFileName = lambda *args: chosen(chance.choice(readable))  # type: ignore[method-assign, assignment]
    QFileDialog.getSaveFileName = proposed  # type: ignore[method-assign, assignment]
    QFileDialog.exec = lambda dialog: 0  # type: ignore[method-assign, assignment]
    beats = Heart(folder)
    kept = []

    class Watched(MainWindow):
        def __init__(self) -> None:
            super().__init__()
            self._quiet = 0
            self._tabs_left: list[str] = []
            self.actions_by_name["quit"].setEnabled(False)
            self.actions_by_name["full_screen"].setEnabled(False)
            self.setGeometry(0, 0, WIDTH, HEIGHT)
            timer = QTimer(self, interval=BEAT_MS)
            timer.timeout.connect(self._on_beat)
            timer.start()
            kept.append(self)

        def _on_beat(self) -> None:
            beats.beat()
            if (folder / "calm").exists():
                (folder / "calm").unlink()
                self._calm_down()
            elif self._tabs_left:
                self._tell_memory_at_rest()

        def _calm_down(self) -> None:
            """Close whatever is open and bring the window into the state whose memory is compared."""
            from PySide6.QtWidgets import QApplication

            for widget in (*QApplication.topLevelWidgets(), QApplication.activePopupWidget()):
                if widget is not None and widget is not self and widget.isVisible():
                    widget.close()
            self.asked.emit("stop")
            self.asked.emit("maps")
            self.asked.emit("reset")
            self.location_requested.emit("sample:coffee")
            self.asked.emit("compute")
            self._quiet = 0
            # a tab that is not looked at keeps what it showed last: so each shows the one study
            self._tabs_left = [*TAB_NAMES, "maps"]

        def _tell_memory_at_rest(self) -> None:
            """Turn to every tab, and tell of the memory once nothing was computed for a second."""
            self._quiet = self._quiet + 1 if made[0].explorer.is_at_rest else 0
            if self._quiet < QUIET_BEATS:
                return
            self._quiet = 0
            self.asked.emit(self._tabs_left.pop(0))
            if not self._tabs_left:
                maps = forget_caches()
                beats.tell({"memory": resident() - maps, "maps": maps})

    made: list[module.App] = []
    lent: list[weakref.ref[Any]] = []
    keep = pool.keep

    def note_and_keep(array: NDArray[Any]) -> None:
        if array.base is not None:
            lent.append(weakref.ref(array.base))
        keep(array)

    class Kept(module.App):
        def __init__(self, *args: object) -> None:
            super().__init__(*args)  # type: ignore[arg-type]
            made.append(self)

    def forget_caches() -> int:
        """Empty what is kept to be quick and has a bound of its own; return the bytes of the maps that tabs show.

        How many maps are shown depends on what was last chosen in each tab (44 MB more or less), so they are told apart
        from what remains, which nobody counts.
        """
        app = made[0]
        app.document.history = History(present=app.document.history.present)
        app.explorer._answers._kept.clear()
        pool._pieces.clear()
        gc.collect()
        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)  # what is free but was not given back is no growth
        alive = {id(piece): piece.nbytes for known in lent if (piece := known()) is not None}
        return sum(alive.values())

    strips.keep = note_and_keep
    module.MainWindow, module.App = Watched, Kept  # type: ignore[misc]
    return module.run("sample:coffee", Study(size=256, out_channels=16), verbose=True)


class Heart:
    """Tells of beats that came late, and of what the window was at meanwhile, in a file."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / "heart.jsonl").open("a", encoding="utf-8")
        self._last, self._waited = time.monotonic(), processor_wait()
        self._main = threading.get_ident()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        told = 0.0
        while True:
            time.sleep(0.05)
            if time.monotonic() - self._last > SUSPECT_S and told != self._last:
                told = self._last
                self.tell({"at": traceback.format_stack(sys._current_frames()[self._main])[-4:]})

    def beat(self) -> None:
        now, waited = time.monotonic(), processor_wait()
        if now - self._last > LATE_S:
            self.tell({"late": now - self._last, "waited": waited - self._waited})
        self._last, self._waited = now, waited

    def tell(self, fact: dict[str, object]) -> None:
        self._file.write(json.dumps(fact) + "\n")
        self._file.flush()


def processor_wait() -> float:
    """Return the seconds that this thread could have run and was not let, as others used the machine."""
    with suppress(OSError):
        account = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat").read_text(encoding="ascii")
        return int(account.split()[1]) / 1e9
    return 0.0


def resident() -> int:
    """Return the bytes of this process that are in memory and are not files."""
    fields = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * sum(int(line.split()[1]) for line in fields if line.startswith(("RssAnon:", "RssShmem:")))


# ---- in the process that plays ----


class Hands:
    """Makes events in the X server, as a mouse and a keyboard do."""

    def __init__(self, display: str) -> None:
        self._x = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
        self._test = ctypes.CDLL(ctypes.util.find_library("Xtst") or "libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XStringToKeysym.restype = ctypes.c_ulong
        opened = self._x.XOpenDisplay(display.encode())
        if not opened:
            raise SystemExit(f"FAIL  the display {display} cannot be opened")
        self._display = ctypes.c_void_p(opened)

    def move(self, x: int, y: int) -> None:
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, ctypes.c_ulong(0))
        self._x.XFlush(self._display)

    def button(self, number: int, pressed: bool) -> None:
        self._test.XTestFakeButtonEvent(self._display, number, int(pressed), ctypes.c_ulong(0))
        self._x.XFlush(self._display)

    def click(self, number: int) -> None:
        self.button(number, True)
        self.button(number, False)

    def key(self, chord: str) -> None:
        *modifiers, last = chord.split("+")
        codes = [self._code(MODIFIERS[each]) for each in modifiers] + [self._code(last)]
        for code in codes:
            self._press(code, True)
        for code in reversed(codes):
            self._press(code, False)

    def _code(self, name: str) -> int:
        symbol = ctypes.c_ulong(self._x.XStringToKeysym(name.encode()))
        return int(self._x.XKeysymToKeycode(self._display, symbol))

    def _press(self, code: int, down: bool) -> None:
        self._test.XTestFakeKeyEvent(self._display, code, int(down), ctypes.c_ulong(0))
        self._x.XFlush(self._display)


@dataclass(slots=True)
class Player:
    """Plays one random gesture after the other."""

    hands: Hands
    chance: random.Random
    counts: dict[str, int] = field(default_factory=dict)

    def play(self) -> None:
        kinds = {"click": 30, "key": 22, "chord": 14, "wheel": 12, "drag": 8, "move": 10, "right": 2, "double": 2}
        kind = self.chance.choices(list(kinds), list(kinds.values()))[0]
        self.counts[kind] = self.counts.get(kind, 0) + 1
        getattr(self, f"_{kind}")()

    def _place(self) -> tuple[int, int]:
        # more often where controls are: the panel, the tabs, the bar above
        area = self.chance.choice(((0, 0, 320, HEIGHT), (320, 0, WIDTH, 130), (320, 100, WIDTH, HEIGHT)))
        return self.chance.randrange(area[0], area[2]), self.chance.randrange(area[1], area[3])

    def _move(self) -> None:
        self.hands.move(*self._place())

    def _click(self) -> None:
        self._move()
        self.hands.click(1)

    def _double(self) -> None:
        self._click()
        self.hands.click(1)

    def _right(self) -> None:
        self._move()
        self.hands.click(3)

    def _wheel(self) -> None:
        self._move()
        self.hands.click(self.chance.choice((4, 5)))

    def _drag(self) -> None:
        self._move()
        self.hands.button(1, True)
        for _ in range(4):
            self._move()
        self.hands.button(1, False)

    def _key(self) -> None:
        self.hands.key(self.chance.choice(KEYS))

    def _chord(self) -> None:
        self.hands.key(self.chance.choice(CHORDS))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--display", default=":67")
    parser.add_argument("--pause", type=float, default=0.02, help="seconds between two events; default 0.02")
    parser.add_argument("--window", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.window:
        sys.path.insert(0, str(ROOT))
        return run_window(Path(options.window), options.seed)
    with TemporaryDirectory(prefix="sepviz-x11-") as name, ExitStack() as keep:
        folder = Path(name)
        furnish(folder)
        screen = Screen(options.display, folder, folder, keep, ("openbox", "--config-file", str(folder / "rc.xml")))
        return play(screen, folder, options)


def furnish(folder: Path) -> None:
    """Make what may be opened, and where to save."""
    (folder / "rc.xml").write_text(OPENBOX, encoding="utf-8")
    for name in ("in", "out", "home"):
        (folder / name).mkdir()
    for sample in ("coffee", "brick"):
        shutil.copy(ROOT / "resources" / "samples" / f"{sample}.png", folder / "in")
    (folder / "in" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (folder / "in" / "<b>words<b>.txt").write_text("no picture", encoding="utf-8")


def play(screen: Screen, folder: Path, options: argparse.Namespace) -> int:
    """Play all events, and tell what came of them."""
    log = folder / "window.log"
    screen.env["HOME"] = str(folder / "home")
    command = [sys.executable, str(Path(__file__).resolve()), "--window", name_of(folder), "--seed", str(options.seed)]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, env=screen.env, cwd=folder / "home", stderr=stream)
    try:
        screen.window("sepviz$")
        time.sleep(3)
        player = Player(Hands(options.display), random.Random(options.seed))
        memories = [read_memory(folder)]
        done = 0
        for check in range(1, CHECKS + 1):
            while done < options.count * check // CHECKS and process.poll() is None:
                player.play()
                done += 1
                time.sleep(options.pause)
            memories.append(read_memory(folder))
        status = process.poll()
        process.terminate()
        until(lambda: process.poll() is not None, 10.0)
    finally:
        ended = process.poll()
        end(process)
    facts = [json.loads(line) for line in (folder / "heart.jsonl").read_text(encoding="utf-8").splitlines()]
    for fact in facts:
        if "at" in fact:
            sys.stdout.write(f"slow at\n{''.join(fact['at'])}")
    return told(log, status, ended, done, memories, [fact for fact in facts if "late" in fact], player)


def name_of(folder: Path) -> str:
    return os.fspath(folder)


class Memory(NamedTuple):
    """What the window holds at rest, in bytes: without the maps that it shows, and those."""

    rest: int
    maps: int

    def __str__(self) -> str:
        return f"{self.rest / 2**20:.0f} + {self.maps / 2**20:.0f}"


def read_memory(folder: Path) -> Memory | None:
    """Bring the window into the one state and return its memory then; None when it does not answer."""

    def answers() -> list[Memory]:
        path = folder / "heart.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [Memory(fact["memory"], fact["maps"]) for fact in map(json.loads, lines) if "memory" in fact]

    before = len(answers())
    (folder / "calm").touch()
    until(lambda: len(answers()) > before, 180.0)
    return answers()[-1] if len(answers()) > before else None


def told(
    log: Path,
    status: int | None,
    ended: int | None,
    done: int,
    memories: list[Memory | None],
    late: list[dict[str, float]],
    player: Player,
) -> int:
    """Print a line for every promise, and return the exit status."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    strange = [line for line in lines if not EVENTS.fullmatch(line)]
    first = max(1, round(WARM_UP * (len(memories) - 1)))
    longest = max(late, key=lambda beat: beat["late"] - beat["waited"], default={"late": 0.0, "waited": 0.0})
    hang = longest["late"] - longest["waited"]
    begin, finish = memories[first], memories[-1]
    growth = finish.rest - begin.rest if begin and finish else math.inf
    heard = dict(Counter(line.split()[0] for line in lines if line not in strange))
    mebibytes = ", ".join(map(str, memories))
    promises = {
        f"no crash: {done:,} events {player.counts}, status while playing {status}, at the end {ended}": (
            status is None and ended == 0
        ),
        f"no hang over {LONGEST_BEAT_S:g} s: longest {hang:.2f} s (and {longest['waited']:.2f} s in which others had "
        f"the processor), {len(late)} beats over {LATE_S:g} s": hang <= LONGEST_BEAT_S and all(memories),
        f"no traceback, no warning: {len(lines):,} lines {heard}, {len(strange)} strange {strange[:8]}": not strange,
        f"memory grows under {MOST_GROWTH >> 20} MiB: {growth / 2**20:+.1f} MiB ({mebibytes} MiB, the second "
        "of each the maps on show)": growth < MOST_GROWTH,
    }
    for promise, kept in promises.items():
        sys.stdout.write(f"{'held' if kept else 'BROKEN'}  {promise}\n")
    return 0 if all(promises.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
