"""Small windows that tell: an error's details, the sheet of shortcuts, what this program is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

import sepviz
from sepviz.gui.actions import shortcut_rows

ABOUT = """sepviz {version}

Shows on your own picture what a standard convolution layer and a depthwise separable one make of it, and what each \
costs: counted in parameters, multiply-accumulates and bytes, and measured in time on this machine.

All convolutions here are cross-correlations, as in every deep-learning framework.

MIT licence. The colour maps are viridis and magma (Smith, van der Walt, Firing), cividis (Nuñez, Anderton, Renslow) \
and CET-CBD1 (Kovesi)."""


def show_details(parent: QWidget, text: str) -> None:
    """Show `text`, such as a traceback, for reading and copying."""
    body = QPlainTextEdit(text)
    body.setReadOnly(True)
    _show(parent, "Details", body, (720, 420))


def show_shortcuts(parent: QWidget) -> None:
    """Show every action that has a key."""
    rows = shortcut_rows()
    table = QTableWidget(len(rows), 3)
    table.setHorizontalHeaderLabels(["Menu", "Action", "Keys"])
    table.verticalHeader().hide()
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            table.setItem(y, x, QTableWidgetItem(text))
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
    _show(parent, "Keyboard shortcuts", table, (560, 640))


def show_about(parent: QWidget) -> None:
    """Say what this program is."""
    label = QLabel(ABOUT.format(version=sepviz.__version__))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    _show(parent, "About sepviz", label, (460, 260))


def close_buttons() -> QDialogButtonBox:
    """Return a row with the button Close; the icon that the style gives it is black in dark colours too."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
    return buttons


def _show(parent: QWidget, title: str, body: QWidget, size: tuple[int, int]) -> None:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    buttons = close_buttons()
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(body, 1)
    column.addWidget(buttons)
    dialog.resize(*size)
    dialog.show()
