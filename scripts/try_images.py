"""Pictures that are good, odd, broken and hostile, tried for real: each opens, or is refused in one sentence.

A folder of files is made from a seed (every kind and mode that Pillow writes, then cut, flipped, with absurd sizes in
their headers, bombs, pipes, links that go round), and is read by other processes, so that a crash, a hang and the
memory of each file show. ``python scripts/try_images.py --count 600``; exit status 1 when a promise is broken.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from odd_images import Sample, broken_files, deep_greys, good_files, largest_files, odd_places
from outcome import Outcome, report

from sepviz.study.source import FORMATS, SourceError, open_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH = 20
LONGEST_S = 5.0
MOST_BYTES = 2**30
LONGEST_SENTENCE = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of one file: how it ended, what was said, how long it took and how much memory came on top."""

    name: str
    end: str
    text: str = ""
    seconds: float = 0.0
    nbytes: int = 0
    greys: int = 0


def main() -> int:
    """Make the files, read them, print what came of it, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=600, help="how many broken files are made; default 600")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--read", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        return read_here(options.read)
    with tempfile.TemporaryDirectory() as name:
        return report(try_folder(Path(name), options.count, options.seed))


# ---- in the process that reads ----


def read_here(locations: list[str]) -> int:
    """Read files one after the other, and print what came of each as a line of JSON."""
    open_picture("sample:coffee")  # what is loaded once is no memory of a file
    for location in locations:
        print(json.dumps({"begun": location}))
        sys.stdout.flush()
        print(json.dumps(read_one(location)))
        sys.stdout.flush()
    return 0


def read_one(location: str) -> dict[str, Any]:
    """Return how opening `location` ended."""
    before, started, waited = memory_now(), time.perf_counter(), processor_wait()
    forget_peak()
    greys = 0
    try:
        picture = open_picture(location)
    except SourceError as error:
        end, text = "refused", str(error)
    except BaseException as error:  # noqa: BLE001 - whatever gets out is what this looks for
        end, text = "raised", f"{type(error).__name__}: {error}"
    else:
        end, text = "opened", f"{picture.width} {picture.height} {picture.mode}"
        if picture.width * picture.height < 2**20:
            greys = len(np.unique(picture.pixels))
    seconds = time.perf_counter() - started - (processor_wait() - waited)
    return {"end": end, "text": text, "seconds": seconds, "nbytes": memory_peak() - before, "greys": greys}


def processor_wait() -> float:
    """Return the seconds that this process could have run and was not let, as others used the machine."""
    with suppress(OSError):
        return int(Path("/proc/self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    return 0.0


def memory_now() -> int:
    """Return the bytes of this process that are in memory."""
    return status_bytes("VmRSS")


def memory_peak() -> int:
    """Return the most bytes of this process that were in memory, since :func:`forget_peak` where that is possible."""
    return status_bytes("VmHWM") or 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def forget_peak() -> None:
    """Begin to measure the peak anew; a system without that measures it from the start of the process."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def status_bytes(field: str) -> int:
    """Return a field of the system's account of this process, 0 where there is none."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith(f"{field}:"):
                return 1024 * int(line.split()[1])
    return 0


# ---- in the process that judges ----


def try_folder(folder: Path, count: int, seed: int) -> Iterator[Outcome]:
    """Make all files in `folder`, read them, and yield an outcome for each promise."""
    chance = random.Random(seed)
    good = list(good_files(folder / "good", chance))
    odd = list(odd_places(folder / "odd"))
    broken = list(broken_files(folder / "broken", good, count, chance))
    deep = list(deep_greys(folder / "deep"))
    largest = list(largest_files(folder / "largest"))
    files = [*good, *odd, *broken, *deep, *largest]
    readings = {reading.name: reading for reading in read_all([sample.path for sample in files])}
    ends = {end: sum(reading.end == end for reading in readings.values()) for end in ("opened", "refused")}
    wrong = [reading for reading in readings.values() if reading.end not in ends]
    said = f"{len(files)} files, {ends['opened']} opened, {ends['refused']} refused, {len(wrong)} raised or crashed"
    yield Outcome(promise="opened or refused", held=not wrong, detail=said + listed(wrong))
    unclear = [reading for reading in readings.values() if reading.end == "refused" and not is_sentence(reading)]
    yield Outcome(promise="one sentence", held=not unclear, detail=f"{ends['refused']} read" + listed(unclear))
    yield from try_expectations((*good, *odd, *deep, *largest), readings)
    yield from try_limits(readings)
    yield from try_greys(deep, readings)


def read_all(paths: list[Path]) -> Iterator[Reading]:
    """Read files in other processes, a batch in each; what ends such a process is laid at its last file's door."""
    left = [str(path) for path in paths]
    while left:
        batch = left[:BATCH]
        command = [sys.executable, str(Path(__file__).resolve()), "--read", *batch]
        end = "crashed"
        try:
            process = subprocess.run(command, capture_output=True, timeout=BATCH * 20, check=False)
            lines, told = process.stdout, f"status {process.returncode} {process.stderr[-300:]!r}"
        except subprocess.TimeoutExpired as error:
            lines, told, end = error.stdout or b"", "no end", "hung"
        done = 0
        for line in map(json.loads, lines.splitlines()):
            if "begun" in line:
                continue
            yield Reading(name=batch[done], **line)
            done += 1
        if done < len(batch):
            yield Reading(name=batch[done], end=end, text=told)
            done += 1
        left = left[done:]


