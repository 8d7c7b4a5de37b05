"""Refresh the pictures in docs/ from the real window: ``make docs``.

Runs without a display; every picture is what the window shows on the bundled photographs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
SETTINGS = TemporaryDirectory(prefix="sepviz-docs-")
os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = os.environ["XDG_DATA_HOME"] = SETTINGS.name

from PySide6.QtWidgets import QApplication

from sepviz.gui.actions import TAB_NAMES
from sepviz.gui.app import App, dress
from sepviz.gui.theme import apply_theme
from sepviz.study.study import Study, View

DOCS = Path(__file__).resolve().parent.parent / "docs"
SIZE = (1280, 800)
PATIENCE_S = 120.0


def wait(qt: QApplication, app: App, seconds: float = 1.0) -> None:
    """Let the window work until it has been at rest for `seconds`."""
    rest, end = perf_counter(), perf_counter() + PATIENCE_S
    while perf_counter() - rest < seconds and perf_counter() < end:
        qt.processEvents()
        if not app.explorer.is_at_rest:
            rest = perf_counter()


def main() -> int:
    """Take a picture of every tab, and of the window in dark colours."""
    qt = QApplication(sys.argv[:1])
    dress(qt)
    apply_theme(qt, "light")
    app = App(Study(), View())
    app.window.resize(*SIZE)
    app.window.show()
    app.hire_guides()
    app.desk.open_location("sample:coffee")
    wait(qt, app, 2.0)
    DOCS.mkdir(exist_ok=True)
    for name in TAB_NAMES:
        app.document.edit_view("tab", name)
        wait(qt, app)
        app.window.grab().save(str(DOCS / f"{name}.png"))
    apply_theme(qt, "dark")
    app.document.edit_view("tab", "maps")
    wait(qt, app)
    app.window.grab().save(str(DOCS / "dark.png"))
    app.window.close()
    print(f"{len(TAB_NAMES) + 1} pictures in {DOCS}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
