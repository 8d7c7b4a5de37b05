"""One long question at a time, from a tab: its page has to know when nothing is being worked on any more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow
    from sepviz.study.jobs import Task


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Watched:
    """A task that says when it is over, whether it was answered, failed or was stopped."""

    task: Task
    over: Callable[[], None]

    def __call__(self, checkpoint: Checkpoint) -> object:
        try:
            return self.task(checkpoint)
        finally:
            self.over()


class Errand(QObject):
    """Asks for a tab. The answer goes to whom it was asked for; `ended` comes in every case, just before it."""

    began = Signal()
    """What was asked for aside has its turn; what ran there before is over."""
    ended = Signal()
    _over = Signal(int)
    """Emitted in the worker's thread, delivered in that of the window."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow) -> None:
        super().__init__()
        self._explorer = explorer
        self._number, self._is_aside = 0, False
        self.is_running = False
        self._over.connect(self._on_over)
        document.study_changed.connect(self._on_study_changed)
        window.asked.connect(self._on_window_asked)

    def ask(self, task: Task, then: Callable[[object], None]) -> None:
        """Have `task` answered when the picture is done; the next change of the study stops it."""
        self._explorer.ask(self._watched(task, aside=False), then, patient=True)

    def ask_aside(self, task: Task, then: Callable[[object], None]) -> None:
        """Have `task` answered by the second worker, while pictures go on, as soon as it has done what it does."""
        watched = self._watched(task, aside=True)
        self._explorer.ask_aside(watched, then, began=partial(self._on_began, self._number))

    def _watched(self, task: Task, *, aside: bool) -> _Watched:
        self._number += 1
        self.is_running, self._is_aside = True, aside
        return _Watched(task=task, over=partial(self._over.emit, self._number))

    def _on_began(self, number: int) -> None:
        if self.is_running and number == self._number:
            self.began.emit()

    def _on_over(self, number: int) -> None:
        if number == self._number:
            self._end()

    def _on_study_changed(self) -> None:
        if not self._is_aside:  # the worker drops it, perhaps before it began
            self._end()

    def _on_window_asked(self, name: str) -> None:
        if name == "stop":
            self._end()

    def _end(self) -> None:
        if self.is_running:
            self.is_running = False
            self.ended.emit()
