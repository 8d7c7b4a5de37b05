"""Sessions and exhibits on the command line: what is saved there is compared again, without the picture it was of."""

import io
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sepviz.cli import compare as module
from sepviz.cli.commands import run
from sepviz.cli.compare import compare, compare_without_window
from sepviz.cli.console import Console
from sepviz.cli.parser import parse
from sepviz.cli.request import BenchRequest, CompareRequest, CostRequest, UsageError, WindowRequest
from sepviz.export.saving import write_text
from sepviz.study.kernels import own_kernel
from sepviz.study.opening import find_session, open_anything
from sepviz.study.session import Session, SessionError, to_text
from sepviz.study.source import picture_from_array
from sepviz.study.study import Study, View

SETTINGS = Study(size=16, out_channels=4, seed=9, kernel_size=(5, 3))


@pytest.fixture
def console() -> Console:
    return Console(out=io.StringIO(), err=io.StringIO())


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.ppm"
    path.write_bytes(b"P6 24 20 255\n" + np.random.default_rng(0).bytes(24 * 20 * 3))
    return path


def saved(path: Path, study: Study = SETTINGS, view: View | None = None) -> Path:
    return write_text(path, to_text(Session(study=study, view=view or View()), embed=True))


def maps(path: Path) -> dict[str, np.ndarray]:
    with np.load(path) as arrays:
        return dict(arrays)


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf", ".sepviz"])
def test_that_a_saved_comparison_is_made_again_bit_for_bit(
    suffix: str, photo: Path, tmp_path: Path, console: Console
) -> None:
    path = tmp_path / f"saved{suffix}"
    option = "--save-session" if suffix == ".sepviz" else "--out"
    arguments = ["compare", str(photo), "--size", "16", "--seed", "3", "--stride", "2", "--out-channels", "4"]
    outputs = ["--no-time", "--scale", "0.5", option, str(path), "--maps", str(tmp_path / "before.npz")]
    assert run(parse([*arguments, *outputs]), console) == 0
    if suffix != ".sepviz":
        photo.unlink()
    again = ["compare", "--session", str(path), "--maps", str(tmp_path / "after.npz")]
    assert run(parse(again), console) == 0
    before, after = maps(tmp_path / "before.npz"), maps(tmp_path / "after.npz")
    assert before.keys() == after.keys()
    assert [name for name in before if before[name].tobytes() != after[name].tobytes()] == []
    assert "photo.ppm" in console.out.getvalue()


def test_that_a_figure_shows_the_view_of_its_session(photo: Path, tmp_path: Path, console: Console) -> None:
    view = View(colormap="magma", channel=2)
    session = saved(tmp_path / "a.sepviz", replace(SETTINGS, picture=picture_from_array(np.eye(9), "eye")), view)
    arguments = ["compare", "--session", str(session), "--no-time", "--out", str(tmp_path / "figure.png")]
    assert run(parse([*arguments, "--scale", "0.5"]), console) == 0
    assert find_session(tmp_path / "figure.png").view == view


def test_that_options_beside_a_session_count_more(tmp_path: Path) -> None:
    path = str(saved(tmp_path / "a.sepviz"))
    request = parse(["compare", "photo.ppm", "--session", path, "--seed", "1"])
    assert isinstance(request, CompareRequest)
    assert (request.inputs, request.reopened) == (("photo.ppm",), None)
    assert request.study == replace(SETTINGS, seed=1)


def test_that_every_command_takes_its_layers_from_a_session(tmp_path: Path) -> None:
    path = str(saved(tmp_path / "a.sepviz"))
    for command, kind in (("cost", CostRequest), ("bench", BenchRequest)):
        request = parse([command, "--input", "3x8x8", "--session", path])
        assert isinstance(request, kind)
        assert request.study == SETTINGS
    assert parse(["photo.ppm", "--session", path]) == WindowRequest(image="photo.ppm", study=SETTINGS, verbose=False)


