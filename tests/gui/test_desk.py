"""Promises of the desk: every action does what its tip says, and what cannot be opened or saved is refused in words."""

from __future__ import annotations

import logging
import threading
from io import BytesIO

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from sepviz.gui import settings
from sepviz.study.compare import Compare
from sepviz.study.source import open_picture


@pytest.fixture
def photo(tmp_path):
    def save(name="photo.png", level=120, size=(20, 10)):
        path = tmp_path / name
        Image.new("RGB", size, (level, 10, 200)).save(path)
        return path

    return save


def ask(parts, name):
    parts.window.actions_by_name[name].trigger()


def drop(parts, mime):
    parts.window.handed.emit(mime, "dropped")


def with_files(*paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def refused(parts, good):
    """Return what the window says, having made sure that the picture is still there."""
    assert parts.explorer.comparison.study == good
    assert parts.document.study == good
    assert parts.window.windowTitle() == f"{good.picture.name} — sepviz"
    assert parts.window._progress.isHidden()
    return parts.window.message.text


# pictures in


@pytest.mark.parametrize("name", ["Äpfel & Bäume 日本.png", "two  spaces.png", "100% [*] #1?.png", "<b>x<b>&y.png"])
def test_that_a_dropped_file_opens_whatever_its_name(ready, settled, photo, name):
    path = photo(name)
    drop(ready, with_files(path))
    settled(ready)
    assert ready.explorer.comparison.study.picture.location == str(path)
    assert ready.document.study.picture.name == name
    assert settings.recent_files() == [str(path)]
    assert ready.window.message.text == ""


def test_that_of_several_files_the_first_is_shown_and_that_is_said(ready, settled, photo):
    drop(ready, with_files(photo("a.png"), photo("b.png")))
    settled(ready)
    assert ready.document.study.picture.name == "a.png"
    assert "2 files were dropped; the first, a.png, is shown" in ready.window.message.text


def test_that_image_data_without_a_file_opens(ready, settled):
    buffer = BytesIO()
    Image.new("RGB", (9, 7), (1, 2, 3)).save(buffer, "PNG")
    mime = QMimeData()
    mime.setData("image/png", buffer.getvalue())
    drop(ready, mime)
    settled(ready)
    picture = ready.explorer.comparison.study.picture
    assert (picture.name, picture.width, picture.height) == ("dropped picture", 9, 7)
    assert settings.recent_files() == []


def test_that_a_pasted_image_opens_with_its_pixels(ready, settled):
    image = QImage(9, 7, QImage.Format.Format_RGB32)
    image.fill(0xFF010203)
    QGuiApplication.clipboard().setImage(image)
    ask(ready, "paste")
    settled(ready)
    assert (ready.document.study.picture.pixels == (1, 2, 3)).all()


def test_that_a_folder_a_missing_file_and_a_text_are_refused_with_the_reason(ready, settled, tmp_path):
    good = ready.document.study
    liar = tmp_path / "text.png"
    liar.write_text("this is no picture")
    for path, reason in (
        (tmp_path, "is a folder; open an image file in it"),
        (tmp_path / "gone.png", "gone.png is not there"),
        (liar, "text.png is no picture of a kind read here"),
    ):
        drop(ready, with_files(path))
        settled(ready)
        assert reason in refused(ready, good)
        assert ready.window.message._more.isHidden()
    assert settings.recent_files() == []


def test_that_what_is_no_picture_is_refused_with_the_reason(ready, settled):
    good, remote, text, broken = ready.document.study, QMimeData(), QMimeData(), QMimeData()
    remote.setUrls([QUrl("https://example.org/cat.png")])
    text.setText("hello")
    broken.setData("image/png", b"\x89PNG but not really")
    for mime, reason in (
        (remote, "is not on this computer"),
        (text, "What was dropped is text ('hello')"),
        (QMimeData(), "nothing that sepviz knows"),
        (broken, "dropped picture"),
    ):
        drop(ready, mime)
        settled(ready)
        assert reason in refused(ready, good)


def test_that_an_empty_clipboard_is_refused(ready, settled):
    good = ready.document.study
    QGuiApplication.clipboard().clear()
    ask(ready, "paste")
    settled(ready)
    assert "What was pasted is nothing that sepviz knows" in refused(ready, good)


def test_that_a_refusal_goes_when_a_picture_opens(ready, settled, photo):
    ready.desk.open_location("/nowhere/at/all.png")
    settled(ready)
    assert ready.window.message.text
    ready.desk.open_location(str(photo()))
    settled(ready)
    assert ready.window.message.text == ""


def test_that_a_computation_interrupted_by_a_refused_picture_is_made_after_all(ready, settled, monkeypatch, wait_until):
    began, compute, tries = threading.Event(), Compare.__call__, []

    def dawdle(self, checkpoint):
        tries.append(self.study.seed)
        while len(tries) == 1:
            began.set()
            checkpoint(0.5)
            threading.Event().wait(0.001)
        return compute(self, checkpoint)

    monkeypatch.setattr(Compare, "__call__", dawdle)
    ready.document.edit("seed", 5)
    wait_until(began.is_set)
    ready.desk.open_location("/nowhere/at/all.png")
    settled(ready)
    assert tries == [5, 5]
    assert ready.explorer.comparison.study.seed == 5
    assert "all.png is not there" in ready.window.message.text


def test_that_two_pictures_opened_at_once_end_with_the_second(ready, settled, photo):
    first, second = photo("first.png", 10), photo("second.png", 20)
    ready.desk.open_location(str(first))
    ready.desk.open_location(str(second))
    settled(ready)
    assert ready.explorer.comparison.study.picture.name == "second.png"


def test_that_a_later_failure_is_not_taken_for_a_refused_picture(ready, settled, monkeypatch):
    ready.desk.open_location("pattern:step")
    ready.explorer.stop()
    settled(ready)

    def broken(self, checkpoint):
        raise RuntimeError("out of order")

    monkeypatch.setattr(Compare, "__call__", broken)
    ready.document.edit("seed", 5)
    settled(ready)
    assert ready.window.message.text == "out of order"
    assert "RuntimeError" in ready.window.message._details


def test_that_what_was_decided_about_a_picture_is_told(ready, settled, tmp_path):
    path = tmp_path / "glass.png"
    Image.new("RGBA", (8, 8), (255, 0, 0, 100)).save(path)
    ready.desk.open_location(str(path))
    settled(ready)
    assert ready.window.message.text == "glass.png: transparent pixels are shown on white"


def test_that_events_are_logged_one_a_line(ready, settled, photo, caplog):
    caplog.set_level(logging.INFO, "sepviz")
    ready.desk.open_location(str(photo("a b.png")))
    settled(ready)
    ready.desk.open_location("/nowhere/c.png")
    settled(ready)
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0] == "opened a b.png 20x10 RGB"
    assert lines[1].startswith("compared ")
    assert lines[2].startswith("rejected c.png: c.png is not there")


