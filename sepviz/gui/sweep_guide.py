"""The guide of the sweeps' tab: it has them run when asked, and shows what they found as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from sepviz.engine.spec import EngineError
from sepviz.export.saving import ExportError, write_text
from sepviz.export.sweep_table import sweep_csv, sweep_json
from sepviz.export.table import json_text
from sepviz.gui.dialogs.save_dialog import ask_path
from sepviz.gui.errand import Errand
from sepviz.gui.views.sweep_page import SweepPage
from sepviz.lab.crossover import CrossoverMap, CrossoverResult
from sepviz.lab.sweep import Sweep, SweepResult, check_swept, values_of
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.quantity import count, counted

if TYPE_CHECKING:
    from pathlib import Path

    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.views.sweep_controls import Span, SweepWish
    from sepviz.gui.window import MainWindow

REDRAW_MS, REDRAW_MEASURED_MS = 80, 1000
"""Points that come closer together than this are drawn as one change; drawing disturbs what is being measured."""
DONE = "Done."
"""How many points there are stands above."""
NOTHING_YET = "Start draws the plots here."
FILES = "CSV table (*.csv);;JSON document (*.json)"


class SweepGuide(QObject):
    """Looks after the tab "sweep"."""

    _told = Signal(object)
    """A partial result, from the thread that sweeps."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow) -> None:
        super().__init__()
        self._document, self._window = document, window
        self._errand = Errand(document, explorer, window)
        self._task: Sweep | CrossoverMap | None = None
        self._result: SweepResult | CrossoverResult | None = None
        self._limits = explorer.limits
        self._soon = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._soon.timeout.connect(self._show)
        self.page = SweepPage()
        window.add_tab("sweep", self.page)
        self.page.controls.started.connect(self._on_started)
        self.page.controls.stopped.connect(window.actions_by_name["stop"].trigger)
        self.page.save_requested.connect(self._on_save_requested)
        self.page.hovered.connect(window.show_reading)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._errand.ended.connect(self._on_errand_ended)
        self._limits.changed.connect(self._on_limits_changed)
        document.study_changed.connect(self._tell)

    def _on_started(self, wish: SweepWish) -> None:
        try:
            self._task = self._task_of(wish)
        except EngineError as error:
            self._window.message.warn(str(error))
            return
        self._result = None
        self._soon.setInterval(REDRAW_MEASURED_MS if wish.measure else REDRAW_MS)
        self.page.show_result(None)
        self._errand.ask(self._task, self._on_told)
        self._tell()

    def _task_of(self, wish: SweepWish) -> Sweep | CrossoverMap:
        study = self._document.study
        shape = None if study.picture else study.input_shape
        values = [_values(span) for span in wish.spans]
        for span, own in zip(wish.spans, values, strict=True):
            check_swept(study, span.field, own)
        if len(wish.spans) == 1:
            return Sweep(
                study=study,
                field=wish.spans[0].field,
                values=values[0],
                input_shape=shape,
                measure=wish.measure,
                tell=self._told.emit,
            )
        return CrossoverMap(
            study=study,
            field_x=wish.spans[0].field,
            values_x=values[0],
            field_y=wish.spans[1].field,
            values_y=values[1],
            input_shape=shape,
            measure=wish.measure,
            tell=self._told.emit,
        )

    def _on_told(self, result: object) -> None:
        if isinstance(result, SweepResult | CrossoverResult) and result.question is self._task:
            self._result = result
            if not self._soon.isActive():
                self._soon.start()

    def _on_errand_ended(self) -> None:
        self._soon.start(REDRAW_MS)

    def _on_limits_changed(self) -> None:
        if self._result is not None:
            self._soon.start(REDRAW_MS)

    def _show(self) -> None:
        self.page.show_result(self._result, self._limits.peak)
        self._tell()

    def _tell(self) -> None:
        """Say how far the sweep got, and of which settings it is."""
        self.page.show_state(self._state(), running=self._errand.is_running)

    def _state(self) -> str:
        if self._task is None:
            return NOTHING_YET
        total = _points(self._task)
        done = len(self._result.points) if self._result else 0
        if self._errand.is_running:
            return f"{count(done)} of {counted(total, 'points')}…" if done else "Sweeping…"
        every = counted(total, "points")
        stopped = f"Stopped after {count(done)} of {every}." if done < total else DONE
        earlier = " These are of earlier settings." if self._task.study != self._document.study else ""
        return f"{stopped}{earlier}"

    def _on_save_requested(self) -> None:
        path = ask_path(self.page, "Save the numbers of the sweep", "sweep.csv", FILES)
        if path is not None:
            self._save(path)

    def _save(self, path: Path) -> None:
        if self._result is None:
            return
        as_json = path.suffix.lower() == ".json"
        try:
            peak = self._limits.peak
            write_text(path, json_text(sweep_json(self._result, peak)) if as_json else sweep_csv(self._result, peak))
        except ExportError as error:
            self._window.message.warn(str(error))
        else:
            self._window.message.tell(f"The sweep was saved as {path}")


def _values(span: Span) -> tuple[int, ...]:
    return values_of(STUDY_PARAMS[span.field], span.start, span.stop, span.count, log=span.log)


def _points(task: Sweep | CrossoverMap) -> int:
    return len(task.values) if isinstance(task, Sweep) else len(task.values_x) * len(task.values_y)
