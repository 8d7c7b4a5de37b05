"""A session whose picture is gone: its settings stay, and the user is asked where the picture is now."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from sepviz.study.formats import suffixes
from sepviz.study.opening import OpenAnything
from sepviz.study.picture import Picture, printable

if TYPE_CHECKING:
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow
    from sepviz.study.session import Located
    from sepviz.study.study import Study

log = logging.getLogger("sepviz")
FIND, GO_ON = "Find picture…", "Go on without"
OTHER_PIXELS = "{name} has other pixels than when the session was saved; its settings are kept"
FOUND = "{name} was found; the settings of the session are kept"


class MissingPicture(QObject):
    """Offers to find the picture of a session, and takes the offer back when there is a picture again."""

    refused = Signal(str, str)
    """(name, reason) of a file that cannot be opened."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._explorer, self._window = document, explorer, window
        self.located: Located | None = None
        window.missing.accepted.connect(self._on_missing_accepted)
        window.missing.declined.connect(window.missing.hide)
        document.study_changed.connect(self._on_study_changed)

    def miss(self, located: Located | None) -> None:
        """Offer to find the picture that was `located`; with None, offer nothing any more."""
        self.located = located
        if located is None:
            self._window.missing.hide()
            return
        name, place = printable(located.name), printable(located.location)
        self._window.missing.offer(f"{name} is missing; it was {place}. Where is it now?", FIND, GO_ON)

    def _on_study_changed(self, before: Study, study: Study) -> None:
        if study.picture is not None:
            self.miss(None)

    def _on_missing_accepted(self) -> None:
        if self.located is None:
            return
        path = ask_picture(self._window, self.located)
        if path is not None:
            self._explorer.ask(OpenAnything(location=str(path)), self._on_found, self._on_not_found, keep=True)

    def _on_found(self, picture: object) -> None:
        located = self.located
        if isinstance(picture, Picture) and located is not None:
            log.info("opened %s %dx%d %s", picture.name, picture.width, picture.height, picture.mode)
            self._document.show_picture(picture)
            told = FOUND if picture.digest == located.digest else OTHER_PIXELS
            self._window.message.tell(told.format(name=picture.name))
        elif located is not None:
            self.refused.emit(located.name, f"that file holds a session; choose the picture {located.name}, or Open it")

    def _on_not_found(self, reason: str, details: str) -> None:
        self.refused.emit("the picture", reason)


def ask_picture(parent: QWidget, located: Located) -> Path | None:
    """Ask where the picture is, beginning where it was as far as that is there; None when the user gives up."""
    folder = next((place for place in Path(located.location).parents if place.is_dir()), Path.home())
    kinds = " ".join(f"*{suffix}" for suffix in suffixes())
    chosen, _ = QFileDialog.getOpenFileName(
        parent, f"Find {printable(located.name)}", str(folder), f"Pictures ({kinds});;All files (*)"
    )
    return Path(chosen) if chosen else None
