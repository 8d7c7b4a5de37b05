"""The one place for errors that nobody expected: from slots, from threads, and what Qt warns of.

An exception in a slot ends nothing. It is logged, and the user is told, in a dialog that waits and blocks nothing; one
that comes again and again, as from painting, is counted in it.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

from sepviz.gui.dialogs.incident_dialog import IncidentDialog

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from PySide6.QtWidgets import QWidget

log = logging.getLogger("sepviz")
MAX_KINDS = 50
"""Different errors that are told of; more than that are only logged."""
LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An error, and how often it came."""

    message: str
    details: str
    count: int = 1


class Incidents(QObject):
    """Catches errors while it is installed, and tells of them one after the other."""

    caught = Signal(str, str)
    """(message, details), from any thread."""

    def __init__(self, window: QWidget, log_path: Path | None) -> None:
        super().__init__(window)
        self._window, self._log_path = window, log_path
        self._known: dict[str, Incident] = {}
        self._waiting: list[str] = []
        self._dialog: IncidentDialog | None = None
        self._hooks_before = sys.excepthook, threading.excepthook, sys.unraisablehook
        self.caught.connect(self._on_caught)

    def install(self) -> None:
        """Catch errors from now on."""
        self._hooks_before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook, threading.excepthook = self._on_exception, self._on_thread_exception
        sys.unraisablehook = self._on_unraisable
        qInstallMessageHandler(_on_qt_message)

    def uninstall(self) -> None:
        """Leave errors to those who had them before."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks_before
        qInstallMessageHandler(None)

    def note(self, message: str, details: str) -> None:
        """Log an error that the window tells of by itself; without details it is no news to whoever reads logs."""
        if details:
            log.error("%s\n%s", message, details.rstrip())

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._hooks_before[0](kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        self.caught.emit(f"{kind.__name__}: {error}" if str(error) else kind.__name__, details)

    def _on_thread_exception(self, failure: threading.ExceptHookArgs) -> None:
        if failure.exc_value is not None:  # else the interpreter is ending
            self._on_exception(failure.exc_type, failure.exc_value, failure.exc_traceback)

    def _on_unraisable(self, failure: sys.UnraisableHookArgs) -> None:
        """Take what was raised where nobody could be told: in a destructor, or while rubbish was collected."""
        if failure.exc_value is not None:
            self._on_exception(failure.exc_type, failure.exc_value, failure.exc_traceback)

    def _on_caught(self, message: str, details: str) -> None:
        before = self._known.get(details)
        if before is not None:
            self._known[details] = replace(before, count=before.count + 1)
            log.error("again: %s", message)
        else:
            log.error("%s\n%s", message, details.rstrip())
            if len(self._known) >= MAX_KINDS:
                return
            self._known[details] = Incident(message=message, details=details)
        self._tell(details)

    def _tell(self, details: str) -> None:
        if self._dialog is None:
            self._dialog = IncidentDialog(self._window, self._log_path)
            self._dialog.finished.connect(self._on_dialog_finished)
            self._show(details)
        elif self._dialog.details == details:
            self._show(details)
        elif details not in self._waiting:
            self._waiting.append(details)

    def _show(self, details: str) -> None:
        if self._dialog is not None:
            incident = self._known[details]
            self._dialog.show_incident(incident.message, incident.details, incident.count)

    def _on_dialog_finished(self) -> None:
        self._dialog = None
        if self._waiting:
            self._tell(self._waiting.pop(0))


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    if kind in LEVELS:
        log.log(LEVELS[kind], "Qt: %s", text)
