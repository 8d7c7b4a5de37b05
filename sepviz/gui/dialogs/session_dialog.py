"""Where to save a session, and what the dialog for opening offers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from sepviz.gui import settings
from sepviz.study.formats import suffixes
from sepviz.study.opening import ONLY_FIGURES
from sepviz.study.session import SUFFIX

SAVE_TITLE = "Save the session"
KIND = f"Session (*{SUFFIX})"


def open_filter() -> str:
    """Return the types of file of an Open dialog: all that can be opened, pictures, sessions."""
    pictures = " ".join(f"*{suffix}" for suffix in suffixes())
    figures = " ".join(f"*{suffix}" for suffix in ONLY_FIGURES)
    return f"Pictures, sessions, figures ({pictures} *{SUFFIX} {figures});;Pictures ({pictures});;{KIND};;All files (*)"


def ask_session(parent: QWidget, proposal: Path) -> Path | None:
    """Ask for the path of a session, whose suffix is supplied; None when the user thinks better of it."""
    dialog = QFileDialog(parent, SAVE_TITLE, str(proposal), KIND)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(SUFFIX[1:])  # before the dialog asks whether to replace a file
    agreed = dialog.exec() == QFileDialog.DialogCode.Accepted
    chosen = Path(dialog.selectedFiles()[0]) if agreed else None
    dialog.deleteLater()
    if chosen is None:
        return None
    path = with_suffix(chosen)
    if path != chosen and path.exists() and not _may_replace(parent, path):
        return None
    settings.remember_export_folder(path.parent)
    return path


def with_suffix(path: Path) -> Path:
    """Return `path` with the suffix of sessions, whatever it ends in else."""
    return path if path.suffix.lower() == SUFFIX else path.with_name(f"{path.name}{SUFFIX}")


def _may_replace(parent: QWidget, path: Path) -> bool:
    box = QMessageBox(
        QMessageBox.Icon.Warning,
        SAVE_TITLE,
        f"{path.name} is there already. Replace it?",
        QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
        parent,
    )
    box.setTextFormat(Qt.TextFormat.PlainText)
    agreed = box.exec() == QMessageBox.StandardButton.Yes
    box.deleteLater()
    return agreed
