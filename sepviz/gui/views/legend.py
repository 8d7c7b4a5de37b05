"""Which colour is which layer: two squares with names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sepviz.engine.block import BLOCKS
from sepviz.gui.views.ink import LETTERS, SWATCH, block_labels, draw_swatch, draw_text, ink_of, text_width

if TYPE_CHECKING:
    from sepviz.study.costs import Costs

_GAP = 6.0


class Legend(QWidget):
    """The names of both layers with their colours, side by side or, `stacked`, one above the other.

    Its width is that of the longest name there is, so that choosing another kind moves nothing.
    """

    def __init__(self, *, stacked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stacked = stacked
        self._texts = LETTERS
        self.setAccessibleName("Layers compared")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_costs(self, costs: Costs) -> None:
        """Name the two blocks of `costs`."""
        first, second = (f"{letter}  {label}" for letter, label in zip(LETTERS, block_labels(costs), strict=True))
        self._texts = first, second
        self.setAccessibleDescription(f"{first}, {second}")
        kinds = costs.baseline.kind, costs.candidate.kind
        self.setToolTip(
            "\n".join(f"{text}: {BLOCKS[kind].help}" for text, kind in zip(self._texts, kinds, strict=True))
        )
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the longest names."""
        line = QFontMetrics(self.font()).height() + 2
        return QSize(round(self._column() * (1 if self._stacked else 2)), line * (2 if self._stacked else 1))

    def minimumSizeHint(self) -> QSize:
        """Return the same: names are never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both names."""
        painter, ink = QPainter(self), ink_of(self.palette())
        height = self.height() / (2 if self._stacked else 1)
        for side, text in enumerate(self._texts):
            left, top = (0.0, side * height) if self._stacked else (side * self._column(), 0.0)
            row = QRectF(left, top, self._column(), height)
            draw_swatch(painter, left, row.center().y(), ink, side)
            draw_text(painter, row.adjusted(SWATCH + _GAP, 0, 0, 0), text, ink.text)
        painter.end()

    def _column(self) -> float:
        longest = max(text_width(self.font(), f"A  {kind.label}") for kind in BLOCKS.values())
        return SWATCH + _GAP + longest + (0 if self._stacked else 2 * _GAP)
