"""A tab's own question to the worker: asked while the tab is looked at, after a short rest, and never twice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from sepviz.study.drawing import Draw, Drawing

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow
    from sepviz.study.jobs import Task
    from sepviz.study.sheets import Content, Viewport
    from sepviz.study.study import Study, View

REST_MS = 80
"""Changes that come closer together than this are asked about as one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """What a tab wants to know of the document's study.

    `key` says when two questions have the same answer; `contents` are the pictures in it, for a view.
    """

    key: Hashable
    task: Task
    contents: Callable[[View, Any], Mapping[str, Content]]
    viewports: dict[str, Viewport]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Known:
    answer: object

    def __call__(self, checkpoint: Checkpoint) -> object:
        return self.answer


class Inquiry(QObject):
    """Asks what `question` returns, or nothing where that is None, and hands on answers that are still wanted."""

    answered = Signal(object)
    """A :class:`Drawing`."""
    failed = Signal(str)

    def __init__(
        self,
        document: Document,
        explorer: Explorer,
        window: MainWindow,
        tab: str,
        question: Callable[[], Question | None],
    ) -> None:
        super().__init__(window)
        self._document, self._explorer, self._window = document, explorer, window
        self._tab, self._question = tab, question
        self._answer: tuple[Hashable, object] | None = None
        self._done: Hashable = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._on_rest_timeout)
        explorer.shown.connect(self._on_explorer_shown)

    @property
    def is_current(self) -> bool:
        """Whether the tab is looked at."""
        return self._window.current_tab() == self._tab

    def renew(self) -> None:
        """Ask again soon, if there is anything new to ask."""
        if self.is_current:
            self._rest.start()

    def forget(self) -> None:
        """Drop what is known: what is shown is gone."""
        self._answer = self._done = None

    def _on_explorer_shown(self, exploration: object) -> None:
        self.renew()

    def _on_rest_timeout(self) -> None:
        comparison, study = self._explorer.comparison, self._document.study
        if not self.is_current or comparison is None or comparison.study != study:
            return  # the comparison comes first; when it is shown this is called again
        question = self._question()
        if question is None:
            return
        view = self._document.view
        key = (study, question.key)
        whole = (key, view, tuple(question.viewports.items()))
        if whole == self._done:
            return
        known = self._answer is not None and self._answer[0] == key
        ask = _Known(answer=self._answer[1]) if known and self._answer else question.task
        draw = Draw(ask=ask, contents=partial(question.contents, view), viewports=question.viewports)
        self._explorer.ask(draw, partial(self._on_answered, whole, key), partial(self._on_failed, whole, study))

    def _on_answered(self, whole: Hashable, key: tuple[Study, Hashable], drawing: object) -> None:
        question = self._question() if key[0] == self._document.study else None
        if isinstance(drawing, Drawing) and question is not None and question.key == key[1]:
            self._answer, self._done = (key, drawing.answer), whole
            self.answered.emit(drawing)

    def _on_failed(self, whole: Hashable, study: Study, message: str, details: str) -> None:
        if study == self._document.study:
            self._done = whole
            self.failed.emit(message)
