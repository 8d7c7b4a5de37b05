"""The one conductor: when the document changes it asks the worker, and shows the answer if it is still wanted."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal

from sepviz.gui.experience import Experiences
from sepviz.gui.machine_limits import MachineLimits
from sepviz.gui.timekeeper import Timekeeper
from sepviz.study.answers import Answers
from sepviz.study.costs import count_costs
from sepviz.study.memory import LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepviz.gui.asker import Asker
    from sepviz.gui.document import Document
    from sepviz.gui.window import MainWindow
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.jobs import Task
    from sepviz.study.sheets import Exploration, Viewport
    from sepviz.study.study import Study, View
    from sepviz.study.survey import Answer, Survey

log = logging.getLogger("sepviz")
SETTLE_MS = 8
"""Changes that come closer together than this are computed as one."""
PAUSE_MS = 150
"""Rest after zooming and panning before the part in view is computed, where the maps are not kept."""


class Explorer(QObject):
    """Keeps window and document together. Holds what was asked, and the last answers; decides nothing by itself."""

    failed = Signal(str, str)
    """(message, details) of a task that went wrong."""
    shown = Signal(object)
    """An Exploration of the document's study in full has been shown."""

    def __init__(
        self, document: Document, asker: Asker, aside: Asker, window: MainWindow, memory: Limits = LIMITS
    ) -> None:
        super().__init__()
        self._memory = memory
        self._document, self._asker, self._aside, self._window = document, asker, aside, window
        self._answers = Answers()
        self._comparison: Answer | None = None
        self._exploring = 0
        self._asked: Study | None = None
        self._declined: Study | None = None
        self._question: tuple[Study, View, dict[str, Viewport]] | None = None
        self._failed: tuple[Study, View, dict[str, Viewport]] | None = None
        self._shown: Exploration | None = None
        self._asked_at = perf_counter()
        self._soon = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._soon.timeout.connect(self._explore)
        document.draft_changed.connect(self._on_draft_changed)
        document.study_changed.connect(self._on_study_changed)
        document.view_changed.connect(self._on_view_changed)
        window.edited.connect(document.edit)
        window.view_edited.connect(document.edit_view)
        window.viewport_changed.connect(self._on_viewport_changed)
        for each in (asker, aside):
            each.failed.connect(self.failed)
            each.progressed.connect(self._on_progressed)
            each.ended.connect(self._on_ended)
        self.experiences = Experiences()
        self.limits = MachineLimits(document, self, window)
        self.time = Timekeeper(document, asker, self.limits, window, self)
        window.show_view(document.view)
        self._on_draft_changed(document.draft, document.problems)
        self._on_study_changed(document.study, document.study)
        self.time.show()

    @property
    def comparison(self) -> Answer | None:
        """The last comparison that was shown in full."""
        return self._comparison

    @property
    def benchmark(self) -> Benchmark | None:
        """The measurement that belongs to :attr:`comparison`, if there is one."""
        return None if self._comparison is None else self.time.benchmark_of(self._comparison.study)

    @property
    def is_busy_aside(self) -> bool:
        """Whether what is asked aside now has to wait."""
        return self._aside.is_busy

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is being computed, or about to be."""
        return not (self._asker.is_busy or self._aside.is_busy or self._soon.isActive())

    def ask(
        self,
        task: Task,
        then: Callable[[object], None],
        otherwise: Callable[[str, str], None] | None = None,
        *,
        patient: bool = False,
        keep: bool = False,
    ) -> int:
        """Have the worker answer `task`, and return the generation of the question; see :meth:`Asker.ask`."""
        return self._asker.ask(task, then, otherwise, patient=patient, keep=keep)

    def ask_aside(
        self,
        task: Task,
        then: Callable[[object], None],
        otherwise: Callable[[str, str], None] | None = None,
        *,
        began: Callable[[], None] | None = None,
        stopped: Callable[[], None] | None = None,
    ) -> int:
        """Have a second worker answer `task`, which takes long: pictures go on meanwhile; see :meth:`Asker.ask`.

        It waits for what that worker does: experiments and files never stop one another.
        """
        return self._aside.ask(task, then, otherwise, began=began, stopped=stopped, patient=True)

    def compute(self) -> None:
        """Compute the study afresh, whatever is known."""
        self._answers.forget(self._document.study)
        self._asked = self._declined = self._failed = None
        self._explore()

    def measure(self) -> None:
        """Time both layers now, or as soon as their maps are there."""
        if self._soon.isActive():
            self._soon.stop()
            self._explore()
        self.time.measure()

    def set_auto(self, on: bool) -> None:
        """Measure time unasked when idle, or only when asked."""
        self.time.set_auto(on)

    def stop(self) -> None:
        """Stop what is being computed; the last picture stays."""
        self._declined = self._asked
        self.time.stop()
        if self._asked is not None:
            shown = "no maps yet" if self._comparison is None else "the maps are those of the settings before"
            self._window.show_reading(f"Stopped; {shown} (F5 computes again)")
        for each in (self._asker, self._aside):
            each.stop()

    # the document changed

    def _on_draft_changed(self, draft: Study, problems: object) -> None:
        self._window.show_study(draft, self._document.problems)
        self._window.show_history(self._document.can_undo, self._document.can_redo)

    def _on_study_changed(self, before: Study, study: Study) -> None:
        self._asked_at = perf_counter()
        self._asker.stop()
        self._asked = None
        self._window.show_picture(study.picture is not None)
        self._window.show_title(study.picture.name if study.picture else "")
        self._window.show_costs(count_costs(study))
        self._soon.start(SETTLE_MS)

    def _on_view_changed(self, before: View, view: View) -> None:
        self._window.show_view(view)
        self._redraw()

    def _on_viewport_changed(self) -> None:
        self._shown = None
        survey = _survey(self._comparison)
        if survey is not None and survey.study == self._document.study:
            self._soon.start(PAUSE_MS)
        else:
            self._redraw()

    def _redraw(self) -> None:
        if not self._soon.isActive():
            self._soon.start(SETTLE_MS)

    def _explore(self) -> None:
        study, view = self._document.study, self._document.view
        known = self._answers.get(study)
        if study.picture is None or study == self._asked or (study == self._declined and known is None):
            return
        from sepviz.study.sheets import Exploration, Explore  # when there is a picture: the window should stand first
        from sepviz.study.survey import question

        compare = question(study, self._memory)
        viewports = self._window.viewports(view.tab)
        if known is not None and (not viewports or self._is_shown(known, view, viewports)):
            if self._comparison is not known:
                self._settle(known)
                self.shown.emit(Exploration(study=study, view=view, viewports=viewports, comparison=known, sheets={}))
            else:
                self._settle(known)
            return
        if self._failed == (study, view, viewports):
            return
        self._asked, self._question = study, (study, view, viewports)
        ask = compare if known is None else known.again
        small = compare.preview() if known is None and viewports else None
        self._exploring = self._asker.ask(
            Explore(study=study, view=view, viewports=viewports, ask=ask),
            self._on_explored,
            self._on_explore_failed,
            preview=small and Explore(study=study, view=view, viewports=viewports, ask=small),
            meanwhile=self._show,
        )

    def _is_shown(self, known: Answer, view: View, viewports: dict[str, Viewport]) -> bool:
        shown = self._shown
        return shown is not None and shown.comparison is known and (shown.view, shown.viewports) == (view, viewports)

    # the worker answered

    def _on_explored(self, answer: object) -> None:
        exploration = cast("Exploration", answer)
        self._answers.put(exploration.comparison)
        if exploration.study != self._document.study:
            return
        if self._comparison is not exploration.comparison:
            self._tell_survey(exploration.comparison)
            log.info("compared %d in %.0f ms", self._exploring, 1000 * (perf_counter() - self._asked_at))
        self._comparison = exploration.comparison
        self._show(exploration)
        self._settle(exploration.comparison)
        self.shown.emit(exploration)

    def _on_explore_failed(self, message: str, details: str) -> None:
        self._declined, self._failed = self._asked, self._question  # it would fail again
        self.failed.emit(message, details)

    def _show(self, answer: object) -> None:
        exploration = cast("Exploration", answer)
        if exploration.study == self._document.study:
            self._shown = exploration
            self._window.show_exploration(exploration, exploration.view.tab)

    def _tell_survey(self, comparison: Answer) -> None:
        if (survey := _survey(comparison)) is not None:
            rows, columns = survey.area
            self._window.show_reading(
                f"Shown as means of {rows} × {columns} pixels; zoom in, and the part in view is computed in full"
            )

    def _settle(self, comparison: Answer) -> None:
        self._comparison = comparison
        self.time.rest()

    def _on_progressed(self, generation: int, fraction: float) -> None:
        other = "measuring" if self.time.is_measuring else "working"
        self._window.show_progress(fraction, "computing" if generation == self._exploring else other)

    def _on_ended(self, generation: int) -> None:
        if generation == self._exploring:
            self._asked = None
        if not (self._asker.is_busy or self._aside.is_busy):
            self._window.show_progress(None)
        if self.sender() is self._asker:
            self._redraw()


def _survey(comparison: Answer | None) -> Survey | None:
    """Return `comparison` if its maps are too many to keep."""
    if comparison is None:
        return None
    from sepviz.study.survey import Survey

    return comparison if isinstance(comparison, Survey) else None
