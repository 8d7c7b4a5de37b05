"""Imports point down only: the plan of the house, and the test that it is kept."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = {path.relative_to(ROOT).as_posix(): path for path in sorted((ROOT / "sepviz").rglob("*.py"))}
PAINTERS = tuple(f"sepviz/export/{name}.py" for name in ("animation/film", "canvas", "chart", "figure", "sheet"))

# What a room may import besides itself and `sepviz`, which imports nothing. A new package fails until it has a row.
ROOMS = {
    "sepviz": set(),
    "assets": set(),
    "engine": set(),
    "render": set(),
    "study": {"assets", "engine", "render"},
    "lab": {"assets", "engine", "render", "study"},
    "export": {"assets", "engine", "render", "study", "lab"},
    "cli": {"assets", "engine", "render", "study", "lab", "export"},
    "gui": {"assets", "engine", "render", "study", "lab", "export"},
    "__main__": {"cli", "gui"},
}
# Who may import what others wrote, the longest name first; all else is the standard library.
GUESTS = {
    "PySide6.QtCore": ("sepviz/gui/", *PAINTERS),
    "PySide6.QtGui": ("sepviz/gui/", *PAINTERS),
    "PySide6.QtSvg": ("sepviz/gui/", "sepviz/export/figure.py"),
    "PySide6": ("sepviz/gui/",),
    "shiboken6": ("sepviz/gui/",),  # what PySide6 is made with; it knows whether a widget is still there
    "pyqtgraph": ("sepviz/gui/",),
    "PIL": ("sepviz/study/source.py", "sepviz/export/animation/file.py"),
    "threadpoolctl": ("sepviz/engine/",),
    "numpy": tuple(f"sepviz/{room}/" for room in ("engine", "render", "study", "lab", "export", "gui")),
}


@pytest.mark.parametrize("file", FILES)
def test_that_imports_point_down(file: str) -> None:
    here = file.removesuffix(".py").removesuffix("/__init__").split("/")[:2][-1]
    assert here in ROOMS, f"give {here} a place in ROOMS"
    theirs = {room_of(name) for name in imports(tree_of(file)) if is_ours(name)} - {here, "sepviz"}
    assert theirs <= ROOMS[here], f"{here} may not import {theirs - ROOMS[here]}"


@pytest.mark.parametrize("file", FILES)
def test_that_other_peoples_packages_stay_in_their_rooms(file: str) -> None:
    for name in imports(tree_of(file)):
        if is_ours(name) or name.partition(".")[0] in sys.stdlib_module_names:
            continue
        hosts = next((GUESTS[guest] for guest in GUESTS if f"{name}.".startswith(f"{guest}.")), ())
        assert file.startswith(hosts), f"{file} may not import {name}"


@pytest.mark.parametrize("file", FILES)
def test_that_no_module_imports_the_root_of_its_own_package(file: str) -> None:
    package = file.rpartition("/")[0].replace("/", ".")
    if package == "sepviz":
        return
    for name in imports(tree_of(file)):
        parent, _, last = name.rpartition(".")
        sibling = is_module(name)
        assert name != package, f"import a sibling of {file}, not {package}"
        assert sibling or not f"{package}.".startswith(f"{parent}."), f"import {last} from the module that defines it"


def test_that_the_front_door_imports_the_window_only_when_it_opens_it() -> None:
    top = [name for node in tree_of("sepviz/__main__.py").body for name in imports(node, inside_functions=False)]
    assert top
    assert not [name for name in top if room_of(name) == "gui"]


def imports(tree: ast.AST, *, inside_functions: bool = True) -> Iterator[str]:
    """Yield the dotted name of everything that `tree` imports."""
    if isinstance(tree, ast.FunctionDef) and not inside_functions:
        return
    for node in (tree, *ast.walk(tree)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def tree_of(file: str) -> ast.Module:
    return ast.parse(FILES[file].read_text(encoding="utf-8"))


def is_ours(name: str) -> bool:
    return name.partition(".")[0] == "sepviz"


def is_module(name: str) -> bool:
    path = name.replace(".", "/")
    return path != "sepviz" and any(file.startswith((f"{path}.py", f"{path}/")) for file in FILES)


def room_of(name: str) -> str:
    """Return the room that a dotted name belongs to: sepviz.engine.spec.Shape -> engine."""
    parts = name.split(".")
    return parts[1] if is_module(".".join(parts[:2])) else "sepviz"
