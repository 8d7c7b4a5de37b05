"""One task run to its end in the terminal: through the same jobs as in the window, with progress for who watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from sepviz.study.jobs import Failed, Finished, Job, JobEvent, Progressed, Stopped, run_job

if TYPE_CHECKING:
    from sepviz.cli.console import Console
    from sepviz.engine.checkpoint import Checkpoint

Answer = TypeVar("Answer", covariant=True)


class Question(Protocol[Answer]):
    """A task of which it is known what it answers."""

    def __call__(self, checkpoint: Checkpoint) -> Answer:
        """Work out the answer."""


class TaskError(Exception):
    """A task that ended without an answer; the message says why."""


def answer_to(task: Question[Answer], label: str, subject: str, console: Console) -> Answer:
    """Return the answer to `task`, showing its progress as `label`; :class:`TaskError` names `subject`."""
    ends: list[Finished | Failed | Stopped] = []

    def take(event: JobEvent) -> None:
        match event:
            case Progressed(fraction=fraction):
                console.progress(label, fraction)
            case Finished() | Failed() | Stopped():
                ends.append(event)

    try:
        run_job(Job(generation=1, task=task), take, cancelled=lambda: False)
    finally:
        console.end_progress()
    match ends:
        case [Finished(answer=answer)]:
            return cast("Answer", answer)
        case [Failed(message=message)]:
            raise TaskError(f"{subject}: {message}")
    raise TaskError(f"{subject}: stopped before the end")