def is_sentence(reading: Reading) -> bool:
    """Say whether a refusal is one line that names its file and can be read."""
    text = reading.text
    return text.isprintable() and "Traceback" not in text and 20 < len(text) < LONGEST_SENTENCE


def try_expectations(samples: tuple[Sample, ...], readings: dict[str, Reading]) -> Iterator[Outcome]:
    """Yield whether what must open opened in its size, and what must not was refused."""
    for end in ("opened", "refused"):
        wanted = [sample for sample in samples if sample.end == end]
        wrong = [reading for sample in wanted if (reading := readings[str(sample.path)]).end != end]
        yield Outcome(
            promise=f"must be {end}", held=not wrong, detail=f"{len(wanted)} files, {len(wrong)} not" + listed(wrong)
        )
    sizes = {str(sample.path): "{} {} ".format(*sample.size) for sample in samples if sample.size}
    turned = [readings[name] for name, size in sizes.items() if not readings[name].text.startswith(size)]
    yield Outcome(promise="in its own size, upright", held=not turned, detail=f"{len(sizes)} files" + listed(turned))
    kinds = {kind.name for kind in FORMATS} - {sample.kind for sample in samples if sample.end == "opened"}
    yield Outcome(
        promise="every kind of the list was tried", held=not kinds, detail=f"{len(FORMATS)} kinds {kinds or ''}"
    )


def try_limits(readings: dict[str, Reading]) -> Iterator[Outcome]:
    """Yield the longest time and the greatest memory of any file."""
    slowest = max(readings.values(), key=lambda reading: reading.seconds)
    largest = max(readings.values(), key=lambda reading: reading.nbytes)
    yield Outcome(
        promise=f"none over {LONGEST_S:g} s",
        held=slowest.seconds <= LONGEST_S,
        detail=f"slowest {slowest.seconds:.2f} s: {Path(slowest.name).name}",
    )
    yield Outcome(
        promise="none over +1 GiB",
        held=largest.nbytes <= MOST_BYTES,
        detail=f"largest +{largest.nbytes / 2**20:,.0f} MiB: {Path(largest.name).name}",
    )


def try_greys(deep: list[Sample], readings: dict[str, Reading]) -> Iterator[Outcome]:
    """Yield whether deep grey kept its levels."""
    lost = [reading for sample in deep if (reading := readings[str(sample.path)]).greys < sample.greys]
    least = min((readings[str(sample.path)].greys for sample in deep), default=0)
    yield Outcome(
        promise="deep grey never collapses",
        held=not lost,
        detail=f"{len(deep)} files, at least {least:,} levels kept" + listed(lost),
    )


def listed(readings: list[Reading]) -> str:
    """Return the first few of `readings` for the end of a line."""
    return "".join(f"\n         {Path(each.name).name}: {each.end} {each.text[:200]}" for each in readings[:12])


if __name__ == "__main__":
    raise SystemExit(main())
