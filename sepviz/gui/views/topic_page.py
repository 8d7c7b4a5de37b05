"""A page that walks through one question at a time: a control, its numbers, a plot, a sentence, and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from sepviz.gui.panel.editors import wrapped
from sepviz.gui.panel.numbers import calm_wheel
from sepviz.gui.views.latch import Latch
from sepviz.gui.views.map_grid import MapGrid
from sepviz.gui.views.page import plain_label, scrolled_page
from sepviz.gui.views.plot_view import PlotView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sepviz.lab.plot import Plot

PICTURES = ("first", "second", "difference")
MOST_ROWS = 8
NUMBERS_WIDTH = 330
PLOT_HEIGHT = 270

Control: TypeAlias = Literal["slider", "choice", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCard:
    """All that the page says of one topic.

    Attributes
    ----------
    sentence : str
        What it comes to, in words.
    control : "slider", "choice" or "none"
    control_label : str
    stops : tuple of str
        What the control goes through; `at` is where it stands.
    rows : tuple of (str, str)
        Quantities and their values, at most :data:`MOST_ROWS`.
    plot : Plot or None
    action, action_tip : str
        What the button does; no button without.
    measures : bool
        Whether time can be measured here.
    """

    sentence: str
    control: Control = "none"
    control_label: str = ""
    stops: tuple[str, ...] = ()
    at: int = 0
    rows: tuple[tuple[str, str], ...] = ()
    plot: Plot | None = None
    action: str = ""
    action_tip: str = ""
    measures: bool = False


class TopicPage(QWidget):
    """Shows a :class:`TopicCard` and pictures; says what the user wants of them."""

    topic_chosen = Signal(str)
    moved = Signal(int)
    """The control stands at this stop now."""
    action_requested = Signal()
    measure_requested = Signal()

    def __init__(self, topics: Mapping[str, tuple[str, str]]) -> None:
        """Offer `topics`, name -> (label, tip)."""
        super().__init__()
        self._topics = QButtonGroup(self)
        self._buttons = {name: self._topic_button(name, *texts) for name, texts in topics.items()}
        self._label, self._value = QLabel(), QLabel()
        self.slider, self._choice = _slider(), _choice()
        self._rows = [(plain_label(muted=True), plain_label()) for _ in range(MOST_ROWS)]
        self._action, self._measure = QPushButton(), QPushButton("Measure time")
        self._measure.setToolTip("Time every step beside the standard layer on this machine.")
        self.plot, self.pictures = PlotView(), MapGrid((PICTURES,), (1,), 214)
        self._beside, self._below = plain_label(), plain_label()
        self._beside.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.plot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.plot.setMinimumHeight(PLOT_HEIGHT)
        # the names of steps at both ends would be left out
        self.plot.widget.getAxis("bottom").setStyle(hideOverlappingLabels=False)
        self.plot.widget.getViewBox().setDefaultPadding(0.06)
        self._lay_out()
        self.slider.valueChanged.connect(self._on_slider_value_changed)
        self._choice.activated.connect(self.moved)
        self._action.clicked.connect(self.action_requested)
        self._measure.clicked.connect(self.measure_requested)

    @property
    def sentence(self) -> str:
        """What is said in words."""
        return self._beside.text() or self._below.text()

    def show_topic(self, name: str) -> None:
        """Mark topic `name` as the one that is shown."""
        self._buttons[name].setChecked(True)

    def show_card(self, card: TopicCard) -> None:
        """Show `card`; nothing is emitted."""
        self._show_control(card)
        for number, (name, value) in enumerate(self._rows):
            shown = number < len(card.rows)
            name.setVisible(shown)
            value.setVisible(shown)
            texts = card.rows[number] if shown else ("", "")
            name.setText(texts[0])
            value.setText(texts[1])
        self.plot.setVisible(card.plot is not None)
        self._column.setStretch(self._column.indexOf(self._head), int(card.plot is not None))
        if card.plot != self.plot.plot:
            self.plot.show_plot(card.plot)
        # where the plot takes the room beside the numbers, the sentence goes below them
        for label, shown in ((self._beside, card.plot is None), (self._below, card.plot is not None)):
            label.setText(card.sentence if shown else "")
            label.setVisible(shown)
        self._action.setVisible(bool(card.action))
        self._action.setText(card.action)
        self._action.setToolTip(wrapped(card.action_tip))
        self._measure.setVisible(card.measures)

    def show_measuring(self, measuring: bool) -> None:
        """Say that time is being measured, or that it can be."""
        self._measure.setEnabled(not measuring)
        self._measure.setText("Measuring…" if measuring else "Measure time")

    def _show_control(self, card: TopicCard) -> None:
        self._label.setVisible(card.control != "none")
        self.slider.setVisible(card.control == "slider")
        self._value.setVisible(card.control == "slider")
        self._choice.setVisible(card.control == "choice")
        self._label.setText(card.control_label)
        if card.control == "none":
            return
        self._value.setText(card.stops[card.at])
        for box in (self.slider, self._choice):
            box.setAccessibleName(card.control_label)
            box.setAccessibleDescription(card.stops[card.at])
        self._label.setBuddy(self.slider if card.control == "slider" else self._choice)
        with QSignalBlocker(self.slider), QSignalBlocker(self._choice):
            self.slider.setMaximum(len(card.stops) - 1)
            self.slider.setPageStep(max(1, len(card.stops) // 8))
            self.slider.setTickInterval(self.slider.pageStep())
            self.slider.setValue(card.at)
            if [self._choice.itemText(row) for row in range(self._choice.count())] != list(card.stops):
                self._choice.clear()
                self._choice.addItems(list(card.stops))
            self._choice.setCurrentIndex(card.at)

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(scrolled_page(self))
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        if len(self._buttons) > 1:
            topics = QHBoxLayout()
            topics.setSpacing(4)
            for button in self._buttons.values():
                topics.addWidget(button)
            topics.addStretch(1)
            column.addLayout(topics)
        control = QHBoxLayout()
        control.addWidget(self._label)
        control.addWidget(self.slider, 1)
        control.addWidget(self._choice)
        control.addWidget(self._value)
        control.addStretch(0)
        column.addLayout(control)
        beside = QVBoxLayout()
        beside.addWidget(self.plot, 1)
        beside.addWidget(self._beside)
        self._head = QHBoxLayout()
        self._head.setSpacing(16)
        self._head.addWidget(self._numbers())
        self._head.addLayout(beside, 1)
        column.addLayout(self._head, 1)
        column.addWidget(self._below)
        column.addWidget(self.pictures, 1)

    def _numbers(self) -> QWidget:
        widget = QWidget()
        widget.setFixedWidth(NUMBERS_WIDTH)
        grid = QGridLayout(widget)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        top = Qt.AlignmentFlag.AlignTop
        for number, (name, value) in enumerate(self._rows):
            grid.addWidget(name, number, 0, top)
            grid.addWidget(value, number, 1, top)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        grid.setRowStretch(MOST_ROWS, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self._action)
        buttons.addWidget(self._measure)
        buttons.addStretch(1)
        grid.addLayout(buttons, MOST_ROWS + 1, 0, 1, 2)
        return widget

    def _topic_button(self, name: str, label: str, tip: str) -> QPushButton:
        button = Latch(label)
        button.setObjectName(name)
        button.setToolTip(wrapped(tip))
        button.clicked.connect(self._on_topic_clicked)
        self._topics.addButton(button)
        return button

    def _on_topic_clicked(self) -> None:
        self.topic_chosen.emit(self.sender().objectName())

    def _on_slider_value_changed(self, value: int) -> None:
        self.moved.emit(value)


def _slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setTickPosition(QSlider.TickPosition.TicksBelow)
    slider.setMinimumWidth(200)
    calm_wheel(slider)
    return slider


def _choice() -> QComboBox:
    choice = QComboBox()
    choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    calm_wheel(choice)
    return choice
