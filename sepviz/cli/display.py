"""Whether a window can open here, found out without importing Qt: it answers a missing display or library with abort().

All is asked of the system itself: the platform plugin's file is loaded, which names a library that is missing, and the
X server is greeted through libxcb, which also knows when it refuses us.
"""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GREETING_S = 5.0
"""How long a display on another machine may take to answer."""
UNUSABLE = "but Qt cannot use it"
"""Stands in an obstacle that is not for want of a display but of a library: one to repair."""
_QT_DISTRIBUTIONS = ("PySide6-Essentials", "PySide6")


def qt_obstacle(python: tuple[int, int], qt_version: str | None) -> str:
    """Return in one sentence why this version of PySide6 cannot be used with this Python, or "" if it can."""
    if qt_version is None:
        return "PySide6 is not installed, and window and figures need it; run: python -m pip install PySide6-Essentials"
    if python == (3, 11) and qt_version.startswith("6.12."):
        return (
            f"PySide6 {qt_version} aborts on Python 3.11 after some hundred calls; "
            "run: python -m pip install 'PySide6-Essentials<6.12', or use Python 3.12 or newer"
        )
    return ""


def installed_qt() -> str | None:
    """Return the version of PySide6, or None where it is not installed."""
    for distribution in _QT_DISTRIBUTIONS:
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    return None


def display_obstacle(environ: Mapping[str, str] = os.environ, system: str = sys.platform) -> str:
    """Return why no window can open, or "" if one can; of two kinds of display one is enough, as for Qt."""
    wanted = environ.get("QT_QPA_PLATFORM", "").replace(":", ";").split(";")[0]
    if system in {"darwin", "win32"} or wanted not in {"", "xcb", "wayland"}:
        return ""
    tried = {"wayland": _wayland_obstacle, "xcb": _x11_obstacle}
    obstacles = [ask(environ) for platform, ask in tried.items() if wanted in {"", platform}]
    only_wayland = environ.get("WAYLAND_DISPLAY") and not environ.get("DISPLAY")
    return "" if "" in obstacles else obstacles[0 if only_wayland else -1]


def _x11_obstacle(environ: Mapping[str, str]) -> str:
    display = environ.get("DISPLAY", "")
    if not display:
        return "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    if missing := _missing_library("libqxcb.so"):
        return f"the display {display} is there, {UNUSABLE}: {missing}"
    if not _x_server_answers(display):
        return f"the display {display} (of DISPLAY) does not answer or does not let this user in"
    return ""


def _wayland_obstacle(environ: Mapping[str, str]) -> str:
    display = environ.get("WAYLAND_DISPLAY", "")
    if not display:
        return "there is no Wayland display (WAYLAND_DISPLAY is not set)"
    if missing := _missing_library("libqwayland*.so"):
        return f"the Wayland display {display} is there, {UNUSABLE}: {missing}"
    path = Path(environ.get("XDG_RUNTIME_DIR", "/run")) / display
    with closing(socket.socket(socket.AF_UNIX)) as client:
        client.settimeout(GREETING_S)
        try:
            client.connect(str(path))
        except OSError as error:
            return f"the Wayland display {path} does not answer ({error.strerror or error})"
    return ""


def _missing_library(plugin: str) -> str:
    """Return what keeps a platform plugin of Qt from being loaded, or ""; the window would load the same files next."""
    package = find_spec("PySide6")
    for folder in (package and package.submodule_search_locations) or ():
        for file in sorted(Path(folder).glob(f"Qt/plugins/platforms/{plugin}")):
            try:
                ctypes.CDLL(str(file))
            except OSError as error:
                return str(error).partition(": cannot open")[0] + " is missing"
    return ""


def _x_server_answers(display: str) -> bool:
    """Return whether the X server takes a client from us; a server that keeps silent is given up after a while."""
    answers: list[bool] = []
    greeting = Thread(target=lambda: answers.append(_greet(display)), daemon=True)
    greeting.start()
    greeting.join(GREETING_S)
    return answers == [True]


def _greet(display: str) -> bool:
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = ctypes.c_char_p, ctypes.POINTER(ctypes.c_int)
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(os.fsencode(display), None)
    answered = bool(xcb.xcb_connection_has_error(connection) == 0)
    xcb.xcb_disconnect(connection)
    return answered
