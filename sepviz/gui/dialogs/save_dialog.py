"""Where to save: one dialog for all kinds of file. It knows the whole name before it asks whether to replace a file."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from sepviz.gui import settings


class SaveDialog(QFileDialog):
    """Supplies the suffix of the chosen kind, so that the question about replacing is about the right file."""

    def __init__(self, parent: QWidget | None, title: str, proposal: Path, kinds: str) -> None:
        super().__init__(parent, title, str(proposal), kinds)
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.filterSelected.connect(self._on_filter_selected)
        self._on_filter_selected(self.selectedNameFilter())

    def _on_filter_selected(self, kind: str) -> None:
        self.setDefaultSuffix(suffixes(kind)[0][1:])


def ask_path(parent: QWidget | None, title: str, proposal: str | Path, kinds: str) -> Path | None:
    """Ask for a path; None when the user thinks better of it.

    Parameters
    ----------
    proposal : str or Path
        A name, proposed in the folder that was saved to last, or a whole path.
    kinds : str
        What the file may be: "CSV table (*.csv);;JSON document (*.json)". The path that is returned has one of these
        suffixes: the one that was typed, or that of the chosen kind behind whatever else was typed.
    """
    dialog = SaveDialog(parent, title, settings.export_folder() / proposal, kinds)
    agreed = dialog.exec() == QFileDialog.DialogCode.Accepted
    chosen = Path(dialog.selectedFiles()[0]) if agreed else None
    kind = dialog.selectedNameFilter()
    dialog.deleteLater()
    if chosen is None:
        return None
    path = with_suffix(chosen, kind, kinds)
    if path != chosen and path.exists() and not _may_replace(parent, title, path):
        return None
    settings.remember_export_folder(path.parent)
    return path


def with_suffix(path: Path, kind: str, kinds: str) -> Path:
    """Return `path` where it ends as one of `kinds` does, else with the suffix of `kind` behind it."""
    return path if path.suffix.lower() in suffixes(kinds) else path.with_name(f"{path.name}{suffixes(kind)[0]}")


def suffixes(kinds: str) -> list[str]:
    """Return the suffixes in the text of a file dialog: "PNG picture (*.png)" -> [".png"]."""
    return re.findall(r"\*(\.\w+)", kinds)


def _may_replace(parent: QWidget | None, title: str, path: Path) -> bool:
    box = QMessageBox(
        QMessageBox.Icon.Warning,
        title,
        f"{path.name} is there already. Replace it?",
        QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
        parent,
    )
    box.setTextFormat(Qt.TextFormat.PlainText)
    agreed = box.exec() == QMessageBox.StandardButton.Yes
    box.deleteLater()
    return agreed
