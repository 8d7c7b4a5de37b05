"""The last state, saved a moment after every change, and offered again after a crash."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from sepviz.gui import settings
from sepviz.gui.last_state import LastState, left_behind, new_state
from sepviz.gui.session_tasks import SaveSession
from sepviz.study.session import Session

if TYPE_CHECKING:
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow

log = logging.getLogger("sepviz")
INTERVAL_MS = 3000
OFFER = "sepviz ended without being closed. What was open then, on {when}, can be restored."


class Autosave(QObject):
    """Keeps a file with the document's state while the window is open; a clean close removes it."""

    restore_requested = Signal(str)
    """The path of the session that the user wants back."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._explorer, self._window = document, explorer, window
        self._own: LastState | None = None
        self._found: LastState | None = None
        self._is_saving = False
        self._soon = QTimer(self, singleShot=True, interval=INTERVAL_MS)
        self._soon.timeout.connect(self.save)
        document.study_changed.connect(self._on_document_changed)
        document.view_changed.connect(self._on_document_changed)
        window.offer.accepted.connect(self._on_offer_accepted)
        window.offer.declined.connect(self.forget)
        window.closing.connect(self._soon.stop)

    def offer(self) -> None:
        """Offer what the last crash has left behind, if it has."""
        self._found = left_behind(settings.state_folder())
        if self._found is not None:
            when = datetime.fromtimestamp(self._found.saved_at).strftime("%Y-%m-%d at %H:%M")
            self._window.offer.offer(OFFER.format(when=when), "Restore", "Discard")

    def forget(self) -> None:
        """Remove what a crash has left behind: it is restored, or not wanted."""
        self._window.offer.hide()
        if self._found is not None:
            self._found.discard()
            self._found = None

    def save(self) -> None:
        """Have the worker save the present state when its turn comes; nothing waits for that."""
        if self._is_saving:
            self._soon.start()
            return
        self._own = self._own or new_state(settings.state_folder())
        if self._own is None:
            log.info("the last state is not kept: %s cannot be written", settings.state_folder())
            return
        self._is_saving = True
        task = SaveSession(path=self._own.path, session=Session(study=self._document.study, view=self._document.view))
        self._explorer.ask(task, self._on_saved, self._on_save_failed, patient=True, keep=True)

    def close(self) -> None:
        """Remove the own file, as the window is closed well; once the worker has ended.

        An offer that was not answered is made again at the next start.
        """
        self._soon.stop()
        if self._found is not None:
            self._found.release()
            self._found = None
        if self._own is not None:
            self._own.discard()
            self._own = None

    def _on_document_changed(self, before: object, after: object) -> None:
        if not self._soon.isActive():  # while something changes all the time, it is saved all the same
            self._soon.start()

    def _on_saved(self, path: object) -> None:
        self._is_saving = False

    def _on_save_failed(self, message: str, details: str) -> None:
        # the user has not asked for it, and can do without
        self._is_saving = False
        log.info("the last state is not kept: %s", message)

    def _on_offer_accepted(self) -> None:
        if self._found is not None:
            self.restore_requested.emit(str(self._found.path))
