"""Files that are whole or not there: written beside their place, then moved into it in one step.

While a draft is written it is locked; the system lifts the lock when the writer is killed. So the next save in the same
folder can tell a draft that nobody will finish from one that somebody is writing, and removes it.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class ExportError(Exception):
    """A file that could not be made: the message names it, the reason and the next step."""


_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or save it on another disk",
    errno.EDQUOT: "your disk quota is used up; free some space or save it on another disk",
    errno.EFBIG: "it would be larger than a file may be here (a limit of the disk or of this session); make it smaller "
    "or save it on another disk",
    errno.EROFS: "the disk is read-only; save it on another disk",
    errno.ENOENT: "there is no folder {folder}; make it first or choose another folder",
    errno.ENOTDIR: "{folder} is not a folder; choose another folder",
    errno.EISDIR: "it is a folder; add a file name",
    errno.EACCES: "you are not permitted to write there; choose another folder or change its permissions",
    errno.EPERM: "you are not permitted to write there; choose another folder or change its permissions",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


DRAFT_PREFIX, DRAFT_SUFFIX = ".sepviz-", ".part"
LOCKLESS_AGE_S = 24 * 3600
"""Where files cannot be locked, a draft that is older than this belongs to nobody."""


@contextmanager
def saving(path: Path) -> Iterator[BinaryIO]:
    """Open a binary file that becomes `path` when the block ends well; else `path` stays as it was.

    Symbolic links are followed, an existing file's permissions are kept, and what is no regular file (a pipe, a
    terminal) is written to directly.

    Raises
    ------
    ExportError
        When the file cannot be written: disk full, read-only, no such folder, no permission.
    """
    target = _target(path)
    try:
        _refuse_folder(target)
        opened = target.open("wb") if target.exists() and not target.is_file() else _replacing(target)
        with opened as file:
            yield file
    except OSError as error:
        raise ExportError(f"{path} could not be written: {_reason(error, path)}") from error


def suffixed(path: Path, suffixes: tuple[str, ...], what: str, example: str) -> Path:
    """Return `path`, with the suffix of `example` where it has none.

    Parameters
    ----------
    path
        The name somebody gave.
    suffixes
        Those that `what` can have, in lower case, with their dots.
    what
        What is saved, with its article: "a figure".
    example
        A name to suggest: "figure.png".

    Raises
    ------
    ExportError
        For a path without a name and for a suffix that is none of `suffixes`.
    """
    if not path.name:
        raise ExportError(f"{path} has no file name; add one, such as {example}")
    if not path.suffix:
        return path.with_name(f"{path.name}.{example.rpartition('.')[2]}")
    if path.suffix.lower() not in suffixes:
        raise ExportError(f"{path.name} ends in {path.suffix}; {what} can be saved as {', '.join(suffixes)}")
    return path


def write_bytes(path: Path, content: bytes) -> Path:
    """Make `content` the file `path` in one step and return `path`; :class:`ExportError` when it cannot be."""
    with saving(path) as file:
        file.write(content)
    return path


def write_text(path: Path, content: str) -> Path:
    """Make `content`, as UTF-8, the file `path` in one step; see :func:`write_bytes`."""
    return write_bytes(path, content.encode())


def _target(path: Path) -> Path:
    try:
        return path.expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise ExportError(f"{str(path)!r} cannot be the name of a file ({error}); choose another name") from error


def _refuse_folder(target: Path) -> None:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    # os.replace would put a new file over one that its owner has locked
    if target.is_file() and not os.access(target, os.W_OK):
        reason = errno.EROFS if _is_on_read_only_disk(target) else errno.EACCES
        raise OSError(reason, os.strerror(reason), str(target))


def _is_on_read_only_disk(target: Path) -> bool:
    return hasattr(os, "statvfs") and bool(os.statvfs(target).f_flag & os.ST_RDONLY)


@contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    _remove_abandoned(target.parent)
    file, draft = _new_draft(target)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if fcntl:  # before the lock is lifted, that nobody takes the draft for abandoned
                _move(draft, target)
        if not fcntl:  # Windows moves no open file
            _move(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def _move(draft: Path, target: Path) -> None:
    if target.exists():
        shutil.copymode(target, draft)
    draft.replace(target)


def _new_draft(target: Path) -> tuple[BinaryIO, Path]:
    """Return a new file beside `target`, locked, and its path."""
    while True:
        draft = target.with_name(f"{DRAFT_PREFIX}{secrets.token_hex(8)}{DRAFT_SUFFIX}")
        file = draft.open("xb")
        if not fcntl:
            return file, draft
        with suppress(OSError):  # some network disks have no locks
            fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file, draft
        file.close()  # another process took it for abandoned before it was locked


def _remove_abandoned(folder: Path) -> None:
    """Remove the drafts of processes that were killed; what cannot be removed stays."""
    with suppress(OSError):
        for draft in folder.glob(f"{DRAFT_PREFIX}*{DRAFT_SUFFIX}"):
            with suppress(OSError):
                _remove_if_abandoned(draft)


def _remove_if_abandoned(draft: Path) -> None:
    if not fcntl:
        if time.time() - draft.stat().st_mtime > LOCKLESS_AGE_S:
            draft.unlink()
        return
    descriptor = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # whatever lies there under the name
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        draft.unlink()
    finally:
        os.close(descriptor)


def _reason(error: OSError, path: Path) -> str:
    known = _REASONS.get(error.errno or 0)
    return known.format(folder=path.parent) if known else f"{error.strerror or error}; try another place"
