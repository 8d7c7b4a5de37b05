"""Promises of the last state: there while the window is open, gone after a clean close, offered after a crash."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtWidgets import QPushButton

from sepviz.export.saving import write_text
from sepviz.gui import settings
from sepviz.gui.autosave import INTERVAL_MS
from sepviz.gui.last_state import MAX_KEPT, left_behind
from sepviz.study.session import Session, read_session, to_text
from sepviz.study.study import Study, View

CRASHED = """
import os, signal, sys
from pathlib import Path
from sepviz.gui.last_state import new_state
state = new_state(Path(sys.argv[1]))
state.path.write_text(sys.argv[2], encoding="utf-8")
print(state.path, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "state"
    monkeypatch.setattr(settings, "state_folder", lambda: folder)
    return folder


@pytest.fixture
def crash(folder):
    """`crash(text)` has another process leave `text` behind and be killed."""

    def leave(text):
        made = subprocess.run([sys.executable, "-c", CRASHED, str(folder), text], capture_output=True, text=True)
        assert made.returncode == -signal.SIGKILL, made.stderr
        assert made.stdout.strip()

    return leave


def autosave(parts):
    return parts.desk.archive.autosave


def states(folder):
    return sorted(folder.glob("*.sepviz")) if folder.is_dir() else []


def press(parts, text):
    bar = parts.window.offer
    next(button for button in bar.findChildren(QPushButton) if button.text() == text).click()


def test_that_nothing_is_written_before_anything_changes(ready, folder):
    assert not autosave(ready)._soon.isActive()
    assert not folder.exists()


def test_that_a_change_is_saved_after_a_while_though_changes_go_on(ready, settled, folder):
    timer = autosave(ready)._soon
    assert timer.interval() == INTERVAL_MS
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(600_000)  # it fires when this test says so
    ready.document.edit("seed", 1)
    left = timer.remainingTime()
    QThread.msleep(5)
    ready.document.edit("seed", 2)
    assert 0 < timer.remainingTime() < left
    timer.timeout.emit()
    ready.document.edit("seed", 3)
    autosave(ready)._soon.timeout.emit()  # while the first one is still being saved
    settled(ready)
    (path,) = states(folder)
    assert read_session(path).study.seed == 2
    assert autosave(ready)._soon.isActive()
    autosave(ready)._soon.timeout.emit()
    settled(ready)
    assert states(folder) == [path]
    assert read_session(path).study == ready.document.study


def test_that_a_change_of_the_view_is_saved_too(ready, settled, folder):
    ready.document.edit_view("colormap", "magma")
    autosave(ready)._soon.timeout.emit()
    settled(ready)
    assert read_session(states(folder)[0]).view == ready.document.view


def test_that_a_clean_close_leaves_nothing(ready, settled, folder):
    ready.document.edit("seed", 1)
    autosave(ready)._soon.timeout.emit()
    settled(ready)
    ready.document.edit("seed", 2)
    autosave(ready)._soon.timeout.emit()
    ready.window.close()
    assert list(folder.iterdir()) == []


def test_that_nothing_is_said_when_the_state_cannot_be_kept(ready, settled, folder):
    folder.write_text("this is no folder")
    ready.document.edit("seed", 1)
    autosave(ready)._soon.timeout.emit()
    settled(ready)
    folder.unlink()
    folder.mkdir()
    autosave(ready)._soon.timeout.emit()
    settled(ready)
    state = next(path for path in folder.iterdir() if path.suffix == ".lock").with_suffix("")
    state.unlink(missing_ok=True)
    state.mkdir()
    ready.document.edit("seed", 2)
    autosave(ready)._soon.timeout.emit()
    settled(ready)
    assert ready.window.message.text == ""
    state.rmdir()


def test_that_a_window_that_is_open_is_not_taken_for_one_that_crashed(ready, settled, launch, folder):
    ready.document.edit("seed", 1)
    autosave(ready)._soon.timeout.emit()
    settled(ready)
    other = launch()
    other.desk.archive.offer()
    assert other.window.offer.isHidden()
    assert len(states(folder)) == 1


def test_that_what_a_crash_left_is_offered_and_restored(ready, settled, folder, crash):
    study, view = Study(out_channels=5, seed=9, picture=ready.document.study.picture), View(colormap="magma")
    crash(to_text(Session(study=study, view=view), embed=False))
    ready.desk.archive.offer()
    assert "can be restored" in ready.window.offer.text
    ready.desk.open_location("pattern:step")
    settled(ready)
    assert not ready.window.offer.isHidden()
    press(ready, "Restore")
    settled(ready)
    picture = ready.document.study.picture
    assert picture.digest == study.picture.digest
    assert replace(ready.document.study, picture=None) == replace(study, picture=None)
    assert ready.document.view == view
    assert ready.window.offer.isHidden()
    assert settings.recent_files() == []
    (path,) = states(folder)
    assert read_session(path).study.seed == 9
    assert str(os.getpid()) in path.name


def test_that_what_is_not_wanted_is_not_offered_again(ready, folder, crash):
    crash(to_text(Session(study=Study(), view=View()), embed=False))
    ready.desk.archive.offer()
    before = ready.document.study
    press(ready, "Discard")
    assert ready.window.offer.isHidden()
    assert ready.document.study is before
    assert list(folder.iterdir()) == []


def test_that_an_offer_without_an_answer_is_made_again(launch, folder, crash):
    crash(to_text(Session(study=Study(), view=View()), embed=False))
    for _ in range(2):
        parts = launch()
        parts.desk.archive.offer()
        assert "can be restored" in parts.window.offer.text
        parts.window.close()


def test_that_no_more_than_a_few_states_are_kept(folder):
    folder.mkdir()
    for number in range(MAX_KEPT + 2):
        write_text(folder / f"window-{number}.sepviz", "{}")
        os.utime(folder / f"window-{number}.sepviz", (number + 1, number + 1))
    left_behind(folder).release()
    assert [path.name for path in states(folder)] == [f"window-{number}.sepviz" for number in range(2, MAX_KEPT + 2)]


def test_that_a_damaged_last_state_is_refused_in_words_and_not_offered_again(ready, settled, folder, crash):
    crash('{"schema_version": 1')
    ready.desk.archive.offer()
    before = ready.document.study
    press(ready, "Restore")
    settled(ready)
    assert ready.window.message.text.startswith("The last state cannot be restored: ")
    assert ready.document.study == before
    assert list(folder.iterdir()) == []


def test_that_of_several_crashes_the_last_is_offered_first(folder, crash):
    for seed in (1, 2):
        crash(to_text(Session(study=Study(seed=seed), view=View()), embed=False))
        os.utime(max(states(folder), key=lambda path: path.stat().st_mtime), (seed * 1000, seed * 1000))
    for seed in (2, 1):
        state = left_behind(folder)
        assert read_session(state.path).study.seed == seed
        state.discard()
    assert left_behind(folder) is None
    assert list(folder.iterdir()) == []


def test_that_a_lock_without_a_state_is_cleared_away(folder, crash):
    crash("")
    (path,) = states(folder)
    path.unlink()
    assert left_behind(folder) is None
    assert list(folder.iterdir()) == []


def test_that_a_state_without_a_lock_is_offered(folder):
    folder.mkdir()
    write_text(folder / "window-1.sepviz", "{}")
    state = left_behind(folder)
    assert state.path.name == "window-1.sepviz"
    state.discard()
