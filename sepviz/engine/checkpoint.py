"""The one thing numeric code knows about its caller: a callable that takes progress and may stop the work."""

from __future__ import annotations

from typing import Protocol


class Cancelled(Exception):
    """Raised by a checkpoint when nobody wants the answer any more."""


class Checkpoint(Protocol):
    """Called at least every 20 ms of work; while a clock runs mostly with one and the same fraction, to listen only."""

    def __call__(self, fraction: float) -> None:
        """Report that `fraction` (0 to 1) of the work is done; may raise :class:`Cancelled`."""


def carry_on(fraction: float) -> None:
    """Let the work run to its end, unwatched."""


def part(checkpoint: Checkpoint, start: float, stop: float) -> Checkpoint:
    """Return a checkpoint whose 0..1 is the stretch `start`..`stop` of `checkpoint`'s."""

    def report(fraction: float) -> None:
        checkpoint(start + (stop - start) * fraction)

    return report
