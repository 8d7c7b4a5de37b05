"""What the program remembers between two runs: recent files, colours, the shape of the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

RECENT_LIMIT = 10


def _store() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "sepviz", "sepviz")


def state_folder() -> Path:
    """Return the folder for what a run may leave behind, its last state and its log; it need not be there yet."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericStateLocation)) / "sepviz"


def recent_files() -> list[str]:
    """Return the files opened last, the newest first, those that are gone left out."""
    value = _store().value("recent", [])
    texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [text for text in texts if isinstance(text, str) and _is_file(text)]


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:  # a name too long, a folder that may not be looked into
        return False


def remember_file(path: str) -> None:
    """Put `path` in front of the recent files."""
    files = [path, *(other for other in recent_files() if other != path)]
    _store().setValue("recent", files[:RECENT_LIMIT])


def forget_files() -> None:
    """Empty the list of recent files."""
    _store().remove("recent")


def export_folder() -> Path:
    """Return the folder that was saved to last, or the home folder."""
    value = _store().value("export_folder", "")
    folder = Path(value) if isinstance(value, str) and value else Path.home()
    return folder if folder.is_dir() else Path.home()


def remember_export_folder(folder: Path) -> None:
    """Begin in `folder` the next time something is saved."""
    _store().setValue("export_folder", str(folder))


def theme_choice() -> str:
    """Return "light", "dark" or "system"."""
    value = _store().value("theme", "system")
    return value if value in ("light", "dark", "system") else "system"


def remember_theme(choice: str) -> None:
    """Use `choice` at the next start, too."""
    _store().setValue("theme", choice)


def geometry() -> QByteArray:
    """Return the window's size and place as Qt saved it; empty at the first start."""
    value = _store().value("geometry", QByteArray())
    return value if isinstance(value, QByteArray) else QByteArray()


def remember_geometry(value: QByteArray) -> None:
    """Open the window with this size and place at the next start."""
    _store().setValue("geometry", value)
