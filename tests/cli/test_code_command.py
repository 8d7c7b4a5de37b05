"""Promises of ``sepviz code``: a program that runs, for the input that was named, with weights that fit."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sepviz.cli.commands import run
from sepviz.cli.console import Console
from sepviz.cli.parser import parse
from sepviz.cli.request import UsageError
from sepviz.export.saving import write_text
from sepviz.study.session import Session, to_text
from sepviz.study.source import open_picture, picture_from_array
from sepviz.study.study import Study, View

LAYER = ("--size", "16", "--out-channels", "4", "--stride", "2", "--bias")


@pytest.fixture
def console() -> Console:
    return Console(out=io.StringIO(), err=io.StringIO())


@pytest.fixture
def maps(tmp_path: Path) -> Path:
    path = tmp_path / "maps.npz"
    quiet = Console(out=io.StringIO(), err=io.StringIO())
    assert run(parse(["compare", "sample:coffee", *LAYER, "--maps", str(path)]), quiet) == 0
    return path


def code(console: Console, *arguments: str) -> str:
    assert run(parse(["code", *arguments]), console) == 0
    return console.out.getvalue()


def refusal(*arguments: str) -> str:
    with pytest.raises(UsageError) as caught:
        code(Console(out=io.StringIO(), err=io.StringIO()), *arguments)
    return str(caught.value)


@pytest.mark.parametrize(("framework", "mark"), [("pytorch", "nn.Conv2d("), ("KERAS", "layers."), ("numpy", "np.pad")])
def test_that_code_is_written_for_the_framework_that_was_named(console: Console, framework: str, mark: str) -> None:
    assert mark in code(console, "--framework", framework)
    assert console.err.getvalue() == ""


def test_that_the_default_is_pytorch_and_an_input_of_the_study_s_size(console: Console) -> None:
    assert "torch.rand(1, 3, 64, 64)" in code(console, "--size", "64")


def test_that_the_input_is_a_shape_or_a_picture() -> None:
    for given, expected in (("32x7x9", "(1, 32, 7, 9)"), ("pattern:impulse", "(1, 1, ")):
        assert f"torch.rand{expected}" in code(Console(out=io.StringIO(), err=io.StringIO()), "--input", given)


def test_that_a_session_brings_its_layers_and_the_shape_of_its_picture(console: Console, tmp_path: Path) -> None:
    picture = picture_from_array(np.zeros((20, 24, 3), np.uint8), "p.png")
    session = Session(study=Study(picture=picture, out_channels=5), view=View())
    path = write_text(tmp_path / "s.sepviz", to_text(session, embed=True))
    text = code(console, "--session", str(path))
    assert "torch.rand(1, 3, 20, 24)" in text
    assert "nn.Conv2d(3, 5," in text


def test_that_the_picture_of_a_session_is_looked_for_beside_the_session(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, elsewhere = tmp_path / "moved", tmp_path / "elsewhere"
    for place, size in ((folder, b"24 20"), (elsewhere, b"12 10")):
        place.mkdir()
        (place / "photo.ppm").write_bytes(b"P6 " + size + b" 255\n" + bytes(24 * 20 * 3))
    picture = replace(open_picture(folder / "photo.ppm"), location="/nowhere/photo.ppm")
    session = Session(study=Study(picture=picture), view=View())
    document = json.loads(to_text(session, embed=False))
    document["picture"]["relative"] = "photo.ppm"
    write_text(folder / "s.sepviz", json.dumps(document))
    monkeypatch.chdir(elsewhere)
    assert "torch.rand(1, 3, 20, 24)" in code(console, "--session", "../moved/s.sepviz")


def test_that_the_code_with_weights_makes_our_maps(
    console: Console, maps: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "layers"
    assert code(console, *LAYER, "--framework", "numpy", "--weights", str(maps), "--out", str(out)) == ""
    assert console.err.getvalue() == f"wrote {out}.py\n"
    defined: dict[str, np.lib.npyio.NpzFile] = {}
    exec(compile(out.with_suffix(".py").read_text(encoding="utf-8"), "layers.py", "exec"), defined)
    defined["data"].close()
    differences = re.findall(r"largest difference (\S+)", capsys.readouterr().out)
    assert len(differences) == 2
    assert max(map(float, differences)) < 1e-4


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--out-channels", "5", *LAYER[4:]), "baseline_0_kernel has the shape 4 × 3 × 3 × 3, but these layers need 5"),
        (LAYER[2:6], "baseline_0_bias has the shape 4, but these layers have none"),
        (LAYER[2:4], "baseline_0_maps has the shape 4 × "),
        ((*LAYER, "--candidate", "spatially-separable"), "candidate_0_kernel has"),
        ((*LAYER, "--candidate", "grouped"), "candidate_0_kernel has"),
        ((*LAYER, "--input", "3x9x9"), "input has the shape 3 × "),
    ],
)
def test_that_weights_of_other_layers_are_refused(maps: Path, arguments: tuple[str, ...], told: str) -> None:
    message = refusal(*arguments, "--weights", str(maps))
    assert told in message
    assert message.endswith("give the layer options that it was made with")


@pytest.mark.parametrize("content", [b"", b"PK\3\4 and so on", b"\x93NUMPY"])
def test_that_a_file_that_is_no_archive_of_maps_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.npz"
    path.write_bytes(content)
    assert "bad.npz cannot be read (it is no archive of NumPy arrays)" in refusal("--weights", str(path))


def test_that_what_cannot_be_is_refused_in_one_line(tmp_path: Path) -> None:
    assert refusal("--framework", "caffe") == "--framework is 'caffe'; write pytorch, keras or numpy"
    assert "end its name with .py" in refusal("--out", "layers.txt")
    assert "nobody.png is not there" in refusal("--input", "nobody.png")
    assert "pad more" in refusal("--input", "3x2x2", "--padding", "valid")
    assert "No such file" in refusal("--weights", str(tmp_path / "nobody.npz"))
