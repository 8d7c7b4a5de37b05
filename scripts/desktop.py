"""Make sepviz a program of this user's desktop, or take it away again: ``desktop.py install|uninstall [PROGRAM]``.

Puts the menu entry, the icon and the type of sessions where every Linux desktop looks for them, below
``$XDG_DATA_HOME`` (by default ``~/.local/share``), so that a double click on a session opens it. PROGRAM is what is
started; by default what ``make app`` has built, else the checkout's own. Standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
RESOURCES = PROJECT / "resources"
PROGRAMS = (PROJECT / "dist" / "sepviz" / "sepviz", PROJECT / ".venv" / "bin" / "sepviz")
ID = "org.sepviz.sepviz"
ENTRY = f"applications/{ID}.desktop"
FILES = {
    f"metainfo/{ID}.metainfo.xml": RESOURCES / "desktop" / f"{ID}.metainfo.xml",
    f"mime/packages/{ID}.xml": RESOURCES / "desktop" / f"{ID}.mime.xml",
    "icons/hicolor/scalable/apps/sepviz.svg": RESOURCES / "icons" / "sepviz.svg",
    "icons/hicolor/scalable/mimetypes/application-x-sepviz.svg": RESOURCES / "icons" / "sepviz.svg",
}
REFRESHERS = (("update-mime-database", "mime"), ("update-desktop-database", "applications"))
"""What makes a desktop that is running see the change, each with the folder below the data folder that it reads."""
RESERVED = '"`$\\'


def data_folder() -> Path:
    """Return where this user's desktop looks for what programs bring."""
    named = os.environ.get("XDG_DATA_HOME", "")
    return Path(named) if Path(named).is_absolute() else Path.home() / ".local" / "share"


def quoted(program: Path) -> str:
    """Return `program` as a word of an Exec line: there a path may hold spaces and other signs only in quotes."""
    escaped = "".join(f"\\{sign}" if sign in RESERVED else sign for sign in str(program)).replace("%", "%%")
    return '"{}"'.format(escaped.replace("\\", "\\\\"))  # the file's own rule for backslashes comes on top


def entry_text(template: str, program: Path) -> str:
    """Return the menu entry that starts `program`, wherever it is."""
    path = str(program).replace("\\", "\\\\")
    lines = {"TryExec=": f"TryExec={path}", "Exec=": f"Exec={quoted(program)} %f"}
    return "".join(
        f"{next((new for key, new in lines.items() if line.startswith(key)), line)}\n" for line in template.splitlines()
    )


def install(program: Path, folder: Path) -> None:
    """Put everything into `folder`."""
    template = (RESOURCES / "desktop" / f"{ID}.desktop").read_text(encoding="utf-8")
    for name, source in FILES.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    entry = folder / ENTRY
    entry.parent.mkdir(parents=True, exist_ok=True)
    entry.write_text(entry_text(template, program), encoding="utf-8")


def uninstall(folder: Path) -> None:
    """Take away what :func:`install` has put into `folder`; anything else stays."""
    for name in (ENTRY, *FILES):
        (folder / name).unlink(missing_ok=True)


def refresh(folder: Path) -> list[str]:
    """Have the desktop look again; return the commands that are not there to do it, or did not succeed."""
    missed = []
    for command, part in REFRESHERS:
        if (folder / part).is_dir() and (
            shutil.which(command) is None
            or subprocess.run([command, folder / part], stdout=subprocess.DEVNULL, check=False).returncode
        ):
            missed.append(command)
    return missed


def main() -> int:
    """Do what the arguments say."""
    deed, *rest = sys.argv[1:] or [""]
    if deed not in {"install", "uninstall"} or len(rest) > 1:
        print("usage: desktop.py install|uninstall [PROGRAM]", file=sys.stderr)
        return 2
    programs = [Path(rest[0]).absolute()] if rest else list(PROGRAMS)
    program = next((path for path in programs if os.access(path, os.X_OK) and path.is_file()), None)
    if deed == "install" and program is None:
        print(f"there is no program {programs[0]}; 'make setup' or 'make app' makes one", file=sys.stderr)
        return 2
    folder = data_folder()
    try:
        install(program, folder) if program and deed == "install" else uninstall(folder)
    except OSError as error:
        print(f"{folder} cannot be changed ({error.strerror or error}): own it, or set XDG_DATA_HOME", file=sys.stderr)
        return 1
    for command in refresh(folder):
        print(f"{command} is not there: the desktop sees the change when this user logs in again", file=sys.stderr)
    done = f"starts {program}" if deed == "install" else "is gone"
    print(f"{folder / ENTRY} {done}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
