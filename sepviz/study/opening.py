"""Opening as a task, so that a large file is decoded in the worker like everything that takes time.

What is opened is known by its content: a picture, a session, or a figure that carries its session. The one further
file that a session makes this program read is the picture that it names, and only when that is an image file.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sepviz.study.picture import Picture, SourceError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.study.session import Located, Session

BUNDLED = ("sample:", "pattern:")
ONLY_FIGURES = (".svg", ".pdf")
"""What can carry a session and is no picture that is read here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAnything:
    """The task of opening a picture, a session or an exhibit: a path, "sample:NAME" or "pattern:NAME"."""

    location: str

    @property
    def name(self) -> str:
        """What the user knows it by."""
        return self.location

    def __call__(self, checkpoint: Checkpoint) -> Picture | Session:
        """Return what is there; :class:`SourceError` or :class:`SessionError` says why there is nothing."""
        return open_anything(self.location)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBytes:
    """The task of opening an image, or a figure with its session, that came as bytes: from a clipboard or a browser."""

    data: bytes = field(repr=False)
    name: str

    def __call__(self, checkpoint: Checkpoint) -> Picture | Session:
        """Return what is there; :class:`~sepviz.study.picture.SourceError` says why there is nothing."""
        return open_bytes(self.data, self.name)


def open_anything(location: str) -> Picture | Session:
    """Return the picture at `location`, or the session that is there or that the figure there carries.

    A figure whose session is damaged is an ordinary picture, with a notice that says so.

    Raises
    ------
    SourceError
        When there is no picture.
    SessionError
        When there is a session that cannot be opened, or an SVG or PDF without one.
    """
    from sepviz.study.session import SessionError
    from sepviz.study.source import open_picture

    path = _file(location)
    if path is None:
        return open_picture(location)
    try:
        session = find_session(path)
    except SessionError as error:
        if not _may_be_a_picture(path):
            raise
        picture = open_picture(location)
        return replace(picture, notice="; ".join(filter(None, (picture.notice, str(error)))))
    return open_picture(location) if session is None else with_picture(session)


def open_bytes(data: bytes, name: str) -> Picture | Session:
    """Return the picture, called `name`, that `data` is the file of, or the session that this figure carries.

    As in :func:`open_anything` a figure whose session is damaged is an ordinary picture, with a notice. Raises
    :class:`SourceError` when there is no picture.
    """
    from sepviz.study.exhibit import study_in
    from sepviz.study.session import SessionError, from_text
    from sepviz.study.source import decode_picture

    try:
        text = study_in(BytesIO(data), name)
        return decode_picture(data, name) if text is None else with_picture(from_text(text, name))
    except SessionError as error:
        picture = decode_picture(data, name)
        return replace(picture, notice="; ".join(filter(None, (picture.notice, str(error)))))


def find_session(path: Path) -> Session | None:
    """Return the session in the file `path`, or None when that is a picture without one.

    A picture that the session names by its place is not opened; :func:`with_picture` does.

    Raises
    ------
    SessionError
        When there is no file, a session that cannot be opened, or an SVG or PDF without one.
    """
    from sepviz.study.exhibit import read_study
    from sepviz.study.session import SUFFIX, SessionError, from_text, read_session

    name, suffix = printable(path.name), path.suffix.lower()
    if not path.is_file():  # a pipe would be waited for
        raise SessionError(f"{name} is no file that is there ({printable(str(path))}); check the name")
    if suffix == SUFFIX or _starts_like_json(path):
        return replace(read_session(path), folder=path.parent)
    text = read_study(path)
    if text is not None:
        return replace(from_text(text, name), folder=path.parent)
    if suffix in ONLY_FIGURES:
        raise SessionError(
            f"{name} carries no study, and a {suffix} is no picture that is read here; open a figure that sepviz "
            "saved, or convert it to PNG"
        )
    return None


def with_picture(session: Session) -> Session:
    """Return `session` with the picture that it names by its place.

    When the picture is not to be had, or is not the one it was, the session comes with a notice.
    """
    if session.located is None:
        return session
    found, reason = _search(session.located, session.folder)
    if found is None:
        return replace(session, notice=f"the settings are restored without their picture: {reason}")
    changed = found.digest != session.located.digest
    notice = f"{found.name} has other pixels than when the session was saved" if changed else ""
    return replace(session, study=replace(session.study, picture=found), located=None, notice=notice)


def _search(located: Located, folder: Path | None) -> tuple[Picture | None, str]:
    """Return the picture with the right pixels, else any that is there, else why there is none."""
    from sepviz.study.source import open_picture

    first, reason = None, f"{located.name} is not on this computer; open it from where it is now"
    for location in _places(located, folder):
        try:
            picture = open_picture(location)
        except SourceError as error:
            reason = str(error)
        else:
            if picture.digest == located.digest:
                return picture, ""
            first = first or picture
    return first, reason


def _places(located: Located, folder: Path | None) -> Iterator[str]:
    location = located.location
    if location.startswith(BUNDLED):
        yield location
        return
    if folder is not None and located.relative and not Path(located.relative).is_absolute():
        yield str(folder / located.relative)
    # two slashes are a computer of the network on some systems: no session may make this one call there
    if Path(location).is_absolute() and not location.startswith(("//", "\\\\")):
        yield location


def _file(location: str) -> Path | None:
    """Return the regular file at `location`, or None: opening it as a picture then says what is wrong."""
    if location.startswith(BUNDLED):
        return None
    try:
        path = (_path_of_url(location) if location.startswith("file:") else Path(location)).expanduser()
        return path if path.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None


def _path_of_url(location: str) -> Path:
    from urllib.request import url2pathname  # here, because it costs start-up time and is seldom needed

    return Path(url2pathname(urlsplit(location).path))


def _starts_like_json(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(64).lstrip().startswith(b"{")
    except OSError:
        return False


def _may_be_a_picture(path: Path) -> bool:
    from sepviz.study.formats import suffixes

    return path.suffix.lower() in suffixes()
