"""What is to be swept: one field or two, each from a number to another, and whether time is measured too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sepviz.gui.panel.numbers import NumberBox, calm_wheel
from sepviz.gui.views.page import plain_label
from sepviz.lab.sweep import BUDGET_S_PER_POINT, MOST_POINTS, SWEPT_FIELDS
from sepviz.study.params import STUDY_PARAMS, Param
from sepviz.study.quantity import count, counted

NOTHING = "nothing else"
MOST_VALUES = 64
"""Values of one field; more would say no more."""
_COUNT = Param(
    name="count", group="", label="points", kind="integer", minimum=2, maximum=MOST_VALUES, help="How many values"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The values of one field that are asked for."""

    field: str
    start: int
    stop: int
    count: int
    log: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepWish:
    """One span, or two for a map, and whether both layers are timed at every point."""

    spans: tuple[Span, ...]
    measure: bool

    @property
    def points(self) -> int:
        """How many points there are at most; rounding may make some of them one."""
        return prod(span.count for span in self.spans)


PROPOSALS = {
    "size": (32, 512, 8, True),
    "out_channels": (1, 512, 10, True),
    "kernel_size": (1, 15, 8, False),
    "stride": (1, 4, 4, False),
    "dilation": (1, 8, 8, False),
    "depth_multiplier": (1, 16, 16, False),
    "groups": (1, 64, 7, True),
    "padding": (0, 8, 9, False),
    "seed": (0, 9, 10, False),
}
"""Start, stop, count and log that are proposed for a field."""


