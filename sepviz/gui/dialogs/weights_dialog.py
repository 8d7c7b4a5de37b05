"""Which file of weights, and which layer in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sepviz.gui.dialogs.save_dialog import ask_path
from sepviz.gui.views.page import plain_label, plain_tooltip
from sepviz.study.quantity import counted, shape
from sepviz.study.weight_files import READERS

if TYPE_CHECKING:
    from sepviz.study.stored_weights import WeightEntry

COLUMNS = ("Name", "Shape", "Groups", "Kind")
SAVED = "NumPy archive, all layers (*.npz);;NumPy array, this layer's kernel (*.npy)"


class WeightsDialog(QDialog):
    """A list of what a file offers; the chosen entry is described below it."""

    def __init__(self, parent: QWidget | None, name: str, entries: tuple[WeightEntry, ...]) -> None:
        super().__init__(parent)
        self._entries = entries
        self.setWindowTitle(f"Load weights from {name}")
        self._table = QTableWidget(len(entries), len(COLUMNS))
        self._note = plain_label()
        self._note.setMinimumHeight(2 * self._note.fontMetrics().lineSpacing())
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Load")
        self._fill()
        column = QVBoxLayout(self)
        column.addWidget(QLabel("Choose a layer. It brings its geometry and its numbers."))
        column.addWidget(self._table, 1)
        column.addWidget(self._note)
        column.addWidget(self._buttons)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._table.itemSelectionChanged.connect(self._on_table_selection_changed)
        self._table.itemDoubleClicked.connect(self._on_table_double_clicked)
        self._table.selectRow(next((row for row, entry in enumerate(entries) if entry.specs), 0))
        self.resize(620, 420)

    @property
    def chosen(self) -> WeightEntry | None:
        """The entry of the current row, or None where it cannot be loaded."""
        row = self._table.currentRow()
        entry = self._entries[row] if 0 <= row < len(self._entries) else None
        return entry if entry is not None and entry.specs else None

    def _fill(self) -> None:
        table = self._table
        table.setAccessibleName("Layers in the file")
        table.setHorizontalHeaderLabels(list(COLUMNS))
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        for y, entry in enumerate(self._entries):
            groups = "not said" if entry.groups is None else f"{entry.groups:,}"
            for x, text in enumerate((entry.name, shape(entry.shape), groups, entry.kind)):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tooltip(text))
                if not entry.specs:  # greyed out, but to be chosen: the reason is below
                    item.setForeground(self.palette().brush(self.palette().ColorRole.PlaceholderText))
                table.setItem(y, x, item)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def _on_table_selection_changed(self) -> None:
        row = self._table.currentRow()
        entry = self._entries[row] if 0 <= row < len(self._entries) else None
        self._note.setText("" if entry is None else describe(entry))
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self.chosen is not None)

    def _on_table_double_clicked(self) -> None:
        if self.chosen is not None:
            self.accept()


def describe(entry: WeightEntry) -> str:
    """Say what an entry is, or why it cannot be loaded."""
    parts = []
    for spec in entry.specs:
        padding = spec.padding if isinstance(spec.padding, str) else f"zeros {spec.padding}"
        parts.append(
            f"{spec.in_channels:,} → {counted(spec.out_channels, 'channels')}, kernel {shape(spec.kernel)}, stride "
            f"{shape(spec.strides)}, padding {padding}, dilation {shape(spec.dilations)}, groups {spec.groups:,}, "
            f"{'with' if spec.bias else 'no'} bias"
        )
    return "\n".join(filter(None, (*parts, entry.note)))


def ask_weight_file(parent: QWidget) -> Path | None:
    """Ask for a file of weights; None when the user thinks better of it."""
    patterns = " ".join(f"*{suffix}" for suffix in READERS)
    chosen, _ = QFileDialog.getOpenFileName(
        parent, "Load weights", str(Path.home()), f"Weights ({patterns});;All files (*)"
    )
    return Path(chosen) if chosen else None


def ask_entry(parent: QWidget, name: str, entries: tuple[WeightEntry, ...]) -> WeightEntry | None:
    """Ask which of `entries` of the file called `name`; None when the user thinks better of it."""
    dialog = WeightsDialog(parent, name, entries)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    agreed = dialog.exec() == QDialog.DialogCode.Accepted
    entry = dialog.chosen if agreed else None
    dialog.deleteLater()
    return entry


def ask_weight_target(parent: QWidget, stem: str) -> Path | None:
    """Ask where to save weights; None when the user thinks better of it."""
    return ask_path(parent, "Save weights", f"{stem}.npz", SAVED)
