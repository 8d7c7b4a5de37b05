"""One claim as a card: what is said, whether it holds here, the numbers, the plot, and what is taken for granted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sepviz.gui.views.badge import Badge
from sepviz.gui.views.card import Card
from sepviz.gui.views.ink import bold
from sepviz.gui.views.page import plain_label
from sepviz.gui.views.plot_view import PlotView
from sepviz.gui.views.still_plot import hold_still

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from sepviz.lab.claims import Verdict

STALE = "Of earlier settings: run it again for these."
SIDE_BY_SIDE = 780
"""Pixels from which on the plot stands beside the numbers."""
PLOT_HEIGHT = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """Something a card can ask for: the name it is asked by, what the button says, and what will be done."""

    name: str
    label: str
    tip: str


class ClaimCard(Card):
    """Shows a :class:`~sepviz.lab.claims.Verdict`, and asks for the experiments that its claim takes."""

    experiment_requested = Signal(str)
    """The name of an :class:`Experiment`."""
    stop_requested = Signal()
    copy_requested = Signal()
    save_requested = Signal()

    def __init__(self, title: str, experiments: tuple[Experiment, ...] = (), section: QWidget | None = None) -> None:
        """Make an empty card; a `section` stands where the verdict's further plots would."""
        super().__init__()
        self.verdict: Verdict | None = None
        self.setAccessibleName(title)
        self.badge = Badge()
        self._title = plain_label(title)
        self._title.setFont(bold(self.font()))
        self._title.setWordWrap(False)
        self._claim, self._sentence, self._condition = plain_label(muted=True), plain_label(), plain_label()
        self._state, self._foot = plain_label(), plain_label(muted=True)
        self._state.setAccessibleName("State of the experiment")
        self._state.setFont(bold(self.font()))
        self._buttons = [self._button(each) for each in experiments]
        self._stop = QPushButton("Stop")
        self._stop.setToolTip("Stop the experiment (Esc)")
        self._stop.clicked.connect(self.stop_requested)
        self._copy = QPushButton("Copy")
        self._copy.setToolTip("Put this card on the clipboard, as text")
        self._copy.setAccessibleName(f"Copy the card: {title}")
        self._copy.clicked.connect(self.copy_requested)
        self._save = QPushButton("Save…")
        self._save.setToolTip("Save this card as PNG, SVG or PDF")
        self._save.setAccessibleName(f"Save the card: {title}")
        self._save.clicked.connect(self.save_requested)
        self._numbers: list[QLabel] = []
        self._grid = QGridLayout()
        self._plots: list[PlotView] = []
        self._section = section
        self._further = QGridLayout()
        self._further.setSpacing(14)
        self._is_wide = True
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        self.show_state("", running=False)

    def sizeHint(self) -> QSize:
        """Return a width that fits any page; the texts wrap."""
        return QSize(400, super().sizeHint().height())

    def show_verdict(self, verdict: Verdict) -> None:
        """Show `verdict`; a stale one says so."""
        self.badge.show_verdict(verdict.holds, stale=verdict.is_stale)
        self._claim.setText(f'"{verdict.claim.assertion}"')
        self._say(self._sentence, verdict.sentence)
        self._say(self._condition, f"Boundary: {verdict.condition}" if verdict.condition else "")
        assumption = f"Assumed: {verdict.assumption}\n" if verdict.assumption else ""
        self._foot.setText(f"{assumption}Source: {verdict.source}")
        self._show_numbers(verdict.numbers)
        self._show_plots(verdict)
        self.verdict = verdict
        if not self.is_running:
            self.show_state(STALE if verdict.is_stale else "", running=False)
        self.setAccessibleDescription(f"{verdict.holds}. {verdict.sentence} {verdict.condition}")

    @property
    def is_running(self) -> bool:
        """Whether its experiment is under way."""
        return not self._stop.isHidden()

    def show_state(self, text: str, *, running: bool) -> None:
        """Say how an experiment stands; while it is `running` it can be stopped."""
        self._say(self._state, text)
        self._stop.setVisible(running)
        for button in self._buttons:
            button.setVisible(not running)

    def allow(self, allowed: bool) -> None:
        """Offer the experiments, or not while another one has the second worker."""
        for button in self._buttons:
            button.setEnabled(allowed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put all plots below the numbers, in one column, where there is no room beside them."""
        super().resizeEvent(event)
        wide = self.width() >= SIDE_BY_SIDE
        if wide == self._is_wide:
            return
        self._is_wide = wide
        self._body.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        for number, view in enumerate(self._plots[1:]):
            self._place_further(view, number)

    def _button(self, experiment: Experiment) -> QPushButton:
        button = QPushButton(experiment.label)
        button.setToolTip(experiment.tip)
        button.setObjectName(experiment.name)
        button.clicked.connect(self._on_button_clicked)
        return button

    def _on_button_clicked(self) -> None:
        self.experiment_requested.emit(self.sender().objectName())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._title)
        head.addWidget(self.badge)
        head.addStretch(1)
        head.addWidget(self._copy)
        head.addWidget(self._save)
        asked = QHBoxLayout()
        asked.setSpacing(10)
        asked.addWidget(self._claim, 1)
        for button in (*self._buttons, self._stop):
            asked.addWidget(button)
        numbers = QVBoxLayout()
        numbers.setSpacing(8)
        for label in (self._sentence, self._condition):
            numbers.addWidget(label)
        numbers.addLayout(self._grid)
        numbers.addStretch(1)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 3)
        self._body.setSpacing(14)
        self._body.addLayout(numbers, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(asked)
        column.addWidget(self._state)
        column.addLayout(self._body)
        column.addLayout(self._further)
        if self._section is not None:
            column.addWidget(self._section)
        column.addWidget(self._foot)

    def _show_plots(self, verdict: Verdict) -> None:
        """Show the verdict's own plot beside the numbers, and the further ones below, two in a row."""
        further = verdict.further if self._section is None else ()
        plots = (verdict.plot, *further) if verdict.plot or further else ()
        while len(self._plots) < len(plots):
            self._plots.append(self._made_plot(len(self._plots)))
        for number, view in enumerate(self._plots):
            plot = plots[number] if number < len(plots) else None
            view.setVisible(plot is not None)
            if plot != view.plot:
                view.show_plot(plot)

    def _made_plot(self, number: int) -> PlotView:
        """Return the plot for a place; made when it is first needed, as that takes longer than all else of a card."""
        view = PlotView()
        view.setFixedHeight(PLOT_HEIGHT)  # else its scene asks for hundreds of pixels more
        hold_still(view.widget)
        if number == 0:
            self._body.addWidget(view, 1, Qt.AlignmentFlag.AlignTop)
        else:
            self._place_further(view, number - 1)
        return view

    def _place_further(self, view: PlotView, number: int) -> None:
        columns = 2 if self._is_wide else 1
        self._further.addWidget(view, number // columns, number % columns)
        self._further.setColumnStretch(0, 1)
        self._further.setColumnStretch(1, columns - 1)

    def _show_numbers(self, numbers: tuple[tuple[str, str], ...]) -> None:
        texts = [text for row in numbers for text in row]
        while len(self._numbers) > len(texts):
            label = self._numbers.pop()
            self._grid.removeWidget(label)
            label.hide()  # it is painted until the event loop deletes it
            label.deleteLater()
        while len(self._numbers) < len(texts):
            place = len(self._numbers)
            self._numbers.append(plain_label(muted=place % 2 == 0))
            self._grid.addWidget(self._numbers[-1], place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        for label, text in zip(self._numbers, texts, strict=True):
            label.setText(text)

    def _say(self, label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))
