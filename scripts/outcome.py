"""What the scripts that try a promise tell of each: kept, broken or not to be tried here, with the figures."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one trial; `held` is None where it could not be tried."""

    promise: str
    held: bool | None
    detail: str

    def __str__(self) -> str:
        """Return the line of the report."""
        word = {True: "held", False: "BROKEN", None: "skipped"}[self.held]
        return f"{word:8} {self.promise}: {self.detail}"


def skipped(promise: str, why: str) -> Outcome:
    """Return the outcome of what could not be tried."""
    return Outcome(promise=promise, held=None, detail=why)


def report(outcomes: Iterable[Outcome]) -> int:
    """Print every outcome as soon as it is there, and return the exit status: 1 when a promise is broken."""
    broken = 0
    for outcome in outcomes:
        print(outcome)
        sys.stdout.flush()
        broken += outcome.held is False
    return 1 if broken else 0