def test_that_the_open_dialog_opens_what_was_chosen(ready, settled, photo, monkeypatch):
    path = photo()
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: asked.append(args) or (str(path), ""))
    ask(ready, "open")
    settled(ready)
    assert ready.document.study.picture.location == str(path)
    assert "*.png" in asked[0][3]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: ("", ""))
    ask(ready, "open")
    settled(ready)
    assert ready.document.study.picture.location == str(path)


def test_that_recent_files_are_listed_literally_and_open(ready, settled, photo):
    path = photo("<b>x<b>&y.png")
    menu = ready.window.recent_menu
    menu.aboutToShow.emit()
    assert [action.isEnabled() for action in menu.actions()] == [False]
    settings.remember_file(str(path))
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == str(path).replace("&", "&&")
    menu.actions()[0].trigger()
    settled(ready)
    assert ready.document.study.picture.location == str(path)
    menu.aboutToShow.emit()
    menu.actions()[-1].trigger()
    assert settings.recent_files() == []


def test_that_a_bundled_picture_opens_and_is_no_recent_file(ready, settled):
    ready.window.location_requested.emit("sample:coffee")
    settled(ready)
    assert ready.window.windowTitle() == "coffee.png — sepviz"
    assert ready.explorer.comparison.study.picture == open_picture("sample:coffee")
    assert settings.recent_files() == []
