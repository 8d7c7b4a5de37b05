"""Saving under faults, tried for real: processes killed in the middle, a full disk, limits, places that are read-only.

After each fault the file must be the old one or the new one, whole, and a draft that is left must be gone after the
next save. Run it by hand: ``python scripts/try_saving.py --kills 400``; exit status 1 when a promise is broken. What
needs the superuser (small disks of memory) is skipped without. For systems with ``fork``.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sepviz.export.saving import DRAFT_PREFIX, ExportError, saving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIECE = 16 * 1024
LONGEST_LIFE_S = 0.03
NOBODY = 65534


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one fault; `held` is None where it could not be tried."""

    fault: str
    held: bool | None
    detail: str

    def __str__(self) -> str:
        """Return the line of the report."""
        word = {True: "held", False: "BROKEN", None: "skipped"}[self.held]
        return f"{word:8} {self.fault}: {self.detail}"


def main() -> int:
    """Try every fault, print what came of each, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=400, help="how many saves are killed; default 400")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        outcomes = [
            try_kills(folder, options.kills, random.Random(options.seed)),
            try_full_disk(folder),
            try_size_limit(folder),
            try_read_only_disk(folder),
            try_read_only_folder(folder),
        ]
    for outcome in outcomes:
        print(outcome)
    return 1 if any(outcome.held is False for outcome in outcomes) else 0


def try_kills(folder: Path, kills: int, chance: random.Random) -> Outcome:
    """Kill a process that saves again and again, at random moments."""
    path = folder / "killed.bin"
    save(path, content(0, 100_000))
    torn = midway = renewed = 0
    for number in range(kills):
        before = path.read_bytes()
        kill_a_writer(path, number, chance)
        after = path.read_bytes()
        torn += not is_whole(after)
        renewed += after != before
        midway += bool(drafts(folder))
    save(path, content(1, 1000))
    left = len(drafts(folder))
    detail = f"{kills} kills, {midway} in the middle of a save, {renewed} with a new file before; {torn} files torn, "
    return Outcome(
        fault="kill -9", held=not torn and not left, detail=f"{detail}{left} drafts left after the next save"
    )


def kill_a_writer(path: Path, number: int, chance: random.Random) -> None:
    """Start a process that saves `path` without end, and kill it after a few milliseconds."""
    seed, life = chance.randrange(2**30), chance.uniform(0, LONGEST_LIFE_S)
    writer = os.fork()
    if writer == 0:
        sizes = random.Random(seed)
        while True:
            save(path, content(number, sizes.randrange(20_000, 500_000)))
    time.sleep(life)
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)


def try_full_disk(folder: Path) -> Outcome:
    """Save what does not fit on a disk of 1 MiB."""
    with small_disk(folder / "full") as disk:
        return refusal("full disk", disk, "the disk is full") if disk else skipped("full disk", "no disk to be had")


def try_size_limit(folder: Path) -> Outcome:
    """Save a file that is larger than this process may write."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    return refusal("file-size limit", folder, "larger than a file may be", limit)


def try_read_only_disk(folder: Path) -> Outcome:
    """Save on a disk that was made read-only."""
    with small_disk(folder / "readonly") as disk:
        if disk is None:
            return skipped("read-only disk", "no disk to be had")
        return refusal("read-only disk", disk, "the disk is read-only", lambda: remount_read_only(disk))


def try_read_only_folder(folder: Path) -> Outcome:
    """Save in a folder without the permission to."""
    place = folder / "locked"
    place.mkdir()
    folder.chmod(0o755)

    def lock() -> None:
        place.chmod(0o555)
        if os.geteuid() == 0:  # to whom permissions mean nothing
            os.setuid(NOBODY)

    return refusal("read-only folder", place, "not permitted", lock)


def refusal(fault: str, folder: Path, reason: str, prepare: Callable[[], None] = lambda: None) -> Outcome:
    """Save a small file, then after `prepare` a large one in its place, which must be refused for that `reason`."""
    path = folder / f"{fault}.bin"
    old = content(0, 10_000)
    save(path, old)
    path.chmod(0o666)
    message = in_another_process(lambda: attempt(path, prepare))
    kept, left = path.read_bytes() == old, len(drafts(folder))
    detail = f"{'the old file is whole' if kept else 'THE OLD FILE IS GONE'}, {left} drafts left; said: {message}"
    return Outcome(fault=fault, held=kept and not left and reason in message, detail=detail)


def attempt(path: Path, prepare: Callable[[], None]) -> str:
    """Return what is said when 2 MB are saved as `path`."""
    prepare()
    try:
        save(path, content(1, 2_000_000))
    except ExportError as error:
        return str(error)
    return "nothing, it was saved"


def in_another_process(answer: Callable[[], str]) -> str:
    """Return the text of `answer`, worked out in a process of its own, whose limits and rights die with it."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, answer().encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        text = stream.read().decode()
    os.waitpid(child, 0)
    return text


def skipped(fault: str, why: str) -> Outcome:
    """Return the outcome of what could not be tried."""
    return Outcome(fault=fault, held=None, detail=why)


def content(number: int, size: int) -> bytes:
    """Return `size` bytes after a hash of them, so that any tear shows."""
    body = random.Random(number).randbytes(1000) * (size // 1000)
    return sha256(body).digest() + body


def is_whole(data: bytes) -> bool:
    """Say whether `data` is what :func:`content` made."""
    return sha256(data[32:]).digest() == data[:32]


def save(path: Path, data: bytes) -> None:
    """Save `data` piece by piece, so that there is a middle to be killed in."""
    with saving(path) as file:
        for start in range(0, len(data), PIECE):
            file.write(data[start : start + PIECE])


def drafts(folder: Path) -> list[Path]:
    """Return the drafts that lie in `folder`."""
    return list(folder.glob(f"{DRAFT_PREFIX}*"))


@contextmanager
def small_disk(place: Path) -> Iterator[Path | None]:
    """Mount a disk of 1 MiB in memory at `place`; None where that is not possible."""
    place.mkdir()
    mount = shutil.which("mount")
    made = bool(mount) and mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place))
    try:
        yield place if made else None
    finally:
        if made:
            subprocess.run(["umount", "-l", str(place)], check=False)


def remount_read_only(disk: Path) -> None:
    """Make a mounted disk read-only."""
    mounted("-o", "remount,ro", str(disk))


def mounted(*arguments: str) -> bool:
    """Call mount and say whether it did."""
    return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
