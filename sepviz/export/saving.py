"""Files that are whole or not there: written beside their place, then moved into it in one step."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class ExportError(Exception):
    """A file that could not be made: the message names it, the reason and the next step."""


_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or save it on another disk",
    errno.EDQUOT: "your disk quota is used up; free some space or save it on another disk",
    errno.EROFS: "the disk is read-only; save it on another disk",
    errno.ENOENT: "there is no folder {folder}; make it first or choose another folder",
    errno.ENOTDIR: "{folder} is not a folder; choose another folder",
    errno.EISDIR: "it is a folder; add a file name",
    errno.EACCES: "you are not permitted to write there; choose another folder or change its permissions",
    errno.EPERM: "you are not permitted to write there; choose another folder or change its permissions",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


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
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))


@contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    draft = target.with_name(f".sepviz-{secrets.token_hex(8)}.part")
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _reason(error: OSError, path: Path) -> str:
    known = _REASONS.get(error.errno or 0)
    return known.format(folder=path.parent) if known else f"{error.strerror or error}; try another place"
