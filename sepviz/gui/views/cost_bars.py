"""One counted quantity as two bars: the baseline, and the candidate made up of its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from sepviz.gui.views.ink import (
    LETTERS,
    SWATCH,
    Ink,
    block_labels,
    bold,
    draw_swatch,
    draw_text,
    fill_layer,
    ink_of,
    text_width,
)

if TYPE_CHECKING:
    from sepviz.engine.cost import BlockCost, LayerCost
    from sepviz.study.costs import Costs
    from sepviz.study.quantity import Quantity

_PAD, _GAP, _LETTER = 12.0, 8.0, 18.0
_LANE = 9.0
"""Height under a bar that is not stacked, where the marks of its layers stand."""
_GROWTH = 20
"""Pixels by which a card may get higher in a large window."""
_LONGEST = 8_888_888_888_888
_RIGHT = Qt.AlignmentFlag.AlignRight


class CostBars(QWidget):
    """A card: the quantity and its verdict in words above, the two bars with their numbers below.

    What adds up over layers is stacked; arithmetic intensity does not, so there the bar is the whole block and a mark
    stands at the value of each layer.
    """

    def __init__(self, quantity: Quantity, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quantity = quantity
        self._adds_up = quantity.name != "intensity"
        self._costs: Costs | None = None
        self.setAccessibleName(quantity.label)
        self.setToolTip(f"{quantity.help}\n{quantity.formula}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(self.minimumSizeHint().height() + _GROWTH)

    def show_costs(self, costs: Costs, quantity: Quantity | None = None) -> None:
        """Show this quantity of both blocks, or from now on `quantity`, the same counted in another way."""
        self._quantity, self._costs = quantity or self._quantity, costs
        self.setAccessibleName(self._quantity.label)
        self.setAccessibleDescription(describe(self._quantity, costs))
        self.setToolTip(f"{self._quantity.help}\n{self._quantity.formula}\n\n{self.accessibleDescription()}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for long numbers."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least width at which the longest number still leaves a bar to see."""
        number = text_width(self.font(), self._quantity.write(_LONGEST))
        height = self._above() + 2 * (2 * self._line() + 9) + _GAP + _PAD
        return QSize(round(2 * _PAD + _LETTER + 90 + _GAP + number), round(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card."""
        painter, ink = QPainter(self), ink_of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink.line, 1))
        painter.setBrush(ink.canvas)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        inside = QRectF(self.rect()).adjusted(_PAD, _PAD, -_PAD, -_PAD)
        self._paint_title(painter, inside, ink)
        if self._costs is not None:
            self._paint_bars(painter, inside.adjusted(0, self._line() * 1.4, 0, 0), ink, self._costs)
        painter.end()

    def _line(self) -> float:
        return QFontMetrics(self.font()).height()

    def _above(self) -> float:
        return _PAD + self._line() * 1.4

    def _bar(self) -> float:
        return (self.height() - self._above() - _GAP - _PAD) / 2 - self._line()

    def _paint_title(self, painter: QPainter, inside: QRectF, ink: Ink) -> None:
        row = QRectF(inside.left(), inside.top(), inside.width(), self._line())
        verdict = "" if self._costs is None else self._quantity.verdict(*_values(self._quantity, self._costs))
        painter.setFont(bold(self.font()))
        taken = text_width(painter.font(), verdict)
        draw_text(painter, row, verdict, ink.text, _RIGHT)
        draw_text(painter, row.adjusted(0, 0, -taken - _GAP, 0), self._quantity.label, ink.text)
        painter.setFont(self.font())

    def _paint_bars(self, painter: QPainter, inside: QRectF, ink: Ink, costs: Costs) -> None:
        blocks = costs.baseline, costs.candidate
        totals = _values(self._quantity, costs)
        numbers = [self._quantity.write(total) for total in totals]
        room = inside.width() - _LETTER - _GAP - max(text_width(self.font(), number) for number in numbers)
        parts = [_value(self._quantity, layer) for block in blocks for layer in block.layers]
        scale = room / max(*totals, *parts)
        for side, (block, total, number) in enumerate(zip(blocks, totals, numbers, strict=True)):
            top = inside.top() + side * (self._bar() + self._line() + _GAP)
            height = self._bar() - (0 if self._adds_up else _LANE)
            row = QRectF(inside.left(), top, inside.width(), height)
            bar = QRectF(row.left() + _LETTER, top, max(total * scale, 1.0), height)
            draw_text(painter, row, LETTERS[side], ink.text)
            self._paint_block(painter, bar, ink, side, block, scale)
            draw_text(painter, row.adjusted(bar.right() - row.left() + _GAP, 0, _PAD, 0), number, ink.text)
            if len(block.layers) > 1:
                below = QRectF(bar.left(), top + self._bar(), row.right() - bar.left(), self._line() + 3)
                self._paint_layers(painter, below, ink, side, block)

    def _paint_block(self, painter: QPainter, bar: QRectF, ink: Ink, side: int, block: BlockCost, scale: float) -> None:
        values = [_value(self._quantity, layer) for layer in block.layers]
        if self._adds_up:
            left = bar.left()
            for index, value in enumerate(values):
                part = QRectF(left, bar.top(), max(value * scale, 1.0), bar.height())
                fill_layer(painter, part, ink, side, index)
                left += value * scale
            return
        fill_layer(painter, bar, ink, side, 0)
        if len(values) > 1:
            for index, value in enumerate(values):
                _paint_mark(painter, QPointF(bar.left() + value * scale, bar.bottom() + _LANE / 2), ink, index)

    def _paint_layers(self, painter: QPainter, row: QRectF, ink: Ink, side: int, block: BlockCost) -> None:
        values = [_value(self._quantity, layer) for layer in block.layers]
        room = row.width() - len(values) * (SWATCH + 5 + 1.5 * _GAP)
        exact, brief = (
            [f"{layer.name} {write(value)}" for layer, value in zip(block.layers, values, strict=True)]
            for write in (self._quantity.number, self._quantity.brief)
        )
        texts = exact if sum(text_width(self.font(), text) for text in exact) <= room else brief
        left = row.left()
        for index, text in enumerate(texts):
            if self._adds_up:
                draw_swatch(painter, left, row.center().y(), ink, side, index)
            else:
                _paint_mark(painter, QPointF(left + SWATCH / 2, row.center().y()), ink, index)
            left += SWATCH + 5
            draw_text(painter, QRectF(left, row.top(), row.right() - left, row.height()), text, ink.muted)
            left += text_width(self.font(), text) + 1.5 * _GAP


def describe(quantity: Quantity, costs: Costs) -> str:
    """Return one quantity of both blocks in words: totals, layers, verdict."""
    parts = []
    for letter, label, block in zip(LETTERS, block_labels(costs), (costs.baseline, costs.candidate), strict=True):
        total = quantity.write(_value(quantity, block))
        layers = ", ".join(f"{layer.name} {quantity.number(_value(quantity, layer))}" for layer in block.layers)
        parts.append(f"{letter} {label}: {total}" + (f" ({layers})" if len(block.layers) > 1 else ""))
    return "\n".join((*parts, f"B against A: {quantity.verdict(*_values(quantity, costs))}"))


def _value(quantity: Quantity, cost: BlockCost | LayerCost) -> float:
    return float(getattr(cost, quantity.name))


def _values(quantity: Quantity, costs: Costs) -> tuple[float, float]:
    return _value(quantity, costs.baseline), _value(quantity, costs.candidate)


def _paint_mark(painter: QPainter, centre: QPointF, ink: Ink, index: int) -> None:
    """Paint the mark of one layer on a bar that is not stacked: a disc for the first, a diamond for the others."""
    painter.setPen(QPen(ink.text, 1.5))
    painter.setBrush(ink.canvas)
    if index == 0:
        painter.drawEllipse(centre, 3.8, 3.8)
        return
    offsets = ((0, -4.6), (4.6, 0), (0, 4.6), (-4.6, 0))
    painter.drawPolygon(QPolygonF([centre + QPointF(x, y) for x, y in offsets]))
