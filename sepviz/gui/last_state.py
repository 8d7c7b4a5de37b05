"""Where running windows keep their last state, one file each, and which of these files nobody looks after any more.

Beside each file lies a lock that its window holds. The system ends the lock with the window, however that ends; so a
file whose lock can be had was left behind by a crash. Whoever has the lock is alone with the file.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile

from sepviz.study.session import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_SUFFIX = ".lock"
MAX_KEPT = 5
"""States of crashed windows that are kept until they are restored or discarded."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LastState:
    """A file with the last state of a window, and the lock on it."""

    path: Path
    lock: QLockFile

    @property
    def saved_at(self) -> float:
        """When it was written, in seconds since the epoch; 0 while there is no file."""
        try:
            return self.path.stat().st_mtime
        except OSError:
            return 0.0

    def discard(self) -> None:
        """Remove the file and give the lock up; safe to call twice."""
        with suppress(OSError):
            self.path.unlink()
        self.release()

    def release(self) -> None:
        """Give the lock up; the file stays for who comes next."""
        self.lock.unlock()


def new_state(folder: Path) -> LastState | None:
    """Return a place in `folder` for the state of this window, or None where none can be made."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # a picture may be in it that is nobody else's business
    except OSError:
        return None
    return _locked(folder / f"window-{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}")


def left_behind(folder: Path) -> LastState | None:
    """Return what the window that crashed last has left in `folder`, locked, or None.

    Others wait for their turn; the oldest of many, and locks without a file, are removed.
    """
    found: list[LastState] = []
    for path in _paths(folder):
        if (state := _locked(path)) is None:
            continue
        if state.saved_at:
            found.append(state)
        else:
            state.discard()
    found.sort(key=lambda state: state.saved_at, reverse=True)
    for state in found[MAX_KEPT:]:
        state.discard()
    for state in found[1:MAX_KEPT]:
        state.release()
    return found[0] if found else None


def _paths(folder: Path) -> Iterator[Path]:
    names = {path.name.removesuffix(LOCK_SUFFIX) for path in folder.glob(f"*{SUFFIX}*")}
    return (folder / name for name in sorted(names) if name.endswith(SUFFIX))


def _locked(path: Path) -> LastState | None:
    lock = QLockFile(f"{path}{LOCK_SUFFIX}")
    lock.setStaleLockTime(0)  # age tells nothing, only whether the process is there
    return LastState(path=path, lock=lock) if lock.tryLock(0) else None
