import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import sepviz
from sepviz import __main__ as front_door
from sepviz.__main__ import main
from sepviz.study.study import Study

ROOT = Path(__file__).resolve().parent.parent


def python(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    options = {"stderr": subprocess.PIPE, "cwd": ROOT, "text": True, "check": False} | options
    return subprocess.run([sys.executable, *arguments], **options)  # type: ignore[call-overload,no-any-return]


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What the window was opened with, in place of a window."""
    opened: list[tuple[object, ...]] = []

    def run(*arguments: object) -> int:
        opened.append(arguments)
        return 0

    monkeypatch.setitem(sys.modules, "sepviz.gui.app", SimpleNamespace(run=run))
    monkeypatch.setattr("sepviz.cli.display.display_obstacle", lambda: "")
    return opened


def test_that_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"sepviz {sepviz.__version__}\n"


def test_that_the_version_is_told_without_numpy_and_qt() -> None:
    told = python("-X", "importtime", "main.py", "--version", stdout=subprocess.PIPE)
    assert told.stdout.startswith("sepviz ")
    loaded = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert "sepviz.cli.parser" in loaded
    assert not {"numpy", "PIL", "PySide6"} & loaded


def test_that_counting_costs_needs_no_qt_and_no_pillow() -> None:
    told = python("-X", "importtime", "-m", "sepviz", "cost", "--input", "3x8x8", stdout=subprocess.DEVNULL)
    assert told.returncode == 0
    loaded = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert "numpy" in loaded
    assert not {"PIL", "PySide6", "pyqtgraph"} & loaded


def test_that_a_usage_error_is_one_line_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "missing.png"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("sepviz: missing.png is not there")
    assert told.err.count("\n") == 1


def test_that_an_unreadable_file_name_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "a\nb\udcff.png"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_that_the_window_opens_with_the_picture_and_the_layers(window: list[tuple[object, ...]]) -> None:
    assert main(["photo.jpg", "--verbose", "--out-channels", "8"]) == 0
    assert window == [("photo.jpg", Study(out_channels=8), True)]


def test_that_the_broken_pair_is_refused_before_the_window(
    window: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sepviz.cli.display.installed_qt", lambda: "6.12.0")
    monkeypatch.setattr(front_door.sys, "version_info", (3, 11, 7, "final", 0))
    assert main([]) == 2
    assert "PySide6 6.12.0 aborts on Python 3.11" in capsys.readouterr().err
    assert window == []


def test_that_without_a_display_the_main_job_is_done_as_text(
    window: list[tuple[object, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sepviz.cli.display.display_obstacle", lambda: "there is no display")
    monkeypatch.setattr("sepviz.cli.compare.FIGURE_BUDGET_S", 0.01)
    assert main(["pattern:impulse", "--size", "16", "--out-channels", "2"]) == 0
    assert "Standard" in capsys.readouterr().out
    assert (tmp_path / "sepviz-comparison.png").exists()
    assert window == []


@pytest.mark.parametrize(
    ("raised", "status", "lines"),
    [
        (KeyboardInterrupt(), 130, 0),
        (BrokenPipeError(), 0, 0),
        (ImportError("No module named 'numpy'"), 1, 1),
        (ImportError("\n\nadvice\nno numpy\n"), 1, 1),
        (ImportError(), 1, 1),
        (OSError(28, "No space left on device"), 1, 1),
        (MemoryError(), 1, 1),
    ],
)
def test_that_no_end_is_a_traceback(
    raised: BaseException,
    status: int,
    lines: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*arguments: object) -> int:
        raise raised

    monkeypatch.setattr(front_door, "_run", fail)
    monkeypatch.setattr(front_door, "abandon", lambda stream: None)
    assert main([]) == status
    assert capsys.readouterr().err.count("\n") == lines


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_that_a_reader_who_leaves_early_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        told = python("-m", "sepviz", "doctor", "--help", stdout=writer)
    finally:
        os.close(writer)
    assert (told.returncode, told.stderr) == (0, "")


LAYER = ("--size", "16", "--out-channels", "2")


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
@pytest.mark.parametrize(
    ("command", "files"),
    [
        (
            ("compare", "pattern:impulse", *LAYER, "--no-time", "--scale", "0.5"),
            {"--out": "a.png", "--maps": "a.npz", "--save-session": "a.sepviz", "--csv": "a.csv", "--json": "a.json"},
        ),
        (("compare", "pattern:impulse", *LAYER, "--json", "-"), {"--csv": "a.csv", "--maps": "a.npz"}),
        (("compare", "nobody.png", "pattern:impulse", *LAYER), {"--csv": "a.csv"}),
        (("cost", "--input", "3x16x16", *LAYER), {"--json": "a.json"}),
        (("claims", "3x16x16", *LAYER), {"--json": "a.json", "--out": "a.svg"}),
        (("code",), {"--out": "a.py"}),
        (("animate", "pattern:impulse", *LAYER, "--frames", "2", "--width", "600"), {"--out": "a.gif"}),
        (("doctor",), {"--json": "a.json"}),
    ],
)
def test_that_files_are_written_for_a_reader_who_leaves_early(
    command: tuple[str, ...], files: dict[str, str], tmp_path: Path
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    places = [word for name, file in files.items() for word in (name, str(tmp_path / file))]
    try:
        python("-m", "sepviz", *command, *places, stdout=writer, stderr=writer)
    finally:
        os.close(writer)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files.values())
    assert all(path.stat().st_size for path in tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_that_a_full_disk_behind_stdout_is_told() -> None:
    with Path("/dev/full").open("w") as full:
        told = python("-m", "sepviz", "doctor", "--help", stdout=full)
    assert told.returncode == 1
    assert told.stderr.startswith("sepviz: the output could not be written (No space left on device)")
    assert told.stderr.count("\n") == 1
