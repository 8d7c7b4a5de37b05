"""Work as values: a job carries a task and a number; what happens to it is a closed union of events.

The same :func:`run_job` serves the worker thread of the window and the command line. It knows no task, and it holds the
only ``except Exception`` of the compute path.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Protocol, TypeAlias

from sepviz.engine.checkpoint import Cancelled, Checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRESS_INTERVAL_S = 0.05


class Task(Protocol):
    """A frozen callable value: a question that can be answered anywhere."""

    def __call__(self, checkpoint: Checkpoint) -> object:
        """Work out the answer, calling `checkpoint` often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A task and the generation it belongs to; `preview`, if any, is a quicker task that is answered first."""

    generation: int
    task: Task
    preview: Task | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The job is being worked on."""

    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    """`fraction` (0 to 1) of the job is done."""

    generation: int
    fraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The answer of the quicker task; the real one follows."""

    generation: int
    answer: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The answer."""

    generation: int
    answer: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The task raised: `message` for the user, `details` (a traceback) for a report."""

    generation: int
    message: str
    details: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Nobody wanted the answer any more."""

    generation: int


JobEvent: TypeAlias = Started | Progressed | Preview | Finished | Failed | Stopped


def run_job(job: Job, emit: Callable[[JobEvent], None], cancelled: Callable[[], bool]) -> None:
    """Run `job` to one of its ends, telling `emit` what happens; stops soon after `cancelled` answers True."""
    generation, checkpoint = job.generation, _watch(job.generation, emit, cancelled)
    emit(Started(generation=generation))
    try:
        checkpoint(0.0)
        if job.preview is not None:
            emit(Preview(generation=generation, answer=job.preview(checkpoint)))
        answer = job.task(checkpoint)
    except Cancelled:
        emit(Stopped(generation=generation))
    except MemoryError:
        message = "there is not enough free memory for this; take a smaller size or fewer out_channels"
        emit(Failed(generation=generation, message=message, details=traceback.format_exc()))
    except Exception as error:  # noqa: BLE001 - whatever a task raises must reach the user, not end the thread
        message = str(error) or type(error).__name__
        # what this program refuses in its own words needs no traceback
        refused = type(error).__module__.startswith(f"{__package__.partition('.')[0]}.")
        emit(Failed(generation=generation, message=message, details="" if refused else traceback.format_exc()))
    else:
        emit(Finished(generation=generation, answer=answer))


def _watch(generation: int, emit: Callable[[JobEvent], None], cancelled: Callable[[], bool]) -> Checkpoint:
    told, last = perf_counter(), -1.0

    def checkpoint(fraction: float) -> None:
        nonlocal told, last
        if cancelled():
            raise Cancelled
        if fraction == last:
            return  # no news: whoever only listens for a cancel, as a timing does, wakes nobody
        now = perf_counter()
        if now - told >= PROGRESS_INTERVAL_S:
            told, last = now, fraction
            emit(Progressed(generation=generation, fraction=fraction))

    return checkpoint
