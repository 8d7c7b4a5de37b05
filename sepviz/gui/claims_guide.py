"""The guide of the claims' tab: it has them judged for the study, and has experiments made when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from sepviz.engine.machine import MachinePeak, remembered_peak
from sepviz.export.saving import ExportError, write_text
from sepviz.export.table import json_text
from sepviz.export.verdict_table import verdicts_json, verdicts_text
from sepviz.gui.claim_tasks import JudgeClaims, Judgement, MeasurePeak
from sepviz.gui.dialogs.save_dialog import ask_path
from sepviz.gui.errand import Errand
from sepviz.gui.views.claims_page import ClaimsPage
from sepviz.lab.accuracy_claim import judge_accuracy
from sepviz.lab.initialisation import InitialisationResult, SpreadOfInitialisation
from sepviz.lab.initialisation_claim import judge_initialisation
from sepviz.lab.roofline import roofline
from sepviz.lab.time_claim import JudgeTime, TimeJudgement
from sepviz.lab.training import QUICK, TrainingResult, TrainPair
from sepviz.study.costs import count_costs

if TYPE_CHECKING:
    from pathlib import Path

    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow
    from sepviz.lab.claims import Verdict
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.study import Study

REST_MS = 150
"""Changes that come closer together than this are judged as one."""
_INITIALISED = (
    "baseline",
    "candidate",
    "out_channels",
    "kernel_size",
    "dilation",
    "depth_multiplier",
    "groups",
    "init",
)
"""Fields that the experiment on initialisation reads."""
FILES = "JSON document (*.json);;Text (*.txt)"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Experience:
    """What an experiment found, and the settings that it depends on."""

    verdict: Verdict
    settings: object


class ClaimsGuide(QObject):
    """Looks after the tab "claims"."""

    _told = Signal(object)
    """A partial :class:`TrainingResult`, from the thread that trains."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow) -> None:
        super().__init__()
        self._document, self._explorer, self._window = document, explorer, window
        self._timing, self._aside, self._measuring = (Errand(document, explorer, window) for _ in range(3))
        self._experiences: dict[str, _Experience] = {}
        self._judged: JudgeClaims | None = None
        self._peak: MachinePeak | None = None
        self._own: Benchmark | None = None
        self._card, self._training = "", TrainPair()
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
        page.save_requested.connect(self._on_save_requested)
        page.roofline.measure_requested.connect(self._on_measure_requested)
        self._timing.ended.connect(self._on_timing_ended)
        self._aside.ended.connect(self._on_aside_ended)
        self._measuring.ended.connect(self._on_measuring_ended)
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
        self._peak = self._peak or remembered_peak()
        question = JudgeClaims(study=self._document.study, peak=self._peak)
        if question == self._judged:
            self._show_roofline()  # both layers may have been timed since
        else:
            # not to be stopped: it takes milliseconds, and a card must not stay behind
            self._explorer.ask(question, self._on_judged, patient=True, keep=True)

    def _on_judged(self, judgement: object) -> None:
        if not isinstance(judgement, Judgement) or judgement.question.study != self._document.study:
            return
        self._judged = judgement.question
        for verdict in judgement.verdicts:
            known = self._experiences.get(verdict.claim.name)
            if known is None:
                self.page.show_verdict(verdict)
            else:
                self._show(known)
        self._show_roofline()

    def _show(self, known: _Experience) -> None:
        name = known.verdict.claim.name
        stale = known.settings != _settings(name, self._document.study)
        self.page.show_verdict(known.verdict, stale=stale)

    def _learn(self, verdict: Verdict, study: Study) -> None:
        name = verdict.claim.name
        self._experiences[name] = _Experience(verdict=verdict, settings=_settings(name, study))
        self._show(self._experiences[name])

    # what takes an experiment

    def _on_experiment_requested(self, name: str) -> None:
        study = self._document.study
        match name:
            case "time":
                shape = None if study.picture else study.input_shape
                task = JudgeTime(study=study, input_shape=shape, peak=self._peak)
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
        self._card = card
        for name in ("accuracy", "initialisation"):
            self.page.cards[name].allow(False)
        self.page.cards[card].show_state(state, running=True)

    def _on_timed(self, judgement: object) -> None:
        if isinstance(judgement, TimeJudgement):
            self._own = judgement.own
            self._learn(judgement.verdict, judgement.question.study)
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
        if name in self._experiences:
            self._show(self._experiences[name])

    # this machine

    def _on_measure_requested(self) -> None:
        self._measuring.ask(MeasurePeak(), self._on_measured)
        self.page.roofline.show_measuring(True)

    def _on_measured(self, peak: object) -> None:
        if isinstance(peak, MachinePeak):
            self._peak = peak
            self._show_roofline()
            self._soon.start()

    def _on_measuring_ended(self) -> None:
        self.page.roofline.show_measuring(False)

    def _show_roofline(self) -> None:
        study, known = self._document.study, (self._explorer.benchmark, self._own)
        benchmark = next((one for one in known if one is not None and one.study == study), None)
        self.page.roofline.show_roofline(roofline(count_costs(study), self._peak, benchmark) if self._peak else None)

    # out of the window

    def _on_copy_requested(self, name: str) -> None:
        verdict = self.page.cards[name].verdict
        if verdict is not None:
            QGuiApplication.clipboard().setText(verdicts_text((verdict,)))
            self._window.show_reading(f"The card “{verdict.claim.title}” is on the clipboard")

    def _on_save_requested(self) -> None:
        path = ask_path(self.page, "Save the verdicts", "verdicts.json", FILES)
        if path is not None:
            self._save(path)

    def _save(self, path: Path) -> None:
        study, verdicts = self._document.study, self.page.verdicts()
        as_text = path.suffix.lower() == ".txt"
        text = verdicts_text(verdicts) if as_text else json_text(verdicts_json(verdicts, study, study.input_shape))
        try:
            write_text(path, text)
        except ExportError as error:
            self._window.message.warn(str(error))
        else:
            self._window.message.tell(f"The verdicts were saved as {path}")


def _settings(name: str, study: Study) -> object:
    """Return what of `study` the experiment of a claim depends on: nothing of it for accuracy."""
    match name:
        case "time":
            return study
        case "initialisation":
            return tuple(getattr(study, field) for field in _INITIALISED)
        case _:
            return None


def _seeds(training: TrainPair) -> str:
    return f"seeds {training.seeds[0]} to {training.seeds[-1]}"
