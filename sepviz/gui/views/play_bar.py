"""The controls of the sliding window: play, one pixel at a time, backwards, how fast; and what else is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sepviz.gui.views.state_lines import StateLines

if TYPE_CHECKING:
    from collections.abc import Sequence

BUTTONS = (
    ("first", "|◀", "Back to the first pixel (Home)"),
    ("back", "◀ Step", "One pixel back ( , )"),
    ("play", "▶ Play", "Slide the window over the output, pixel by pixel (Space)"),
    ("on", "Step ▶", "One pixel on ( . )"),
)
CHECKS = (
    ("reverse", "Play backwards", "Play from the last pixel to the first (R)"),
    ("padding", "Outputs that touch padding", "Mark every output that padding has a part in (P)"),
    ("more", "Show up to 64 sums", "Write out up to 64 sums and channels of this pixel instead of 4 (M)"),
)
PLAYING = "❚❚ Pause"
ALL_TOLD = "All sums of this pixel are told already"


class PlayBar(QWidget):
    """Buttons, speed and check boxes in a row, and a line that says where the window is."""

    asked = Signal(str)
    """A button was pressed, by name."""
    toggled = Signal(str, bool)
    """A check box was turned, by name."""
    paced = Signal(int)
    """A speed was chosen, by its place in the list."""

    def __init__(self, speeds: Sequence[str]) -> None:
        super().__init__()
        self.buttons = {name: QPushButton(text) for name, text, _ in BUTTONS}
        self.checks = {name: QCheckBox(text) for name, text, _ in CHECKS}
        self.speed = QComboBox()
        self.speed.addItems(list(speeds))
        self.speed.setToolTip("How fast the window slides; none is left out, fast speeds pass several at a time")
        self.speed.setAccessibleName("Speed")
        self.state, self.touched = StateLines(2), StateLines(1)
        self._dress()
        for control in (*self.buttons.values(), *self.checks.values(), self.speed):
            # a click leaves the keys to the page, where Space plays
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row, second, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addWidget(QLabel("at"))
        row.addWidget(self.speed)
        row.addStretch(1)
        second.addWidget(self.checks["reverse"])
        second.addWidget(self.checks["more"])
        second.addWidget(self.checks["padding"])
        second.addWidget(self.touched, 1)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (row, second):
            column.addLayout(part)
        column.addWidget(self.state)
        self.speed.activated.connect(self.paced)

    def _dress(self) -> None:
        for name, text, tip in BUTTONS:
            button = self.buttons[name]
            button.setObjectName(name)
            button.setToolTip(tip)
            button.setAccessibleName(tip.partition(" (")[0])
            button.clicked.connect(self._on_button_clicked)
            width = max(
                button.fontMetrics().horizontalAdvance(one) for one in (text, PLAYING if name == "play" else "")
            )
            button.setFixedWidth(width + 22)
        for name, _, tip in CHECKS:
            self.checks[name].setObjectName(name)
            self.checks[name].setToolTip(tip)
            self.checks[name].clicked.connect(self._on_check_clicked)

    def show_playing(self, playing: bool) -> None:
        """Offer to pause, or to play."""
        text, tip = next((text, tip) for name, text, tip in BUTTONS if name == "play")
        self.buttons["play"].setText(PLAYING if playing else text)
        self.buttons["play"].setAccessibleName("Pause" if playing else tip.partition(" (")[0])

    def show_more(self, there: bool) -> None:
        """Offer more sums only where there are more."""
        tip = next(tip for name, _, tip in CHECKS if name == "more")
        self.checks["more"].setEnabled(there)
        self.checks["more"].setToolTip(tip if there else ALL_TOLD)

    def show_speed(self, place: int) -> None:
        """Show the chosen speed."""
        self.speed.setCurrentIndex(place)

    def show_state(self, lines: tuple[str, ...], touched: str, *, spoken: bool = True) -> None:
        """Say where the window is, and how many outputs touch padding; not `spoken` while it plays."""
        self.state.show_lines(lines, spoken=spoken)
        self.touched.show_lines((touched,), spoken=spoken)

    def _on_button_clicked(self) -> None:
        self.asked.emit(self.sender().objectName())

    def _on_check_clicked(self, on: bool) -> None:
        self.toggled.emit(self.sender().objectName(), on)
