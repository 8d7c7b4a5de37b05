"""Promises of the desk about what goes out and what is set: saved or reported, changed at once, taken back by undo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from sepviz.gui import archive as archive_module
from sepviz.gui import illustrator, settings
from sepviz.gui.actions import ACTIONS, SEPARATOR
from sepviz.gui.dialogs.export_dialog import FigureWish
from sepviz.gui.theme import apply_theme, theme_of
from sepviz.lab.claims import CLAIMS, not_judged
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study


@pytest.fixture
def photo(tmp_path):
    def save(name="photo.png", level=120, size=(20, 10)):
        path = tmp_path / name
        Image.new("RGB", size, (level, 10, 200)).save(path)
        return path

    return save


@pytest.fixture
def light(app):
    yield
    apply_theme(app, "light")


def ask(parts, name):
    parts.window.actions_by_name[name].trigger()


def refused(parts, good):
    """Return what the window says, having made sure that the picture is still there."""
    assert parts.explorer.comparison.study == good
    assert parts.document.study == good
    assert parts.window.windowTitle() == f"{good.picture.name} — sepviz"
    assert parts.window._progress.isHidden()
    return parts.window.message.text


def test_that_the_copied_picture_has_its_pixels_and_its_file(ready, settled, photo):
    path = photo()
    ready.desk.open_location(str(path))
    settled(ready)
    ask(ready, "copy")
    mime = QGuiApplication.clipboard().mimeData()
    assert [url.toLocalFile() for url in mime.urls()] == [str(path)]
    assert QImage(mime.imageData()).pixelColor(3, 3).getRgb()[:3] == (120, 10, 200)


@pytest.mark.parametrize("pixels", [np.full((5, 7), 0.5, np.float32), np.full((5, 7), 128, np.uint8)])
def test_that_a_copied_picture_can_be_pasted_again(launch, settled, pixels):
    parts = launch(Study(picture=picture_from_array(pixels, "grey"), out_channels=2))
    settled(parts)
    ask(parts, "copy")
    ask(parts, "paste")
    settled(parts)
    assert parts.document.study.picture.pixels.shape[:2] == (5, 7)
    assert (parts.document.study.picture.pixels == 128).all()


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_that_the_figure_is_saved_and_that_is_said(ready, settled, tmp_path, monkeypatch, suffix):
    path, proposals = tmp_path / f"my figure{suffix}", []
    monkeypatch.setattr(illustrator, "ask_figure", lambda _, stem: proposals.append(stem) or FigureWish(path, 1.0))
    ask(ready, "export")
    settled(ready)
    assert path.stat().st_size > 1000
    assert proposals == ["noise-comparison"]
    assert ready.window.message.text == f"The comparison was saved as {path}"


def test_that_the_claims_follow_the_figure_where_that_is_chosen(ready, settled, tmp_path, monkeypatch):
    path = tmp_path / "figure.svg"
    known = not_judged(CLAIMS["initialisation"], "Found by an experiment before.")
    ready.explorer.experiences.learn(known, ready.document.study)
    for with_claims in (False, True):
        monkeypatch.setattr(illustrator, "ask_figure", lambda *_, chosen=with_claims: FigureWish(path, 1.0, chosen))
        ask(ready, "export")
        settled(ready)
        assert ("Found by an experiment" in path.read_text()) is with_claims
        assert ("What articles claim" in path.read_text()) is with_claims


def test_that_a_figure_that_cannot_be_saved_is_reported(ready, settled, tmp_path, monkeypatch):
    good = ready.document.study
    monkeypatch.setattr(illustrator, "ask_figure", lambda *_: FigureWish(tmp_path / "no folder" / "figure.png", 1.0))
    ask(ready, "export")
    settled(ready)
    assert "figure.png" in refused(ready, good)


def test_that_nothing_is_saved_when_the_user_thinks_better_of_it(ready, settled, monkeypatch):
    monkeypatch.setattr(illustrator, "ask_figure", lambda *_: None)
    monkeypatch.setattr(illustrator, "ask_screenshot", lambda *_: None)
    ask(ready, "export")
    ask(ready, "screenshot")
    settled(ready)
    assert ready.window.message.text == ""


def test_that_a_figure_is_saved_although_settings_change_meanwhile(ready, settled, tmp_path, monkeypatch):
    monkeypatch.setattr(illustrator, "ask_figure", lambda *_: FigureWish(tmp_path / "figure.png", 1.0))
    ask(ready, "export")
    ready.document.edit("seed", 9)
    ready.explorer._explore()
    settled(ready)
    assert (tmp_path / "figure.png").is_file()
    assert ready.explorer.comparison.study.seed == 9


def test_that_the_figure_can_be_copied(ready, settled):
    QGuiApplication.clipboard().clear()
    ask(ready, "copy_figure")
    settled(ready)
    assert QGuiApplication.clipboard().image().width() > 500
    assert "clipboard" in ready.window._reading.text()


def test_that_the_window_is_saved_as_it_is_or_the_failure_is_reported(ready, settled, tmp_path, monkeypatch):
    monkeypatch.setattr(illustrator, "ask_screenshot", lambda _: tmp_path / "window.png")
    ask(ready, "screenshot")
    with Image.open(tmp_path / "window.png") as image:
        assert image.size == (ready.window.width(), ready.window.height())
    monkeypatch.setattr(illustrator, "ask_screenshot", lambda _: Path("/nowhere/window.png"))
    ask(ready, "screenshot")
    assert ready.window.message.text.startswith("/nowhere/window.png could not be written")


# settings, views, help


def test_that_reshuffle_draws_other_weights_and_undo_takes_it_back(ready, settled):
    ask(ready, "reshuffle")
    settled(ready)
    assert ready.explorer.comparison.study.seed == 1
    ask(ready, "undo")
    settled(ready)
    assert ready.explorer.comparison.study.seed == 0
    ask(ready, "redo")
    settled(ready)
    assert ready.explorer.comparison.study.seed == 1


def test_that_reset_keeps_the_picture_and_is_one_step(ready, settled):
    before = ready.document.study
    ask(ready, "reset")
    assert ready.document.study == Study(picture=before.picture)
    ask(ready, "undo")
    assert ready.document.study == before


def test_that_maps_are_stepped_through_and_round(ready, settled):
    chosen = []
    for name in ("next_map", "next_map", "previous_map", "previous_map", "previous_map", "next_map"):
        ask(ready, name)
        chosen.append(ready.document.view.channel)
    assert chosen == [1, 2, 1, 0, 3, 0]


def test_that_every_tab_is_reached_by_its_action(ready):
    for number, name in enumerate(("maps", "pair", "kernels", "costs", "timing")):
        ask(ready, name)
        assert ready.window.tabs.currentIndex() == number


@pytest.mark.usefixtures("light")
def test_that_the_colours_change_at_once_and_are_remembered(app, ready, settled):
    sheet = ready.window.pages["maps"].sheets["baseline.output"]
    grounds, corners = [], []
    for name in ("dark", "light"):
        ask(ready, name)
        app.processEvents()
        grounds.append(sheet.graphics.backgroundBrush().color().name())
        corners.append(ready.window.grab().toImage().pixelColor(5, ready.window.height() // 2).lightness())
        assert settings.theme_choice() == name
        assert ready.window.actions_by_name[name].isChecked()
    assert grounds[0] != grounds[1]
    assert corners[0] < 128 < corners[1]


@pytest.mark.usefixtures("light")
def test_that_the_colours_can_change_while_a_message_is_shown(app, ready):
    ready.window.message.warn("something is wrong")
    ask(ready, "dark")
    app.processEvents()
    assert ready.window.message.text == "something is wrong"


def test_that_help_opens_beside_the_window_and_never_blocks_it(ready):
    for name, title in (("shortcuts", "Keyboard shortcuts"), ("about", "About sepviz")):
        ask(ready, name)
        dialog = next(one for one in ready.window.findChildren(QDialog) if one.windowTitle() == title)
        assert dialog.isVisible()
        assert not dialog.isModal()
        dialog.close()


def test_that_details_of_a_failure_open_from_the_message(ready):
    ready.window.message.warn("failed", "Traceback: all of it")
    ready.window.message._more.click()
    assert any(one.windowTitle() == "Details" for one in ready.window.findChildren(QDialog))


def test_that_full_screen_can_be_left_again(ready):
    ask(ready, "full_screen")
    assert ready.window.isFullScreen()
    ask(ready, "full_screen")
    assert not ready.window.isFullScreen()


def test_that_the_window_follows_the_system_only_where_it_should(app, ready):
    hints = app.styleHints()
    try:
        ask(ready, "system")
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        assert theme_of(app.palette()).name == "dark"
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
        assert theme_of(app.palette()).name == "light"
        ask(ready, "light")
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        assert theme_of(app.palette()).name == "light"
    finally:
        apply_theme(app, "light")


def test_that_quit_closes_the_window_and_ends_the_thread(ready):
    ask(ready, "quit")
    assert not ready.window.isVisible()
    assert not any(worker._thread.isRunning() for worker in ready.workers)


def test_that_without_a_picture_no_action_does_harm(launch, settled, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: ("", ""))
    monkeypatch.setattr(illustrator, "ask_screenshot", lambda *_: None)
    monkeypatch.setattr(archive_module, "ask_session", lambda *_: None)
    parts = launch(Study())
    QGuiApplication.clipboard().clear()
    for row in ACTIONS:
        if row.name not in (SEPARATOR, "quit", "dark", "light", "system", "full_screen"):
            parts.window.asked.emit(row.name)
    settled(parts)
    assert parts.explorer.comparison is None
    assert QApplication.activeModalWidget() is None
