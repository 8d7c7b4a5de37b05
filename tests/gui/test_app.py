"""Promises of the start: the window stands first, what can wait follows, and a closed window gets nothing more."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from PySide6.QtCore import QTimer
from shiboken6 import delete, isValid

from sepviz.gui.app import App
from sepviz.gui.views.sheet_view import SheetView
from sepviz.study.study import Study, View

WAITING = (
    "sepviz.study.sheets",
    "sepviz.study.survey",
    "sepviz.study.session",
    "sepviz.engine.timing",
    "sepviz.engine.machine",
    "sepviz.lab.explanation",
    "sepviz.gui.kernel_guide",
    "sepviz.gui.figure_tasks",
    "importlib.metadata",
    "PIL",
)


@pytest.fixture
def start(app):
    started = []

    def run():
        started.append(App(Study(), View()))
        return started[-1]

    yield run
    for parts in started:
        parts.window.close()
        for part in (*parts.guides, parts.desk, parts.explorer, parts.window, parts.document, *parts.workers):
            if isValid(part):
                delete(part)


def test_that_nothing_is_fetched_that_the_first_sight_of_the_window_does_not_need() -> None:
    program = f"import sys, sepviz.gui.app; print(*(name for name in {WAITING} if name in sys.modules))"
    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert told.stdout.split() == []


def test_that_the_window_waits_less_than_a_frame_for_ten_turns_of_python(start):
    start()
    assert 10 * sys.getswitchinterval() < 1 / 60


def test_that_what_can_wait_is_made_one_thing_at_a_time(start, monkeypatch):
    turns = []
    monkeypatch.setattr(QTimer, "singleShot", lambda _, then: turns.append(then))
    parts = start()
    assert not parts.window.findChildren(SheetView)
    parts.settle_in()
    made = [0]
    while turns:
        turns.pop()()
        made.append(sum(len(page.findChildren(SheetView)) for page in parts.window.pages.values()) + len(parts.guides))
    assert made[-1] == 12 + 7
    assert all(later - sooner <= 4 for sooner, later in pairwise(made))
    assert parts.window.tabs.count() == 12


def test_that_a_tab_that_is_still_to_come_is_turned_to_when_it_comes(start):
    parts = start()
    parts.document.edit_view("tab", "sweep")
    assert parts.window.current_tab() == "maps"
    parts.hire_guides()
    assert parts.window.current_tab() == "sweep"


def test_that_a_window_that_was_closed_gets_nothing_more(start, monkeypatch):
    turns = []
    monkeypatch.setattr(QTimer, "singleShot", lambda _, then: turns.append(then))
    parts = start()
    parts.settle_in()
    parts.window.close()
    for turn in turns:
        turn()
    assert not parts.guides
    assert not parts.window.findChildren(SheetView)


RUN = """
import gc, weakref
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from sepviz.gui import app
from sepviz.study.study import Study

class Knot:
    pass

def look():
    knot = Knot()
    knot.self, knot.widget = knot, QWidget()
    gone = weakref.ref(knot)
    del knot
    rubbish = [[] for _ in range(10_000)]
    print(gc.isenabled(), gone() is not None)
    QTimer.singleShot(1500, lambda: (print(gone() is None), QApplication.quit()))

start = app.App.__init__
def begin(self, *arguments):
    start(self, *arguments)
    QTimer.singleShot(200, look)
app.App.__init__ = begin
raise SystemExit(app.run(None, Study(), False))
"""


def test_that_garbage_is_collected_by_the_event_loop_and_at_no_other_moment():
    told = subprocess.run([sys.executable, "-c", RUN], check=True, capture_output=True, text=True)
    assert told.stdout.split() == ["False", "True", "True"]
