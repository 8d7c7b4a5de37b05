"""Where files go, decided before anything is computed: none ever replaces an input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sepviz.cli.display import installed_qt, qt_obstacle
from sepviz.cli.request import STDOUT, ClaimsRequest, CompareRequest, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FIGURE_SUFFIXES = (".png", ".svg", ".pdf")
SESSION_SUFFIX = ".sepviz"


def figure_paths(request: CompareRequest) -> list[Path | None]:
    """Return where each input's figure goes, or None where none is drawn.

    In a folder the names follow the inputs, and neither an input nor another figure is ever written over.
    """
    if request.out_dir is None:
        return [request.out] * len(request.inputs)
    paths: list[Path | None] = []
    taken = {_identity(_place(location)) for location in request.inputs}
    for location in request.inputs:
        path = next(path for path in _candidates(request.out_dir, _stem(location)) if _identity(path) not in taken)
        taken.add(_identity(path))
        paths.append(path)
    return paths


def check_outputs(request: CompareRequest) -> None:
    """Raise :class:`UsageError` for outputs that cannot be, before anything is computed."""
    several = len(request.inputs) > 1
    if request.out and request.out_dir:
        raise UsageError("--out and --out-dir were both given; choose one: a file for 1 INPUT, a folder for several")
    if several and request.out:
        raise UsageError(
            f"--out writes 1 figure, and {len(request.inputs)} INPUTs were given; use --out-dir {request.out.parent}"
        )
    if several and request.maps:
        raise UsageError(f"--maps takes 1 INPUT, and {len(request.inputs)} were given; call it once for each")
    if several and request.save_session:
        raise UsageError(f"--save-session takes 1 INPUT, and {len(request.inputs)} were given; call it once for each")
    if request.save_session and request.save_session.suffix.lower() != SESSION_SUFFIX:
        raise UsageError(f"--save-session is {request.save_session}; end its name with {SESSION_SUFFIX}")
    if request.out:
        _check_figure(request.out)
    if request.maps and request.maps.suffix.lower() != ".npz":
        raise UsageError(f"--maps is {request.maps}; end its name with .npz")
    given = {"--out": request.out, "--json": request.json, "--csv": request.csv, "--maps": request.maps}
    _check_places(request.inputs, {**given, "--save-session": request.save_session})
    if request.out_dir:
        _make_folder(request.out_dir)
    if request.out or request.out_dir:
        _refuse_broken_qt()


def check_cards(request: ClaimsRequest) -> None:
    """Raise :class:`UsageError` where the cards of the claims cannot go where they are wanted."""
    _check_places((request.input,), {"--out": request.out, "--json": request.json})
    if request.out is not None:
        _check_figure(request.out)
        _refuse_broken_qt()


def _check_figure(path: Path) -> None:
    if path.suffix.lower() not in FIGURE_SUFFIXES:
        raise UsageError(f"--out is {path}; end its name with one of {', '.join(FIGURE_SUFFIXES)}")


def supplied(path: Path | None, suffix: str) -> Path | None:
    """Return `path` with `suffix` where it has none."""
    return path if path is None or path.suffix or path.is_dir() else path.with_name(path.name + suffix)


def _check_places(inputs: Iterable[str], given: Mapping[str, Path | str | None]) -> None:
    taken = {_identity(_place(location)): f"the INPUT {location}" for location in inputs}
    for name, place in given.items():
        if place is None:
            continue
        path = Path(place)
        if str(place) != STDOUT and not path.expanduser().parent.is_dir():
            raise UsageError(f"{name} is {path}, but there is no folder {path.parent}; make it first or choose another")
        if (other := taken.setdefault(_identity(path), name)) is not name:
            raise UsageError(f"{name} is {path}, and so is {other}; give each its own")


def _refuse_broken_qt() -> None:
    if obstacle := qt_obstacle(sys.version_info[:2], installed_qt()):
        raise UsageError(obstacle)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--out-dir is {folder}, which cannot be made ({error.strerror}); choose another") from None


def _candidates(folder: Path, stem: str) -> Iterator[Path]:
    yield folder / f"{stem}.png"
    number = 2
    while True:
        yield folder / f"{stem}-{number}.png"
        number += 1


def _stem(location: str) -> str:
    scheme, _, name = location.partition(":")
    return name if scheme in {"sample", "pattern"} and name else Path(location).stem


def _place(location: str) -> Path:
    return Path(location.removeprefix("file://"))


def _identity(path: Path) -> str:
    return str(path.expanduser().resolve()).casefold()  # some disks do not tell Photo.png from photo.png
