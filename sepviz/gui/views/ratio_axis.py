"""How many times less the candidate takes: what was measured beside what was counted, on one log2 axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from sepviz.gui.views.axis import ratio_span, ratio_ticks
from sepviz.gui.views.ink import Ink, bold, draw_text, ink_of, text_width
from sepviz.gui.views.time_strip import GAP, left_gutter, right_gutter
from sepviz.study.quantity import QUANTITIES

_TICK_SPACING = 56
_CENTRE = Qt.AlignmentFlag.AlignHCenter
_RIGHT = Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioRow:
    """One ratio, baseline / candidate, of the quantity `name`; `interval` is (low, high) where it was measured."""

    label: str
    name: str
    value: float
    interval: tuple[float, float] | None = None

    @property
    def text(self) -> str:
        """How B compares, in figures, with the interval."""
        quantity = QUANTITIES[self.name]
        said = quantity.change(self.value)
        return f"{said} ({quantity.interval(self.value, *self.interval)})" if self.interval else said


class RatioAxis(QWidget):
    """A row for each ratio: a filled disc with its interval when measured, a hollow diamond when counted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[RatioRow, ...] = ()
        self.setAccessibleName("Ratios of A to B, measured and counted")
        self.setToolTip(
            "Baseline / candidate on an axis of doublings. Right of 1× B takes less than A, left of it more. "
            "Disc with interval: measured. Diamond: counted."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_ratios(self, rows: tuple[RatioRow, ...]) -> None:
        """Show `rows` from top to bottom."""
        resized = len(rows) != len(self._rows)
        self._rows = rows
        self.setAccessibleDescription("\n".join(f"{row.label}: {row.text}" for row in rows))
        if resized:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for every row and the axis."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which nothing is cut."""
        height = self._row_height() * (len(self._rows) or 3) + 2.4 * QFontMetrics(self.font()).height()
        return QSize(round(left_gutter(self.font()) + right_gutter(self.font()) + 160), round(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the axis and every row."""
        if not self._rows:
            return
        painter, ink = QPainter(self), ink_of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = left_gutter(self.font())
        figures = max(text_width(bold(self.font()), row.text) for row in self._rows) + GAP
        width = self.width() - left - max(right_gutter(self.font()), figures)
        plot = QRectF(left, 0, width, self._row_height() * len(self._rows))
        ends = [end for row in self._rows for end in (row.value, *(row.interval or ()))]
        span = ratio_span(ends)
        self._paint_axis(painter, plot, ink, span)
        for index, row in enumerate(self._rows):
            self._paint_row(painter, plot, ink, index, row, span)
        painter.end()

    def _row_height(self) -> float:
        return QFontMetrics(self.font()).height() + 10

    def _paint_axis(self, painter: QPainter, plot: QRectF, ink: Ink, span: tuple[int, int]) -> None:
        line = QFontMetrics(self.font()).height()
        painter.setPen(QPen(ink.line, 1))
        painter.setBrush(ink.canvas)
        painter.drawRect(plot)
        for exponent in ratio_ticks(*span, int(plot.width() // _TICK_SPACING)):
            x = _x(plot, span, 2.0**exponent)
            painter.setPen(QPen(ink.line, 1) if exponent else QPen(ink.text, 1.5))
            painter.drawLine(QLineF(x, plot.top(), x, plot.bottom() + 4))
            text = f"{2**exponent:,}×" if exponent >= 0 else f"1/{2**-exponent:,}×"
            draw_text(painter, QRectF(x - 40, plot.bottom() + 4, 80, line), text, ink.muted, _CENTRE)
        below = QRectF(plot.left(), plot.bottom() + 4 + line, plot.width(), line)
        draw_text(painter, below, "← B takes more", ink.muted)
        draw_text(painter, below, "B takes less →", ink.muted, _RIGHT)

    def _paint_row(
        self, painter: QPainter, plot: QRectF, ink: Ink, index: int, row: RatioRow, span: tuple[int, int]
    ) -> None:
        height = self._row_height()
        band = QRectF(0, plot.top() + index * height, self.width(), height)
        middle = band.center().y()
        painter.setFont(bold(self.font()) if row.interval else self.font())
        draw_text(painter, QRectF(0, band.top(), plot.left() - GAP, height), row.label, ink.text)
        right = plot.right() + GAP
        draw_text(painter, QRectF(right, band.top(), self.width() - right, height), row.text, ink.text)
        painter.setFont(self.font())
        centre = QPointF(_x(plot, span, row.value), middle)
        if row.interval is None:
            painter.setPen(QPen(ink.text, 1.6))
            painter.setBrush(ink.canvas)
            offsets = ((0, -6), (6, 0), (0, 6), (-6, 0))
            painter.drawPolygon(QPolygonF([centre + QPointF(x, y) for x, y in offsets]))
            return
        low, high = (_x(plot, span, end) for end in row.interval)
        painter.setPen(QPen(ink.text, 2))
        painter.drawLine(QLineF(low, middle, high, middle))
        for end in (low, high):
            painter.drawLine(QLineF(end, middle - 5, end, middle + 5))
        painter.setBrush(ink.text)
        painter.drawEllipse(centre, 4, 4)


def _x(plot: QRectF, span: tuple[int, int], value: float) -> float:
    """Return where `value` stands between two powers of two."""
    low, high = span
    return plot.left() + (math.log2(value) - low) / (high - low) * plot.width()
