"""Promises of sessions in the window: what was saved comes back, all of it, in one step; what cannot is refused."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl

from sepviz.gui import archive as archive_module
from sepviz.gui import illustrator, settings
from sepviz.gui.actions import TAB_NAMES
from sepviz.gui.dialogs.export_dialog import FigureWish
from sepviz.study import session as session_module
from sepviz.study.opening import open_anything
from sepviz.study.session import Session, from_text, to_text
from sepviz.study.source import open_picture
from sepviz.study.study import Study, View


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 256, (20, 30, 3), np.uint8)).save(path)
    return path


@pytest.fixture
def other(launch, settled, photo):
    """A window with settings and a view that are not the usual ones."""
    study = Study(picture=open_picture(str(photo)), out_channels=6, kernel_size=(5, 3), seed=7, size=24)
    parts = launch(study, View(colormap="magma", channel=3, tab="kernels"))
    settled(parts)
    return parts


def ask(parts, name):
    parts.window.actions_by_name[name].trigger()


def drop(parts, path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    parts.window.handed.emit(mime, "dropped")


def saved(parts, settled, monkeypatch, path):
    monkeypatch.setattr(archive_module, "ask_session", lambda *_: path)
    ask(parts, "save_session")
    settled(parts)
    return path


def exported(parts, settled, monkeypatch, path):
    monkeypatch.setattr(illustrator, "ask_figure", lambda *_: FigureWish(path, 0.5))
    ask(parts, "export")
    settled(parts)
    return path


def test_that_a_saved_session_opens_as_it_was_and_is_one_step_of_undo(
    other, launch, settled, monkeypatch, tmp_path, caplog
):
    caplog.set_level(logging.INFO, "sepviz")
    path = saved(other, settled, monkeypatch, tmp_path / "my study.sepviz")
    assert other.window.message.text == f"The session was saved as {path}"
    parts = launch()
    settled(parts)
    before = parts.document.history.present
    parts.desk.open_location(str(path))
    settled(parts)
    assert parts.document.history.present == other.document.history.present
    assert parts.explorer.comparison.study == other.document.study
    assert parts.window.current_tab() == "kernels"
    assert parts.window.windowTitle() == "photo.png — sepviz"
    assert settings.recent_files()[0] == str(path)
    assert "opened photo.png 30x20 RGB" in caplog.messages
    ask(parts, "undo")
    assert parts.document.study == before.study
    assert parts.document.view.colormap == before.view.colormap


@pytest.mark.parametrize("tab", TAB_NAMES)
def test_that_every_tab_is_found_again(tab):
    text = to_text(Session(study=Study(), view=View(tab=tab)), embed=False)
    assert from_text(text).view.tab == tab


def test_that_the_proposed_name_is_that_of_the_picture(other, monkeypatch, tmp_path):
    proposed = []
    monkeypatch.setattr(archive_module, "ask_session", lambda _, path: proposed.append(path))
    settings.remember_export_folder(tmp_path)
    ask(other, "save_session")
    assert proposed == [tmp_path / "photo.sepviz"]


def test_that_a_session_that_cannot_be_saved_is_reported(other, settled, monkeypatch, tmp_path):
    saved(other, settled, monkeypatch, tmp_path / "no folder" / "a.sepviz")
    assert "a.sepviz could not be written: there is no folder" in other.window.message.text


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_that_an_exported_figure_brings_its_study_where_the_photo_was_never_seen(
    other, launch, settled, monkeypatch, tmp_path, photo, suffix
):
    path = exported(other, settled, monkeypatch, tmp_path / f"figure{suffix}")
    photo.unlink()
    parts = launch(Study())
    drop(parts, path)
    settled(parts)
    assert replace(parts.document.study, picture=None) == replace(other.document.study, picture=None)
    assert parts.document.view == other.document.view
    assert parts.window.message.text == f"{path.name}: settings, view and picture are as they were saved"
    assert parts.window.windowTitle() == "photo.png — sepviz"
    for side in ("baseline", "candidate"):
        ours, theirs = (getattr(one.explorer.comparison, side).output for one in (parts, other))
        assert ours.tobytes() == theirs.tobytes()


def test_that_a_figure_whose_study_is_too_large_is_saved_without_and_that_is_said(
    other, settled, monkeypatch, tmp_path
):
    monkeypatch.setattr(session_module, "MAX_ARRAY_BYTES", 10)
    path = exported(other, settled, monkeypatch, tmp_path / "figure.png")
    told = other.window.message.text
    assert told.startswith(f"The comparison was saved as {path}; it does not carry its study: ")
    assert open_anything(str(path)).width == 600  # an ordinary picture


def test_that_a_figure_that_passed_through_another_program_is_a_picture(other, settled, monkeypatch, tmp_path):
    path = exported(other, settled, monkeypatch, tmp_path / "figure.png")
    buffer = BytesIO()
    Image.open(path).convert("RGB").save(buffer, "PNG")
    path.write_bytes(buffer.getvalue())
    before = other.document.study
    drop(other, path)
    settled(other)
    assert other.document.study.picture.name == "figure.png"
    assert replace(other.document.study, picture=before.picture) == before


def test_that_a_session_whose_picture_is_gone_brings_the_rest_and_says_so(
    other, launch, settled, monkeypatch, tmp_path, photo
):
    path = saved(other, settled, monkeypatch, tmp_path / "a.sepviz")
    photo.unlink()
    parts = launch()
    settled(parts)
    drop(parts, path)
    settled(parts)
    assert parts.document.study == replace(other.document.study, picture=None)
    assert parts.document.view == replace(other.document.view, tab="maps")
    assert parts.window.maps.currentWidget() is parts.window.welcome
    assert "a.sepviz: the settings are restored without their picture: " in parts.window.message.text


def changed(path, **fields):
    document = json.loads(path.read_text(encoding="utf-8"))
    document["study"] |= fields
    path.write_text(json.dumps(document), encoding="utf-8")


def test_that_a_session_that_cannot_be_is_refused_and_nothing_changes(other, settled, monkeypatch, tmp_path, caplog):
    caplog.set_level(logging.INFO, "sepviz")
    path = saved(other, settled, monkeypatch, tmp_path / "a.sepviz")
    settings.forget_files()
    before = other.document.history
    changed(path, groups="5", baseline="grouped")
    drop(other, path)
    settled(other)
    assert other.document.history == before
    assert other.window.message.text.startswith("a.sepviz: its settings cannot be used: groups = 5 does not divide")
    path.write_text("{}", encoding="utf-8")
    drop(other, path)
    settled(other)
    assert other.document.history == before
    assert "a.sepviz" in other.window.message.text
    assert [line.partition(":")[0] for line in caplog.messages if "rejected" in line] == 2 * ["rejected a.sepviz"]
    assert settings.recent_files() == []


def test_that_text_in_a_session_is_shown_letter_by_letter(other, launch, settled, monkeypatch, tmp_path, photo):
    path = saved(other, settled, monkeypatch, tmp_path / "<b>x<b>&y.sepviz")
    photo.unlink()
    drop(other, path)
    settled(other)
    assert other.window.message.text.startswith("<b>x<b>&y.sepviz: ")