def test_that_the_window_opens_a_session_however_it_is_named(tmp_path: Path) -> None:
    path = str(saved(tmp_path / "a.sepviz"))
    assert parse([path]) == WindowRequest(image=path, study=Study(), verbose=False)
    assert parse(["--session", path]) == WindowRequest(image=path, study=SETTINGS, verbose=False)


def test_that_a_picture_without_a_study_is_no_session(photo: Path) -> None:
    with pytest.raises(UsageError, match=r"--session is .*photo\.ppm, which carries no study; give a \.sepviz"):
        parse(["compare", "--session", str(photo)])


def test_that_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.sepviz")
    with pytest.raises(UsageError, match=r"pipe\.sepviz is no file that is there"):
        parse(["compare", "--session", str(tmp_path / "pipe.sepviz")])


def test_that_a_session_without_its_picture_asks_for_one(photo: Path, tmp_path: Path, console: Console) -> None:
    path = tmp_path / "a.sepviz"
    run(parse(["compare", str(photo), "--size", "16", "--save-session", str(path)]), console)
    photo.unlink()
    with pytest.raises(UsageError, match=r"photo\.ppm is not there .*; give an INPUT beside --session"):
        run(parse(["compare", "--session", str(path)]), console)
    with pytest.raises(UsageError, match="the session has no picture; give an INPUT beside --session"):
        run(parse(["compare", "--session", str(saved(tmp_path / "b.sepviz"))]), console)
    assert run(parse(["compare", "pattern:impulse", "--session", str(path)]), console) == 0


def test_that_a_session_file_is_never_written_over(photo: Path, tmp_path: Path, console: Console) -> None:
    figure = tmp_path / "figure.png"
    run(parse(["compare", str(photo), "--size", "16", "--no-time", "--out", str(figure), "--scale", "0.5"]), console)
    with pytest.raises(UsageError, match=r"--out is .*figure\.png, and so is the INPUT"):
        run(parse(["compare", "--session", str(figure), "--out", str(figure)]), console)


def test_that_kernels_which_do_not_fit_a_picture_are_told(tmp_path: Path, console: Console) -> None:
    weights = np.ones((4, 3, 5, 3), np.float32)
    study = replace(SETTINGS, kernels=(own_kernel("baseline", 0, weights, None, "edited"),))
    path = str(saved(tmp_path / "a.sepviz", study))
    run(parse(["compare", "sample:coffee", "--session", path]), console)
    assert "not fit" not in console.err.getvalue()
    run(parse(["compare", "pattern:impulse", "--session", path]), console)
    assert "impulse: 1 of the session's own kernels does not fit these layers and is left out" in console.err.getvalue()


def test_that_a_figure_whose_study_is_too_large_is_drawn_without(
    photo: Path, tmp_path: Path, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(session: object, *, embed: bool) -> str:
        raise SessionError("the session takes 200 MiB")

    monkeypatch.setattr(module, "to_text", refuse)
    request = CompareRequest(inputs=(str(photo),), study=SETTINGS, out=tmp_path / "a.png", scale=0.5, time=False)
    assert compare(request, console) == 0
    assert "a.png does not carry its study: the session takes 200 MiB" in console.err.getvalue()
    assert find_session(tmp_path / "a.png") is None


def test_that_without_a_window_a_session_is_compared(
    photo: Path, tmp_path: Path, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "FIGURE_BUDGET_S", 0.01)
    run(parse(["compare", str(photo), "--size", "16", "--seed", "8", "--save-session", "a.sepviz"]), console)
    request = parse(["a.sepviz"])
    assert isinstance(request, WindowRequest)
    assert compare_without_window(request, "there is no display", console) == 0
    session = open_anything("sepviz-comparison.png")
    assert isinstance(session, Session)
    assert (session.study.seed, session.study.picture.name) == (8, "photo.ppm")
