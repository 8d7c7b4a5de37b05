"""Sessions, figures that carry one, and files of weights, changed at random thousands of times, tried for real.

Each is opened or refused in one sentence, and meanwhile an ear on the interpreter hears that nothing is executed, that
no file but the named one is read (and, for a session, the picture that it names), and the system grants no more memory
than the budget. ``python scripts/try_loading.py --count 800``; exit status 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import resource
import sys
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mutations import MUTATIONS, mutated
from outcome import Outcome, report, skipped

from sepviz.export.figure import save_figure
from sepviz.study.compare import Compare
from sepviz.study.costs import find_problems
from sepviz.study.kernels import own_kernel, with_kernel
from sepviz.study.opening import open_anything
from sepviz.study.packing import SessionError
from sepviz.study.session import Session, to_text
from sepviz.study.source import SourceError, open_picture
from sepviz.study.study import Study, View
from sepviz.study.weight_files import BUDGET_BYTES, WeightFileError, list_weights, load_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOM_BYTES = BUDGET_BYTES
"""Memory that opening one file may take on top of what the process has; the budget that the readers state."""
EXECUTING = (
    "exec",
    "compile",
    "import",
    "pickle.",
    "marshal.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
)
ACCOUNT_OF_MEMORY = "/proc/meminfo"
"""What is free is asked of the system before a picture is decoded."""
REACHING = ("socket.", "urllib.", "ctypes.", "shutil.", "os.remove", "os.rename", "os.mkdir", "os.chmod")
VALUES = (
    "null",
    "-1",
    "1e999",
    "[]",
    "{}",
    "true",
    "\"__import__('os')\"",
    '"<b>x"',
    "[" * 5000,
    "1" * 5000,
    '"/etc/passwd"',
)
DEPTHWISE = np.arange(36, dtype=np.float32).reshape(4, 1, 3, 3) / 8
POINTWISE = np.arange(24, dtype=np.float32).reshape(6, 4, 1, 1) - 12


@dataclass(slots=True)
class Ear:
    """Hears what the interpreter does while it listens: each event that must not be, and each file that is opened."""

    listening: bool = False
    allowed: frozenset[str] = frozenset()
    heard: list[str] = field(default_factory=list)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note `event`; an ear cannot be taken off, so that one serves the whole process."""
        if not self.listening:
            return
        if event.startswith((*EXECUTING, *REACHING)):
            self.heard.append(f"{event} {str(arguments)[:80]}")
        elif event == "open" and isinstance(arguments[0], str | bytes | Path) and str(arguments[0]) not in self.allowed:
            self.heard.append(f"open {arguments[0]!s}")

    @contextmanager
    def on(self, *allowed: str) -> Iterator[None]:
        """Listen while the block runs; only `allowed` files may be opened."""
        self.allowed, self.listening = frozenset(allowed), True
        try:
            yield
        finally:
            self.listening = False


@dataclass(slots=True)
class Tally:
    """What came of all changed copies of one file."""

    opened: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, seed: str, reason: str) -> None:
        """Keep the first few things that must not be."""
        if len(self.wrong) < 5:
            self.wrong.append(f"{seed}: {reason}")


