"""The guide of the claims' tab: it has them judged for the study, and has experiments made when they are asked for."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from sepviz.export.saving import ExportError, write_text
from sepviz.export.table import json_text
from sepviz.export.verdict_table import verdicts_json, verdicts_text
from sepviz.gui.claim_tasks import JudgeClaims, Judgement, SaveCards
from sepviz.gui.dialogs.save_dialog import ask_path, suffixes
from sepviz.gui.errand import Errand
from sepviz.gui.views.claims_page import ClaimsPage
from sepviz.lab.accuracy_claim import judge_accuracy
from sepviz.lab.initialisation import InitialisationResult, SpreadOfInitialisation
from sepviz.lab.initialisation_claim import judge_initialisation
from sepviz.lab.roofline import Roofline, roofline
from sepviz.lab.time_claim import JudgeTime, TimeJudgement, judge_again
from sepviz.lab.training import QUICK, TrainingResult, TrainPair
from sepviz.study.benchmark import Benchmark
from sepviz.study.costs import count_costs

if TYPE_CHECKING:
    from pathlib import Path

    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow
    from sepviz.lab.claims import Verdict
    from sepviz.study.study import Study

log = logging.getLogger("sepviz")
REST_MS = 150
"""Changes that come closer together than this are judged as one."""
WAITING = "It begins when what runs before it is done…"
PICTURES = "PNG picture (*.png);;SVG drawing (*.svg);;PDF pages (*.pdf)"
FILES = f"{PICTURES};;JSON document (*.json);;Text (*.txt)"


class ClaimsGuide(QObject):
    """Looks after the tab "claims"."""

    _told = Signal(object)
    """A partial :class:`TrainingResult`, from the thread that trains."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow) -> None:
        super().__init__()
        self._document, self._explorer, self._window = document, explorer, window
        self._timing, self._aside = (Errand(document, explorer, window) for _ in range(2))
        self._judged: JudgeClaims | None = None
        self._timed: TimeJudgement | None = None
        self._roofline: Roofline | None = None
        self._card, self._state, self._training = "", "", TrainPair()
        self._soon = QTimer(self, singleShot=True, interval=REST_MS)
        self._soon.timeout.connect(self._judge)
        self.page = ClaimsPage()
        window.add_tab("claims", self.page)
        self._connect()

    def _connect(self) -> None:
        page = self.page
        page.experiment_requested.connect(self._on_experiment_requested)
        page.stop_requested.connect(self._window.actions_by_name["stop"].trigger)
        page.copy_requested.connect(self._on_copy_requested)
        page.card_save_requested.connect(self._on_card_save_requested)
        page.save_requested.connect(self._on_save_requested)
        limits = self._explorer.limits
        page.roofline.measure_requested.connect(limits.measure)
        limits.changed.connect(self._on_limits_changed)
        limits.measuring_changed.connect(self._on_limits_measuring_changed)
        self._explorer.time.measured.connect(self._on_time_measured)
        self._timing.ended.connect(self._on_timing_ended)
        self._aside.began.connect(self._on_aside_began)
        self._aside.ended.connect(self._on_aside_ended)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._document.study_changed.connect(self._on_study_changed)
        self._document.view_changed.connect(self._on_view_changed)
        self._explorer.shown.connect(self._on_shown)

    # what can be counted

    def _on_study_changed(self) -> None:
        self._soon.start()

    def _on_view_changed(self) -> None:
        self._soon.start()

    def _on_shown(self) -> None:
        self._soon.start()

    def _judge(self) -> None:
        if self._window.current_tab() != "claims":
            return
        question = JudgeClaims(study=self._document.study, peak=self._explorer.limits.peak)
        if question == self._judged:
            self._take_time(self._explorer.benchmark)  # both layers may have been timed since
        else:
            # not to be stopped: it takes milliseconds, and a card must not stay behind
            self._explorer.ask(question, self._on_judged, patient=True, keep=True)

    def _on_judged(self, judgement: object) -> None:
        if not isinstance(judgement, Judgement) or judgement.question.study != self._document.study:
            return
        self._judged = judgement.question
        for verdict in judgement.verdicts:
            known = self._explorer.experiences.recall(verdict.claim.name, self._document.study)
            self.page.show_verdict(known or verdict)
        self._take_time(self._explorer.benchmark)

    def _learn(self, verdict: Verdict, study: Study) -> None:
        self._explorer.experiences.learn(verdict, study)
        self._recall(verdict.claim.name)

    def _recall(self, name: str) -> None:
        """Show what is known of a claim, marked where it is of other settings."""
        known = self._explorer.experiences.recall(name, self._document.study)
        if known is not None:
            self.page.show_verdict(known)

    # what takes an experiment

    def _on_experiment_requested(self, name: str) -> None:
        study = self._document.study
        match name:
            case "time":
                shape = None if study.picture else study.input_shape
                task = JudgeTime(study=study, input_shape=shape, peak=self._explorer.limits.peak)
                self._timing.ask(task, self._on_timed)
                self.page.cards["time"].show_state("Measuring…", running=True)
            case "initialisation":
                spread = SpreadOfInitialisation(study=replace(study, picture=None))
                self._begin_aside("initialisation", "Drawing weights from many seeds…")
                self._aside.ask_aside(spread, self._on_spread)
            case _:
                self._training = replace(QUICK if name == "quick" else TrainPair(), tell=self._told.emit)
                self._begin_aside("accuracy", f"Training from {_seeds(self._training)}: drawing pictures…")
                self._aside.ask_aside(self._training, self._on_told)

    def _begin_aside(self, card: str, state: str) -> None:
        self._card, self._state = card, state
        for name in ("accuracy", "initialisation"):
            self.page.cards[name].allow(False)
        # the training or the drawing that is shown as begun should have begun
        self.page.cards[card].show_state(WAITING if self._explorer.is_busy_aside else state, running=True)

    def _on_aside_began(self) -> None:
        self.page.cards[self._card].show_state(self._state, running=True)

    def _on_timed(self, judgement: object) -> None:
        if isinstance(judgement, TimeJudgement):
            self._timed = judgement
            self._learn(judgement.verdict, judgement.question.study)
            self._explorer.time.learn(judgement.own)

    def _on_time_measured(self, benchmark: object) -> None:
        if isinstance(benchmark, Benchmark):
            self._take_time(benchmark)

    def _take_time(self, own: Benchmark | None) -> None:
        """Judge by the newest measurement of both layers, whoever had it made, as the summary shows that too."""
        is_own = own is not None and own.study == self._document.study and own.method == own.study.method
        if own is not None and is_own and (self._timed is None or self._timed.own is not own):
            self._timed = judge_again(own, self._explorer.limits.peak, self._timed)
            self._learn(self._timed.verdict, own.study)
        self._show_roofline()

    def _on_told(self, result: object) -> None:
        """Show what was learnt so far, or in the end; what is stopped stays as far as it got."""
        if not isinstance(result, TrainingResult) or result.question != self._training:
            return
        self._learn(judge_accuracy(result), self._document.study)
        if self._aside.is_running and self._card == "accuracy":
            done = f"{result.epochs} of {self._training.epochs} epochs"
            self.page.cards["accuracy"].show_state(f"Training from {_seeds(self._training)}: {done}", running=True)

    def _on_spread(self, result: object) -> None:
        if isinstance(result, InitialisationResult):
            self._learn(judge_initialisation(result), result.question.study)

    def _on_timing_ended(self) -> None:
        self._end("time")

    def _on_aside_ended(self) -> None:
        for name in ("accuracy", "initialisation"):
            self.page.cards[name].allow(True)
        self._end(self._card)

    def _end(self, name: str) -> None:
        """Take the card back to what is known."""
        self.page.cards[name].show_state("", running=False)
        self._recall(name)

    # this machine

    def _on_limits_changed(self) -> None:
        self._soon.start()
        if self._timed is not None and self._timed.question.study == self._document.study:
            self._timed = judge_again(self._timed.own, self._explorer.limits.peak, self._timed)
            self._learn(self._timed.verdict, self._document.study)
        self._show_roofline()

    def _on_limits_measuring_changed(self) -> None:
        self.page.roofline.show_measuring(self._explorer.limits.is_measuring)

    def _show_roofline(self) -> None:
        study, peak = self._document.study, self._explorer.limits.peak
        own = self._timed.own if self._timed is not None and self._timed.own.study == study else None
        self._roofline = roofline(count_costs(study), peak, own) if peak else None
        self.page.roofline.show_roofline(self._roofline)

    # out of the window

    def _on_copy_requested(self, name: str) -> None:
        verdict = self.page.cards[name].verdict
        if verdict is not None:
            QGuiApplication.clipboard().setText(verdicts_text((verdict,)))
            self._window.show_reading(f'The card "{verdict.claim.title}" is on the clipboard')

    def _on_card_save_requested(self, name: str) -> None:
        verdict = self.page.cards[name].verdict
        if verdict is None:
            return
        path = ask_path(self.page, f"Save the card: {verdict.claim.title}", f"claim-{name}.png", PICTURES)
        if path is not None:
            self._draw(path, (verdict,))

    def _on_save_requested(self) -> None:
        path = ask_path(self.page, "Save the verdicts", "verdicts.png", FILES)
        if path is None:
            return
        if path.suffix.lower() in suffixes(PICTURES):
            self._draw(path, self.page.verdicts())
        else:
            self._save(path)

    def _draw(self, path: Path, verdicts: tuple[Verdict, ...]) -> None:
        drawn = tuple(map(self._as_shown, verdicts))
        task = SaveCards(path=path, verdicts=drawn, study=self._document.study)
        self._explorer.ask(task, partial(self._on_saved, _saved(verdicts)), patient=True, keep=True)

    def _as_shown(self, verdict: Verdict) -> Verdict:
        """Return `verdict` with the roofline that its card shows, on which is also what was measured."""
        if verdict.claim.name != "traffic" or self._roofline is None:
            return verdict
        return replace(verdict, further=(self._roofline.plot,))

    def _on_saved(self, what: str, path: object) -> None:
        log.info("exported %s", path)
        self._window.message.tell(f"{what} saved as {path}")

    def _save(self, path: Path) -> None:
        study, verdicts = self._document.study, self.page.verdicts()
        as_text = path.suffix.lower() == ".txt"
        text = verdicts_text(verdicts) if as_text else json_text(verdicts_json(verdicts, study, study.input_shape))
        try:
            write_text(path, text)
        except ExportError as error:
            self._window.message.warn(str(error))
        else:
            self._on_saved(_saved(verdicts), path)


def _saved(verdicts: tuple[Verdict, ...]) -> str:
    return f'The card "{verdicts[0].claim.title}" was' if len(verdicts) == 1 else "The verdicts were"


def _seeds(training: TrainPair) -> str:
    return f"seeds {training.seeds[0]} to {training.seeds[-1]}"
