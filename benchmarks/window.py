"""How fast the real window answers: from a changed field to the first and to the full picture, and its longest stall.

Run with a display (or QT_QPA_PLATFORM=offscreen): python benchmarks/window.py [--repeats 40]
"""

from __future__ import annotations

import argparse
import sys
from statistics import median
from time import perf_counter

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from sepviz.gui.app import App, dress
from sepviz.study.picture import picture_from_array
from sepviz.study.source import fit, open_picture
from sepviz.study.study import Study, View

TICK_MS = 2
WAITING = QEventLoop.ProcessEventsFlag.WaitForMoreEvents
"""The loop rests between events as a real one does: one that spins would take a core from the engine."""


class Watch(QObject):
    """Notes when sheets were painted, and the longest time in which the thread of the window answered nobody."""

    def __init__(self, app: App) -> None:
        super().__init__()
        self.painted_at = self.stall = 0.0
        self._last = perf_counter()
        for view in app.window.pages["maps"].sheets.values():
            view.graphics.viewport().installEventFilter(self)
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    def tick(self) -> None:
        """Note how long ago the last tick was."""
        now = perf_counter()
        self.stall, self._last = max(self.stall, now - self._last), now

    def restart(self) -> None:
        """Forget the stalls so far."""
        self._last, self.stall = perf_counter(), 0.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note a paint; it is done when the next event is handled, so the tick after it counts as part of it."""
        if event.type() == QEvent.Type.Paint:
            self.painted_at = perf_counter()
        return False


def photo(side: int) -> object:
    """Return a square colour photograph of `side` pixels."""
    pixels = fit(open_picture("sample:coffee"), 0, False)
    square = np.resize(pixels[:, :, :400], (3, side, side)) if side > 400 else pixels[:, :side, :side]
    return picture_from_array((square.transpose(1, 2, 0) * 255).astype(np.uint8), "photo.png")


def measure(app: App, watch: Watch, qt: QApplication, seed: int) -> dict[str, float]:
    """Change the seed, wait for the full picture on the screen, and return seconds by name."""
    first: list[float] = []
    full: list[float] = []
    shown = app.window.show_exploration

    def note(exploration: object, tab: str) -> None:
        shown(exploration, tab)
        (full if exploration.comparison.study == exploration.study else first).append(perf_counter())

    app.window.show_exploration = note
    app.explorer.stop()
    watch.restart()
    start = perf_counter()
    app.document.edit("seed", seed)
    while not full or watch.painted_at < full[0]:
        qt.processEvents(WAITING)
    app.window.show_exploration = shown
    return {
        "first picture": (first or full)[0] - start,
        "full picture": full[0] - start,
        "painted": watch.painted_at - start,
        "longest stall": watch.stall,
    }


def main() -> int:
    """Print the distribution of every quantity in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument("--side", type=int, default=512)
    options = parser.parse_args()
    qt = QApplication(sys.argv[:1])
    dress(qt)
    app = App(Study(picture=photo(options.side)), View())
    app.explorer.set_auto(False)
    app.window.resize(1280, 800)
    app.window.show()
    watch = Watch(app)
    end = perf_counter() + 2
    while perf_counter() < end:
        qt.processEvents(WAITING)
    rows = [measure(app, watch, qt, seed + 1) for seed in range(options.repeats)]
    print(f"{options.side} x {options.side} photo, 64 maps, both layers; ms over {options.repeats} changes")
    print(f"{'':16}{'median':>8}{'p90':>8}{'max':>8}")
    for name in rows[0]:
        values = sorted(1000 * row[name] for row in rows)
        print(f"{name:16}{median(values):8.1f}{values[int(0.9 * len(values))]:8.1f}{values[-1]:8.1f}")
    app.window.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
