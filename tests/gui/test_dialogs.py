"""Promises of the small windows: texts are literal, every key is listed, a missing suffix is supplied."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QLabel, QPlainTextEdit, QTableWidget, QWidget

import sepviz
from sepviz.gui.actions import ACTIONS
from sepviz.gui.dialogs.details import show_about, show_details, show_shortcuts
from sepviz.gui.dialogs.export_dialog import ask_figure, ask_screenshot, with_suffix


@pytest.fixture
def parent(keep):
    return keep(QWidget())


def answers(monkeypatch, path, kind, item=None):
    asked = []

    def file_name(_parent, _title, proposal, _kinds):
        asked.append(proposal)
        return path, kind

    monkeypatch.setattr(QFileDialog, "getSaveFileName", file_name)
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_args, **_more: item)
    return asked


@pytest.mark.parametrize(
    ("given", "kind", "expected"),
    [
        ("figure", "PNG picture (*.png)", "figure.png"),
        ("figure", "SVG drawing (*.svg)", "figure.svg"),
        ("figure", "PDF page (*.pdf)", "figure.pdf"),
        ("figure.svg", "PNG picture (*.png)", "figure.svg"),
        ("v1.2 of it", "PNG picture (*.png)", "v1.2 of it.png"),
    ],
)
def test_that_a_missing_suffix_is_that_of_the_chosen_kind(given, kind, expected):
    assert with_suffix(Path("/pictures") / given, kind) == Path("/pictures") / expected


def test_that_a_figure_is_proposed_under_the_name_of_its_picture(parent, monkeypatch):
    asked = answers(monkeypatch, "/pictures/mine", "PDF page (*.pdf)")
    assert ask_figure(parent, "cat-comparison") == (Path("/pictures/mine.pdf"), 2.0)
    assert Path(asked[0]).name == "cat-comparison.png"


@pytest.mark.parametrize("scale", [0.5, 2.0, 6.5])
def test_that_the_size_of_a_png_is_asked_for(parent, monkeypatch, scale):
    answers(monkeypatch, "/pictures/mine.png", "PNG picture (*.png)", (scale, True))
    assert ask_figure(parent, "x") == (Path("/pictures/mine.png"), scale)


def test_that_the_folder_that_was_saved_to_is_proposed_again(parent, monkeypatch, tmp_path):
    answers(monkeypatch, str(tmp_path / "mine.svg"), "SVG drawing (*.svg)")
    ask_figure(parent, "x")
    asked = answers(monkeypatch, "", "")
    ask_figure(parent, "y")
    assert Path(asked[0]) == tmp_path / "y.png"


def test_that_thinking_better_of_it_saves_nothing(parent, monkeypatch):
    answers(monkeypatch, "", "")
    assert ask_figure(parent, "x") is None
    assert ask_screenshot(parent) is None
    answers(monkeypatch, "/pictures/mine.png", "PNG picture (*.png)", (2.0, False))
    assert ask_figure(parent, "x") is None


def test_that_a_screenshot_gets_its_suffix(parent, monkeypatch):
    answers(monkeypatch, "/pictures/window", "PNG picture (*.png)")
    assert ask_screenshot(parent) == Path("/pictures/window.png")


def test_that_details_are_shown_literally_and_can_be_closed(app, parent):
    show_details(parent, "<b>Traceback</b> & more")
    dialog = parent.findChild(QDialog)
    body = dialog.findChild(QPlainTextEdit)
    assert body.toPlainText() == "<b>Traceback</b> & more"
    assert body.isReadOnly()
    dialog.reject()
    assert not dialog.isVisible()


def test_that_every_action_with_a_key_is_on_the_sheet_of_shortcuts(parent):
    show_shortcuts(parent)
    table = parent.findChild(QTableWidget)
    rows = {tuple(table.item(y, x).text() for x in range(3)) for y in range(table.rowCount())}
    assert len(rows) == sum(bool(row.keys) for row in ACTIONS)
    assert ("Edit", "Redo", "Ctrl+Shift+Z or Ctrl+Y") in rows


def test_that_about_names_the_version_in_plain_text(parent):
    show_about(parent)
    label = next(label for label in parent.findChildren(QLabel) if label.text())
    assert sepviz.__version__ in label.text()
    assert label.textFormat() == Qt.TextFormat.PlainText
