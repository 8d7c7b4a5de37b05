"""Promises of the dialog that asks where to save: the whole name is known before a file is replaced."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from sepviz.gui import settings
from sepviz.gui.dialogs.save_dialog import SaveDialog, ask_path, suffixes, with_suffix

CSV, JSON = "CSV table (*.csv)", "JSON document (*.json)"
FILES = f"{CSV};;{JSON}"


@pytest.fixture
def answer(monkeypatch):
    """`answer(yes)` is what the user says to whether a file may be replaced; returns the list of questions."""

    def will(yes):
        asked, button = [], QMessageBox.StandardButton
        monkeypatch.setattr(
            QMessageBox, "exec", lambda box: asked.append(box.text()) or (button.Yes if yes else button.No)
        )
        return asked

    return will


@pytest.mark.parametrize(
    ("given", "kind", "expected"),
    [
        ("numbers", CSV, "numbers.csv"),
        ("numbers", JSON, "numbers.json"),
        ("numbers.json", CSV, "numbers.json"),
        ("numbers.JSON", CSV, "numbers.JSON"),
        ("v1.2", JSON, "v1.2.json"),
        ("numbers.txt", CSV, "numbers.txt.csv"),
    ],
)
def test_that_the_suffix_is_one_of_the_kinds(given, kind, expected):
    assert with_suffix(Path("/numbers") / given, kind, FILES) == Path("/numbers") / expected


def test_that_suffixes_are_read_from_the_kinds():
    assert suffixes(FILES) == [".csv", ".json"]


@pytest.mark.parametrize(("kind", "expected"), [(CSV, "numbers.csv"), (JSON, "numbers.json")])
def test_that_a_missing_suffix_follows_the_chosen_kind(app, choose, tmp_path, kind, expected):
    choose(tmp_path / "numbers", kind)
    assert ask_path(None, "Save", "x.csv", FILES) == tmp_path / expected


def test_that_qt_knows_the_suffix_before_it_asks_whether_to_replace(keep, tmp_path):
    dialog = keep(SaveDialog(None, "Save", tmp_path / "x.csv", FILES))
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    dialog.selectFile("numbers")
    assert Path(dialog.selectedFiles()[0]).name == "numbers.csv"
    dialog.filterSelected.emit(JSON)
    dialog.selectFile("numbers")
    assert Path(dialog.selectedFiles()[0]).name == "numbers.json"


def test_that_a_file_under_a_supplied_name_is_replaced_only_when_that_is_agreed(app, choose, answer, tmp_path):
    (tmp_path / "v1.2.csv").touch()
    choose(tmp_path / "v1.2")
    asked = answer(False)
    assert ask_path(None, "Save", "x.csv", FILES) is None
    assert asked == ["v1.2.csv is there already. Replace it?"]
    answer(True)
    assert ask_path(None, "Save", "x.csv", FILES) == tmp_path / "v1.2.csv"


def test_that_the_folder_that_was_saved_to_is_proposed_again(app, choose, tmp_path):
    choose(tmp_path / "numbers.csv")
    ask_path(None, "Save", "x.csv", FILES)
    assert settings.export_folder() == tmp_path
    proposed = choose(None)
    assert ask_path(None, "Save", "y.csv", FILES) is None
    assert proposed == [tmp_path / "y.csv"]
