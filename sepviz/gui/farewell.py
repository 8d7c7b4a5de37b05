"""A window that is told to end from outside (Ctrl+C in its terminal, a logout) closes as if by hand."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier

if TYPE_CHECKING:
    from types import FrameType

    from PySide6.QtWidgets import QWidget

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Farewell(QObject):
    """Closes a window when the process gets one of :data:`SIGNALS`.

    Python runs its handlers between two of its own instructions, and a window at rest has none: a signal is written to
    a socket, too, and the event loop listens to that.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._heard, self._told = socket.socketpair()
        for end in (self._heard, self._told):
            end.setblocking(False)
        signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, _hear)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_notifier_activated)

    def _on_notifier_activated(self) -> None:
        self._heard.recv(64)
        self._window.close()

    def release(self) -> None:
        """Let signals end the process at once again."""
        signal.set_wakeup_fd(-1)
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        self._notifier.setEnabled(False)
        self._heard.close()
        self._told.close()


def _hear(number: int, frame: FrameType | None) -> None:
    """Do nothing here: what is to be done is done in the event loop."""