def main() -> int:
    """Try every kind of file, print what came of each, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=800, help="how many copies of each file are changed; default 800")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    Image.init()  # what is no session is opened as a picture: load the decoders before anybody listens
    ear = Ear()
    sys.addaudithook(ear)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {**session_files(folder), **weight_files()}
        for file, content in files.items():
            (folder / file).write_bytes(content)
            open_file(folder / file)  # what is imported when first needed is there now
        return report(try_files(folder, files, options, ear))


# ---- the files ----


def session_files(folder: Path) -> dict[str, bytes]:
    """Return sessions with and without their picture, and figures that carry one."""
    photo = folder / "photo.ppm"
    photo.write_bytes(b"P6 24 16 255\n" + random.Random(0).randbytes(24 * 16 * 3))
    study = Study(picture=open_picture(photo), out_channels=4, size=16)
    study = with_kernel(study, own_kernel("baseline", 0, np.ones((4, 3, 3, 3)), None, "ones"))
    session = Session(study=study, view=View())
    text = to_text(session, embed=True)
    files = {
        "placed.sepviz": to_text(session, embed=False, folder=folder).encode(),
        "embedded.sepviz": text.encode(),
    }
    comparison = Compare(study=study)()
    for suffix in (".png", ".svg", ".pdf"):
        path = folder / f"figure{suffix}"
        save_figure(path, comparison, None, View(), scale=0.5, session=text)
        files[path.name] = path.read_bytes()
    return files


def weight_files() -> dict[str, bytes]:
    """Return a small file of weights of each kind that NumPy or a few lines can write."""
    named: dict[str, Any] = {"depthwise.weight": DEPTHWISE, "pointwise.weight": POINTWISE}
    one, stored, packed = io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.save(one, DEPTHWISE)
    np.savez(stored, allow_pickle=False, **named)
    np.savez_compressed(packed, allow_pickle=False, **named)
    return {
        "one.npy": one.getvalue(),
        "stored.npz": stored.getvalue(),
        "packed.npz": packed.getvalue(),
        "network.safetensors": safetensors(named),
        "network.onnx": onnx_network(),
    }


def safetensors(tensors: dict[str, np.ndarray[Any, Any]]) -> bytes:
    """Return a .safetensors file."""
    header: dict[str, Any] = {}
    data = b""
    for name, values in tensors.items():
        span = [len(data), len(data) + values.nbytes]
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": span}
        data += values.tobytes()
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def onnx_network() -> bytes:
    """Return an .onnx file with one convolution."""
    tensor = message(*((1, side) for side in POINTWISE.shape), (2, 1), (8, b"w"), (9, POINTWISE.tobytes()))
    node = message((1, b"x"), (1, b"w"), (2, b"y"), (3, b"mix"), (4, b"Conv"))
    return message((1, 9), (7, message((1, node), (5, tensor))), (8, message((2, 17))))


def message(*fields: tuple[int, int | bytes]) -> bytes:
    """Return a Protocol Buffers message of fields (number, integer or bytes)."""
    parts = []
    for number, value in fields:
        if isinstance(value, int):
            parts.append(varint(number << 3) + varint(value))
        else:
            parts.append(varint(number << 3 | 2) + varint(len(value)) + value)
    return b"".join(parts)


def varint(value: int) -> bytes:
    """Return `value` in groups of seven bits."""
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


# ---- the changes ----


def changed(content: bytes, name: str, chance: random.Random) -> bytes:
    """Return `content` after one to three changes."""
    changes = list(MUTATIONS)
    if name.endswith((".sepviz", ".svg", ".safetensors")):
        changes += [change_value, change_value, *(change_digit,) * 6]
    return mutated(content, changes, chance)


def change_digit(content: bytearray, chance: random.Random) -> bytearray:
    """Write another digit for one, so that the text stays one that can be read."""
    places = [place for place, byte in enumerate(content) if chr(byte).isdigit()]
    if places:
        content[chance.choice(places)] = ord(chance.choice("0123456789"))
    return content


def change_value(content: bytearray, chance: random.Random) -> bytearray:
    """Write something else for the value of a field of JSON."""
    values = list(re.finditer(rb'": ?("[^"]*"|[-\w.]+)', content))
    if not values:
        return content
    start, end = chance.choice(values).span(1)
    content[start:end] = chance.choice(VALUES).encode()
    return content


# ---- the trial ----


def try_files(folder: Path, files: dict[str, bytes], options: argparse.Namespace, ear: Ear) -> Iterator[Outcome]:
    """Yield what came of each file, and how much memory all of them took at most."""
    before = peak_bytes()
    for name, content in files.items():
        yield try_file(folder, name, content, options, ear)
    taken = peak_bytes() - before
    detail = f"+{taken / 2**20:,.0f} MiB at most, the budget is {ROOM_BYTES / 2**20:,.0f} MiB"
    yield Outcome(promise="memory", held=taken <= ROOM_BYTES, detail=detail)


def peak_bytes() -> int:
    """Return the most bytes that this process ever had in memory."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def try_file(folder: Path, name: str, content: bytes, options: argparse.Namespace, ear: Ear) -> Outcome:
    """Change copies of one file and open each."""
    tally = Tally()
    path = folder / f"changed {name}"
    for number in range(options.count):
        seed = f"{options.seed}-{name}-{number}"
        path.write_bytes(changed(content, name, random.Random(seed)))
        try_copy(path, folder, seed, tally, ear)
    if not sys.platform.startswith("linux"):
        return skipped(name, "this system does not limit memory")
    harmless = not tally.opened or not tally.refused
    detail = (
        f"{options.count:,} copies, {tally.opened:,} opened, {tally.refused:,} refused, {len(tally.wrong)} otherwise"
    )
    return Outcome(
        promise=name, held=not tally.wrong and not harmless, detail="\n         ".join([detail, *tally.wrong])
    )


def try_copy(path: Path, folder: Path, seed: str, tally: Tally, ear: Ear) -> None:
    """Open one copy with the ear on and little memory, and note how that ended."""
    ear.heard.clear()
    try:
        with little_memory(ROOM_BYTES), ear.on(str(path), ACCOUNT_OF_MEMORY, *named_by(path, folder)):
            open_file(path)
        tally.opened += 1
    except (SessionError, SourceError, WeightFileError) as error:
        tally.refused += 1
        if not str(error).isprintable() or "more memory than is free" in str(error):
            tally.note(seed, str(error))
    except Exception as error:  # noqa: BLE001 - whatever gets out is what this looks for
        tally.note(seed, f"{type(error).__name__}: {error}")
    if ear.heard:
        tally.note(seed, "; ".join(ear.heard[:3]))


def named_by(path: Path, folder: Path) -> set[str]:
    """Return the pictures that a session names by their place: to look there is what it asks for."""
    if path.suffix != ".sepviz":
        return set()
    with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
        picture = json.loads(path.read_text(encoding="utf-8"))["picture"]
        return {picture["location"], str(folder / picture["relative"])}
    return set()


def open_file(path: Path) -> None:
    """Open a file as the window does, all that it offers; :class:`Exception` of any kind when it cannot be."""
    if path.suffix in (".npy", ".npz", ".safetensors", ".onnx"):
        for entry in list_weights(path):
            if entry.specs:
                for layer in load_weights(path, entry.name).layers:
                    if not np.isfinite(layer.weights.kernel).all():
                        raise AssertionError("numbers that are not finite were loaded")
        return
    opened = open_anything(str(path))
    if isinstance(opened, Session):
        find_problems(opened.study)


@contextmanager
def little_memory(room: int) -> Iterator[None]:
    """Let this process take no more than `room` bytes on top of what it has while the block runs."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - read often, and the ear is off
        taken = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


if __name__ == "__main__":
    raise SystemExit(main())
