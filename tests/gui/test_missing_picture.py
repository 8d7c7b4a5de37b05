"""Promises of a session whose picture is gone: nothing else is lost, and the picture can be shown again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog, QPushButton

from sepviz.gui import archive as archive_module
from sepviz.gui.missing_picture import FIND, GO_ON
from sepviz.study.session import Session, read_session, to_text
from sepviz.study.source import open_picture
from sepviz.study.study import Study, View


def photo(path, seed=3):
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (20, 30, 3), np.uint8)).save(path)
    return path


@pytest.fixture
def gone(launch, settled, tmp_path):
    """A window that opened a session whose picture was moved, and the study that was saved."""
    path = photo(tmp_path / "photo.png")
    study = Study(picture=open_picture(str(path)), out_channels=6, kernel_size=(5, 3), seed=7, size=24)
    session = tmp_path / "a.sepviz"
    session.write_text(to_text(Session(study=study, view=View()), embed=False, folder=tmp_path), encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    path.rename(tmp_path / "elsewhere" / "photo.png")
    parts = launch()
    parts.desk.open_location(str(session))
    settled(parts)
    return parts, study


def press(parts, text):
    next(button for button in parts.window.missing.findChildren(QPushButton) if button.text() == text).click()


def choose(monkeypatch, path):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))


def test_that_the_settings_stay_and_what_is_missing_and_where_it_was_is_said(gone, tmp_path):
    parts, study = gone
    assert parts.document.study == replace(study, picture=None)
    said = parts.window.missing.text
    assert said == f"photo.png is missing; it was {tmp_path / 'photo.png'}. Where is it now?"


def test_that_a_picture_that_is_found_brings_the_very_comparison_back(gone, settled, monkeypatch, tmp_path):
    parts, study = gone
    choose(monkeypatch, tmp_path / "elsewhere" / "photo.png")
    press(parts, FIND)
    settled(parts)
    found = parts.document.study
    assert replace(found, picture=None) == replace(study, picture=None)
    assert found.picture.digest == study.picture.digest
    assert parts.explorer.comparison.study == found
    assert parts.window.missing.text == ""
    assert parts.window.message.text == "photo.png was found; the settings of the session are kept"


def test_that_another_picture_is_taken_and_that_is_said(gone, settled, monkeypatch, tmp_path):
    parts, _ = gone
    choose(monkeypatch, photo(tmp_path / "other.png", seed=4))
    press(parts, FIND)
    settled(parts)
    assert parts.document.study.picture.name == "other.png"
    assert "other pixels than when the session was saved" in parts.window.message.text


def test_that_what_cannot_be_opened_is_refused_and_the_offer_stays(gone, settled, monkeypatch, tmp_path):
    parts, _ = gone
    (tmp_path / "words.png").write_text("no picture")
    for path in (tmp_path / "words.png", ""):
        choose(monkeypatch, path)
        press(parts, FIND)
        settled(parts)
    assert "words.png is no picture" in parts.window.message.text
    assert parts.window.missing.text


def test_that_one_can_go_on_without(gone):
    parts, _ = gone
    press(parts, GO_ON)
    assert parts.window.missing.text == ""


def test_that_saved_again_the_session_still_names_its_picture(gone, settled, monkeypatch, tmp_path):
    parts, study = gone
    again = tmp_path / "again.sepviz"
    monkeypatch.setattr(archive_module, "ask_session", lambda *_: again)
    parts.window.actions_by_name["save_session"].trigger()
    settled(parts)
    assert Path(read_session(again).located.location) == tmp_path / "photo.png"
    assert read_session(again).study == replace(study, picture=None)
