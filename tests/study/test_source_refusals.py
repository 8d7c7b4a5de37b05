"""What cannot be opened is refused in one sentence, before it can do harm."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from sepviz.study import source
from sepviz.study.source import SourceError, decode_picture, open_picture


def saved(folder: Path, name: str, image: Image.Image, **options: Any) -> Path:
    path = folder / name
    image.save(path, **options)
    return path


def png_claiming(width: int, height: int) -> bytes:
    """Return a PNG that has a header of that size and next to nothing after it."""
    bodies = (b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT" + zlib.compress(bytes(1000)))
    chunks = (struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) for body in bodies)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def refusal(location: str | Path) -> str:
    with pytest.raises(SourceError) as caught:
        open_picture(location)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_that_a_missing_file_is_named_with_its_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.png").startswith("no.png is not there")


def test_that_a_folder_an_empty_file_and_a_text_file_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("not a picture, though it says so\n" * 20)
    assert "is a folder" in refusal(tmp_path)
    assert "is empty (0 bytes)" in refusal(tmp_path / "empty.png")
    assert "no picture of a kind read here (PNG, JPEG" in refusal(tmp_path / "text.png")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_that_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert "pipe or a device" in refusal(tmp_path / "pipe.png")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no device files")
def test_that_a_device_is_refused_without_reading_it() -> None:
    assert "pipe or a device" in refusal("/dev/zero")


@pytest.mark.parametrize(
    "suffix", [".png", ".jpg", ".gif", ".bmp", ".tiff", ".webp", ".jp2", ".avif", ".tga", ".ppm", ".ico"]
)
def test_that_a_file_cut_anywhere_is_opened_or_refused_in_one_sentence(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (40, 40, 3), np.uint8)
    whole = saved(tmp_path, f"a{suffix}", Image.fromarray(noise)).read_bytes()
    refused = 0
    for part in range(20):
        (tmp_path / f"cut{suffix}").write_bytes(whole[: max(1, len(whole) * part // 20)])
        try:
            open_picture(tmp_path / f"cut{suffix}")
        except SourceError as error:
            refused += str(error).startswith(f"cut{suffix} ")
    assert refused >= 10


@pytest.mark.parametrize(
    "suffix", [".png", ".jpg", ".gif", ".bmp", ".tiff", ".webp", ".jp2", ".avif", ".tga", ".ppm", ".ico"]
)
def test_that_changed_bytes_never_raise_anything_else(tmp_path: Path, suffix: str) -> None:
    random = np.random.default_rng(11)
    noise = random.integers(0, 256, (24, 24, 3), np.uint8)
    whole = np.frombuffer(saved(tmp_path, f"a{suffix}", Image.fromarray(noise)).read_bytes(), np.uint8)
    answers = []
    for _ in range(60):
        broken = whole.copy()
        places = random.integers(0, min(len(broken), 200), 3)
        broken[places] = random.integers(0, 256, 3, np.uint8)
        try:
            answers.append(decode_picture(broken.tobytes(), f"a{suffix}").name)
        except SourceError as error:
            answers.append(str(error))
    assert all(answer.startswith(f"a{suffix}") and "\n" not in answer for answer in answers)


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (11_000, 11_000), (2**31 - 1, 2**31 - 1)])
def test_that_a_bomb_is_refused_by_its_header_alone(tmp_path: Path, width: int, height: int) -> None:
    (tmp_path / "bomb.png").write_bytes(png_claiming(width, height))
    message = refusal(tmp_path / "bomb.png")
    assert f"{width * height / 1e6:,.0f} megapixels" in message
    assert "the limit is 120 megapixels" in message


def test_that_a_decoder_that_would_need_too_much_memory_is_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, "a.png", Image.new("RGB", (64, 64)))
    monkeypatch.setattr(source, "MAX_DECODE_BYTES", 64 * 64)
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))
    assert "64 × 64 pixels and needs" in refusal(path)


def test_that_a_picture_larger_than_free_memory_is_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, "a.png", Image.new("RGB", (64, 64)))
    monkeypatch.setattr(source, "free_memory", lambda: 64 * 64)
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))
    assert "are free: close other programs" in refusal(path)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "PPM"])
def test_that_a_hundred_megapixels_are_within_the_limits(kind: str) -> None:
    (found,) = (one for one in source.FORMATS if one.name == kind)
    progressive = 3 * (kind == "JPEG")
    assert 100_000_000 * (found.decode_bytes + progressive) <= source.MAX_DECODE_BYTES
    assert source.MAX_PIXELS >= 100_000_000


def test_that_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(source.MAX_FILE_BYTES + 1)
    assert "the limit is 1 GiB" in refusal(path)


def test_that_memory_running_out_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_out(*_: object) -> None:
        raise MemoryError

    path = saved(tmp_path, "a.png", Image.new("L", (4, 4)))
    monkeypatch.setattr(source, "_converted", run_out)
    assert "more memory than is free" in refusal(path)


def test_that_no_warning_of_a_decoder_gets_out(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    (tmp_path / "large.png").write_bytes(png_claiming(10_000, 10_000))  # above Pillow's own limit for a warning
    assert "damaged or incomplete" in refusal(tmp_path / "large.png")
    assert not recwarn.list


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_that_a_forbidden_file_says_so(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.png", Image.new("L", (4, 4)))
    path.chmod(0)
    assert "cannot be read (Permission denied)" in refusal(path)


@pytest.mark.parametrize("location", ["a\0b.png", "x" * 5000 + ".png", "~nobody-of-that-name/a.png"])
def test_that_an_impossible_path_is_a_sentence(location: str) -> None:
    assert refusal(location)


def test_that_a_file_is_closed_and_unchanged(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.gif", Image.new("L", (4, 4)))
    before = path.read_bytes()
    open_picture(path)
    path.rename(tmp_path / "b.gif")
    assert (tmp_path / "b.gif").read_bytes() == before


def test_that_a_name_cannot_break_the_line(tmp_path: Path) -> None:
    (tmp_path / "two\nlines.png").write_text("text")
    assert refusal(tmp_path / "two\nlines.png").startswith("two\N{REPLACEMENT CHARACTER}lines.png ")


def test_that_the_suffixes_cover_every_kind_once() -> None:
    listed = source.suffixes()
    assert len(set(listed)) == len(listed)
    assert {".png", ".jpg", ".webp", ".gif", ".tiff", ".bmp"} <= set(listed)


def test_that_a_kind_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.pcx", Image.new("L", (8, 8)))
    assert "no picture of a kind read here" in refusal(path)


def test_that_importing_this_module_imports_no_decoder() -> None:
    code = "import sys, sepviz.study.source; print([name for name in sys.modules if name.endswith('ImagePlugin')])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
