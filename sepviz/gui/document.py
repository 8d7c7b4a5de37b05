"""What the window holds: a study with its history, and a view. Every change of either passes through here."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from sepviz.study.costs import Problem, find_problems
from sepviz.study.history import History
from sepviz.study.kernels import without_misfits
from sepviz.study.study import Study, View

if TYPE_CHECKING:
    from sepviz.study.source import Picture

HELD_S = 0.4
"""Edits of one field that follow each other faster than this are one gesture."""
PICTURE_BUDGET = 2**30
"""Bytes of pictures that undo may keep alive."""


PLACES = ("tab", "channel")
"""Fields of a view that say where one looks, not how it looks."""


class State(NamedTuple):
    """One step of undo."""

    study: Study
    view: View


class Document(QObject):
    """The study as it is, the draft as it was typed, and how it is shown.

    An edit makes a draft. A draft with a problem stays a draft: the last good study, and its picture, remain; the next
    edit goes on from the draft, so that two fields can be mended one after the other.
    """

    study_changed = Signal(object, object)
    """(before, after): numbers have to be computed."""
    draft_changed = Signal(object, object)
    """(draft, problems): the panel has to show them."""
    view_changed = Signal(object, object)
    """(before, after): pixels have to be painted."""

    def __init__(self, study: Study, view: View) -> None:
        super().__init__()
        self.draft = study
        self._settled: tuple[str, float] | None = None
        self.problems: tuple[Problem, ...] = find_problems(study)
        # settings that cannot be stay a draft, with their problems shown, over those that all begin with
        self.history = History(present=State(Study() if self.problems else study, view))

    @property
    def study(self) -> Study:
        """The last good study."""
        return self.history.present.study

    @property
    def view(self) -> View:
        """How it is shown."""
        return self.history.present.view

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self.history.past or self.problems)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return bool(self.history.future)

    def edit(self, field: str, value: object, settled: bool = True) -> None:
        """Set one field; while `settled` is False (a slider moves) edits of the same field are one step of undo.

        So are settled ones that follow each other at once, as those of a key that is held down.
        """
        now, before, sliding = perf_counter(), self._settled, self.history.merge_key == field
        held = settled and before is not None and before[0] == field and now - before[1] < HELD_S
        gesture = field if held or sliding or not settled else ""
        if held:
            self.history = replace(self.history, merge_key=field)
        self._try(replace(self.draft, **{field: value}), gesture)  # type: ignore[arg-type]
        if settled:
            self.history = replace(self.history, merge_key="")
            self._settled = None if sliding else (field, now)

    def edit_view(self, field: str, value: object) -> None:
        """Set one field of the view; where one looks (tab, channel) is no step of undo, how it looks is one."""
        view = replace(self.view, **{field: value})  # type: ignore[arg-type]
        state = State(self.study, view)
        if field in PLACES:
            self._show(replace(self.history, present=state))
        else:
            self._show(self.history.push(state, field))

    def show_picture(self, picture: Picture) -> None:
        """Compare the layers on `picture` from now on; where the draft cannot be, by the last good settings."""
        draft = replace(self.draft, picture=picture)
        if find_problems(draft):
            self._try(replace(self.study, picture=picture))
        self._try(draft)

    def adopt(self, study: Study, view: View | None = None) -> None:
        """Take all of `study` at once, and of `view` if given, as one step of undo."""
        self._try(study, view=view)

    @property
    def reachable(self) -> set[Study]:
        """The studies that undo and redo can reach, with the present one."""
        return {state.study for state in (*self.history.past, self.history.present, *self.history.future)}

    def undo(self) -> None:
        """Go one step back; from a draft with a problem, to the last good study."""
        self._settled = None
        self._go(self.history if self.problems else self._same_place(self.history.undo()))

    def redo(self) -> None:
        """Go one step forward again."""
        self._go(self._same_place(self.history.redo()))

    def _try(self, draft: Study, gesture: str = "", view: View | None = None) -> None:
        self.draft, self.problems = draft, find_problems(draft)
        if self.problems:
            self.draft_changed.emit(self.draft, self.problems)
        else:
            self._go(_affordable(self.history.push(State(without_misfits(draft), view or self.view), gesture)))

    def _go(self, history: History[State]) -> None:
        before = self.study
        self.draft, self.problems = history.present.study, ()
        self._show(history)
        self.draft_changed.emit(self.draft, self.problems)
        if self.study != before:
            self.study_changed.emit(before, self.study)

    def _show(self, history: History[State]) -> None:
        before, self.history = self.view, history
        if self.view != before:
            self.view_changed.emit(before, self.view)

    def _same_place(self, history: History[State]) -> History[State]:
        """Return `history` with the tab and the channel that are looked at now."""
        places = {field: getattr(self.view, field) for field in PLACES}
        study, view = history.present
        return replace(history, present=State(study, replace(view, **places)))


def _affordable(history: History[State]) -> History[State]:
    """Forget the oldest steps when the pictures they keep alive are too many to hold."""
    held: dict[str, int] = {}
    for kept, (study, _) in enumerate(reversed(history.past)):
        if study.picture is not None:
            held[study.picture.digest] = study.picture.pixels.nbytes
        if sum(held.values()) > PICTURE_BUDGET:
            return replace(history, past=history.past[len(history.past) - kept :])
    return history
