"""Measured time of the document's study: asked for when the window is idle, or on demand, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from sepviz.gui.views.method_choice import method_choices
from sepviz.study.benchmark import COLD_CALLS, LOOPS, Benchmark, MeasureTime
from sepviz.study.costs import count_costs
from sepviz.study.memory import LIMITS, gibibytes, whole_bytes

if TYPE_CHECKING:
    from typing import TypeAlias

    from sepviz.gui.asker import Asker
    from sepviz.gui.document import Document
    from sepviz.gui.machine_limits import MachineLimits
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

    measured = Signal(object)
    """A :class:`Benchmark` that was not known before, whatever it is of."""

    def __init__(
        self, document: Document, asker: Asker, limits: MachineLimits, window: MainWindow, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._asker, self._limits, self._window = document, asker, limits, window
        self._benchmarks: dict[Question, Benchmark] = {}
        self._declined: set[Question] = set()
        self._asked: Question | None = None
        self._measuring = 0
        self._chosen: str | None = None
        self._auto = self._wants_limits = True
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._on_idle_timeout)
        document.study_changed.connect(self._on_study_changed)
        asker.ended.connect(self._on_asker_ended)
        window.auto_toggled.connect(self.set_auto)
        window.timing.method_chosen.connect(self._on_method_chosen)
        window.timing.peak_requested.connect(limits.measure)
        limits.changed.connect(self.show)
        limits.measuring_changed.connect(self.show)
        window.timing.show_auto(self._auto)

    @property
    def is_measuring(self) -> bool:
        """Whether a measurement is under way."""
        return self._asker.awaits(self._measuring) or self._limits.is_measuring

    def benchmark_of(self, study: Study) -> Benchmark | None:
        """Return what was measured for `study` with its own method."""
        return self._benchmarks.get((study, study.method))

    def learn(self, benchmark: Benchmark) -> None:
        """Keep a measurement, whoever had it made, and show it where it belongs."""
        self._benchmarks[benchmark.study, benchmark.method] = benchmark
        # what undo cannot reach would keep its picture in memory for nothing
        within = self._document.reachable
        self._benchmarks = {asked: known for asked, known in self._benchmarks.items() if asked[0] in within}
        self.show()
        self.measured.emit(benchmark)

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
        view = self._window.timing
        view.show_methods(method_choices(study), method)
        view.show_benchmark(
            known, count_costs(study, known.input_shape if known else None), self._limits.peak if known else None
        )
        view.show_state(self._state(question, known), self.is_measuring)

    def _show_own(self) -> None:
        own = self._own_question()
        awaited = self._awaits(own)
        known = None if awaited else self._benchmarks.get(own)
        self._window.summary.show_timing(known, MEASURING if awaited else "")

    def _state(self, question: Question, known: Benchmark | None) -> str:
        if self._limits.is_measuring:
            return "measuring this machine…"
        if self._awaits(question):
            return MEASURING
        return "" if known else self._task(question).refusal() or why_unasked(question[0])

    def _own_question(self) -> Question:
        return self._document.study, self._document.study.method

    def _question(self) -> Question:
        return self._document.study, self._chosen or self._document.study.method

    def _awaits(self, question: Question) -> bool:
        return self._asker.awaits(self._measuring) and self._asked == question

    def _task(self, question: Question) -> MeasureTime:
        study, method = question
        return MeasureTime(study=study, method=method, cold=COLD_CALLS, layers=True)

    def _wanted(self) -> Question | None:
        """Return what is to be measured unasked: the summary's first.

        Never the loops, which take long, nor maps so large that they are not kept: a timing holds them whole.
        """
        for question in (self._own_question(), self._question()):
            is_open = question not in self._benchmarks and question not in self._declined
            if is_open and question[1] != LOOPS and LIMITS.keeps(count_costs(question[0])):
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
            self.learn(benchmark)

    def _on_failed(self, message: str, details: str) -> None:
        if self._asked is not None:
            self._declined.add(self._asked)
        self._asker.failed.emit(message, details)

    def _on_asker_ended(self, generation: int) -> None:
        if generation != self._measuring:
            return
        if self._wants_limits and self._limits.peak is None and self._question() in self._benchmarks:
            self._wants_limits = False  # once, unasked: whoever stops it does not want it
            self._limits.measure()
        self.show()


def why_unasked(study: Study) -> str:
    """Say that a timing holds large maps whole, so that it is not begun unasked; "" for maps that are kept anyway."""
    costs = count_costs(study)
    if LIMITS.keeps(costs):
        return ""
    return f"Timing holds the maps of both layers in memory, {gibibytes(whole_bytes(costs))}: it waits until you ask"
