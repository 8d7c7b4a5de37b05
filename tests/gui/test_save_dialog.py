"""Promises of the dialog that asks where a table goes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from sepviz.gui.dialogs.save_dialog import ask_path

FILES = "CSV table (*.csv);;JSON document (*.json)"


def answering(monkeypatch, chosen, kind=""):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *rest: (chosen, kind))


def test_that_a_missing_suffix_follows_the_chosen_type(monkeypatch):
    answering(monkeypatch, "/home/me/numbers", "JSON document (*.json)")
    assert ask_path(None, "Save", "numbers.csv", FILES) == Path("/home/me/numbers.json")


def test_that_a_written_suffix_stays(monkeypatch):
    answering(monkeypatch, "/home/me/numbers.json", "CSV table (*.csv)")
    assert ask_path(None, "Save", "numbers.csv", FILES) == Path("/home/me/numbers.json")


def test_that_thinking_better_of_it_saves_nothing(monkeypatch):
    answering(monkeypatch, "")
    assert ask_path(None, "Save", "numbers.csv", FILES) is None
