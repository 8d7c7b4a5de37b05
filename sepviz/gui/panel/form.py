"""Rows of labelled editors made from a table of fields, in groups that fold, each with room for what is wrong."""

from __future__ import annotations

from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from sepviz.gui.panel.editors import EDITORS, Editor, tooltip
from sepviz.gui.views.page import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sepviz.study.params import Param

WARNING, MUTED = QPalette.ColorRole.BrightText, QPalette.ColorRole.PlaceholderText
"""Where the theme keeps these colours."""
NO_NOTES: Mapping[str, str] = MappingProxyType({})
MENU_LETTERS = "CEFHPV"
"""Alt with one of these opens a menu of the window; no label takes them."""


class Section(QWidget):
    """A heading that folds what is below it away."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = _heading(title)
        self._body = QWidget()
        self.grid = QGridLayout(self._body)
        self.grid.setContentsMargins(0, 2, 0, 6)
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(6)
        self.grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._heading)
        layout.addWidget(self._body)
        self._heading.clicked.connect(self._on_heading_clicked)

    def fold(self, folded: bool) -> None:
        """Fold it, or unfold it."""
        self._body.setVisible(not folded)
        self._heading.setArrowType(Qt.ArrowType.RightArrow if folded else Qt.ArrowType.DownArrow)
        self._heading.setAccessibleDescription("folded" if folded else "unfolded")

    def _on_heading_clicked(self) -> None:
        self.fold(not self._body.isHidden())


class _Row(QObject):
    """One field: a label, its editor, what stands beside it, and a line for a problem or a note."""

    edited = Signal(str, object, bool)

    def __init__(self, param: Param, mnemonic: str, section: Section) -> None:
        super().__init__(section)
        self.section = section
        self.label = _label(param, mnemonic)
        self.editor = EDITORS[param.kind](param)
        self.cell = QWidget()
        self._line = QHBoxLayout(self.cell)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.addWidget(self.editor, 1)
        self.message = _message()
        self._field = param.name
        self._tooltip = tooltip(param)
        self.label.setBuddy(self.editor.handle)
        self.label.setMinimumHeight(self.editor.handle.sizeHint().height())  # level with the first line of the editor
        self.editor.edited.connect(self._on_editor_edited)
        row = section.grid.rowCount()
        section.grid.addWidget(self.label, row, 0, Qt.AlignmentFlag.AlignTop)
        section.grid.addWidget(self.cell, row, 1)
        section.grid.addWidget(self.message, row + 1, 0, 1, 2)

    def place(self, widget: QWidget) -> None:
        """Put `widget` at the end of the row."""
        self._line.addWidget(widget)

    def show_problem(self, problem: str, note: str) -> None:
        """Explain `problem`, or else `note`, below the field; "" when there is none."""
        self.message.setText(f"⚠ {problem}" if problem else note)
        self.message.setVisible(bool(problem or note))
        self.message.setForegroundRole(WARNING if problem else MUTED)
        self.editor.setAccessibleDescription(problem or note or self._tooltip)
        if problem:
            self.section.fold(False)

    def set_visible(self, visible: bool) -> None:
        """Show or hide all of it."""
        self.label.setVisible(visible)
        self.cell.setVisible(visible)
        self.message.setVisible(visible and bool(self.message.text()))

    def _on_editor_edited(self, value: object, settled: bool) -> None:
        self.edited.emit(self._field, value, settled)


class Form(QWidget):
    """The editors of a table of fields, in its order and its groups."""

    edited = Signal(str, object, bool)
    """(field, value, settled): the user has changed a field; see :attr:`Editor.edited`."""

    def __init__(self, params: Mapping[str, Param], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, _Row] = {}
        letters = mnemonics(param.label for param in params.values())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for group, members in groupby(params.values(), key=lambda param: param.group):
            section = Section(group)
            layout.addWidget(section)
            for param in members:
                row = self._rows[param.name] = _Row(param, letters[param.label], section)
                row.edited.connect(self.edited)
        self._align_labels()

    def editor(self, field: str) -> Editor:
        """Return the editor of `field`."""
        return self._rows[field].editor

    def place_beside(self, field: str, widget: QWidget) -> None:
        """Put `widget` at the end of the row of `field`."""
        self._rows[field].place(widget)

    def show_values(
        self, values: Mapping[str, object], problems: Mapping[str, str], notes: Mapping[str, str] = NO_NOTES
    ) -> None:
        """Show the fields in `values`, what is wrong with each of them, and what else there is to know."""
        for field, value in values.items():
            self._rows[field].editor.show_value(value)
            self._rows[field].show_problem(problems.get(field, ""), notes.get(field, ""))

    def show_fields(self, fields: Collection[str]) -> None:
        """Show the rows of `fields` and no others."""
        for field, row in self._rows.items():
            row.set_visible(field in fields)

    def set_row_visible(self, field: str, visible: bool) -> None:
        """Show or hide the row of `field`."""
        self._rows[field].set_visible(visible)

    def _align_labels(self) -> None:
        labels = [row.label for row in self._rows.values()]
        words = [word for label in labels for word in label.text().replace("&", "").split()]
        width = max((label.fontMetrics().horizontalAdvance(word) for label in labels for word in words), default=0)
        for row in self._rows.values():
            row.section.grid.setColumnMinimumWidth(0, width)
            row.label.setFixedWidth(width)


def mnemonics(labels: Iterable[str], taken: str = MENU_LETTERS) -> dict[str, str]:
    """Return each label with a "&" before its first letter that no other label and nothing in `taken` uses, if any."""
    used, marked = set(taken.lower()), {}
    for label in sorted(labels, key=len):  # the short ones have the least to choose from
        place = next((i for i, letter in enumerate(label.lower()) if letter.isalpha() and letter not in used), None)
        marked[label] = label if place is None else f"{label[:place]}&{label[place:]}"
        if place is not None:
            used.add(label[place].lower())
    return marked


def _heading(title: str) -> QToolButton:
    heading = QToolButton()
    font = heading.font()
    font.setBold(True)
    heading.setFont(font)
    heading.setText(title)
    heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    heading.setArrowType(Qt.ArrowType.DownArrow)
    heading.setIconSize(QSize(8, 8))
    heading.setAutoRaise(True)
    heading.setToolTip("Fold or unfold this group.")
    heading.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return heading


def _label(param: Param, text: str) -> QLabel:
    label = PlainLabel(text)
    label.setWordWrap(True)
    label.setToolTip(tooltip(param))
    return label


def _message() -> QLabel:
    message = PlainLabel()
    message.setTextFormat(Qt.TextFormat.PlainText)
    message.setWordWrap(True)
    message.setForegroundRole(WARNING)
    message.hide()
    return message
