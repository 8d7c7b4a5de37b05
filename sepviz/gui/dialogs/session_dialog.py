"""Where to save a session, and what the dialog for opening offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.gui.dialogs.save_dialog import ask_path
from sepviz.study.formats import suffixes
from sepviz.study.opening import ONLY_FIGURES
from sepviz.study.session import SUFFIX

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

SAVE_TITLE = "Save the session"
KIND = f"Session (*{SUFFIX})"


def open_filter() -> str:
    """Return the types of file of an Open dialog: all that can be opened, pictures, sessions."""
    pictures = " ".join(f"*{suffix}" for suffix in suffixes())
    figures = " ".join(f"*{suffix}" for suffix in ONLY_FIGURES)
    return f"Pictures, sessions, figures ({pictures} *{SUFFIX} {figures});;Pictures ({pictures});;{KIND};;All files (*)"


def ask_session(parent: QWidget, proposal: Path) -> Path | None:
    """Ask for the path of a session; None when the user thinks better of it."""
    return ask_path(parent, SAVE_TITLE, proposal, KIND)
