"""The terminal: the only place that writes to it. Results go to stdout, what is said about them to stderr."""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sepviz.cli.request import STDOUT, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLEAR_LINE = "\r\x1b[2K"


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """Where results (`out`) and messages (`err`) go; `place` ("2 of 9: ") stands before all progress.

    A reader who leaves early (``| head -1``) ends the command, unless it is `undeterred`, as it has files to write.
    """

    out: TextIO
    err: TextIO
    place: str = ""
    undeterred: bool = False

    def show(self, text: str) -> None:
        """Write a result: whole lines on stdout."""
        self._write(self.out, text if text.endswith("\n") else f"{text}\n")

    def deliver(self, text: str, target: str) -> None:
        """Write a document to the file `target`, or to stdout where that is "-"."""
        if target == STDOUT:
            return self.show(text)
        from sepviz.export.saving import ExportError, write_text  # here: it takes longer than --version itself

        try:
            return self.note(f"wrote {write_text(Path(target), text)}")
        except ExportError as error:
            raise UsageError(str(error)) from None

    def note(self, message: str) -> None:
        """Say what happened, in one line on stderr, whatever a file name put into `message`."""
        self.end_progress()
        self._write(self.err, f"{_one_line(message)}\n")

    def complain(self, message: str) -> None:
        """Say what is wrong, in one line on stderr, whatever a file name or a library put into `message`."""
        self.note(f"sepviz: {' '.join(message.split())}")

    def progress(self, label: str, fraction: float) -> None:
        """Show how far the work is (0 to 1), where somebody watches."""
        if self.err.isatty():
            self.err.write(f"{_CLEAR_LINE}{self.place}{_one_line(label)} {fraction:.0%}")
            self.err.flush()

    @contextmanager
    def busy(self, label: str) -> Iterator[None]:
        """Show, where somebody watches, what is going on in the block, of which no more is known."""
        if self.err.isatty():
            self.err.write(f"{_CLEAR_LINE}{self.place}{_one_line(label)}…")
            self.err.flush()
        try:
            yield
        finally:
            self.end_progress()

    def end_progress(self) -> None:
        """Take the line of :meth:`progress` away."""
        if self.err.isatty():
            self.err.write(_CLEAR_LINE)
            self.err.flush()

    def flush(self) -> None:
        """Hand everything to the system now, so that a failure to write is met here and not at exit."""
        self._write(self.out, "", at_once=True)
        self._write(self.err, "", at_once=True)

    def _write(self, stream: TextIO, text: str, at_once: bool = False) -> None:
        try:
            stream.write(text)
            if at_once:
                stream.flush()
        except BrokenPipeError:
            if not self.undeterred:
                raise
            abandon(stream)


def standard_console() -> Console:
    """Return the console of this process."""
    return Console(out=_tolerant(sys.stdout), err=_tolerant(sys.stderr))


def abandon(stream: TextIO) -> None:
    """Let what is still buffered vanish: whoever read `stream` is gone, and Python would try again at exit."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)


def _one_line(text: str) -> str:
    if text.isprintable():
        return text
    from sepviz.study.picture import printable  # here: NumPy comes with it, and hardly any text needs it

    return printable(text)


def _tolerant(stream: TextIO | None) -> TextIO:
    """Return `stream` made to write any text: a sign that its encoding lacks is replaced instead of raising.

    A program of the desktop has no streams at all on some systems.
    """
    if stream is None:
        return io.StringIO()
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace" if stream is sys.stderr else "replace")
    return stream
