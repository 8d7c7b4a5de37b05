"""Promises of unexpected errors: each is told and logged, none ends the program or floods the user."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QObject, Qt, QThread, Signal, qWarning
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from sepviz.gui.dialogs.incident_dialog import IncidentDialog
from sepviz.gui.incident import MAX_KINDS, Incidents
from sepviz.gui.logbook import note_crashes, open_logbook


class Breaker(QObject):
    asked = Signal(str)

    def __init__(self):
        super().__init__()
        self.asked.connect(self._on_asked)

    def _on_asked(self, text):
        raise ValueError(text)


@pytest.fixture
def window(keep):
    return keep(QWidget())


@pytest.fixture
def logbook(tmp_path):
    book = open_logbook(tmp_path / "state")
    yield book
    book.close()


@pytest.fixture
def incidents(window, logbook):
    made = Incidents(window, logbook.path)
    made.install()
    yield made
    made.uninstall()


def dialogs(window):
    return [one for one in window.findChildren(IncidentDialog) if one.isVisible()]


def texts(dialog):
    return [label.text() for label in dialog.findChildren(QLabel) if label.text() and not label.isHidden()]


def press(dialog, text):
    next(button for button in dialog.findChildren(QPushButton) if button.text().replace("&", "") == text).click()


def test_that_an_error_in_a_slot_is_told_and_logged_and_the_program_goes_on(incidents, window, logbook):
    breaker = Breaker()
    breaker.asked.emit("<b>out of order</b>")
    (dialog,) = dialogs(window)
    assert not dialog.isModal()
    assert texts(dialog)[0] == "ValueError: <b>out of order</b>"
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in dialog.findChildren(QLabel) if label.text())
    assert any(str(logbook.path) in text for text in texts(dialog))
    written = logbook.path.read_text(encoding="utf-8")
    assert "ValueError: <b>out of order</b>" in written
    assert "Traceback" in written


def test_that_details_are_folded_and_can_be_copied(incidents, window):
    breaker = Breaker()
    breaker.asked.emit("x")
    (dialog,) = dialogs(window)
    body = dialog.findChild(QPlainTextEdit)
    assert body.isHidden()
    press(dialog, "Show details")
    assert body.isVisible()
    assert "_on_asked" in body.toPlainText()
    press(dialog, "Hide details")
    assert body.isHidden()
    press(dialog, "Copy")
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("ValueError: x")
    assert "_on_asked" in copied


def test_that_an_error_that_comes_again_is_counted_in_one_dialog(incidents, window, logbook):
    breaker = Breaker()
    for _ in range(3):
        breaker.asked.emit("x")
    (dialog,) = dialogs(window)
    assert "This happened 3 times." in texts(dialog)
    assert logbook.path.read_text(encoding="utf-8").count("Traceback") == 1


def test_that_another_error_waits_until_the_first_is_read(incidents, window):
    breaker = Breaker()
    for text in ("first", "second", "second"):
        breaker.asked.emit(text)
    (dialog,) = dialogs(window)
    assert "ValueError: first" in texts(dialog)
    dialog.close()
    (dialog,) = dialogs(window)
    assert "ValueError: second" in texts(dialog)
    assert "This happened 2 times." in texts(dialog)
    dialog.close()
    assert dialogs(window) == []
    breaker.asked.emit("first")
    assert "This happened 2 times." in texts(dialogs(window)[0])


def test_that_no_more_kinds_are_kept_than_anybody_reads(incidents, window, logbook):
    breaker = Breaker()
    for number in range(MAX_KINDS + 20):
        breaker.asked.emit(f"number {number}")
    assert len(incidents._known) == MAX_KINDS
    assert f"number {MAX_KINDS + 19}" in logbook.path.read_text(encoding="utf-8")


def test_that_an_error_in_any_thread_is_told_in_the_thread_of_the_window(incidents, window, wait_until):
    def fail():
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    wait_until(lambda: bool(dialogs(window)))
    assert "RuntimeError: in a thread" in texts(dialogs(window)[0])


def test_that_an_error_in_a_slot_of_another_thread_is_told(incidents, window, wait_until):
    thread, breaker = QThread(), Breaker()
    breaker.moveToThread(thread)
    thread.start()
    breaker.asked.emit("far away")
    wait_until(lambda: bool(dialogs(window)))
    thread.quit()
    thread.wait()
    assert "ValueError: far away" in texts(dialogs(window)[0])


def test_that_warnings_of_qt_go_to_the_log_and_bother_nobody(incidents, window, logbook):
    qWarning("a warning")
    assert "WARNING Qt: a warning" in logbook.path.read_text(encoding="utf-8")
    assert dialogs(window) == []


def test_that_an_interrupt_is_no_incident(window, monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: seen.append(kind))
    incidents = Incidents(window, None)
    incidents.install()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    incidents.uninstall()
    assert seen == [KeyboardInterrupt]
    assert dialogs(window) == []


def test_that_hooks_are_given_back(window):
    before = sys.excepthook, threading.excepthook
    incidents = Incidents(window, None)
    incidents.install()
    assert sys.excepthook != before[0]
    incidents.uninstall()
    assert (sys.excepthook, threading.excepthook) == before


def test_that_failures_the_window_tells_of_are_logged_with_their_details_only(incidents, logbook):
    incidents.note("refused", "")
    incidents.note("out of order", "Traceback: all of it")
    written = logbook.path.read_text(encoding="utf-8")
    assert "refused" not in written
    assert "out of order\nTraceback: all of it" in written


def test_that_a_log_that_cannot_be_written_is_done_without(window, tmp_path, caplog):
    (tmp_path / "state").write_text("this is no folder")
    assert open_logbook(tmp_path / "state") is None
    assert "no log is kept" in caplog.text
    incidents = Incidents(window, None)
    incidents._on_caught("x", "details")
    assert "No log file could be written." in texts(dialogs(window)[0])


def test_that_the_log_stays_small(logbook, monkeypatch):
    monkeypatch.setattr(logbook, "maxBytes", 1000)
    for _ in range(100):
        logging.getLogger("sepviz").warning("x" * 100)
    files = sorted(path.name for path in logbook.path.parent.iterdir())
    assert files == ["sepviz.log", "sepviz.log.1", "sepviz.log.2"]
    assert all(path.stat().st_size <= 1000 for path in logbook.path.parent.iterdir())


def test_that_what_is_raised_in_a_destructor_is_told_too(incidents, window):
    class Fragile:
        def __del__(self):
            raise RuntimeError("in a destructor")

    fragile = Fragile()
    del fragile
    gc.collect()
    assert "RuntimeError: in a destructor" in texts(dialogs(window)[0])


def test_that_a_crash_leaves_where_every_thread_was(tmp_path):
    code = """
import ctypes, pathlib, sys
from sepviz.gui.logbook import note_crashes
ending = note_crashes(pathlib.Path(sys.argv[1]))
ctypes.string_at(0)
"""
    crashed = subprocess.run([sys.executable, "-c", code, str(tmp_path / "state")], capture_output=True)
    assert crashed.returncode < 0
    written = (tmp_path / "state" / "crash.log").read_text(encoding="utf-8")
    assert "Segmentation fault" in written
    assert "string_at" in written


def test_that_without_a_place_for_it_a_crash_is_not_noted(tmp_path):
    (tmp_path / "state").write_text("a file")
    note_crashes(tmp_path / "state").close()
