"""What all tests share: Qt without a screen, one application, and nobody leaves a window, thread or timer behind."""

from __future__ import annotations

import gc
import os
import tempfile

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt
home = tempfile.TemporaryDirectory(prefix="sepviz-tests-")
for kind in ("CONFIG", "CACHE", "STATE"):  # nothing of the tester's own is touched
    os.environ[f"XDG_{kind}_HOME"] = home.name

import pytest
from hypothesis import settings

settings.register_profile("sepviz", derandomize=True, deadline=None)
settings.load_profile("sepviz")


@pytest.fixture(scope="session", autouse=True)
def app():
    """The one QApplication of the run, in light colours; there before a figure makes a lesser one."""
    from PySide6.QtWidgets import QApplication

    from sepviz.gui.theme import apply_theme

    application = QApplication.instance() or QApplication(["sepviz"])
    apply_theme(application, "light")
    gc.collect()
    gc.freeze()  # what the imports made need not be looked through after every test
    return application


@pytest.fixture
def keep(app):
    """`keep(widget)` returns the widget and deletes it when the test is over."""
    from shiboken6 import delete, isValid

    kept = []

    def hold(widget):
        kept.append(widget)
        return widget

    yield hold
    for widget in filter(isValid, kept):
        delete(widget)


@pytest.fixture(autouse=True)
def nothing_is_left_behind(request):
    """Fail a test of the window that leaves a top-level widget, a running thread or an active timer."""
    yield
    if request.path.parent.name != "gui":
        return
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if not _leftovers():
        return
    gc.collect()  # a widget in a reference cycle is only waiting for this
    if left := _leftovers():
        pytest.fail(f"left behind: {', '.join(left)}")


def _leftovers():
    from PySide6.QtCore import QThread, QTimer
    from PySide6.QtWidgets import QApplication
    from shiboken6 import isValid

    tips = {"QTipLabel"}  # Qt owns the one tooltip
    widgets = [widget for widget in QApplication.topLevelWidgets() if widget.metaObject().className() not in tips]
    kinds = {QThread, QTimer, *QThread.__subclasses__(), *QTimer.__subclasses__()}
    alive = [thing for thing in gc.get_objects() if type(thing) in kinds and isValid(thing)]
    threads = [thing for thing in alive if isinstance(thing, QThread) and thing.isRunning()]
    timers = [thing for thing in alive if isinstance(thing, QTimer) and thing.isActive()]
    return [repr(thing) for thing in (*widgets, *threads, *timers)]
