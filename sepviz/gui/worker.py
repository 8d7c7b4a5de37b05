"""The one thread that computes. Its event queue is the queue; only the newest job in it is still wanted.

A job that does not heed that it should stop cannot be ended, as no thread can: it is left behind with its thread, and
another thread takes over.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, get_native_id
from time import monotonic

import numpy as np
from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from sepviz.study.jobs import Failed, Finished, Job, JobEvent, Stopped, run_job

NICENESS = 5
"""How far the worker steps back, in the system's own measure (0 to 19)."""
PATIENCE_MS = 5000
"""So long a job that was stopped may go on; the engine stops within 50 ms."""
CLOSING_MS = 700
"""The same when the window closes."""
LOOK_MS = 20
LEFT_BEHIND = (
    "a computation did not stop when it was told to, and was left behind; what is asked now is computed beside it. "
    "If this comes again, start sepviz anew"
)

_left_behind: list[tuple[QThread, _Bench]] = []
"""Threads that may never end: one that is let go while it runs ends the whole process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ticket:
    job: Job
    cancel: Event = field(default_factory=Event)
    ended: Event = field(default_factory=Event)


class _Bench(QObject):
    """Lives in the worker thread and runs what is handed to it."""

    happened = Signal(object)
    is_left = False
    """Whether another one has taken over what is still to be done."""

    @Slot()
    def step_back(self) -> None:
        """Let the window go first where threads share cores; the helpers of the engine inherit it."""
        if hasattr(os, "setpriority"):
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, get_native_id(), NICENESS)

    @Slot(object)
    def run(self, ticket: _Ticket) -> None:
        if self.is_left:
            return
        # one that is not wanted any more is run too: it ends at once, and says so
        try:
            with np.errstate(all="ignore"):  # as in the thread of the window
                run_job(ticket.job, self.happened.emit, ticket.cancel.is_set)
        finally:
            ticket.ended.set()


class Worker(QObject):
    """Runs jobs one after the other in a thread of its own; a new job stops the one before it."""

    happened = Signal(object)
    """A :data:`sepviz.study.jobs.JobEvent`, delivered in the thread of the window."""
    _handed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._stoppable: list[Event] = []
        self._tickets: list[_Ticket] = []
        self._overdue = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._overdue.timeout.connect(self._on_overdue_timeout)
        self._begin()

    def _begin(self) -> None:
        self._thread = QThread()
        self._bench = _Bench()
        self._bench.moveToThread(self._thread)
        self._bench.happened.connect(self._on_bench_happened)
        self._handed.connect(self._bench.run)
        self._thread.started.connect(self._bench.step_back)
        self._thread.start()

    def submit(self, job: Job, *, patient: bool = False, keep: bool = False) -> None:
        """Stop what is being computed and compute `job` instead.

        A `patient` job waits its turn and stops nothing; one to `keep` is never stopped by a later one.
        """
        ticket = _Ticket(job=job)
        if not patient:
            self.stop()
        if not keep:
            self._stoppable.append(ticket.cancel)
        self._tickets = [*self._unended(), ticket]
        self._handed.emit(ticket)

    def stop(self) -> None:
        """Ask the job that runs, and those that wait, to stop; a Stopped event of each follows within milliseconds."""
        for cancel in self._stoppable:
            cancel.set()
        self._stoppable.clear()
        if self._unended():
            self._overdue.start()

    def close(self) -> None:
        """Stop, and wait for the thread to end, but not for a deaf job; what is to be kept is waited for."""
        self.stop()
        self._overdue.stop()
        self._thread.quit()
        deadline = monotonic() + CLOSING_MS / 1000
        while not self._bench.is_left and not self._thread.wait(LOOK_MS):
            if monotonic() > deadline and self._is_deaf():
                self._leave()

    def _on_bench_happened(self, event: JobEvent) -> None:
        if isinstance(event, Finished | Failed | Stopped):  # what a task holds may be large
            self._tickets = [ticket for ticket in self._tickets if ticket.job.generation != event.generation]
        self.happened.emit(event)

    def _unended(self) -> list[_Ticket]:
        return [ticket for ticket in self._tickets if not ticket.ended.is_set()]

    def _is_deaf(self) -> bool:
        """Whether the job that runs goes on though it was stopped."""
        unended = self._unended()
        return bool(unended) and unended[0].cancel.is_set()

    def _on_overdue_timeout(self) -> None:
        if not self._is_deaf():
            return
        deaf, *others = self._unended()
        self._leave()
        self._begin()
        self._tickets = others
        self.happened.emit(Failed(generation=deaf.job.generation, message=LEFT_BEHIND, details=""))
        for ticket in others:
            self._handed.emit(ticket)

    def _leave(self) -> None:
        """Leave the thread to what it does; it ends should that ever end."""
        self._bench.is_left = True
        self._bench.happened.disconnect(self._on_bench_happened)
        self._handed.disconnect(self._bench.run)
        self._thread.quit()
        _left_behind.append((self._thread, self._bench))


def all_ended() -> bool:
    """Say whether every thread that was left behind has ended after all: else the process cannot end as usual."""
    return all(thread.isFinished() for thread, _ in _left_behind)
