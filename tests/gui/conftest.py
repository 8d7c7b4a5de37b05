"""A whole window for a test: real application parts, a real worker, and a way to wait for them."""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog
from shiboken6 import delete, isValid

from sepviz.engine.checkpoint import carry_on
from sepviz.engine.machine import MachinePeak
from sepviz.gui import claim_tasks, machine_limits, settings
from sepviz.gui.app import App
from sepviz.gui.document import Document
from sepviz.gui.experience import Experiences
from sepviz.gui.machine_limits import MachineLimits
from sepviz.gui.views.message_bar import MessageBar
from sepviz.study.memory import LIMITS
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study, View

PATIENCE_S = 20
"""How long a condition may take to come true; far more than any needs, as the machine may be busy."""


def noise(seed=0, height=24, width=32, name="noise.png"):
    """Return a small colour picture that is like no other."""
    return picture_from_array(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8), name)


@pytest.fixture
def wait_until(app):
    """`wait_until(condition)` runs the event loop until the condition holds."""

    def wait(condition):
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"still not so after {PATIENCE_S} s: {condition}")
            app.processEvents()
            time.sleep(0.001)

    return wait


@pytest.fixture(autouse=True)
def nothing_goes_wrong_unseen(monkeypatch):
    """Fail on a Qt warning and on an exception in a slot: Qt would only print them.

    What a window cannot do without a screen is said of every one, and is no warning.
    """
    wrong = []

    def note(kind, context, text):
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not text.startswith(
            "This plugin does not support"
        ):
            wrong.append(text)

    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: wrong.append(repr(error)))
    before = qInstallMessageHandler(note)
    yield
    qInstallMessageHandler(before)
    assert wrong == []


@pytest.fixture(autouse=True)
def garbage_is_collected_between_tests():
    """As the program does, at safe moments only: a widget that dies while Qt disconnects another may wait for ever."""
    gc.disable()
    yield
    gc.collect(1)


@pytest.fixture(autouse=True)
def nobody_waits_for_an_answer(monkeypatch):
    """Answer every dialog that a test did not foresee with "cancel": nobody is there to close it."""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: ("", ""))
    monkeypatch.setattr(QFileDialog, "exec", lambda _: QFileDialog.DialogCode.Rejected)
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_args, **_more: (0.0, False))


@pytest.fixture(autouse=True)
def nobody_measures_this_machine(monkeypatch):
    """Let the limits of the machine be known: measuring them takes two seconds, and remembers them for the user."""
    known = MachinePeak(gflops=100, bandwidth_gbps=10, measured_on="2024-02-29")
    monkeypatch.setattr(machine_limits, "remembered_peak", lambda: known)
    monkeypatch.setattr(claim_tasks, "measure_peak", lambda checkpoint: known)


@pytest.fixture
def choose(monkeypatch):
    """`choose(path, kind)` is what the user does in the dialogs for saving that follow; None is Cancel.

    Returns a list, to which each dialog adds the path that it proposes.
    """

    def will(path, kind=""):
        proposed, code = [], QFileDialog.DialogCode

        def run(dialog):
            proposed.append(Path(dialog.selectedFiles()[0]))
            if path is None:
                return code.Rejected
            if kind:
                dialog.selectNameFilter(kind)
                dialog.filterSelected.emit(kind)
            dialog.selectFile(str(path))
            return code.Accepted

        monkeypatch.setattr(QFileDialog, "exec", run)
        return proposed

    return will


@pytest.fixture
def picture():
    """A small picture."""
    return noise()


@pytest.fixture
def launch(app, wait_until):
    """`launch(study, view)` opens a window and returns its parts; it is closed and deleted after the test.

    Without the wish for measuring when idle it measures only when asked, so that no test waits for that.
    """
    launched = []
    settings._store().clear()

    def start(study=None, view=None, *, auto=False, shown=True, memory=LIMITS):
        parts = App(study or Study(picture=noise(), out_channels=4), view or View(), memory)
        launched.append(parts)
        parts.hire_guides()
        parts.window.auto_toggled.emit(auto)
        if shown:
            parts.window.show()
        return parts

    yield start
    for parts in launched:
        parts.window.close()
        parts.close()
        for part in (*parts.guides, parts.desk, parts.explorer, parts.window, parts.document, *parts.workers):
            if isValid(part):
                delete(part)


@pytest.fixture
def settled(wait_until):
    """`settled(parts)` waits until nothing is computed or about to be."""

    def wait(parts):
        explorer = parts.explorer
        wait_until(lambda: explorer.is_at_rest)
        QApplication.processEvents()
        wait_until(lambda: explorer.is_at_rest)

    return wait


@pytest.fixture
def ready(launch, settled):
    """A window that shows the comparison of its study."""
    parts = launch()
    settled(parts)
    return parts


class StillWindow(QObject):
    """What a guide needs of a window: it notes its tabs and its words."""

    asked = Signal(str)
    closing = Signal()

    def __init__(self):
        super().__init__()
        self.tabs, self.readings, self.tab = {}, [], ""
        stop = QAction("Stop", self)
        stop.triggered.connect(self._on_stop)
        self.actions_by_name = {"stop": stop}
        self.message = MessageBar()

    def _on_stop(self):
        self.asked.emit("stop")

    def add_tab(self, name, widget):
        self.tabs[name] = widget
        self.tab = name

    def current_tab(self):
        return self.tab

    def show_reading(self, text):
        self.readings.append(text)


class StillTime(QObject):
    """What a guide needs of whoever keeps the measured times."""

    measured = Signal(object)

    def learn(self, benchmark):
        self.measured.emit(benchmark)


class StillExplorer(QObject):
    """Notes every question; `answer` works out the oldest one when the test wants it."""

    failed = Signal(str, str)
    shown = Signal(object)

    def __init__(self):
        super().__init__()
        self.waiting, self.comparison, self.benchmark = [], None, None
        self.begun, self.is_busy_aside = [], False
        self.time = StillTime(self)
        self.experiences = Experiences()

    def ask(self, task, then, otherwise=None, *, patient=False, keep=False):
        self.waiting.append((task, then))
        return len(self.waiting)

    def ask_aside(self, task, then, otherwise=None, *, began=None, stopped=None):
        self.begun.append(began)
        return self.ask(task, then)

    def answer(self):
        task, then = self.waiting.pop(0)
        then(task(carry_on))


class GuideBench:
    """A guide of a tab with everything around it."""

    def __init__(self, guide, study=None, view=None):
        self.document = Document(study or Study(out_channels=4, size=24), view or View())
        self.window, self.explorer = StillWindow(), StillExplorer()
        self.explorer.limits = MachineLimits(self.document, self.explorer, self.window)
        self.guide = guide(self.document, self.explorer, self.window)
        self.page = self.guide.page


@pytest.fixture
def bench(keep):
    """`bench(kind, study, view)` makes a guide with everything around it that holds still."""

    def make(kind, study=None, view=None):
        made = GuideBench(kind, study, view)
        for widget in (made.page, made.window.message):
            keep(widget)
        return made

    return make
