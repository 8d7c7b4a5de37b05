"""Where to save a figure, and how large."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from sepviz.gui import settings

TITLE = "Export the comparison"
FIGURES = "PNG picture (*.png);;SVG drawing (*.svg);;PDF page (*.pdf)"
SMALLEST_SCALE, USUAL_SCALE, LARGEST_SCALE = 0.5, 2.0, 7.0


def ask_figure(parent: QWidget, stem: str) -> tuple[Path, float] | None:
    """Ask for a path and, for a PNG, a scale; None when the user thinks better of it.

    A suffix that is missing is supplied from the chosen type of file.
    """
    proposal = str(settings.export_folder() / f"{stem}.png")
    chosen, kind = QFileDialog.getSaveFileName(parent, TITLE, proposal, FIGURES)
    if not chosen:
        return None
    path = with_suffix(Path(chosen), kind)
    settings.remember_export_folder(path.parent)
    if path.suffix.lower() != ".png":
        return path, USUAL_SCALE
    question = "Scale of the picture (1 is 1,200 pixels wide; 2 suits documents, 4 print):"
    scale, agreed = QInputDialog.getDouble(
        parent, TITLE, question, USUAL_SCALE, SMALLEST_SCALE, LARGEST_SCALE, 1, step=0.5
    )
    return (path, scale) if agreed else None


def ask_screenshot(parent: QWidget) -> Path | None:
    """Ask where to save a picture of the window; None when the user thinks better of it."""
    chosen, kind = QFileDialog.getSaveFileName(
        parent,
        "Save a picture of the window",
        str(settings.export_folder() / "sepviz-window.png"),
        "PNG picture (*.png)",
    )
    return with_suffix(Path(chosen), kind) if chosen else None


def with_suffix(path: Path, kind: str) -> Path:
    """Return `path` with the suffix of the file type `kind` ("PDF page (*.pdf)") where it has none."""
    suffix = path.suffix[1:]
    if suffix.isalnum() and not suffix.isdigit():  # the end of "v1.2" or of "St. Ives" is none
        return path
    return path.with_name(path.name + kind.partition("*")[2].rstrip(")"))
