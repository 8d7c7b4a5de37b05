"""How independent pieces of drawing are run: in turn here, or over a caller's threads.

Render owns no thread. What can be done side by side goes through one callable, :class:`Each`, so that the caller may
bring its pool, and stop between two pieces by raising from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

STEP_VALUES = 1 << 21
"""About this many values make one item: little enough to stop soon, enough that handing it over costs nothing."""


class Each(Protocol):
    """Calls ``body`` once for every item, in any order, and returns when all are done."""

    def __call__(self, items: Sequence[T], body: Callable[[T], None], /) -> None:
        """Run ``body(item)`` for all `items`; raise what a body raised."""


def in_turn(items: Sequence[T], body: Callable[[T], None], /) -> None:
    """Run ``body(item)`` for one item after the other: the :class:`Each` without threads."""
    for item in items:
        body(item)


def portions(count: int, values: int) -> list[range]:
    """Divide `count` maps of `values` each into items of about :data:`STEP_VALUES`."""
    size = max(1, STEP_VALUES // max(1, values))
    return [range(count)[first : first + size] for first in range(0, count, size)]
