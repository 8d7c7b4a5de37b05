"""The log file: warnings and errors of the last runs, for a report; and what is left of a run that crashed."""

from __future__ import annotations

import faulthandler
import logging
from contextlib import ExitStack
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger("sepviz")
MAX_BYTES, BACKUPS = 512 * 1024, 2
LAYOUT = "%(asctime)s %(levelname)s %(message)s"


class Logbook(RotatingFileHandler):
    """Keeps what is logged as a warning or worse, in a file that is begun anew when it is long."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8", errors="backslashreplace")
        self.path = path
        self.setLevel(logging.WARNING)
        self.setFormatter(logging.Formatter(LAYOUT))
        log.addHandler(self)

    def close(self) -> None:
        """Write no more; safe to call twice."""
        log.removeHandler(self)
        super().close()


def open_logbook(folder: Path) -> Logbook | None:
    """Begin to keep a log in `folder`, or return None where no file can be written there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Logbook(folder / "sepviz.log")
    except OSError as error:
        log.warning("no log is kept in %s: %s", folder, error.strerror or error)
        return None


def note_crashes(folder: Path) -> ExitStack:
    """Have the interpreter write where each thread was to ``crash.log`` in `folder`, should the process crash.

    That file is not the log itself: who writes in a crash needs one that is open and stays so. The stack that is
    returned ends it when it is closed; where no file can be written, nothing is.
    """
    ending = ExitStack()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "crash.log"
        mode = "a" if path.is_file() and path.stat().st_size < MAX_BYTES else "w"
        faulthandler.enable(ending.enter_context(path.open(mode, encoding="utf-8")))
    except OSError:
        return ending
    ending.callback(faulthandler.disable)
    return ending
