"""Measured time of the document's study: asked for when the window is idle, or on demand, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from sepviz.engine.machine import MachinePeak, remembered_peak
from sepviz.gui.views.method_choice import method_choices
from sepviz.study.benchmark import COLD_CALLS, LOOPS, Benchmark, MeasureTime
from sepviz.study.costs import count_costs

if TYPE_CHECKING:
    from typing import TypeAlias

    from sepviz.gui.asker import Asker
    from sepviz.gui.document import Document
    from sepviz.gui.window import MainWindow
    from sepviz.study.study import Study

    Question: TypeAlias = tuple[Study, str]

IDLE_MS = 700
"""Rest after which time is measured unasked."""
MEASURING = "measuring…"


class Timekeeper(QObject):
    """Has both layers timed in the worker, when no picture is waiting for it.

    The summary shows the study's own method, the tab the one that was chosen there, until the study's changes.
    """

    def __init__(self, document: Document, asker: Asker, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._asker, self._window = document, asker, window
        self._benchmarks: dict[Question, Benchmark] = {}
        self._declined: set[Question] = set()
        self._asked: Question | None = None
        self._measuring = self._measuring_peak = 0
        self._chosen: str | None = None
        self._peak: MachinePeak | None = None
        self._auto = True
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._on_idle_timeout)
        document.study_changed.connect(self._on_study_changed)
        asker.ended.connect(self._on_asker_ended)
        window.auto_toggled.connect(self.set_auto)
        window.timing.method_chosen.connect(self._on_method_chosen)
        window.timing.peak_requested.connect(self._on_peak_requested)
        window.timing.show_auto(self._auto)

    @property
    def is_measuring(self) -> bool:
        """Whether a measurement is under way."""
        return self._asker.awaits(self._measuring) or self._asker.awaits(self._measuring_peak)

    def benchmark_of(self, study: Study) -> Benchmark | None:
        """Return what was measured for `study` with its own method."""
        return self._benchmarks.get((study, study.method))

    def measure(self) -> None:
        """Time both layers with the method that was chosen, now or as soon as the worker has done what it does."""
        self._idle.stop()
        self._declined.discard(self._question())
        self._measure(self._question())

    def rest(self) -> None:
        """Measure after a while, unless something else happens."""
        if self._auto and self._wanted() is not None:
            self._idle.start()

    def stop(self) -> None:
        """Measure no more until asked, or until the study changes."""
        self._idle.stop()
        self._declined = {self._own_question(), self._question()}

    def set_auto(self, on: bool) -> None:
        """Measure unasked when idle, or only when asked."""
        self._auto = on
        self._idle.start() if on else self._idle.stop()

    def show(self) -> None:
        """Show what is known of the document's study, or that it is being found out."""
        self._show_own()
        study, method = question = self._question()
        known = None if self._awaits(question) else self._benchmarks.get(question)
        if known is not None:
            self._peak = remembered_peak() or self._peak
        view = self._window.timing
        view.show_methods(method_choices(study), method)
        view.show_benchmark(known, count_costs(study, known.input_shape if known else None), self._peak)
        view.show_state(self._state(question, known), self.is_measuring)

    def _show_own(self) -> None:
        own = self._own_question()
        awaited = self._awaits(own)
        known = None if awaited else self._benchmarks.get(own)
        self._window.summary.show_timing(known, MEASURING if awaited else "")

    def _state(self, question: Question, known: Benchmark | None) -> str:
        if self._asker.awaits(self._measuring_peak):
            return "measuring this machine…"
        if self._awaits(question):
            return MEASURING
        return "" if known else self._task(question).refusal()

    def _own_question(self) -> Question:
        return self._document.study, self._document.study.method

    def _question(self) -> Question:
        return self._document.study, self._chosen or self._document.study.method

    def _awaits(self, question: Question) -> bool:
        return self._asker.awaits(self._measuring) and self._asked == question

    def _task(self, question: Question) -> MeasureTime:
        study, method = question
        return MeasureTime(study=study, method=method, cold=COLD_CALLS)

    def _wanted(self) -> Question | None:
        """Return what is to be measured unasked: the summary's first; the loops, which take long, never."""
        for question in (self._own_question(), self._question()):
            is_open = question not in self._benchmarks and question not in self._declined
            if is_open and question[1] != LOOPS:
                return question
        return None

    def _measure(self, question: Question) -> None:
        task = self._task(question)
        if task.study.picture is not None and not self.is_measuring and not task.refusal():
            self._asked = question
            self._measuring = self._asker.ask(task, self._on_measured, self._on_failed, patient=True)
        self.show()

    def _on_study_changed(self, before: Study, study: Study) -> None:
        self._idle.stop()
        self._declined.clear()
        offered = [choice.value for choice in method_choices(study)]
        if before.method != study.method or self._chosen not in offered:
            self._chosen = None
        self.show()

    def _on_method_chosen(self, method: str) -> None:
        study = self._document.study
        self._chosen = None if method == study.method else method
        self.show()
        self.rest()

    def _on_idle_timeout(self) -> None:
        wanted = self._wanted()
        if not self._auto or wanted is None:
            return
        if self._asker.is_busy:
            self._idle.start()
        else:
            self._measure(wanted)

    def _on_measured(self, benchmark: object) -> None:
        if isinstance(benchmark, Benchmark):
            self._benchmarks[benchmark.study, benchmark.method] = benchmark
            # what undo cannot reach would keep its picture in memory for nothing
            within = self._document.reachable
            self._benchmarks = {asked: known for asked, known in self._benchmarks.items() if asked[0] in within}

    def _on_failed(self, message: str, details: str) -> None:
        if self._asked is not None:
            self._declined.add(self._asked)
        self._asker.failed.emit(message, details)

    def _on_peak_requested(self) -> None:
        if not self.is_measuring:
            from sepviz.gui.claim_tasks import MeasurePeak  # here, as it costs start-up time

            self._measuring_peak = self._asker.ask(MeasurePeak(), self._on_peak_measured, patient=True)
            self.show()

    def _on_peak_measured(self, peak: object) -> None:
        if isinstance(peak, MachinePeak):
            self._peak = peak

    def _on_asker_ended(self, generation: int) -> None:
        if generation in (self._measuring, self._measuring_peak):
            self.show()
