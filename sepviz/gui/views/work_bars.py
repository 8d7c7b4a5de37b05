"""How much of its work each layer has done: one bar a layer, all to one scale, so that their lengths compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sepviz.gui.views.ink import LETTERS, draw_swatch, draw_text, fill_layer, first_fitting, ink_of, text_width
from sepviz.study.quantity import compact, count, counted

if TYPE_CHECKING:
    from sepviz.study.walk import LayerWork

_ROWS = 3
"""Rows there is room for from the start; most pairs have three layers, and then nothing moves."""
_GAP = 8.0
_SHORTEST = 2.0


class WorkBars(QWidget):
    """Draws the work done as the filled part of a bar whose length is all the work there is."""

    def __init__(self) -> None:
        super().__init__()
        self._works: tuple[LayerWork, ...] = ()
        self.setAccessibleName("Operations done so far")
        self.setToolTip(
            "MACs done once the window has left this pixel, of all that the layer does.\n"
            "The layers of a block are taken to advance together."
        )
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_works(self, works: tuple[LayerWork, ...], *, spoken: bool = True) -> None:
        """Show `works`; not `spoken` while they change all the time."""
        if len(works) != len(self._works):
            self.updateGeometry()
        self._works = works
        if spoken:
            self.setAccessibleDescription("; ".join(f"{_name(work)}: {_exact(work)}" for work in works))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a line for every layer."""
        return QSize(300, max(_ROWS, len(self._works)) * (self.fontMetrics().height() + 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name, bar and numbers of every layer."""
        if not self._works:
            return
        painter, ink, font = QPainter(self), ink_of(self.palette()), self.font()
        line = self.fontMetrics().height() + 2
        names = 18 + max(text_width(font, _name(work)) for work in self._works) + _GAP
        # measured at the end of the work, so that nothing moves on the way
        exact = max(
            text_width(font, f"{count(work.total)} of {counted(work.total, 'MACs')}  (100.0 %)") for work in self._works
        )
        numbers = min(exact, (self.width() - names) * 0.6)
        room, most = max(0.0, self.width() - names - numbers - _GAP), max(work.total for work in self._works)
        for row, work in enumerate(self._works):
            top = row * line
            draw_swatch(painter, 1, top + line / 2, ink, work.side, work.layer_index)
            draw_text(painter, QRectF(18, top, names - 18, line), _name(work), ink.text)
            length = max(_SHORTEST, room * work.total / most)
            bar = QRectF(names, top + 4, length, line - 8)
            fill_layer(
                painter,
                QRectF(bar.left(), bar.top(), length * work.done / work.total, bar.height()),
                ink,
                work.side,
                work.layer_index,
            )
            painter.setPen(QPen(ink.sides[work.side], 1))
            painter.drawRect(bar)
            text = first_fitting(font, (_exact(work), _short(work), _share(work)), numbers)
            draw_text(painter, QRectF(names + room + _GAP, top, numbers, line), text, ink.text)
        painter.end()


def _name(work: LayerWork) -> str:
    return f"{LETTERS[work.side]}  {work.layer}"


def _share(work: LayerWork) -> str:
    share = 100 * work.done / work.total
    return "<0.1 %" if share < 0.05 else f"{share:.1f} %"


def _exact(work: LayerWork) -> str:
    return f"{count(work.done)} of {counted(work.total, 'MACs')}  ({_share(work)})"


def _short(work: LayerWork) -> str:
    return f"{compact(work.done)} of {compact(work.total)} MACs"
