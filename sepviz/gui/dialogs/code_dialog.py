"""The two layers as code: seen before it is copied or saved, for one library or another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from sepviz.export.code.snippet import FRAMEWORKS, snippet
from sepviz.gui.dialogs.details import close_buttons
from sepviz.gui.views.page import plain_label

if TYPE_CHECKING:
    from sepviz.study.study import Study

TITLE = "The layers as code"
ARCHIVE_TIP = (
    "The code then loads the weights and the input from this file and prints how far its maps are from those in it. "
    "It is what File > Export data saves as .npz."
)


class CodeDialog(QDialog):
    """Stands beside the window, and shows the code of whatever study it is given."""

    save_requested = Signal(str, str)
    """The name of a framework, and the code."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self._study: Study | None = None
        self._frameworks = QTabBar()
        self._frameworks.setAccessibleName("Library")
        self._frameworks.setDrawBase(False)
        self._frameworks.setExpanding(False)
        for row in FRAMEWORKS.values():
            self._frameworks.addTab(f"&{row.label}")
        self._editor = _editor()
        self._with_weights = QCheckBox("&Load the weights from")
        self._with_weights.setToolTip(ARCHIVE_TIP)
        self._archive = QLineEdit()
        self._archive.setAccessibleName("File of the weights")
        self._archive.setToolTip(ARCHIVE_TIP)
        self._told = plain_label(muted=True)
        self._lay_out()
        self._frameworks.currentChanged.connect(self._show)
        self._with_weights.toggled.connect(self._show)
        self._archive.textChanged.connect(self._show)
        self.resize(900, 660)

    def _lay_out(self) -> None:
        copy, save = QPushButton("&Copy"), QPushButton("&Save…")
        copy.setToolTip("Put the code on the clipboard")
        save.setToolTip("Save the code as a Python file")
        copy.clicked.connect(self._on_copy_clicked)
        save.clicked.connect(self._on_save_clicked)
        buttons = close_buttons()
        for button in (copy, save):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        weights, foot, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        weights.addWidget(self._with_weights)
        weights.addWidget(self._archive, 1)
        foot.addWidget(self._told, 1)
        foot.addWidget(buttons)
        column.addWidget(self._frameworks)
        column.addWidget(self._editor, 1)
        column.addLayout(weights)
        column.addLayout(foot)
        copy.setDefault(True)  # once the box has found its dialog, else that makes Close the one

    @property
    def framework(self) -> str:
        """The name of the library that the code is for."""
        return list(FRAMEWORKS)[self._frameworks.currentIndex()]

    @property
    def code(self) -> str:
        """The code as it is shown."""
        return self._editor.toPlainText()

    def show_study(self, study: Study, archive: str, *, is_saved: bool) -> None:
        """Show the code of `study`; `archive` is proposed as the file of the weights, and loaded when `is_saved`."""
        if study != self._study or is_saved:
            self._study = study
            self._with_weights.setChecked(is_saved)
            self._archive.setText(archive)
        self._show()

    def tell(self, text: str) -> None:
        """Say what has become of the code."""
        self._told.setText(text)

    def _show(self) -> None:
        if self._study is None:
            return
        wanted = self._with_weights.isChecked()
        self._archive.setEnabled(wanted)
        archive = self._archive.text().strip() if wanted else ""
        self._editor.setPlainText(snippet(self._study, self.framework, archive=archive or None))
        self.tell("")

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.code)
        self.tell(f"The {FRAMEWORKS[self.framework].label} code is on the clipboard")

    def _on_save_clicked(self) -> None:
        self.save_requested.emit(self.framework, self.code)


def _editor() -> QPlainTextEdit:
    editor = QPlainTextEdit()
    editor.setReadOnly(True)
    flags = Qt.TextInteractionFlag
    editor.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
    editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    editor.setTabChangesFocus(True)
    editor.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    editor.setAccessibleName("Code")
    return editor
