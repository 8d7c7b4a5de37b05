"""Saving under faults, tried for real: processes killed in the middle, a full disk, limits, places that are read-only.

After each fault the file must be the old one or the new one, whole, and a draft that is left must be gone after the
next save; and so for every kind of file that the program writes. ``python scripts/try_saving.py --kills 400``; exit
status 1 when a promise is broken. What needs the superuser (small disks of memory) is skipped without. For systems
with ``fork``.
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
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from outcome import Outcome, report, skipped
from writers import WRITERS, Writer

from sepviz.export.saving import DRAFT_PREFIX, ExportError, saving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIECE = 16 * 1024
LONGEST_LIFE_S = 0.03
LONGEST_SAVE_S = 0.002
PATIENCE_S = 20.0
NOBODY = 65534


def main() -> int:
    """Try every fault, print what came of each, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", "--count", type=int, default=400, help="how many saves are killed; default 400")
    names = [writer.name for writer in WRITERS]
    parser.add_argument("--only", nargs="*", choices=names, default=names, help="kinds of file; default all")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    writers = [writer for writer in WRITERS if writer.name in options.only]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        return report(try_everything(folder, writers, options.kills, options.seed))


def try_everything(folder: Path, writers: list[Writer], kills: int, seed: int) -> Iterator[Outcome]:
    """Yield what came of each fault: of saving by itself, then of every kind of file in `writers`."""
    yield try_kills(folder, kills, random.Random(seed))
    for number, writer in enumerate(writers):
        yield try_killing(folder, writer, max(1, kills // len(writers)), random.Random(f"{seed}-{number}"))
    for writer in (PLAIN, *writers):
        for fault in (try_full_disk, try_size_limit, try_read_only_disk, try_read_only_folder):
            yield fault(folder, writer)


# ---- processes that are killed ----


def try_kills(folder: Path, kills: int, chance: random.Random) -> Outcome:
    """Kill a process that saves again and again, at random moments."""
    path = folder / "killed.bin"
    save(path, content(0, 100_000))
    torn = midway = renewed = 0
    for number in range(kills):
        before = path.read_bytes()
        kill_a_writer(path, number, chance)
        after = path.read_bytes()
        torn += not is_whole(path)
        renewed += after != before
        midway += bool(drafts(folder))
    save(path, content(1, 1000))
    left = len(drafts(folder))
    detail = f"{kills} kills, {midway} in the middle of a save, {renewed} with a new file before; {torn} files torn, "
    detail += f"{left} drafts left after the next save"
    return Outcome(promise="kill -9", held=not torn and not left, detail=detail)


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


def try_killing(folder: Path, writer: Writer, kills: int, chance: random.Random) -> Outcome:
    """Kill the writer of one kind of file while its draft is there, again and again."""
    place = folder / f"killed {writer.name}"
    place.mkdir()
    path = place / writer.name
    write_elsewhere(path, writer)
    torn = midway = 0
    for _ in range(kills):
        kill_at_draft(path, writer, chance.uniform(0, LONGEST_SAVE_S))
        midway += bool(drafts(place))
        torn += not reads_whole(path, writer)
    write_elsewhere(path, writer)
    left = len(drafts(place))
    detail = f"{kills} kills, {midway} in the middle of a save; {torn} files torn, {left} drafts left after the next"
    return Outcome(promise=f"kill -9, {writer.name}", held=not torn and not left, detail=detail)


def kill_at_draft(path: Path, writer: Writer, delay: float) -> None:
    """Have another process save without end, and kill it `delay` seconds after a draft of its own is there."""
    before = set(drafts(path.parent))
    process = os.fork()
    if process == 0:
        while True:
            writer.write(path)
    deadline = time.monotonic() + PATIENCE_S
    while not set(drafts(path.parent)) - before and time.monotonic() < deadline:
        time.sleep(0.0002)
    time.sleep(delay)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def reads_whole(path: Path, writer: Writer) -> bool:
    """Say whether the file can be read to its end by whoever reads its kind."""
    try:
        return writer.is_whole(path)
    except Exception:  # noqa: BLE001 - whatever a reader raises of a torn file
        return False


# ---- places that cannot be written to ----


def try_full_disk(folder: Path, writer: Writer) -> Outcome:
    """Save where the last byte of the disk is taken."""
    with small_disk(folder / f"full {writer.name}") as disk:
        if disk is None:
            return skipped(f"full disk, {writer.name}", "no disk to be had")
        return refusal("full disk", disk, writer, "the disk is full", lambda: fill(disk))


def try_size_limit(folder: Path, writer: Writer) -> Outcome:
    """Save a file that is larger than this process may write."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    return refusal("file-size limit", folder, writer, "larger than a file may be", limit)


def try_read_only_disk(folder: Path, writer: Writer) -> Outcome:
    """Save on a disk that was made read-only."""
    with small_disk(folder / f"read-only {writer.name}") as disk:
        if disk is None:
            return skipped(f"read-only disk, {writer.name}", "no disk to be had")
        return refusal("read-only disk", disk, writer, "the disk is read-only", lambda: remount_read_only(disk))


def try_read_only_folder(folder: Path, writer: Writer) -> Outcome:
    """Save in a folder without the permission to."""
    place = folder / f"locked {writer.name}"
    place.mkdir()

    def lock() -> None:
        place.chmod(0o555)
        if os.geteuid() == 0:  # to whom permissions mean nothing
            os.setuid(NOBODY)

    return refusal("read-only folder", place, writer, "not permitted", lock)


def refusal(fault: str, folder: Path, writer: Writer, reason: str, prepare: Callable[[], None]) -> Outcome:
    """Save a file, then after `prepare` again, which must be refused for that `reason` and leave the old file."""
    path = folder / f"{fault} {writer.name}"
    write_elsewhere(path, writer)
    path.chmod(0o666)
    old = path.read_bytes()
    message = in_another_process(lambda: attempt(path, writer, prepare))
    kept, left = path.read_bytes() == old, len(drafts(folder))
    detail = f"{'the old file is whole' if kept else 'THE OLD FILE IS GONE'}, {left} drafts left; said: {message}"
    held = kept and not left and reason in message
    return Outcome(promise=f"{fault}, {writer.name}", held=held, detail=detail.replace(str(folder), ""))


def attempt(path: Path, writer: Writer, prepare: Callable[[], None]) -> str:
    """Return what is said when the file is saved again."""
    with tempfile.TemporaryDirectory() as name:
        writer.write(Path(name) / writer.name)  # whoever may do little cannot even load what it takes
    prepare()
    try:
        writer.write(path)
    except ExportError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - anything else is no sentence for users
        return f"{type(error).__name__}: {error}"
    return "nothing, it was saved"


def write_elsewhere(path: Path, writer: Writer) -> None:
    """Save the file in a process of its own: what is forked must come before threads and Qt, not after them."""

    def write() -> str:
        writer.write(path)
        return ""

    in_another_process(write)


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


def content(number: int, size: int) -> bytes:
    """Return `size` bytes after a hash of them, so that any tear shows."""
    body = random.Random(number).randbytes(1000) * (size // 1000)
    return sha256(body).digest() + body


def is_whole(path: Path) -> bool:
    """Say whether the file holds what :func:`content` made."""
    data = path.read_bytes()
    return sha256(data[32:]).digest() == data[:32]


def save(path: Path, data: bytes) -> None:
    """Save `data` piece by piece, so that there is a middle to be killed in."""
    with saving(path) as file:
        for start in range(0, len(data), PIECE):
            file.write(data[start : start + PIECE])


PLAIN = Writer(name="plain.bin", write=lambda path: save(path, content(1, 200_000)), is_whole=is_whole)
"""Saving by itself."""


def drafts(folder: Path) -> list[Path]:
    """Return the drafts that lie in `folder`."""
    return list(folder.glob(f"{DRAFT_PREFIX}*"))


def fill(disk: Path) -> None:
    """Take all the room that is left on a disk."""
    with (disk / "ballast").open("wb", buffering=0) as file:
        for piece in (bytes(2**16), bytes(2**12), b"\0"):
            try:
                while file.write(piece) == len(piece):
                    pass
            except OSError:
                continue


@contextmanager
def small_disk(place: Path) -> Iterator[Path | None]:
    """Mount a disk of 4 MiB in memory at `place`; None where that is not possible."""
    place.mkdir()
    mount = shutil.which("mount")
    made = bool(mount) and mounted("-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place))
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