class SpanEditor(QWidget):
    """One of `fields` with its range; without a field it is a span of nothing."""

    changed = Signal()

    def __init__(
        self,
        label: str,
        field: str,
        *,
        optional: bool,
        fields: tuple[str, ...] = SWEPT_FIELDS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label = label
        self._box, self._log = QComboBox(), QCheckBox("logarithmic")
        calm_wheel(self._box)
        self._box.setAccessibleName(f"{label.replace('&', '')}: field")
        self._log.setToolTip("Equal factors between the values instead of equal steps")
        self._log.setAccessibleName(f"{label.replace('&', '')}: logarithmic")
        if optional:
            self._box.addItem(NOTHING, "")
        for name in fields:
            self._box.addItem(STUDY_PARAMS[name].label, name)
        name_label = QLabel(label)
        name_label.setBuddy(self._box)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        name_label.setMinimumWidth(name_label.fontMetrics().horizontalAdvance("Against "))
        for widget in (name_label, self._box):
            self._row.addWidget(widget)
        self._ends = QWidget()
        self._row.addWidget(self._ends)
        self._row.addStretch(1)
        self._box.setCurrentIndex(max(0, self._box.findData(field)))
        self._box.currentIndexChanged.connect(self._on_box_index_changed)
        self._log.toggled.connect(self.changed)
        self._propose()

    @property
    def span(self) -> Span | None:
        """What is asked for, or None."""
        name = self._box.currentData()
        if not name:
            return None
        start, stop, number = (box.value() for box in self._boxes)
        return Span(field=name, start=start, stop=stop, count=number, log=self._log.isChecked())

    def _propose(self) -> None:
        """Make number boxes for the range of the chosen field."""
        self._log.setParent(self)
        self._ends.hide()  # it is painted until the event loop deletes it
        self._ends.deleteLater()
        name, self._ends = self._box.currentData(), QWidget()
        self._row.insertWidget(2, self._ends)
        row = QHBoxLayout(self._ends)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._log.setVisible(bool(name))
        if not name:
            return
        param = STUDY_PARAMS[name]
        start, stop, number, log = PROPOSALS[name]
        least = max(param.minimum, 1) if param.special else param.minimum
        ranged = replace(param, minimum=least, special="", stops=())
        rows = (("from", ranged, start), ("to", ranged, stop), ("in", _COUNT, number))
        self._boxes = [self._number(row, *each) for each in rows]
        self._log.setChecked(log)
        row.addWidget(self._log)

    def _number(self, row: QHBoxLayout, word: str, param: Param, value: int) -> NumberBox:
        # the unit stands once behind both ends, not in the boxes, as a narrow window has no room for it
        box = NumberBox(param, f"{self._label}: {word}, {param.unit or 'a number'}".replace("&", ""))
        box.setValue(value)
        box.changed.connect(self._on_number_changed)
        row.addWidget(QLabel(word))
        row.addWidget(box)
        after = {"to": f"{param.unit}," if param.unit else ",", "in": "points"}.get(word)
        if after:
            row.addWidget(QLabel(after))
        return box

    def _on_number_changed(self, value: int, settled: bool) -> None:
        self.changed.emit()

    def _on_box_index_changed(self, index: int) -> None:
        self._propose()
        self.changed.emit()


class SweepControls(QWidget):
    """Asks for a sweep or a map with :attr:`started`."""

    started = Signal(object)
    """A :class:`SweepWish`."""
    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = SpanEditor("Sweep", "out_channels", optional=False)
        self.second = SpanEditor("Against", "", optional=True)
        self.second.setToolTip("A second field makes a map: every value of the one with every value of the other")
        self._measure = QCheckBox("Measure time too")
        self._measure.setToolTip(
            f"Time both layers at every point, for about {BUDGET_S_PER_POINT:g} s each; slow layers take longer"
        )
        self._start, self._stop = QPushButton("Start"), QPushButton("Stop")
        self._start.setToolTip("Look at both layers at every point")
        self._stop.setToolTip("Stop, and keep what is done (Esc)")
        self._forecast = plain_label(muted=True)
        self._forecast.setAccessibleName("How much is asked for")
        self._lay_out()
        for editor in (self.first, self.second):
            editor.changed.connect(self._tell)
        self._measure.toggled.connect(self._tell)
        self._start.clicked.connect(self._on_start_clicked)
        self._stop.clicked.connect(self.stopped)
        self.show_running(False)
        self._tell()

    @property
    def wish(self) -> SweepWish:
        """What is asked for as the controls stand."""
        spans = (self.first.span, self.second.span)
        return SweepWish(spans=tuple(span for span in spans if span is not None), measure=self._measure.isChecked())

    def show_running(self, running: bool) -> None:
        """While something runs, it can be stopped and not begun again."""
        self._start.setEnabled(not running and self._is_possible())
        self._stop.setVisible(running)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        for widget in (self._start, self._stop, self._measure):
            row.addWidget(widget)
        row.addWidget(self._forecast, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for editor in (self.first, self.second):
            column.addWidget(editor)
        column.addLayout(row)

    def _is_possible(self) -> bool:
        fields = [span.field for span in self.wish.spans]
        return len(set(fields)) == len(fields) and self.wish.points <= MOST_POINTS

    def _tell(self) -> None:
        self._forecast.setText(forecast(self.wish))
        self._start.setEnabled(self._stop.isHidden() and self._is_possible())

    def _on_start_clicked(self) -> None:
        self.started.emit(self.wish)


def forecast(wish: SweepWish) -> str:
    """Say how many points are asked for and about how long that takes, or what is wrong with it."""
    fields = [span.field for span in wish.spans]
    if len(set(fields)) < len(fields):
        return f"Both fields are {STUDY_PARAMS[fields[0]].label}; choose two different ones."
    if wish.points > MOST_POINTS:
        return f"{count(wish.points)} points are too many; take at most {count(MOST_POINTS)}."
    product = " × ".join(count(span.count) for span in wish.spans)
    # those of one field stand in its row already
    points = f"{product} = {counted(wish.points, 'points')}; " if len(wish.spans) > 1 else ""
    if not wish.measure:
        return _sentence(f"{points}counting takes no time.")
    return _sentence(
        f"{points}measuring takes about {count(max(1, wish.points * BUDGET_S_PER_POINT))} s, more for slow layers."
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
