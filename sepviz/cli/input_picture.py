"""The picture that a command is about: the INPUT that was typed, or a session's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sepviz.study.opening import ONLY_FIGURES, with_picture
from sepviz.study.picture import SourceError, printable
from sepviz.study.session import SUFFIX, SessionError
from sepviz.study.source import open_picture

if TYPE_CHECKING:
    from sepviz.cli.console import Console
    from sepviz.study.picture import Picture
    from sepviz.study.session import Session


def input_picture(location: str, reopened: Session | None, console: Console) -> Picture:
    """Return the picture at `location`, or that of the session `reopened` from there, with a note on what became of it.

    Raises
    ------
    SourceError
        When there is no picture.
    SessionError
        When the session has none, or it is not to be had.
    """
    if reopened is None:
        return _open(location)
    session = with_picture(reopened)
    if session.study.picture is None:
        reason = session.notice or "the session has no picture"
        raise SessionError(f"{location}: {reason}; give an INPUT beside --session")
    if session.notice:
        console.note(f"{location}: {session.notice}")
    return session.study.picture


def _open(location: str) -> Picture:
    try:
        return open_picture(location)
    except SourceError as error:
        path = Path(location)
        if path.suffix.lower() not in (SUFFIX, *ONLY_FIGURES) or not path.is_file():
            raise
        raise SourceError(
            f"{error}; if it holds a study of sepviz, give it as --session {printable(path.name)}"
        ) from None
