"""Make ``.venv`` ready: the project, its packages, and the system libraries that Qt needs.

``python3 scripts/bootstrap.py [EXTRA ...]`` is what ``make`` runs before everything else; the extras are those of
``pyproject.toml``. Standard library only, in words that Python 3.8 reads, so that an old Python can say what it lacks.
Exit status: 0 ready, 2 something is missing (the last line says what to do), 130 interrupted.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / "sepviz-setup.json"
OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")

# Debian's packages by Qt platform plugin; what a wheel of PySide6 links to and does not bring.
LIBRARIES = {
    "offscreen": "libegl1 libgl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0 fonts-dejavu-core",
    "xcb": "libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libx11-xcb1 libxcb-randr0"
    " libxcb-sync1 libxcb-xfixes0",
    "wayland": "libwayland-client0 libwayland-cursor0 libwayland-egl1",
}
APT_INSTALL = ("install", "--yes", "--no-install-recommends")

# Run in a process of its own, because Qt answers a missing platform plugin with abort(). Loading the plugin's file asks
# for its libraries without asking for a display, and names the library that is missing; Qt itself names another.
QT_PROBE = """
import ctypes, pathlib, sys
from PySide6 import QtCore, QtSvg, QtGui, QtWidgets
plugins = pathlib.Path(QtCore.QLibraryInfo.path(QtCore.QLibraryInfo.LibraryPath.PluginsPath), "platforms")
for platform in sys.argv[1:]:
    for plugin in plugins.glob(f"libq{platform}*.so"):
        ctypes.CDLL(str(plugin))
