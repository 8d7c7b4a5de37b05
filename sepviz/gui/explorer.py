"""The one conductor: when the document changes it asks the worker, and shows the answer if it is still wanted."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from sepviz.study.answers import Answers
from sepviz.study.benchmark import Benchmark, MeasureTime
from sepviz.study.compare import Compare, Comparison
from sepviz.study.costs import Costs, count_costs
from sepviz.study.jobs import Failed, Finished, Job, JobEvent, Preview, Progressed, Started, Stopped, Task
from sepviz.study.sheets import Exploration, Explore

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepviz.gui.document import Document
    from sepviz.gui.window import MainWindow
    from sepviz.gui.worker import Worker
    from sepviz.study.sheets import Viewport
    from sepviz.study.study import Study, View

log = logging.getLogger("sepviz")
SETTLE_MS = 8
"""Changes that come closer together than this are computed as one."""
IDLE_MS = 700
"""Rest after which time is measured unasked."""


class _Awaited(NamedTuple):
    then: Callable[[object], None]
    otherwise: Callable[[str, str], None]


class Explorer(QObject):
    """Keeps window and document together. Holds what was asked, and the last answers; decides nothing by itself."""

    failed = Signal(str, str)
    """(message, details) of a job that went wrong."""

    def __init__(self, document: Document, worker: Worker, window: MainWindow) -> None:
        super().__init__()
        self._document, self._worker, self._window = document, worker, window
        self._answers = Answers()
        self._benchmarks: dict[Study, Benchmark] = {}
        self._comparison: Comparison | None = None
        self._generation = 0
        self._awaited: dict[int, _Awaited] = {}
        self._exploring = self._measuring = 0
        self._asked: Study | None = None
        self._declined: Study | None = None
        self._unmeasured: Study | None = None
        self._shown: Exploration | None = None
        self._asked_at = perf_counter()
        self._auto = True
        self._soon, self._idle = self._timer(SETTLE_MS, self._explore), self._timer(IDLE_MS, self._on_idle)
        document.study_changed.connect(self._on_study_changed)
        document.draft_changed.connect(self._on_draft_changed)
        document.view_changed.connect(self._on_view_changed)
        window.edited.connect(document.edit)
        window.view_edited.connect(document.edit_view)
        window.viewport_changed.connect(self._on_viewport_changed)
        window.auto_toggled.connect(self.set_auto)
        worker.happened.connect(self._on_worker_happened)
        window.show_view(document.view)
        window.timing.show_auto(self._auto)
        self._on_draft_changed(document.draft, document.problems)
        self._on_study_changed(document.study, document.study)

    @property
    def comparison(self) -> Comparison | None:
        """The last comparison that was shown in full."""
        return self._comparison

    @property
    def benchmark(self) -> Benchmark | None:
        """The measurement that belongs to :attr:`comparison`, if there is one."""
        return None if self._comparison is None else self._benchmarks.get(self._comparison.study)

    def ask(
        self,
        task: Task,
        then: Callable[[object], None],
        otherwise: Callable[[str, str], None] | None = None,
        *,
        preview: Task | None = None,
        patient: bool = False,
        keep: bool = False,
    ) -> int:
        """Have the worker answer `task` and hand the answer to `then`; a failure goes to `otherwise` or :attr:`failed`.

        A `patient` task stops nothing; nothing later stops one to `keep`.
        """
        self._generation += 1
        self._awaited[self._generation] = _Awaited(then, otherwise or self.failed.emit)
        job = Job(generation=self._generation, task=task, preview=preview)
        self._worker.submit(job, patient=patient, keep=keep)
        return self._generation

    def compute(self) -> None:
        """Compute the study afresh, whatever is known."""
        self._answers.forget(self._document.study)
        self._asked = self._declined = None
        self._explore()

    def measure(self) -> None:
        """Time both layers now, or as soon as their maps are there."""
        self._idle.stop()
        if self._soon.isActive():
            self._soon.stop()
            self._explore()
        study, self._unmeasured = self._document.study, None
        if study.picture is not None and self._measuring not in self._awaited:
            self._window.show_benchmark(None, self._costs(), "measuring…")
            self._measuring = self.ask(MeasureTime(study=study), self._on_measured, patient=True)

    def stop(self) -> None:
        """Stop what is being computed; the last picture stays."""
        self._idle.stop()
        self._declined = self._asked
        if self._measuring in self._awaited:
            self._unmeasured = self._document.study
        if self._asked is not None:
            self._window.show_reading("Stopped; the maps are those of the settings before (F5 computes again)")
        self._worker.stop()

    def _costs(self) -> Costs:
        return count_costs(self._document.study)

    def _timer(self, milliseconds: int, then: Callable[[], None]) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=milliseconds)
        timer.timeout.connect(then)
        return timer

    # the document changed

    def _on_draft_changed(self, draft: Study, problems: object) -> None:
        self._window.show_study(draft, self._document.problems)
        self._window.show_history(self._document.can_undo, self._document.can_redo)

    def _on_study_changed(self, before: Study, study: Study) -> None:
        self._asked_at = perf_counter()
        self._idle.stop()
        self._worker.stop()
        self._asked = None
        self._window.show_picture(study.picture is not None)
        self._window.show_title(study.picture.name if study.picture else "")
        self._window.show_costs(self._costs())
        self._window.show_benchmark(self._benchmarks.get(study), self._costs())
        self._soon.start()

    def _on_view_changed(self, before: View, view: View) -> None:
        self._window.show_view(view)
        self._redraw()

    def _on_viewport_changed(self) -> None:
        self._shown = None
        self._redraw()

    def _redraw(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _explore(self) -> None:
        study, view = self._document.study, self._document.view
        known = self._answers.get(study)
        if study.picture is None or study == self._asked or (study == self._declined and known is None):
            return
        compare = Compare(study=study)
        ask = compare if known is None else known.again
        viewports = self._window.viewports(view.tab)
        if known is not None and (not viewports or self._is_shown(known, view, viewports)):
            self._settle(known)
            return
        self._asked = study
        preview = compare.preview() if known is None and viewports else None
        self._exploring = self.ask(
            Explore(study=study, view=view, viewports=viewports, ask=ask),
            self._on_explored,
            preview=preview and Explore(study=study, view=view, viewports=viewports, ask=preview),
        )

    def _is_shown(self, known: Comparison, view: View, viewports: dict[str, Viewport]) -> bool:
        shown = self._shown
        return shown is not None and shown.comparison is known and (shown.view, shown.viewports) == (view, viewports)

    # the worker answered

    def _on_worker_happened(self, event: JobEvent) -> None:
        awaited = self._awaited.get(event.generation)
        if awaited is None:
            return
        match event:
            case Started() | Progressed():
                self._on_progress(event)
            case Preview():
                self._show(event.answer)
            case Finished():
                self._end(event.generation)
                awaited.then(event.answer)
                self._redraw()
            case Failed():
                self._on_failed(event.generation)
                awaited.otherwise(event.message, event.details)
                if event.generation != self._exploring:
                    self._redraw()
            case Stopped():
                self._end(event.generation)
                self._redraw()

    def _on_progress(self, event: Started | Progressed) -> None:
        if isinstance(event, Progressed):
            what = "measuring" if event.generation == self._measuring else "computing"
            self._window.show_progress(event.fraction, what)

    def _on_failed(self, generation: int) -> None:
        """Remember what need not be tried again unasked."""
        if generation == self._exploring:
            self._declined = self._asked
        if generation == self._measuring:
            self._unmeasured = self._document.study
        self._end(generation)

    def _end(self, generation: int) -> None:
        del self._awaited[generation]
        if not self._awaited:
            self._window.show_progress(None)
        if generation == self._exploring:
            self._asked = None
        if generation == self._measuring:
            self._window.show_benchmark(self._benchmarks.get(self._document.study), self._costs())

    def _show(self, exploration: object) -> None:
        if isinstance(exploration, Exploration) and exploration.study == self._document.study:
            self._shown = exploration
            self._window.show_exploration(exploration, exploration.view.tab)

    def _on_explored(self, exploration: object) -> None:
        if not isinstance(exploration, Exploration):
            return
        self._answers.put(exploration.comparison)
        if exploration.study != self._document.study:
            return
        if self._comparison is not exploration.comparison:
            log.info("compared %d in %.0f ms", self._exploring, 1000 * (perf_counter() - self._asked_at))
        self._show(exploration)
        self._settle(exploration.comparison)

    def _settle(self, comparison: Comparison) -> None:
        self._comparison = comparison
        if self._auto and comparison.study not in self._benchmarks:
            self._idle.start()

    # time

    def set_auto(self, on: bool) -> None:
        """Measure unasked when idle, or only when asked."""
        self._auto = on
        self._idle.start() if on else self._idle.stop()

    def _on_idle(self) -> None:
        study = self._document.study
        if not self._auto or study in self._benchmarks or study == self._unmeasured:
            return
        if self._awaited:
            self._idle.start()
        else:
            self.measure()

    def _on_measured(self, benchmark: object) -> None:
        if isinstance(benchmark, Benchmark):
            self._benchmarks[benchmark.study] = benchmark
            history = self._document.history
            # what undo cannot reach would keep its picture in memory for nothing
            within = {*history.past, history.present, *history.future}
            self._benchmarks = {study: known for study, known in self._benchmarks.items() if study in within}
            self._window.show_benchmark(self._benchmarks.get(self._document.study), self._costs())
