"""Every repeat of a paired measurement as a point, with a box of median and quartiles, on one time axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from sepviz.engine.block import BLOCKS
from sepviz.gui.views.axis import CLIP_QUANTILE, TimeAxis, linear_ticks, time_axis
from sepviz.gui.views.ink import LETTERS, SWATCH, Ink, bold, draw_swatch, draw_text, ink_of, text_width
from sepviz.study.quantity import counted, duration, significant, time_unit

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

    from sepviz.engine.timing import PairTiming, Timing

GAP = 10.0
NOT_MEASURED = 'Not measured yet for these settings. "Measure now" times both layers on this machine.'
_POINT = 2.4
_DIAMOND = 6.0
_TICK_SPACING = 80
_GOLDEN = 0.6180339887
_CENTRE = Qt.AlignmentFlag.AlignHCenter
_WRAPPED = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)


class TimeStrip(QWidget):
    """One row for each layer: its repeats scattered in height so that they can be told apart, and its box."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = LETTERS
        self._timing: PairTiming | None = None
        self._least_s: tuple[float, float] | None = None
        self._absence = NOT_MEASURED
        self.setAccessibleName("Time of every repeat")
        self.setToolTip(
            "Each point is one run of a layer; the box spans the middle half of them (quartiles), "
            "the line in it is the median. A hollow diamond is what the layer takes on this machine at best (roofline)."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_timing(
        self, timing: PairTiming | None, labels: tuple[str, str], least_s: tuple[float, float] | None = None
    ) -> None:
        """Show the repeats of both layers, called `labels`, and the seconds each takes at best where they are known."""
        self._timing, self._labels, self._least_s = timing, labels, least_s
        sides = () if timing is None else zip(LETTERS, labels, _described(timing, least_s), strict=True)
        self.setAccessibleDescription(
            "\n".join(f"{letter} {label}: {', '.join(texts)}" for letter, label, texts in sides) or NOT_MEASURED
        )
        self.update()

    def show_absence(self, text: str) -> None:
        """Say `text` where the repeats will be, or that nothing was measured yet."""
        self._absence = text or NOT_MEASURED
        self.update()

    def sizeHint(self) -> QSize:
        """Return the least size: a scroll area would rather scroll than shrink anything that hints at more."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which nothing is cut."""
        line = QFontMetrics(self.font()).height()
        return QSize(round(left_gutter(self.font()) + right_gutter(self.font()) + 160), round(11 * line))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint rows and axis."""
        painter, ink = QPainter(self), ink_of(self.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._timing is None:
            self._paint_absence(painter, ink)
        else:
            self._paint_timing(painter, ink, self._timing)
        painter.end()

    def _paint_absence(self, painter: QPainter, ink: Ink) -> None:
        painter.setPen(QPen(ink.line, 1))
        painter.setBrush(ink.canvas)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, 5, 5)
        painter.setPen(ink.muted)
        painter.drawText(frame.adjusted(GAP, 0, -GAP, 0), _WRAPPED, self._absence)

    def _paint_timing(self, painter: QPainter, ink: Ink, timing: PairTiming) -> None:
        sides = timing.baseline, timing.candidate
        axis = _axis(timing, self._least_s)
        described = _described(timing, self._least_s)
        line = QFontMetrics(self.font()).height()
        left = left_gutter(self.font())
        plot = QRectF(left, 0, self.width() - left - right_gutter(self.font()), self.height() - 2.4 * line)
        self._paint_axis(painter, plot, ink, axis)
        for index, side in enumerate(sides):
            row = QRectF(plot.left(), plot.top() + index * plot.height() / 2, plot.width(), plot.height() / 2)
            self._paint_names(painter, row, ink, index, described[index])
            _paint_box(painter, row, ink, index, side, axis)
            _paint_points(painter, row.adjusted(0, 6, 0, -6), ink.sides[index], side, axis)
            if self._least_s is not None:
                _paint_least(painter, row, ink, self._least_s[index] / axis.end)
            if axis.beyond[index]:
                _paint_beyond(painter, row, ink, axis.beyond[index])

    def _paint_axis(self, painter: QPainter, plot: QRectF, ink: Ink, axis: TimeAxis) -> None:
        scale, unit = time_unit(axis.end)
        line = QFontMetrics(self.font()).height()
        painter.setPen(QPen(ink.line, 1))
        painter.setBrush(ink.canvas)
        painter.drawRect(plot)
        ticks = linear_ticks(axis.end / scale, int(plot.width() // _TICK_SPACING))
        for tick in ticks:
            x = plot.left() + tick * scale / axis.end * plot.width()
            painter.setPen(QPen(ink.line, 1))
            painter.drawLine(QLineF(x, plot.top(), x, plot.bottom() + 4))
            draw_text(painter, QRectF(x - 40, plot.bottom() + 4, 80, line), f"{tick:,.6g}", ink.muted, _CENTRE)
        title = QRectF(plot.left(), plot.bottom() + 4 + line, plot.width(), line)
        draw_text(painter, title, f"time of one run ({unit})", ink.muted, _CENTRE)

    def _paint_names(self, painter: QPainter, row: QRectF, ink: Ink, index: int, texts: tuple[str, ...]) -> None:
        line = QFontMetrics(self.font()).height()
        draw_swatch(painter, 0, row.center().y(), ink, index)
        name = QRectF(SWATCH + 6, row.top(), row.left() - SWATCH - 6 - GAP, row.height())
        draw_text(painter, name, f"{LETTERS[index]}  {self._labels[index]}", ink.text)
        top = row.center().y() - line * len(texts) / 2
        for number, text in enumerate(texts):
            painter.setFont(self.font() if number else bold(self.font()))
            place = QRectF(row.right() + GAP, top + number * line, self.width() - row.right() - GAP, line)
            draw_text(painter, place, text, ink.muted if number else ink.text)
        painter.setFont(self.font())


def describe(side: Timing) -> tuple[str, str, str]:
    """Return the measurement of one layer in words: median, quartiles, repeats."""
    scale, unit = time_unit(side.median_s)
    quartiles = f"{significant(side.q1_s / scale)}–{significant(side.q3_s / scale)} {unit}"
    return f"median {duration(side.median_s)}", f"quartiles {quartiles}", counted(side.repeats, "repeats")


def _described(timing: PairTiming, least_s: tuple[float, float] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return both layers in words, with the least time of each where it is known."""
    first, second = describe(timing.baseline), describe(timing.candidate)
    if least_s is None:
        return first, second
    return (*first, f"◇ at best {duration(least_s[0])}"), (*second, f"◇ at best {duration(least_s[1])}")


def _axis(timing: PairTiming, least_s: tuple[float, float] | None) -> TimeAxis:
    """Return the axis for all repeats, long enough for the least times: a layer in the cache may beat its own."""
    samples = timing.baseline.samples_s, timing.candidate.samples_s
    axis, longest = time_axis(samples), 1.04 * max(least_s or (0.0,))
    if longest <= axis.end:
        return axis
    return TimeAxis(end=longest, beyond=tuple(sum(time > longest for time in times) for times in samples))


def describe_beyond(timing: PairTiming, least_s: tuple[float, float] | None = None) -> str:
    """Say which repeats lie past the end of the axis, or "" when all are within."""
    sides = timing.baseline, timing.candidate
    axis = _axis(timing, least_s)
    if not axis.is_clipped:
        return ""
    parts = [
        f"{count} of {side.repeats:,} of {letter}, the slowest {duration(max(side.samples_s))}"
        for letter, side, count in zip(LETTERS, sides, axis.beyond, strict=True)
        if count
    ]
    is_longer = axis.end > time_axis([side.samples_s for side in sides]).end
    end = "larger least time (◇)" if is_longer else f"{100 * CLIP_QUANTILE:.0f} % quantile of the slower layer"
    return f"The axis ends just after the {end}. Beyond it (▸) lie {'; '.join(parts)}. They count in all numbers."


def left_gutter(font: QFont) -> float:
    """Return the room for the names at the left of the time and ratio axes."""
    names = [f"A  {kind.label}" for kind in BLOCKS.values()]
    # the row of the measured ratio is in bold
    ratios = text_width(bold(font), "Time (median of 101 pairs)") - SWATCH - 6
    return SWATCH + 6 + max(ratios, *(text_width(font, name) for name in names)) + GAP


def right_gutter(font: QFont) -> float:
    """Return the room for the numbers at the right of the time and ratio axes."""
    return GAP + max(text_width(font, "quartiles 88.88–88.88 ms"), text_width(bold(font), "888.8× (888.8–888.8)"))


def _paint_points(painter: QPainter, row: QRectF, colour: QColor, side: Timing, axis: TimeAxis) -> None:
    fill = QColor(colour)
    fill.setAlphaF(0.75)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    for index, time in enumerate(side.samples_s):
        if time <= axis.end:
            # The golden ratio spreads neighbours evenly, and the same repeat always lands at the same height.
            y = row.top() + (index * _GOLDEN % 1) * row.height()
            painter.drawEllipse(QPointF(row.left() + time / axis.end * row.width(), y), _POINT, _POINT)


def _paint_box(painter: QPainter, row: QRectF, ink: Ink, index: int, side: Timing, axis: TimeAxis) -> None:
    low, middle, high = (
        row.left() + min(time / axis.end, 1.0) * row.width() for time in (side.q1_s, side.median_s, side.q3_s)
    )
    height = min(row.height() * 0.5, 40.0)
    box = QRectF(low, row.center().y() - height / 2, max(high - low, 1.0), height)
    fill = QColor(ink.sides[index])
    fill.setAlphaF(0.25)
    painter.setPen(QPen(ink.text, 1.2))
    painter.setBrush(fill)
    painter.drawRect(box)
    painter.setPen(QPen(ink.text, 2.6))
    painter.drawLine(QLineF(middle, box.top() - 3, middle, box.bottom() + 3))


def _paint_least(painter: QPainter, row: QRectF, ink: Ink, place: float) -> None:
    """Mark the least time, at `place` (0 to 1) of the axis: hollow, as it was not measured."""
    centre = QPointF(row.left() + place * row.width(), row.center().y())
    painter.setPen(QPen(ink.text, 1.6))
    painter.setBrush(ink.canvas)
    offsets = ((0, -_DIAMOND), (_DIAMOND, 0), (0, _DIAMOND), (-_DIAMOND, 0))
    painter.drawPolygon(QPolygonF([centre + QPointF(x, y) for x, y in offsets]))


def _paint_beyond(painter: QPainter, row: QRectF, ink: Ink, count: int) -> None:
    x, y = row.right() - 4, row.top() + 13
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.text)
    painter.drawPolygon(QPolygonF([QPointF(x - 7, y - 5), QPointF(x, y), QPointF(x - 7, y + 5)]))
    draw_text(painter, QRectF(x - 72, y - 8, 60, 16), f"{count:,}", ink.text, Qt.AlignmentFlag.AlignRight)
