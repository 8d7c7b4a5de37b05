"""Take the pictures of the guide anew from the real window: ``make docs``, or ``pictures.py SHOT ...`` for some.

Runs without a display. Every picture is what the window shows on a bundled photograph or pattern, after the buttons
that the guide names were pressed: what is measured in it was measured while it was taken.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
SETTINGS = TemporaryDirectory(prefix="sepviz-docs-")
os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = os.environ["XDG_DATA_HOME"] = SETTINGS.name

from PIL import Image
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QPushButton, QWidget

from sepviz.gui.app import App, dress
from sepviz.gui.theme import apply_theme
from sepviz.study.study import Study, View

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = Path(__file__).resolve().parent.parent / "docs"
SIZE = (1280, 800)
PATIENCE_S = 300.0
REST_S = 0.02
"""Between two looks at the window, so that looking does not slow down what it measures."""
ARTICLE: dict[str, object] = {"size": 32, "padding": "valid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture: the tab, what is open there, the fields changed, and what is pressed before it is taken."""

    tab: str
    location: str = "sample:coffee"
    fields: dict[str, object]
    prepare: Callable[[QWidget], None] | None = None


def press(text: str) -> Callable[[QWidget], None]:
    """Return what presses the button `text` of a page."""

    def act(page: QWidget) -> None:
        _named(page, QPushButton, text).click()

    return act


def draw_crossover(page: QWidget) -> None:
    """Ask for the measured map of out_channels against kernel_size."""
    against = next(box for box in page.findChildren(QComboBox) if box.accessibleName().endswith("gainst: field"))
    against.setCurrentIndex(against.findData("kernel_size"))
    _named(page, QCheckBox, "Measure time too").setChecked(True)
    press("Start")(page)


def _named(page: QWidget, kind: type[QPushButton] | type[QCheckBox], text: str) -> QPushButton | QCheckBox:
    for button in page.findChildren(kind):
        if button.text().replace("&", "") == text:
            return button
    raise LookupError(f"the page has no button {text!r}")


SHOTS = {
    "maps": Shot(tab="maps", fields={}),
    "pair": Shot(tab="pair", fields={}),
    "kernels": Shot(tab="kernels", fields={"kernel_size": (5, 5), "init": "gabor-bank"}),
    "costs": Shot(tab="costs", fields={}),
    "timing": Shot(tab="timing", fields={}, prepare=press("Measure now")),
    "pixel": Shot(tab="pixel", location="pattern:bars", fields=ARTICLE),
    "edit": Shot(tab="edit", fields={"init": "gabor-bank"}),
    "decouple": Shot(tab="decouple", fields={"init": "gabor-bank"}),
    "spectrum": Shot(tab="spectrum", fields={}),
    "article": Shot(tab="article", location="pattern:bars", fields=ARTICLE, prepare=press("Replay the experiment")),
    "claims": Shot(tab="claims", fields={}),
    "sweep": Shot(tab="sweep", location="pattern:bars", fields=ARTICLE, prepare=press("Start")),
    "crossover": Shot(tab="sweep", fields={"size": 128}, prepare=draw_crossover),
}


def wait(qt: QApplication, app: App, seconds: float = 1.0) -> None:
    """Let the window work until it has been at rest for `seconds`."""
    rest, end = perf_counter(), perf_counter() + PATIENCE_S
    while perf_counter() - rest < seconds and perf_counter() < end:
        qt.processEvents()
        sleep(REST_S)
        if not app.explorer.is_at_rest:
            rest = perf_counter()


def take(qt: QApplication, name: str, shot: Shot) -> None:
    """Open a window of its own, bring it to where the shot wants it, and save what it shows."""
    app = App(Study(), View())
    app.window.resize(*SIZE)
    app.window.show()
    app.hire_guides()
    app.desk.open_location(shot.location)
    wait(qt, app)
    for field, value in shot.fields.items():
        app.document.edit(field, value)
    app.document.edit_view("tab", shot.tab)
    wait(qt, app, 2.0)
    if shot.prepare is not None:
        shot.prepare(app.window)
        wait(qt, app, 2.0)
    path = DOCS / f"{name}.png"
    app.window.grab().save(str(path))
    app.window.close()
    Image.open(path).convert("RGB").save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size:,} bytes", flush=True)


def main() -> int:
    """Take every picture that is asked for."""
    names = sys.argv[1:] or list(SHOTS)
    if unknown := set(names) - set(SHOTS):
        print(f"there is no picture {', '.join(sorted(unknown))}; there are {', '.join(SHOTS)}", file=sys.stderr)
        return 2
    if len(names) > 1:  # a process each, as every window of a user has
        return max(subprocess.run([sys.executable, __file__, name], check=False).returncode for name in names)
    qt = QApplication(sys.argv[:1])
    dress(qt)
    apply_theme(qt, "light")
    DOCS.mkdir(exist_ok=True)
    take(qt, names[0], SHOTS[names[0]])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
