"""Where to save a table."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from sepviz.gui.dialogs.export_dialog import with_suffix


def ask_path(parent: QWidget, title: str, name: str, files: str) -> Path | None:
    """Ask for a path, proposing `name`, one of the types `files`; None when the user thinks better of it.

    A suffix that is missing is supplied from the chosen type of file.
    """
    chosen, kind = QFileDialog.getSaveFileName(parent, title, str(Path.home() / name), files)
    return with_suffix(Path(chosen), kind) if chosen else None
