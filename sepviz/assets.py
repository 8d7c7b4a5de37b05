"""Where the files that travel with the program are: beside the package in a checkout, inside it in a wheel.

Standard library only, so that every layer may ask.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def _folder(name: str) -> Path:
    """Return one of the folders that come along: the wheel's own first, then the checkout's."""
    places = (_PACKAGE / name, _PACKAGE.parent / name)
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(f"sepviz has lost its {name} folder; it is looked for at {places[0]}: install it again")


def resource(*parts: str) -> Path:
    """Return the path of a bundled file, named by its parts below resources/.

    Raises
    ------
    FileNotFoundError
        When the file is not there: the message names it.
    """
    return _bundled("resources", *parts)


def document(name: str) -> Path:
    """Return the path of "guide.md" or "tutorial.md"; their pictures lie beside them.

    Raises
    ------
    FileNotFoundError
        When the file is not there: the message names it.
    """
    return _bundled("docs", name)


def _bundled(folder: str, *parts: str) -> Path:
    path = _folder(folder).joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"sepviz has no bundled file {'/'.join(parts)} in {_folder(folder)}: install it again")
    return path


def samples() -> dict[str, Path]:
    """Return the bundled photographs by name (the file name without its suffix), in alphabetical order."""
    return {path.stem: path for path in sorted(resource("samples").glob("*.png"))}
