"""Promises of ``sepviz animate``: what was typed is what is written, and what is wrong is told in one line."""

from __future__ import annotations

import io
import shlex
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from sepviz.cli.commands import run
from sepviz.cli.console import Console
from sepviz.cli.parser import parse
from sepviz.cli.request import AnimateRequest, UsageError
from sepviz.study.session import Session, to_text
from sepviz.study.slide import Crop
from sepviz.study.source import picture_from_array
from sepviz.study.study import Study, View

if TYPE_CHECKING:
    from pathlib import Path

SMALL = "animate pattern:impulse --width 600"


@pytest.fixture
def console() -> Console:
    return Console(out=io.StringIO(), err=io.StringIO())


def request_of(typed: str) -> AnimateRequest:
    request = parse(shlex.split(typed))
    assert isinstance(request, AnimateRequest)
    return request


def frames_and_first_time(path: Path) -> tuple[int, float, tuple[int, int]]:
    with Image.open(path) as image:
        return image.n_frames, image.info["duration"], image.size


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("suffix", [".gif", ".png"])
def test_that_a_sliding_window_is_written_and_told(console: Console, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"slide{suffix}"
    typed = f"{SMALL} --pixels 4 --frame-ms 50 --out-channels 2 --out {shlex.quote(str(path))}"
    assert run(request_of(typed), console) == 0
    frames, time, (width, height) = frames_and_first_time(path)
    assert (frames, time, width) == (16, 50, 600)
    said = console.err.getvalue()
    assert said.startswith(f"wrote {path}: 16 frames of 600 × {height} px, 2.8 s, ")
    assert console.out.getvalue() == ""


@pytest.mark.usefixtures("app")
def test_that_a_sweep_is_written_and_what_is_left_out_is_told(console: Console, tmp_path: Path) -> None:
    typed = f"{SMALL} --size 16 --field out-channels --range 2,4,900 --show map --out {tmp_path / 'sweep'}"
    assert run(request_of(typed), console) == 0
    assert frames_and_first_time(tmp_path / "sweep.gif")[:2] == (2, 1000)
    assert console.err.getvalue().startswith("--range: 1 of 3 values left out; at 900: out_channels is 900")


def test_that_the_numbers_that_are_typed_arrive() -> None:
    request = request_of(
        f"{SMALL} --out a.png --pixels 12 --crop 30@0,100 --frames 99 --channel 5 --hold-ms 500 --once --kernel-size 5"
    )
    assert (request.what, request.pixels, request.crop) == ("slide", 12, Crop(share=30, down=0, across=100))
    assert (request.frames, request.channel, request.frame_ms, request.hold_ms) == (99, 5, 80, 500)
    assert (request.loop, request.study.kernel_size, request.view) == (False, (5, 5), None)
    assert request_of(f"{SMALL} --out a.png --crop 40%").crop == Crop(share=40)
    assert request_of(f"{SMALL} --out a.gif --field seed --range 0:3:4").what == "sweep"


def test_that_a_session_brings_its_layers_and_its_view(tmp_path: Path) -> None:
    path = tmp_path / "mine.sepviz"
    path.write_text(to_text(Session(study=Study(stride=(2, 2)), view=View(channel=7)), embed=False))
    request = request_of(f"{SMALL} --out a.gif --session {path} --out-channels 9")
    assert (request.study.stride, request.study.out_channels) == ((2, 2), 9)
    assert request.view == View(channel=7)


@pytest.mark.usefixtures("app")
def test_that_a_session_needs_no_input_as_it_has_its_own(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "mine.sepviz"
    study = Study(picture=picture_from_array(np.eye(6), "eye"), out_channels=2)
    path.write_text(to_text(Session(study=study, view=View()), embed=True))
    assert run(request_of(f"animate --session {path} --width 600 --pixels 6 --out {tmp_path / 'a.gif'}"), console) == 0
    assert frames_and_first_time(tmp_path / "a.gif")[0] == 36
    path.write_text(to_text(Session(study=Study(), view=View()), embed=True))
    with pytest.raises(UsageError, match="the session has no picture; give an INPUT beside --session"):
        run(request_of(f"animate --session {path} --out {tmp_path / 'b.gif'}"), console)


def test_that_without_a_picture_and_a_session_the_input_is_asked_for() -> None:
    with pytest.raises(UsageError, match="INPUT is missing; write sepviz animate INPUT, or --session FILE"):
        parse(["animate", "--out", "a.gif"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("--out a.webp", "a.webp ends in .webp; an animation can be saved as .gif, .png, .apng"),
        ("--out nowhere/a.gif", "there is no folder nowhere"),
        ("--out a.gif --width 100", "width is 100 px; take 600 to 1,920 px"),
        ("--out a.gif --width wide", "--width is 'wide'; write a whole number"),
        ("--out a.gif --frame-ms 45", "a GIF counts in steps of 10 ms: take 40"),
        ("--out a.gif --pixels 99", "pixels is 99 px; take 4 to 64 px"),
        ("--out a.gif --frames 0", "frames are 0; take 1 to 600"),
        ("--out a.gif --crop half", "--crop is 'half'; write SHARE or SHARE@DOWN,ACROSS"),
        ("--out a.gif --crop 30@0,200", "across is 200 %; take 0 to 100 %"),
        ("--out a.gif --what spin", "--what is 'spin'; write slide or sweep"),
        ("--out a.gif --what sweep", "--field is missing; write --what sweep --field out_channels"),
        ("--out a.gif --field seed", "--range is missing"),
        ("--out a.gif --range 1:3:3", "--field and --range belong to --what sweep"),
        ("--out a.gif --field init --range 1:3:3", "--field is 'init', which is no number; choose one of size"),
        ("--out a.gif --field seed --range 0:9:3:log", "cannot grow by equal factors from 0"),
        ("--out a.gif --field groups --range 1,2", "groups is read by neither layer"),
        ("--out a.gif --pixels 64 --frames 600 --width 1600", "megapixels; at most 200 are written: take"),
        ("--out a.gif --groups 7 --candidate grouped", "groups = 7 does not divide"),
    ],
)
@pytest.mark.usefixtures("app")
def test_that_a_wrong_call_is_told_with_the_next_step_and_writes_nothing(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        run(request_of(f"animate sample:coffee {typed}"), console)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_that_the_input_is_never_written_over(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.new("RGB", (9, 9), (1, 2, 3)).save(path)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="the INPUT itself; choose another name"):
        run(request_of(f"animate {path} --out {path}"), console)
    assert path.read_bytes() == before


def test_that_the_session_is_never_written_over(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    run(parse(["compare", "pattern:impulse", "--no-time", "--scale", "0.25", "--out", str(path)]), console)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="the INPUT itself; choose another name"):
        run(request_of(f"animate --session {path} --out {path}"), console)
    assert path.read_bytes() == before
