"""The article's experiment as a table that wraps: every quantity four ways, and why they differ in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from sepviz.gui.views.ink import bold
from sepviz.gui.views.page import plain_label
from sepviz.lab.article_table import (
    PRINTED_COMPLEXITY,
    PRINTED_PARAMETERS,
    PRINTED_SECONDS,
    ArticleRow,
    Sides,
)
from sepviz.study.quantity import ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HEADINGS = ("Quantity", "", "Printed in the article", "Its listing, run here", "Done right, same loops", "Fast engine")
NOTES = (
    "What the article calls it, and what the number really is",
    "",
    "From the text of the article",
    "The article's own code with its two defects, written afresh and run on this machine",
    "The same loops in Python without the two defects",
    "The methods that this program computes its maps with",
)
WAYS = ("printed", "replayed", "right", "engine")
SIDES_TEXT, TIMES_TEXT = "standard\nseparable\nratio", "standard\nseparable\nratio of pairs"
NOT_YET, NOT_PRINTED = "not replayed yet", "not printed"
UNKNOWN = Sides(standard=None, separable=None)


def _printed(quantity: str, what_it_is: str, unit: str, sides: Sides) -> ArticleRow:
    return ArticleRow(
        quantity=quantity,
        what_it_is=what_it_is,
        unit=unit,
        printed=sides,
        replayed=UNKNOWN,
        right=UNKNOWN,
        engine=UNKNOWN,
        sentence="",
    )


PRINTED_ROWS = (
    _printed('"Number of parameters"', "weights of all kernels, without biases", "weights", PRINTED_PARAMETERS),
    _printed(
        '"Computational complexity"',
        "values in the result's array; no operation is counted",
        "values",
        PRINTED_COMPLEXITY,
    ),
    _printed('"Time taken"', "time, from one run each", "s", PRINTED_SECONDS),
)
"""What is known before anything is run."""


class ArticleTable(QFrame):
    """Rows of :class:`~sepviz.lab.article_table.ArticleRow`, their sentences below them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The article's experiment, four ways")
        self._cells: list[QWidget] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(4)
        for column, stretch in enumerate((5, 1, 3, 3, 3, 3)):
            self._grid.setColumnStretch(column, stretch)
        for column, (heading, note) in enumerate(zip(HEADINGS, NOTES, strict=True)):
            label = plain_label(heading)
            label.setFont(bold(self.font()))
            label.setToolTip(note)
            self._grid.addWidget(label, 0, column, Qt.AlignmentFlag.AlignBottom)
        self.show_rows(PRINTED_ROWS)

    def show_rows(self, rows: Sequence[ArticleRow]) -> None:
        """Show `rows` instead of those that are shown."""
        for cell in self._cells:
            self._grid.removeWidget(cell)
            cell.hide()  # it is painted until the event loop deletes it
            cell.deleteLater()
        self._cells = []
        for number, row in enumerate(rows):
            self._add_row(row, 1 + 3 * number)
        self.setAccessibleDescription("\n".join(map(describe, rows)))

    def text(self) -> str:
        """Return all that the cells say, for whoever looks for it."""
        return "\n".join(cell.text() for cell in self._cells if isinstance(cell, QLabel))

    def _add_row(self, row: ArticleRow, at: int) -> None:
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setForegroundRole(self.palette().ColorRole.Mid)
        self._put(line, at, 0, len(HEADINGS))
        quantity = plain_label(row.quantity)
        quantity.setFont(bold(self.font()))
        name = QWidget()
        inside = QGridLayout(name)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(quantity, 0, 0)
        inside.addWidget(plain_label(row.what_it_is, muted=True), 1, 0)
        self._put(name, at + 1, 0)
        self._put(plain_label(TIMES_TEXT if _is_paired(row) else SIDES_TEXT, muted=True), at + 1, 1)
        for column, way in enumerate(WAYS, start=2):
            self._put(plain_label(cell_text(row, way)), at + 1, column)
        if row.sentence:
            self._put(plain_label(row.sentence), at + 2, 0, len(HEADINGS))

    def _put(self, widget: QWidget, row: int, column: int, span: int = 1) -> None:
        self._cells.append(widget)
        if isinstance(widget, QFrame) and not isinstance(widget, QLabel):
            self._grid.addWidget(widget, row, column, 1, span)
        else:
            self._grid.addWidget(widget, row, column, 1, span, Qt.AlignmentFlag.AlignTop)


def cell_text(row: ArticleRow, way: str) -> str:
    """Return one cell: standard, separable and their ratio, a line each."""
    sides: Sides | None = getattr(row, way)
    if sides is None:
        return NOT_PRINTED
    if sides is UNKNOWN:
        return NOT_YET
    quotient = ratio(sides.ratio) if sides.ratio is not None else "—"
    return "\n".join((row.write(sides.standard), row.write(sides.separable), quotient))


def _is_paired(row: ArticleRow) -> bool:
    """Say whether a ratio is the median over pairs of runs, and need not be that of the two medians above it."""
    return row.right.paired is not None


def describe(row: ArticleRow) -> str:
    """Tell a row to who cannot see it."""
    ways: Iterable[tuple[str, str]] = zip(HEADINGS[2:], WAYS, strict=True)
    cells = "; ".join(f"{heading}: {cell_text(row, way)}".replace("\n", ", ") for heading, way in ways)
    return f"{row.quantity} ({row.what_it_is}): {cells}. {row.sentence}"
