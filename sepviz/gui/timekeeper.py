"""Measured time of the document's study: asked for when the window is idle, or on demand, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from sepviz.study.benchmark import Benchmark, MeasureTime
from sepviz.study.costs import count_costs

if TYPE_CHECKING:
    from sepviz.gui.asker import Asker
    from sepviz.gui.document import Document
    from sepviz.gui.window import MainWindow
    from sepviz.study.study import Study

IDLE_MS = 700
"""Rest after which time is measured unasked."""


class Timekeeper(QObject):
    """Has both layers timed in the worker, when no picture is waiting for it."""

    def __init__(self, document: Document, asker: Asker, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._asker, self._window = document, asker, window
        self._benchmarks: dict[Study, Benchmark] = {}
        self._measuring = 0
        self._declined: Study | None = None
        self._auto = True
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._on_idle_timeout)
        document.study_changed.connect(self._on_study_changed)
        asker.ended.connect(self._on_asker_ended)
        window.auto_toggled.connect(self.set_auto)
        window.timing.show_auto(self._auto)

    @property
    def is_measuring(self) -> bool:
        """Whether a measurement is under way."""
        return self._asker.awaits(self._measuring)

    def benchmark_of(self, study: Study) -> Benchmark | None:
        """Return what was measured for `study`."""
        return self._benchmarks.get(study)

    def measure(self) -> None:
        """Time both layers now, or as soon as the worker has done what it does."""
        self._idle.stop()
        study, self._declined = self._document.study, None
        if study.picture is not None and not self.is_measuring:
            task = MeasureTime(study=study)
            self._measuring = self._asker.ask(task, self._on_measured, self._on_failed, patient=True)
            self.show("measuring…")

    def rest(self) -> None:
        """Measure after a while, unless something else happens."""
        if self._auto and self._document.study not in self._benchmarks:
            self._idle.start()

    def stop(self) -> None:
        """Measure no more until asked, or until the study changes."""
        self._idle.stop()
        self._declined = self._document.study

    def set_auto(self, on: bool) -> None:
        """Measure unasked when idle, or only when asked."""
        self._auto = on
        self._idle.start() if on else self._idle.stop()

    def show(self, state: str = "") -> None:
        """Show what is known of the document's study, or the `state` of finding out."""
        known = None if state else self._benchmarks.get(self._document.study)
        self._window.show_benchmark(known, count_costs(self._document.study), state)

    def _on_study_changed(self) -> None:
        self._idle.stop()
        self.show()

    def _on_idle_timeout(self) -> None:
        study = self._document.study
        if not self._auto or study in self._benchmarks or study == self._declined:
            return
        if self._asker.is_busy:
            self._idle.start()
        else:
            self.measure()

    def _on_measured(self, benchmark: object) -> None:
        if isinstance(benchmark, Benchmark):
            self._benchmarks[benchmark.study] = benchmark
            # what undo cannot reach would keep its picture in memory for nothing
            within = self._document.reachable
            self._benchmarks = {study: known for study, known in self._benchmarks.items() if study in within}

    def _on_failed(self, message: str, details: str) -> None:
        self._declined = self._document.study
        self._asker.failed.emit(message, details)

    def _on_asker_ended(self, generation: int) -> None:
        if generation == self._measuring:
            self.show()
