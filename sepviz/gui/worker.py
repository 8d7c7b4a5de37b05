"""The one thread that computes. Its event queue is the queue; only the newest job in it is still wanted."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, get_native_id

from PySide6.QtCore import QObject, QThread, Signal, Slot

from sepviz.study.jobs import Job, run_job

NICENESS = 5
"""How far the worker steps back, in the system's own measure (0 to 19)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ticket:
    job: Job
    cancel: Event = field(default_factory=Event)


class _Bench(QObject):
    """Lives in the worker thread and runs what is handed to it."""

    happened = Signal(object)

    @Slot()
    def step_back(self) -> None:
        """Let the window go first where threads share cores; the helpers of the engine inherit it."""
        if hasattr(os, "setpriority"):
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, get_native_id(), NICENESS)

    @Slot(object)
    def run(self, ticket: _Ticket) -> None:
        # one that is not wanted any more is run too: it ends at once, and says so
        run_job(ticket.job, self.happened.emit, ticket.cancel.is_set)


class Worker(QObject):
    """Runs jobs one after the other in a thread of its own; a new job stops the one before it."""

    happened = Signal(object)
    """A :data:`sepviz.study.jobs.JobEvent`, delivered in the thread of the window."""
    _handed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._stoppable: list[Event] = []
        self._thread = QThread()
        self._bench = _Bench()
        self._bench.moveToThread(self._thread)
        self._bench.happened.connect(self.happened)
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
        self._handed.emit(ticket)

    def stop(self) -> None:
        """Ask the job that runs, and those that wait, to stop; a Stopped event of each follows within milliseconds."""
        for cancel in self._stoppable:
            cancel.set()
        self._stoppable.clear()

    def close(self) -> None:
        """Stop, and wait for the thread to end."""
        self.stop()
        self._thread.quit()
        self._thread.wait()
