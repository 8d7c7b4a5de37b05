"""Where to save a figure, and how large."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

TITLE = "Export the comparison"
FIGURES = "PNG picture (*.png);;SVG drawing (*.svg);;PDF page (*.pdf)"
SCALES = {"1× — screen": 1.0, "2× — slides and documents": 2.0, "4× — print": 4.0}


def ask_figure(parent: QWidget, stem: str) -> tuple[Path, float] | None:
    """Ask for a path and, for a PNG, a scale; None when the user thinks better of it.

    A suffix that is missing is supplied from the chosen type of file.
    """
    proposal = str(Path.home() / f"{stem}.png")
    chosen, kind = QFileDialog.getSaveFileName(parent, TITLE, proposal, FIGURES)
    if not chosen:
        return None
    path = with_suffix(Path(chosen), kind)
    if path.suffix.lower() != ".png":
        return path, 2.0
    names = list(SCALES)
    name, agreed = QInputDialog.getItem(parent, TITLE, "Size of the picture:", names, 1, editable=False)
    return (path, SCALES[name]) if agreed else None


def ask_screenshot(parent: QWidget) -> Path | None:
    """Ask where to save a picture of the window; None when the user thinks better of it."""
    chosen, kind = QFileDialog.getSaveFileName(
        parent, "Save a picture of the window", str(Path.home() / "sepviz-window.png"), "PNG picture (*.png)"
    )
    return with_suffix(Path(chosen), kind) if chosen else None


def with_suffix(path: Path, kind: str) -> Path:
    """Return `path` with the suffix of the file type `kind` ("PDF page (*.pdf)") where it has none."""
    suffix = path.suffix[1:]
    if suffix.isalnum() and not suffix.isdigit():  # the end of "v1.2" or of "St. Ives" is none
        return path
    return path.with_name(path.name + kind.partition("*")[2].rstrip(")"))
