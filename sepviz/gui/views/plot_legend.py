"""The names of the curves above a plot, each with its line: nothing of the plot is covered by them."""

from __future__ import annotations

from dataclasses import dataclass

from pyqtgraph.graphicsItems.ScatterPlotItem import drawSymbol
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sepviz.gui.theme import theme_of
from sepviz.gui.views.ink import draw_text, text_width

_SAMPLE, _GAP, _APART = 26.0, 6.0, 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One curve: its name, colour and dashes, whether it has a line and dots, and the shape of those."""

    label: str
    colour: QColor
    style: Qt.PenStyle
    joined: bool
    dotted: bool
    symbol: str = "o"


class PlotLegend(QWidget):
    """Entries one after the other, in as many rows as the width takes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        """Name other curves."""
        self.entries = entries
        self.setVisible(bool(entries))
        self.setAccessibleName("Curves: " + ", ".join(entry.label for entry in entries))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Say that a narrow legend is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows in this width."""
        return round(max((place.bottom() for place in self._places(width)), default=0.0))

    def sizeHint(self) -> QSize:
        """Return room for the present width, or one row before there is one."""
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def minimumSizeHint(self) -> QSize:
        """Return what a narrow legend takes at least; a name too long is shortened."""
        return QSize(80, self._line())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every entry."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = QColor(theme_of(self.palette()).text)
        for entry, place in zip(self.entries, self._places(self.width()), strict=True):
            middle = QPointF(place.left() + _SAMPLE / 2, place.center().y())
            if entry.joined:
                painter.setPen(QPen(entry.colour, 2, entry.style))
                painter.drawLine(QLineF(place.left(), middle.y(), place.left() + _SAMPLE, middle.y()))
            if entry.dotted:
                painter.save()
                painter.translate(middle)
                drawSymbol(painter, entry.symbol, 7, QPen(Qt.PenStyle.NoPen), QBrush(entry.colour))
                painter.restore()
            draw_text(painter, place.adjusted(_SAMPLE + _GAP, 0, 0, 0), entry.label, text)
        painter.end()

    def _line(self) -> int:
        return self.fontMetrics().height() + 2

    def _places(self, width: int) -> list[QRectF]:
        places: list[QRectF] = []
        left, top, line = 0.0, 0.0, float(self._line())
        for entry in self.entries:
            need = min(_SAMPLE + _GAP + text_width(self.font(), entry.label), float(width))
            if left and left + need > width:
                left, top = 0.0, top + line
            places.append(QRectF(left, top, need, line))
            left += need + _APART
        return places
