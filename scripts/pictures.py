"""Take pictures of the real window into docs/: ``make docs``, or ``pictures.py TAB ...`` for other tabs than README's.

Runs without a display; every picture is what the window shows on a bundled photograph.
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
    """Take a picture of every tab that is asked for."""
    names = sys.argv[1:] or ["maps"]
    if unknown := set(names) - set(TAB_NAMES):
        print(f"there is no tab {', '.join(sorted(unknown))}; there are {', '.join(TAB_NAMES)}", file=sys.stderr)
        return 2
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
    for name in names:
        app.document.edit_view("tab", name)
        wait(qt, app)
        app.window.grab().save(str(DOCS / f"{name}.png"))
    app.window.close()
    print(f"{', '.join(names)}: pictures in {DOCS}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
