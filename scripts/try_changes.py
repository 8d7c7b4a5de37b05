"""A thousand random changes of the settings at full speed, tried on a whole window that needs no screen.

What is shown in the end must be, bit for bit, what a fresh computation of the last settings makes; nothing shown on the
way may belong to settings that were left; and no more than one question may wait for the worker.
``python scripts/try_changes.py --count 1000``; exit status 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from outcome import Outcome, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication

    from sepviz.gui.app import App
    from sepviz.study.sheets import Exploration

BURST = 100
"""Changes after which the window is let come to rest, and looked at."""
PATIENCE_S = 120.0
CHANGES: dict[str, Callable[[random.Random], object]] = {
    "size": lambda chance: chance.choice((32, 64, 100, 128, 200, 256)),
    "grey": lambda chance: chance.random() < 0.3,
    "out_channels": lambda chance: chance.randrange(1, 33),
    "kernel_size": lambda chance: (chance.randrange(1, 8), chance.randrange(1, 8)),
    "stride": lambda chance: (chance.randrange(1, 4), chance.randrange(1, 4)),
    "padding": lambda chance: chance.choice(("same", "valid", ((1, 1), (1, 1)), ((0, 2), (3, 1)))),
    "dilation": lambda chance: (chance.randrange(1, 4), chance.randrange(1, 4)),
    "bias": lambda chance: chance.random() < 0.5,
    "baseline": lambda chance: chance.choice(("standard", "depthwise", "grouped", "spatially-separable")),
    "candidate": lambda chance: chance.choice(("depthwise-separable", "blueprint-separable", "standard")),
    "depth_multiplier": lambda chance: chance.randrange(1, 5),
    "groups": lambda chance: chance.choice((1, 1, 3, 7)),
    "activation": lambda chance: chance.choice(("none", "relu", "relu6")),
    "seed": lambda chance: chance.randrange(1000),
}
VIEWS: dict[str, Callable[[random.Random], object]] = {
    "colormap": lambda chance: chance.choice(("viridis", "magma", "grey")),
    "scale": lambda chance: chance.choice(("per-map", "shared", "symmetric")),
    "channel": lambda chance: chance.randrange(4),
    "tab": lambda chance: chance.choice(("maps", "pair", "kernels", "costs")),
}


@dataclass(slots=True)
class Watch:
    """What was seen on the way."""

    shown: int = 0
    stale: int = 0
    most_waiting: int = 0
    bursts: int = 0
    different: list[str] = field(default_factory=list)


def main() -> int:
    """Change settings, print what came of it, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="how many changes; default 1000")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ.update({"QT_QPA_PLATFORM": "offscreen"})
        os.environ.update({f"XDG_{kind}_HOME": name for kind in ("CONFIG", "STATE", "CACHE")})
        return report(try_changes(options.count, random.Random(options.seed)))


def try_changes(count: int, chance: random.Random) -> Iterator[Outcome]:
    """Open a window, change its settings, and yield what came of each promise."""
    from PySide6.QtWidgets import QApplication

    from sepviz.gui.app import App, dress
    from sepviz.study.source import open_picture
    from sepviz.study.study import Study, View

    qt = QApplication(["sepviz"])
    dress(qt)
    app = App(Study(picture=open_picture("sample:coffee"), size=128), View())
    app.hire_guides()
    app.window.auto_toggled.emit(False)  # what is measured unasked is no change
    app.window.show()
    watch = Watch()
    look_at(app, watch)
    started = time.perf_counter()
    for number in range(count):
        change_something(app, chance)
        watch.most_waiting = max(watch.most_waiting, waiting(app))
        let_pass(qt, chance.choice((0, 0, 0, 5, 25, 80)))
        if number % BURST == BURST - 1 or number == count - 1:
            rest(qt, app)
            compare_with_fresh(app, number, watch)
    seconds = time.perf_counter() - started
    app.window.close()
    app.close()
    yield Outcome(
        promise="the last picture is that of the last settings, bit for bit",
        held=not watch.different,
        detail=f"{count:,} changes in {seconds:.0f} s, {watch.bursts} looks {watch.different or ''}",
    )
    yield Outcome(promise="none stale", held=not watch.stale, detail=f"{watch.shown:,} shown, {watch.stale} stale")
    yield Outcome(promise="at most one waiting", held=watch.most_waiting <= 1, detail=f"{watch.most_waiting} at most")


def look_at(app: App, watch: Watch) -> None:
    """Note each exploration that is shown, and whether it is still wanted."""
    show = app.window.show_exploration

    def noted(exploration: Exploration, tab: str) -> None:
        watch.shown += 1
        watch.stale += exploration.study != app.document.study
        show(exploration, tab)

    app.window.show_exploration = noted  # type: ignore[method-assign]


def change_something(app: App, chance: random.Random) -> None:
    """Set a field of the study or of the view, or take the last change back."""
    kind = chance.random()
    if kind < (0.5 if app.document.problems else 0.05):  # settings that cannot be are not stayed with
        app.document.undo()
    elif kind < 0.08:
        app.document.redo()
    elif kind < 0.2:
        name = chance.choice(list(VIEWS))
        app.document.edit_view(name, VIEWS[name](chance))
    else:
        name = chance.choice(list(CHANGES))
        app.document.edit(name, CHANGES[name](chance), settled=chance.random() < 0.5)


def waiting(app: App) -> int:
    """Return how many questions wait in the first worker behind the one that runs and are still wanted.

    What is to be kept (the last state, against a crash) is no question about settings.
    """
    worker = app.workers[0]
    stoppable = {id(cancel) for cancel in worker._stoppable}
    return sum(id(ticket.cancel) in stoppable for ticket in worker._unended()[1:])


def let_pass(qt: QApplication, milliseconds: int) -> None:
    """Let the window do what is due, for so long."""
    stop = time.perf_counter() + milliseconds / 1000
    qt.processEvents()
    while time.perf_counter() < stop:
        qt.processEvents()
        time.sleep(0.0005)


def rest(qt: QApplication, app: App) -> None:
    """Wait until nothing is computed or about to be."""
    deadline = time.monotonic() + PATIENCE_S
    quiet = 0
    while quiet < 3 and time.monotonic() < deadline:
        qt.processEvents()
        quiet = quiet + 1 if app.explorer.is_at_rest else 0
        time.sleep(0.001)


def compare_with_fresh(app: App, number: int, watch: Watch) -> None:
    """Note whether what is shown differs in any bit from a fresh computation of the last settings."""
    from sepviz.engine.checkpoint import carry_on
    from sepviz.study.sheets import Explore
    from sepviz.study.survey import question

    watch.bursts += 1
    document, explorer = app.document, app.explorer
    viewports = app.window.viewports(document.view.tab)
    ask: Any = question(document.study)
    fresh = Explore(study=document.study, view=document.view, viewports=viewports, ask=ask)(carry_on)
    comparison = explorer.comparison
    if comparison is None or comparison.study != document.study:
        watch.different.append(f"after change {number} the study is another")
        return
    for side in ("baseline", "candidate"):
        ours, theirs = (getattr(one, side).activations for one in (comparison, fresh.comparison))
        if not all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True)):
            watch.different.append(f"after change {number} the maps of the {side}")
    shown = explorer._shown
    for name, sheet in fresh.sheets.items():
        if shown is None or name not in shown.sheets or not np.array_equal(shown.sheets[name].levels, sheet.levels):
            watch.different.append(f"after change {number} the picture of {name}")


if __name__ == "__main__":
    raise SystemExit(main())
