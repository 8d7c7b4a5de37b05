import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sepviz.cli import display
from sepviz.cli.display import UNUSABLE, display_obstacle, qt_obstacle

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="sockets and libraries of Linux")


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def set_missing(text: str) -> None:
        monkeypatch.setattr(display, "_missing_library", lambda plugin: text)

    set_missing("")
    return set_missing


@pytest.mark.parametrize(
    ("python", "version", "refused"),
    [
        ((3, 11), "6.12.0", True),
        ((3, 11), "6.12.3", True),
        ((3, 11), "6.11.3", False),
        ((3, 11), "6.120.0", False),
        ((3, 12), "6.12.0", False),
        ((3, 13), "6.12.1", False),
        ((3, 12), None, True),
    ],
)
def test_that_only_the_broken_pair_and_a_missing_qt_are_refused(
    python: tuple[int, int], version: str | None, refused: bool
) -> None:
    obstacle = qt_obstacle(python, version)
    assert bool(obstacle) == refused
    assert not refused or "pip install" in obstacle


def test_that_without_a_display_the_variables_are_named() -> None:
    obstacle = display_obstacle({}, "linux")
    assert "DISPLAY" in obstacle
    assert "WAYLAND_DISPLAY" in obstacle


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc", "vnc:size=800x600", "linuxfb"])
def test_that_a_platform_without_a_display_server_needs_none(platform: str) -> None:
    assert display_obstacle({"QT_QPA_PLATFORM": platform}, "linux") == ""


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_that_other_systems_always_have_a_display(system: str) -> None:
    assert display_obstacle({}, system) == ""


@linux_only
def test_that_a_display_which_does_not_answer_is_named(libraries: Callable[[str], None]) -> None:
    assert "display :6553 " in display_obstacle({"DISPLAY": ":6553"}, "linux")


def test_that_a_silent_display_is_given_up(libraries: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    gone = Event()
    monkeypatch.setattr(display, "GREETING_S", 0.01)
    monkeypatch.setattr(display, "_greet", lambda name: gone.wait(30))
    assert "does not answer" in display_obstacle({"DISPLAY": "far:0"}, "linux")
    gone.set()


def test_that_a_display_which_answers_is_no_obstacle(
    libraries: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(display, "_greet", lambda name: name == ":1")
    assert display_obstacle({"DISPLAY": ":1"}, "linux") == ""
    assert display_obstacle({"DISPLAY": ":2"}, "linux") != ""


def test_that_a_missing_library_is_named_before_the_display_is_asked(libraries: Callable[[str], None]) -> None:
    libraries("libxcb-cursor.so.0 is missing")
    obstacle = display_obstacle({"DISPLAY": ":6553"}, "linux")
    assert UNUSABLE in obstacle
    assert "libxcb-cursor.so.0 is missing" in obstacle


def test_that_the_loader_names_the_missing_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(display.ctypes, "CDLL", refuse)
    monkeypatch.setattr(Path, "glob", lambda folder, pattern: [folder / pattern])
    assert display._missing_library("libqxcb.so") == "libxcb-cursor.so.0 is missing"


@linux_only
def test_that_a_wayland_socket_which_takes_clients_is_enough(libraries: Callable[[str], None], tmp_path: Path) -> None:
    environ = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert "wayland-7 does not answer" in display_obstacle(environ, "linux")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        assert display_obstacle(environ, "linux") == ""


@linux_only
def test_that_the_platform_that_is_asked_for_is_the_one_that_counts(
    libraries: Callable[[str], None], tmp_path: Path
) -> None:
    environ = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        assert display_obstacle(environ | {"QT_QPA_PLATFORM": "wayland"}, "linux") == ""
        assert "no display" in display_obstacle(environ | {"QT_QPA_PLATFORM": "xcb"}, "linux")
