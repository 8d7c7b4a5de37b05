"""The page of the claims: a card for each of them, and the roofline of this machine in one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from sepviz.gui.views.claim_card import ClaimCard, Experiment
from sepviz.gui.views.page import plain_label, scrolled_page
from sepviz.gui.views.roofline_section import RooflineSection
from sepviz.lab.claims import CLAIMS, LETTERS_LEGEND
from sepviz.lab.training import QUICK, TrainPair

if TYPE_CHECKING:
    from sepviz.lab.claims import Verdict

INTRODUCTION = (
    "What articles say of depthwise separable layers, judged for the layers and the picture of these settings. What "
    "can be counted is judged at once; experiments run when you ask for them."
)
_FULL = TrainPair()
EXPERIMENTS: dict[str, tuple[Experiment, ...]] = {
    "time": (
        Experiment(
            name="time",
            label="Measure here",
            tip="Time both layers on this machine, at these settings and at other out_channels, in about five seconds",
        ),
    ),
    "accuracy": (
        Experiment(
            name="quick",
            label=f"Quick look, {len(QUICK.seeds)} seeds",
            tip=f"Train small networks from {len(QUICK.seeds)} seeds for {QUICK.epochs} epochs, in some seconds; too "
            "few to tell a difference",
        ),
        Experiment(
            name="accuracy",
            label=f"Train, {len(_FULL.seeds)} seeds",
            tip=f"Train three small networks from each of the seeds {_FULL.seeds[0]} to {_FULL.seeds[-1]} for "
            f"{_FULL.epochs} epochs; it takes minutes, and pictures go on meanwhile",
        ),
    ),
    "initialisation": (
        Experiment(
            name="initialisation",
            label="Draw from many seeds",
            tip="Draw the weights of both layers, and of stacks of layers, from many seeds; pictures go on meanwhile",
        ),
    ),
}
"""The experiments that the cards offer, by claim."""


class ClaimsPage(QWidget):
    """Shows verdicts and asks for experiments; it judges nothing itself."""

    experiment_requested = Signal(str)
    stop_requested = Signal()
    copy_requested = Signal(str)
    """The name of a claim."""
    card_save_requested = Signal(str)
    """The name of a claim."""
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Claims about separable layers")
        self._save = QPushButton("Save verdicts…")
        self._save.setToolTip("Save all cards as a picture, as PDF, as JSON or as text")
        self._save.setEnabled(False)
        self._save.clicked.connect(self.save_requested)
        self.roofline = RooflineSection()
        own = {"traffic": self.roofline}  # which has the roofline of its card, with what was measured
        self.cards = {
            name: ClaimCard(claim.title, EXPERIMENTS.get(name, ()), own.get(name)) for name, claim in CLAIMS.items()
        }
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(plain_label(INTRODUCTION), 1)
        head.addWidget(self._save)
        column = QVBoxLayout(scrolled_page(self))
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(plain_label(LETTERS_LEGEND, muted=True))
        for card in self.cards.values():
            column.addWidget(card)
            card.experiment_requested.connect(self.experiment_requested)
            card.stop_requested.connect(self.stop_requested)
            card.copy_requested.connect(self._on_card_copy_requested)
            card.save_requested.connect(self._on_card_save_requested)
        column.addStretch(1)

    def _on_card_copy_requested(self) -> None:
        self.copy_requested.emit(self._name_of(self.sender()))

    def _on_card_save_requested(self) -> None:
        self.card_save_requested.emit(self._name_of(self.sender()))

    def _name_of(self, card: object) -> str:
        return next(name for name, own in self.cards.items() if own is card)

    def show_verdict(self, verdict: Verdict) -> None:
        """Show a verdict on its card."""
        self.cards[verdict.claim.name].show_verdict(verdict)
        self._save.setEnabled(True)

    def verdicts(self) -> tuple[Verdict, ...]:
        """Return what the cards say."""
        return tuple(card.verdict for card in self.cards.values() if card.verdict is not None)
