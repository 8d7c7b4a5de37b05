"""Promises of the dialogs for sessions: the suffix is supplied, and no file is replaced unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from sepviz.gui import settings
from sepviz.gui.dialogs import session_dialog
from sepviz.gui.dialogs.session_dialog import ask_session, open_filter, with_suffix


@pytest.fixture
def choose(monkeypatch):
    """`choose(path)` is what the user types into the dialog; None is Cancel."""

    def will(path):
        code = QFileDialog.DialogCode
        monkeypatch.setattr(QFileDialog, "exec", lambda _: code.Rejected if path is None else code.Accepted)
        monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _: [str(path)])

    return will


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("a.sepviz", "a.sepviz"),
        ("a.SEPVIZ", "a.SEPVIZ"),
        ("a", "a.sepviz"),
        ("v1.2", "v1.2.sepviz"),
        ("a.png", "a.png.sepviz"),
    ],
)
def test_that_the_suffix_is_supplied(given, path):
    assert with_suffix(Path(given)) == Path(path)


def test_that_a_chosen_path_is_returned_and_its_folder_remembered(app, choose, tmp_path):
    choose(tmp_path / "a.sepviz")
    assert ask_session(None, Path("x.sepviz")) == tmp_path / "a.sepviz"
    assert settings.export_folder() == tmp_path
    choose(None)
    assert ask_session(None, Path("x.sepviz")) is None


def test_that_a_file_under_the_supplied_name_is_replaced_only_when_that_is_agreed(app, choose, tmp_path, monkeypatch):
    (tmp_path / "a.png.sepviz").touch()
    choose(tmp_path / "a.png")
    answers, button = [], QMessageBox.StandardButton
    monkeypatch.setattr(QMessageBox, "exec", lambda box: answers.append(box.text()) or button.No)
    assert ask_session(None, Path("x.sepviz")) is None
    monkeypatch.setattr(QMessageBox, "exec", lambda box: button.Yes)
    assert ask_session(None, Path("x.sepviz")) == tmp_path / "a.png.sepviz"
    assert answers == ["a.png.sepviz is there already. Replace it?"]


def test_that_everything_that_opens_is_offered_for_opening():
    everything = open_filter().partition(";;")[0]
    for suffix in (".png", ".jpeg", ".sepviz", ".svg", ".pdf"):
        assert f"*{suffix}" in everything
    assert session_dialog.KIND in open_filter()
