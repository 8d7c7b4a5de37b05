"""Where to save a figure, how large, and what belongs into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QDoubleSpinBox, QFormLayout, QWidget

from sepviz.gui.dialogs.save_dialog import ask_path

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "Export the comparison"
FIGURES = "PNG picture (*.png);;SVG drawing (*.svg);;PDF page (*.pdf)"
SMALLEST_SCALE, USUAL_SCALE, LARGEST_SCALE = 0.5, 2.0, 7.0


class FigureWish(NamedTuple):
    """Where a figure is to go, how many pixels each of its units is to have, and whether the claims follow it."""

    path: Path
    scale: float = USUAL_SCALE
    with_claims: bool = False


class FigureOptions(QDialog):
    """Asks what belongs into a figure and, where it is made of pixels, how large it is to be."""

    def __init__(self, parent: QWidget | None, *, has_pixels: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self.scale = QDoubleSpinBox(minimum=SMALLEST_SCALE, maximum=LARGEST_SCALE, singleStep=0.5, decimals=1)
        self.scale.setValue(USUAL_SCALE)
        self.scale.setAccessibleName("Scale of the picture")
        self.scale.setToolTip("1 is 1,200 pixels wide; 2 suits documents, 4 print")
        self.with_claims = QCheckBox("With the &claims, judged for these settings")
        self.with_claims.setToolTip(
            'Add the cards of the tab "Claims" with their plots: below the figure, or in a PDF on pages of their own. '
            "Experiments that were not made are named as such."
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow("&Scale (1 is 1,200 pixels wide):", self.scale)
        form.setRowVisible(self.scale, has_pixels)
        form.addRow(self.with_claims)
        form.addRow(buttons)


def ask_figure(parent: QWidget, stem: str) -> FigureWish | None:
    """Ask for a path, what belongs into the figure and, for a PNG, a scale; None when the user thinks better of it."""
    path = ask_path(parent, TITLE, f"{stem}.png", FIGURES)
    if path is None:
        return None
    options = FigureOptions(parent, has_pixels=path.suffix.lower() == ".png")
    agreed = options.exec() == QDialog.DialogCode.Accepted
    options.deleteLater()
    wish = FigureWish(path, options.scale.value(), options.with_claims.isChecked())
    return wish if agreed else None


def ask_screenshot(parent: QWidget) -> Path | None:
    """Ask where to save a picture of the window; None when the user thinks better of it."""
    return ask_path(parent, "Save a picture of the window", "sepviz-window.png", "PNG picture (*.png)")
