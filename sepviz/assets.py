"""Where the files that travel with the program are: beside the package in a checkout, inside it in a wheel.

Standard library only, so that every layer may ask.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "resources", _PACKAGE.parent / "resources")


@cache
def _root() -> Path:
    """Return the resources folder: the wheel's own first, then the checkout's."""
    for place in _PLACES:
        if place.is_dir():
            return place
    raise FileNotFoundError(f"sepviz has lost its resources folder; it is looked for at {_PLACES[0]}: install it again")


def resource(*parts: str) -> Path:
    """Return the path of a bundled file, named by its parts below resources/.

    Raises
    ------
    FileNotFoundError
        When the file is not there: the message names it.
    """
    path = _root().joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"sepviz has no bundled file {'/'.join(parts)} in {_root()}: install it again")
    return path


def samples() -> dict[str, Path]:
    """Return the bundled photographs by name (the file name without its suffix), in alphabetical order."""
    return {path.stem: path for path in sorted(resource("samples").glob("*.png"))}