QtWidgets.QApplication([])
"""
VENV_PROBE = "import pip, sys; print(*sys.version_info[:2], sep='.')"

LIKELY_CAUSES = (
    (r"No space left", "the disk is full: free 1 GB."),
    (r"CERTIFICATE_VERIFY_FAILED", "this machine trusts no certificate of the package index: install ca-certificates."),
    (
        r"resol(ution|v)|unreachable|NewConnectionError|timed out|Connection (refused|reset)|Max retries|ProxyError",
        "the package index was not reached: connect to the network, or set https_proxy.",
    ),
    (r"[Nn]o matching distribution", "no package fits this Python or this kind of machine: try PYTHON=python3.12."),
    (r"Permission denied|Read-only", "this user may not write there: own the folder, or copy the project."),
)


class SetupError(Exception):
    """What is missing, and the next step."""


class Stamp(NamedTuple):
    """What a ``.venv`` was made for, kept inside it. Not finished means that the set-up was interrupted."""

    location: str
    project: str
    extras: Sequence[str]
    platforms: Sequence[str] = ()
    finished: bool = False


# ---- decisions: plain functions of what was found ----


def supported(major: int, minor: int) -> bool:
    """Whether the project runs on this Python."""
    return (major, minor) >= OLDEST_PYTHON


def next_step(found: Stamp | None, wanted: Stamp, answers: bool) -> str:
    """Return ``make`` (a new ``.venv``), ``install`` (into the one there) or ``ready``.

    A ``.venv`` without a stamp was made by hand: it is kept if it answers with this Python and pip. One that was moved
    is made anew, because its scripts hold absolute paths.
    """
    if not answers or (found and (not found.finished or found.location != wanted.location)):
        return "make"
    if found and found.project == wanted.project and set(wanted.extras) <= set(found.extras):
        return "ready"
    return "install"


def wanted_platforms(environ: Mapping[str, str], system: str) -> tuple[str, ...]:
    """Name the Qt platform plugins whose libraries must be there; elsewhere than on Linux the wheel brings them all."""
    displays = {"xcb": "DISPLAY", "wayland": "WAYLAND_DISPLAY"}
    if system != "linux" or environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return ("offscreen",)
    return ("offscreen", *(platform for platform, variable in displays.items() if environ.get(variable)))


def packages_for(platforms: Sequence[str]) -> list[str]:
    """List the Debian packages that these Qt platform plugins need."""
    return [package for platform in platforms for package in LIBRARIES[platform].split()]


def advice(packages: Sequence[str], *, apt: bool, sudo: bool) -> str:
    """Say how a person installs the system libraries that this process may not install."""
    if not apt:
        return "With your system's package manager, install what Debian calls " + " ".join(packages) + "."
    prefix, who = ("sudo ", "") if sudo else ("", " as root")
    install = " ".join(("apt-get", *APT_INSTALL, *packages))
    return f"Run this{who}, then the same command again:\n\n  {prefix}apt-get update && {prefix}{install}\n"


def failure(deed: str, output: str) -> str:
    """Describe a command that failed: what it was for, its last lines, the likely cause."""
    causes = [cause for pattern, cause in LIKELY_CAUSES if re.search(pattern, output)]
    lines = [line[:150] for line in output.splitlines() if line.strip() and "Retrying" not in line]
    shown = (f"  | {line}" for line in lines[-10:])
    return "\n".join([f"{deed} failed.", *shown, *(f"Likely cause: {cause}" for cause in causes[:1])])


def reason(output: str, status: int) -> str:
    """Shorten what a Python that could not load Qt said to the thing that it lacks."""
    last = (output.strip().splitlines() or [f"it stopped with status {status}"])[-1]
    return re.sub(r"^(?:ImportError|OSError): (\S+): cannot open shared object file.*", r"\1 is missing", last)


# ---- effects: the disk, other processes, the terminal ----


def say(line: str) -> None:
    """Tell the person at the terminal; stderr, because stdout belongs to the program that follows."""
    print(line, file=sys.stderr, flush=True)


def run(command: Sequence[str | Path], **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end in the project's folder and keep what it said."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=PROJECT,
        env={**os.environ, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )


def must(deed: str, command: Sequence[str | Path]) -> None:
    """Run a command that has to succeed."""
    ended = run(command)
    if ended.returncode:
        raise SetupError(failure(deed, ended.stdout))


def use_a_newer_python() -> None:
    """Start again under a supported Python, if there is one."""
    for name in filter(shutil.which, NEWER_PYTHONS):
        if run([name, "-c", "import venv"]).returncode == 0:
            os.execvp(name, [name, *sys.argv])
    this = "{}.{} ({})".format(*sys.version_info[:2], sys.executable)
    raise SetupError(f"sepviz needs Python 3.11 or newer, not {this}: install one, or name it: make run PYTHON=...")


def read_stamp() -> Stamp | None:
    """Return the stamp, or None if there is none; one that cannot be read counts as not finished."""
    try:
        return Stamp(**json.loads(STAMP.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return Stamp("", "", ())


def write_stamp(stamp: Stamp) -> None:
    """Replace the stamp as a whole, so that an interruption leaves the old one."""
    draft = STAMP.with_suffix(".draft")
    draft.write_text(json.dumps(stamp._asdict()), encoding="utf-8")
    draft.replace(STAMP)


def venv_answers() -> bool:
    """Whether the ``.venv`` there starts, with this version of Python and with pip."""
    if not VENV_PYTHON.exists():
        return False
    ended = run([VENV_PYTHON, "-c", VENV_PROBE])
    return ended.returncode == 0 and ended.stdout.strip() == "{}.{}".format(*sys.version_info)


def make_venv(wanted: Stamp) -> None:
    """Make a new ``.venv`` with pip in it, also where python3-venv is absent and plain pip refuses."""
    say("Making .venv with Python {}.{} (a minute or two, some 350 MB) …".format(*sys.version_info))
    if VENV.exists():
        VENV_PYTHON.unlink(missing_ok=True)  # first, so that what an interrupted removal leaves does not answer
        shutil.rmtree(VENV)
    must("Making .venv", [sys.executable, "-m", "venv", "--without-pip", VENV])
    write_stamp(wanted)
    if run([VENV_PYTHON, "-m", "ensurepip"]).returncode:
        must("Bringing pip into .venv", [*outer_pip(), "--python", VENV_PYTHON, "install", "--quiet", "pip"])


def outer_pip() -> list[str]:
    """Return the command of a pip outside of ``.venv``."""
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if shutil.which("pip3"):
        return ["pip3"]
    raise SetupError("pip is missing: run 'apt-get install python3-pip' as root, then the same command again.")


def install(wanted: Stamp) -> None:
    """Install the project, editable, with its packages and these extras."""
    write_stamp(wanted)
    target = ".[{}]".format(",".join(wanted.extras)) if wanted.extras else "."
    say("Installing sepviz and its packages …")
    must("Installing sepviz", [VENV_PYTHON, "-m", "pip", "install", "--quiet", "--editable", target])
    write_stamp(wanted._replace(finished=True))


def qt_complaint(platforms: Sequence[str]) -> str:
    """Try Qt in a process of its own; return why it does not load, or nothing if it does."""
    ended = run([VENV_PYTHON, "-c", QT_PROBE, *platforms], QT_QPA_PLATFORM="offscreen")
    return reason(ended.stdout, ended.returncode) if ended.returncode else ""


def apt_get() -> list[str]:
    """Return the command that installs system packages without a question, or nothing if this user may not."""
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    if not shutil.which("apt-get"):
        return []
    if os.geteuid() == 0:
        return quiet
    if shutil.which("sudo") and run(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n", *quiet]
    return []


def see_that_qt_loads(platforms: Sequence[str]) -> None:
    """Try Qt; where a system library is missing, install it or say how."""
    complaint = qt_complaint(platforms)
    if not complaint:
        return
    packages = packages_for(platforms)
    command = apt_get()
    if command:
        say(f"Installing the system libraries that Qt needs ({complaint}) …")
        run([*command, "update"])  # without a network the old lists may do; the next line tells
        must("apt-get install", [*command, *APT_INSTALL, *packages])
        complaint = qt_complaint(platforms)
    if complaint:
        how = advice(packages, apt=bool(shutil.which("apt-get")), sudo=bool(shutil.which("sudo")))
        raise SetupError(f"Qt does not load: {complaint}\n{how}")


def set_up(extras: Sequence[str]) -> None:
    """Bring ``.venv`` from whatever it is to ready; a second time this takes a few hundredths of a second."""
    found = read_stamp()
    project = hashlib.sha256((PROJECT / "pyproject.toml").read_bytes()).hexdigest()
    wanted = Stamp(str(VENV), project, sorted(extras))
    step = next_step(found, wanted, venv_answers())
    if step == "make":
        make_venv(wanted)
    elif found:
        wanted = wanted._replace(extras=sorted({*extras, *found.extras}))
    if step != "ready":
        install(wanted)
    seen = found.platforms if found and step == "ready" else ()
    platforms = wanted_platforms(os.environ, sys.platform)
    if not set(platforms) <= set(seen):
        see_that_qt_loads(platforms)
        write_stamp(wanted._replace(platforms=sorted({*seen, *platforms}), finished=True))


def main() -> int:
    """Set up, and answer with the exit status."""
    try:
        if not supported(*sys.version_info[:2]):
            use_a_newer_python()
        set_up(sys.argv[1:])
    except SetupError as error:
        say(f"sepviz set-up: {error}")
        return 2
    except OSError as error:
        say(failure("sepviz set-up", str(error)))
        return 2
    except KeyboardInterrupt:
        say("sepviz set-up: stopped; the same command starts it again.")
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
