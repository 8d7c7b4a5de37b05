"""Promises of the small windows: texts are literal, every key is listed, a figure's place and size are asked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QTableWidget, QWidget

import sepviz
from sepviz.gui.actions import ACTIONS
from sepviz.gui.dialogs.details import show_about, show_details, show_shortcuts
from sepviz.gui.dialogs.export_dialog import USUAL_SCALE, FigureOptions, FigureWish, ask_figure, ask_screenshot


@pytest.fixture
def parent(keep):
    return keep(QWidget())


@pytest.fixture
def answer(monkeypatch):
    """`answer(scale, with_claims, agreed)` is what is chosen for a figure; returned: which dialogs ask for a scale."""
    asked = []

    def will(scale=USUAL_SCALE, with_claims=False, agreed=True):
        def choose_and_close(dialog):
            asked.append(not dialog.scale.isHidden())
            dialog.scale.setValue(scale)
            dialog.with_claims.setChecked(with_claims)
            return QDialog.DialogCode.Accepted if agreed else QDialog.DialogCode.Rejected

        monkeypatch.setattr(FigureOptions, "exec", choose_and_close)
        return asked

    return will


def test_that_a_figure_is_proposed_under_the_name_of_its_picture(parent, choose, answer, tmp_path):
    proposed = choose(tmp_path / "mine", "PDF page (*.pdf)")
    asked = answer()
    assert ask_figure(parent, "cat-comparison") == FigureWish(tmp_path / "mine.pdf")
    assert proposed[0].name == "cat-comparison.png"
    assert asked == [False]  # a PDF is sharp at any size


def test_that_the_claims_come_along_when_they_are_chosen(parent, choose, answer, tmp_path):
    choose(tmp_path / "mine.pdf")
    answer(with_claims=True)
    assert ask_figure(parent, "x") == FigureWish(tmp_path / "mine.pdf", with_claims=True)


@pytest.mark.parametrize("size", [0.5, 2.0, 6.5])
def test_that_the_size_of_a_png_is_asked_for(parent, choose, answer, tmp_path, size):
    choose(tmp_path / "mine.png")
    asked = answer(size)
    assert ask_figure(parent, "x") == FigureWish(tmp_path / "mine.png", size)
    assert asked == [True]


def test_that_thinking_better_of_it_saves_nothing(parent, choose, answer, tmp_path):
    choose(None)
    assert ask_figure(parent, "x") is None
    assert ask_screenshot(parent) is None
    choose(tmp_path / "mine.png")
    answer(agreed=False)
    assert ask_figure(parent, "x") is None


def test_that_a_screenshot_gets_its_suffix(parent, choose, tmp_path):
    choose(tmp_path / "window")
    assert ask_screenshot(parent) == tmp_path / "window.png"


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
