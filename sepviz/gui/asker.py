"""Questions to a worker, and who gets the answer. Whatever takes time in the window passes through here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from sepviz.study.jobs import Failed, Finished, Job, JobEvent, Preview, Progressed, Started, Stopped, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepviz.gui.worker import Worker


class _Awaited(NamedTuple):
    then: Callable[[object], None]
    otherwise: Callable[[str, str], None]
    meanwhile: Callable[[object], None] | None
    began: Callable[[], None] | None
    stopped: Callable[[], None] | None


class Asker(QObject):
    """Hands tasks to a worker and every event to the one who asked."""

    failed = Signal(str, str)
    """(message, details) of a task that went wrong and whose asker has no answer to that."""
    progressed = Signal(int, float)
    """(generation, fraction)."""
    ended = Signal(int)
    """A task ended, whatever its end; its asker knows already."""

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self._worker = worker
        self._generation = 0
        self._awaited: dict[int, _Awaited] = {}
        worker.happened.connect(self._on_worker_happened)

    @property
    def is_busy(self) -> bool:
        """Whether any answer is awaited."""
        return bool(self._awaited)

    def awaits(self, generation: int) -> bool:
        """Say whether the answer of this generation is still awaited."""
        return generation in self._awaited

    def ask(
        self,
        task: Task,
        then: Callable[[object], None],
        otherwise: Callable[[str, str], None] | None = None,
        *,
        preview: Task | None = None,
        meanwhile: Callable[[object], None] | None = None,
        began: Callable[[], None] | None = None,
        stopped: Callable[[], None] | None = None,
        patient: bool = False,
        keep: bool = False,
    ) -> int:
        """Have the worker answer `task`, and return the generation of the question.

        The answer goes to `then`, that of the quicker `preview` to `meanwhile`, a failure to `otherwise` or
        :attr:`failed`. `began` is called when its turn has come, `stopped` when it is stopped, also while it waits.
        A `patient` task stops nothing; nothing later stops one to `keep`.
        """
        self._generation += 1
        self._awaited[self._generation] = _Awaited(then, otherwise or self.failed.emit, meanwhile, began, stopped)
        job = Job(generation=self._generation, task=task, preview=preview)
        self._worker.submit(job, patient=patient, keep=keep)
        return self._generation

    def stop(self) -> None:
        """Stop what is being worked on, but for what is to be kept."""
        self._worker.stop()

    def _on_worker_happened(self, event: JobEvent) -> None:
        awaited = self._awaited.get(event.generation)
        if awaited is None:
            return
        match event:
            case Started():
                if awaited.began is not None:
                    awaited.began()
            case Progressed(generation=generation, fraction=fraction):
                self.progressed.emit(generation, fraction)
            case Preview(answer=answer):
                if awaited.meanwhile is not None:
                    awaited.meanwhile(answer)
            case Finished(answer=answer):
                del self._awaited[event.generation]
                awaited.then(answer)
                self.ended.emit(event.generation)
            case Failed(message=message, details=details):
                del self._awaited[event.generation]
                awaited.otherwise(message, details)
                self.ended.emit(event.generation)
            case Stopped():
                del self._awaited[event.generation]
                if awaited.stopped is not None:
                    awaited.stopped()
                self.ended.emit(event.generation)
