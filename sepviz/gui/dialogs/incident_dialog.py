"""What is told of an error that nobody expected: the message first, all the rest on demand."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

import sepviz
from sepviz.gui.dialogs.details import close_buttons

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "Something went wrong"
ADVICE = "Your picture and your settings are still there, and you can go on."
MAX_MESSAGE = 600
"""Signs of a message that are shown above the details; these have all of it."""


class IncidentDialog(QDialog):
    """Tells of one error at a time, never modal, so that the window stays at hand."""

    def __init__(self, parent: QWidget | None, log_path: Path | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(TITLE)
        self.details = ""
        self._message, self._count = _label(), _label()
        self._body = QPlainTextEdit()
        self._body.setReadOnly(True)
        self._body.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._body.setAccessibleName("Details of the error")
        self._body.setMinimumHeight(220)
        self._log = _label(f"The log is {log_path}" if log_path else "No log file could be written.")
        self._fold = QPushButton()
        self._fold.setCheckable(True)
        self._fold.toggled.connect(self._on_fold_toggled)
        copy = QPushButton("&Copy")
        copy.setToolTip("Put the message and the details on the clipboard, for a report")
        copy.clicked.connect(self._on_copy_clicked)
        buttons = close_buttons()
        buttons.addButton(self._fold, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        self._lay_out(buttons)
        self._on_fold_toggled(False)

    def _lay_out(self, buttons: QDialogButtonBox) -> None:
        sign = QLabel()
        sign.setPixmap(self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning).pixmap(32, 32))
        sign.setAlignment(Qt.AlignmentFlag.AlignTop)
        font = self._message.font()
        font.setBold(True)
        self._message.setFont(font)
        head, texts, column = QHBoxLayout(), QVBoxLayout(), QVBoxLayout(self)
        for label in (self._message, _label(ADVICE), self._count, self._log):
            texts.addWidget(label)
        texts.addStretch(1)
        head.addWidget(sign)
        head.addLayout(texts, 1)
        column.addLayout(head)
        column.addWidget(self._body, 1)
        column.addWidget(buttons)
        self.setMinimumWidth(520)

    def show_incident(self, message: str, details: str, count: int) -> None:
        """Tell of an error that came `count` times."""
        short = message if len(message) <= MAX_MESSAGE else f"{message[:MAX_MESSAGE]}…"
        self._message.setText(short)
        self._count.setText(f"This happened {count:,} times." if count > 1 else "")
        self._count.setVisible(count > 1)
        if details != self.details:
            self.details = details
            self._body.setPlainText(details)
        self.setAccessibleDescription(short)
        self.show()

    def _on_fold_toggled(self, shown: bool) -> None:
        self._body.setVisible(shown)
        self._fold.setText("Hide &details" if shown else "Show &details")
        self.adjustSize()

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(
            f"{self._message.text()}\n{self._count.text()}\nsepviz {sepviz.__version__}, Python "
            f"{platform.python_version()}, Qt {qVersion()}, {platform.platform()}\n\n{self.details}"
        )


def _label(text: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
