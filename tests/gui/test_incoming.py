"""Promises of what is dropped or pasted: it becomes a task that opens it, or a reason that says what to do."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from sepviz.gui.incoming import Offer, Refusal, read_incoming
from sepviz.study.opening import OpenAnything, OpenBytes


def png(size=(3, 2), colour=(10, 200, 30)):
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def with_urls(*urls):
    mime = QMimeData()
    mime.setUrls([QUrl(url) if isinstance(url, str) else url for url in urls])
    return mime


def with_text(text):
    mime = QMimeData()
    mime.setText(text)
    return mime


def test_that_a_file_name_with_spaces_and_foreign_letters_survives(tmp_path):
    path = str(tmp_path / "Äpfel & Bäume 日本 #1 100%.png")
    incoming = read_incoming(with_urls(QUrl.fromLocalFile(path)), "dropped")
    assert incoming == Offer(task=OpenAnything(location=path))


def test_that_of_several_files_the_first_is_opened_and_that_is_said(tmp_path):
    urls = [QUrl.fromLocalFile(str(tmp_path / name)) for name in ("a.png", "b.png", "c.png")]
    incoming = read_incoming(with_urls(*urls), "dropped")
    assert incoming.task.location == str(tmp_path / "a.png")
    assert incoming.notice == "3 files were dropped; the first, a.png, is shown"


def test_that_image_bytes_without_a_file_are_decoded():
    mime = QMimeData()
    mime.setData("image/png", png())
    incoming = read_incoming(mime, "dropped")
    assert incoming.task == OpenBytes(data=png(), name="dropped picture")


def test_that_an_image_object_keeps_its_pixels():
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(0xFF0AC81E)
    mime = QMimeData()
    mime.setImageData(image)
    picture = read_incoming(mime, "pasted").task(lambda fraction: None)
    assert (picture.name, picture.pixels.shape) == ("pasted picture", (2, 3, 3))
    assert (picture.pixels == (10, 200, 30)).all()


def test_that_an_image_from_a_browser_is_taken_although_it_has_a_remote_address():
    mime = with_urls("https://example.org/cat.png")
    mime.setData("image/png", png())
    assert isinstance(read_incoming(mime, "dropped").task, OpenBytes)


def test_that_a_file_is_preferred_to_its_image_data(tmp_path):
    mime = with_urls(QUrl.fromLocalFile(str(tmp_path / "a.png")))
    mime.setData("image/png", png())
    assert isinstance(read_incoming(mime, "dropped").task, OpenAnything)


def test_that_a_remote_address_is_refused_with_the_next_step():
    incoming = read_incoming(with_urls("https://example.org/cat.png"), "dropped")
    assert isinstance(incoming, Refusal)
    assert "https://example.org/cat.png is not on this computer" in incoming.reason
    assert "save it first" in incoming.reason


def test_that_a_password_in_an_address_is_not_shown():
    assert "secret" not in read_incoming(with_urls("ftp://me:secret@example.org/x.png"), "dropped").reason


@pytest.mark.parametrize("text", ["hello world", "two\nlines", "relative/name.png", "/" + "x" * 5000, "/nul\0letter"])
def test_that_text_is_refused_and_named(text):
    incoming = read_incoming(with_text(text), "pasted")
    assert isinstance(incoming, Refusal)
    assert incoming.reason.startswith("What was pasted is text (")
    assert len(incoming.reason) < 250


def test_that_text_that_is_the_path_of_a_file_opens_it(tmp_path):
    path = tmp_path / "a b.png"
    path.write_bytes(png())
    assert read_incoming(with_text(f"  {path}\n"), "pasted") == Offer(task=OpenAnything(location=str(path)))
    as_url = QUrl.fromLocalFile(str(path)).toString(QUrl.ComponentFormattingOption.FullyEncoded)
    assert read_incoming(with_text(as_url), "pasted") == Offer(task=OpenAnything(location=str(path)))


def test_that_nothing_is_refused_as_nothing():
    incoming = read_incoming(QMimeData(), "dropped")
    assert isinstance(incoming, Refusal)
    assert "nothing that sepviz knows" in incoming.reason
