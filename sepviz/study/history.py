"""Undo and redo as a pure value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class History(Generic[T]):
    """What was, is and would be again.

    `past` and `future` are ordered in time: the last of `past` and the first of `future` are the nearest. `merge_key`
    names the gesture that made `present`: a push with the same key (a slider that still moves) replaces it.
    """

    past: tuple[T, ...] = ()
    present: T
    future: tuple[T, ...] = ()
    merge_key: str = ""

    def push(self, value: T, merge_key: str = "") -> History[T]:
        """Return the history with `value` as the present; what had been undone is forgotten."""
        if value == self.present:
            return self
        same_gesture = bool(merge_key) and merge_key == self.merge_key
        past = self.past if same_gesture else (*self.past, self.present)[-LIMIT:]
        return History(past=past, present=value, merge_key=merge_key)

    def undo(self) -> History[T]:
        """Return the history one step back, or itself at its beginning."""
        if not self.past:
            return self
        return History(past=self.past[:-1], present=self.past[-1], future=(self.present, *self.future))

    def redo(self) -> History[T]:
        """Return the history one step forward, or itself at its end."""
        if not self.future:
            return self
        return History(past=(*self.past, self.present), present=self.future[0], future=self.future[1:])
