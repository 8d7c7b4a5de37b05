"""Sessions in the window: saved where the user says, put back as they were, and kept against a crash."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal

from sepviz.gui import settings
from sepviz.gui.autosave import Autosave
from sepviz.gui.dialogs.session_dialog import ask_session
from sepviz.gui.missing_picture import MissingPicture
from sepviz.gui.session_tasks import SaveSession
from sepviz.gui.window import WITHOUT_PICTURE
from sepviz.study.costs import find_problems
from sepviz.study.opening import OpenAnything
from sepviz.study.picture import printable
from sepviz.study.session import SUFFIX, Session

if TYPE_CHECKING:
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow

log = logging.getLogger("sepviz")
RESTORED = "settings, view and picture are as they were saved"


class Archive(QObject):
    """Takes the document's state out into sessions, and puts sessions back into the document."""

    refused = Signal(str, str)
    """(name, reason) of a session that cannot be put back."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._explorer, self._window = document, explorer, window
        self.autosave = Autosave(document, explorer, window, self)
        self.autosave.restore_requested.connect(self._on_restore_requested)
        self.missing = MissingPicture(document, explorer, window, self)
        self.missing.refused.connect(self.refused)

    def save(self) -> None:
        """Save the present state where the user says."""
        study = self._document.study
        stem = Path(study.picture.name).stem if study.picture else "settings"
        path = ask_session(self._window, settings.export_folder() / f"{stem}{SUFFIX}")
        if path is not None:
            task = SaveSession(path=path, session=self._session())
            self._explorer.ask(task, self._on_saved, patient=True, keep=True)

    def _session(self) -> Session:
        """Return the present state; a picture that is missing stays named by its place."""
        study = self._document.study
        located = self.missing.located if study.picture is None else None
        return Session(study=study, view=self._document.view, located=located)

    def _on_saved(self, path: object) -> None:
        log.info("exported %s", path)
        settings.remember_file(str(path))
        self._window.message.tell(f"The session was saved as {path}")

    def restore(self, session: Session, location: str, notice: str = "") -> None:
        """Put back the study and the view of `session`, which was found at `location`."""
        path = _path(location)
        if self._put_back(session, printable(path.name), notice) and path.is_file():  # a pasted one has no file
            settings.remember_file(str(path))

    def _put_back(self, session: Session, name: str, notice: str) -> bool:
        study, view = session.study, session.view
        if problems := find_problems(study):
            self.refused.emit(name, f"{name}: its settings cannot be used: {problems[0].message}")
            return False
        picture = study.picture
        if picture is None:
            log.info("opened %s without a picture", name)
            view = view if view.tab in WITHOUT_PICTURE else replace(view, tab="maps")
        else:
            log.info("opened %s %dx%d %s", picture.name, picture.width, picture.height, picture.mode)
        self._window.message.hide()
        self._document.adopt(study, view)
        self.missing.miss(session.located if picture is None else None)
        # that a picture brings settings has to be said; of a session it is expected
        restored = "" if session.notice or name.lower().endswith(SUFFIX) else RESTORED
        parts = (notice, restored, session.notice, picture.notice if picture else "")
        if text := ". ".join(filter(None, parts)):
            self._window.message.tell(f"{name}: {text}")
        return True

    # after a crash

    def offer(self) -> None:
        """Offer what the last crash has left behind, if it has."""
        self.autosave.offer()

    def close(self) -> None:
        """Keep nothing any more, as the window is closed well; once the worker has ended."""
        self.autosave.close()

    def _on_restore_requested(self, location: str) -> None:
        self._explorer.ask(OpenAnything(location=location), self._on_found, self._on_not_found, keep=True)

    def _on_found(self, session: object) -> None:
        if isinstance(session, Session):
            self._put_back(session, "The last state", "")
            self.autosave.save()
        self.autosave.forget()

    def _on_not_found(self, reason: str, details: str) -> None:
        self.autosave.forget()
        self.refused.emit("the last state", f"The last state cannot be restored: {reason}")


def _path(location: str) -> Path:
    """Return the file of a location, which may have been given as a URL, or be relative, on the command line."""
    local = QUrl(location).toLocalFile() if location.startswith("file:") else location
    return Path(local).expanduser().absolute()
