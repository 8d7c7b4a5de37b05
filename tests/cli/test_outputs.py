from dataclasses import replace
from pathlib import Path

import pytest

from sepviz.cli.outputs import FIGURE_SUFFIXES, check_outputs, figure_paths, supplied
from sepviz.cli.request import CompareRequest, UsageError
from sepviz.export.figure import SUFFIXES
from sepviz.study.study import Study

IMPULSE = CompareRequest(inputs=("pattern:impulse",), study=Study())


def named(request: CompareRequest) -> list[str]:
    return [path.name for path in figure_paths(request) if path is not None]


def test_that_no_figure_overwrites_another(tmp_path: Path) -> None:
    inputs = ("sample:coffee", "a/coffee.jpg", "b/Coffee.png", "chelsea.png")
    request = replace(IMPULSE, inputs=inputs, out_dir=tmp_path)
    assert named(request) == ["coffee.png", "coffee-2.png", "Coffee-3.png", "chelsea.png"]


def test_that_no_figure_overwrites_an_input(tmp_path: Path) -> None:
    inputs = (str(tmp_path / "a.png"), str(tmp_path / "a-2.png"))
    assert named(replace(IMPULSE, inputs=inputs, out_dir=tmp_path)) == ["a-3.png", "a-2-2.png"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"out": Path("a.xyz")}, r"--out is a\.xyz; end its name with one of \.png, \.svg, \.pdf"),
        ({"out": Path("missing/a.png")}, "there is no folder missing; make it first"),
        ({"json": "missing/a.json"}, "--json is missing/a.json, but there is no folder"),
        ({"maps": Path("a.mat")}, r"end its name with \.npz"),
        ({"out": Path("a.png"), "out_dir": Path("b")}, "choose one"),
        ({"json": "-", "csv": "-"}, "--csv is -, and so is --json"),
        ({"json": "a.txt", "csv": "./a.txt"}, "and so is --json"),
        ({"inputs": ("a.png",), "out": Path("a.png")}, "and so is the INPUT a.png"),
        ({"inputs": ("a.png", "b.png"), "out": Path("c.png")}, r"2 INPUTs were given; use --out-dir"),
        ({"inputs": ("a.png", "b.png"), "maps": Path("c.npz")}, "call it once for each"),
        ({"inputs": ("a.png", "b.png"), "save_session": Path("c.sepviz")}, "--save-session takes 1 INPUT, and 2"),
        ({"save_session": Path("c.json")}, r"--save-session is c\.json; end its name with \.sepviz"),
        ({"save_session": Path("missing/c.sepviz")}, "--save-session is missing/c.sepviz, but there is no folder"),
        ({"inputs": ("a.sepviz",), "save_session": Path("a.sepviz")}, r"and so is the INPUT a\.sepviz"),
    ],
)
def test_that_outputs_which_cannot_be_are_refused_before_anything_is_computed(
    changes: dict[str, object], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=said):
        check_outputs(replace(IMPULSE, **changes))


def test_that_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be made"):
        check_outputs(replace(IMPULSE, out_dir=tmp_path / "file" / "figures"))


def test_that_the_suffixes_are_those_of_the_figure() -> None:
    assert set(FIGURE_SUFFIXES) == set(SUFFIXES)


def test_that_a_figure_is_refused_where_qt_would_abort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sepviz.cli.outputs.qt_obstacle", lambda python, version: "PySide6 6.12.0 aborts")
    check_outputs(IMPULSE)
    with pytest.raises(UsageError, match="aborts"):
        check_outputs(replace(IMPULSE, out=tmp_path / "a.png"))


def test_that_an_input_written_as_a_url_is_not_overwritten_either(tmp_path: Path) -> None:
    request = replace(IMPULSE, inputs=(f"file://{tmp_path}/a.png",), out_dir=tmp_path)
    assert named(request) == ["a-2.png"]


def test_that_only_a_missing_suffix_is_supplied(tmp_path: Path) -> None:
    assert supplied(Path("a"), ".png") == Path("a.png")
    assert supplied(Path("a.b"), ".png") == Path("a.b")
    assert supplied(tmp_path, ".png") == tmp_path
    assert supplied(None, ".png") is None
