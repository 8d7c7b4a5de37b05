"""Short texts below each other, each behind a bold word that says what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from sepviz.gui.views.ink import bold
from sepviz.gui.views.page import plain_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class LeadLines(QWidget):
    """A row for each of `leads`; a row without a text takes no room."""

    def __init__(self, leads: Sequence[str], muted: Iterable[str] = ()) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._rows: dict[str, tuple[QLabel, QLabel]] = {}
        for number, lead in enumerate(leads):
            row = plain_label(lead), plain_label(muted=lead in muted)
            row[0].setFont(bold(self.font()))
            row[0].setWordWrap(False)
            self._grid.addWidget(row[0], number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(row[1], number, 1, 1, 2, Qt.AlignmentFlag.AlignTop)
            self._rows[lead] = row
        self.show_texts({})

    def add_button(self, lead: str, button: QPushButton) -> None:
        """Put `button` at the end of the row `lead`."""
        number, text = list(self._rows).index(lead), self._rows[lead][1]
        self._grid.addWidget(text, number, 1, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(button, number, 2, Qt.AlignmentFlag.AlignTop)

    def show_texts(self, texts: dict[str, str]) -> None:
        """Show `texts` by their leads, and nothing in the other rows."""
        for lead, (name, label) in self._rows.items():
            text = texts.get(lead, "")
            label.setText(text)
            for each in (name, label):
                each.setVisible(bool(text))

    @property
    def told(self) -> tuple[str, ...]:
        """What is shown, a text for each row: "Why: ..."."""
        return tuple(f"{lead}: {label.text()}" for lead, (_, label) in self._rows.items() if label.text())
