"""The pure decisions of the set-up; its effects are tried on a bare machine."""

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "bootstrap.py"


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bootstrap = load_script()
WANTED = bootstrap.Stamp("/home/me/sepviz/.venv", "hash", ["test"])
READY = WANTED._replace(platforms=["offscreen"], finished=True)


def test_that_an_old_python_can_read_the_script() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize(("version", "answer"), [((3, 10), False), ((3, 11), True), ((3, 14), True), ((2, 99), False)])
def test_that_only_a_python_from_3_11_on_is_used(version: tuple[int, int], answer: bool) -> None:
    assert bootstrap.supported(*version) is answer


def test_that_a_finished_set_up_is_trusted() -> None:
    assert bootstrap.next_step(READY, WANTED, answers=True) == "ready"


def test_that_fewer_extras_than_installed_need_nothing() -> None:
    assert bootstrap.next_step(READY, WANTED._replace(extras=[]), answers=True) == "ready"


@pytest.mark.parametrize(
    ("found", "answers"),
    [
        pytest.param(None, False, id="nothing there, or a half one without pip"),
        pytest.param(READY, False, id="made by another Python, or its Python is gone"),
        pytest.param(READY._replace(finished=False), True, id="interrupted"),
        pytest.param(READY._replace(location="/elsewhere/.venv"), True, id="moved"),
    ],
)
def test_that_a_venv_that_cannot_be_trusted_is_made_anew(found: object, answers: bool) -> None:
    assert bootstrap.next_step(found, WANTED, answers) == "make"


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(None, id="made by hand"),
        pytest.param(READY._replace(project="older"), id="pyproject.toml changed"),
        pytest.param(READY._replace(extras=["dev"]), id="an extra is wanted"),
    ],
)
def test_that_a_sound_venv_is_kept_and_completed(found: object) -> None:
    assert bootstrap.next_step(found, WANTED, answers=True) == "install"


@pytest.mark.parametrize(
    ("environ", "system", "platforms"),
    [
        ({}, "linux", ("offscreen",)),
        ({"DISPLAY": ""}, "linux", ("offscreen",)),
        ({"DISPLAY": ":0"}, "linux", ("offscreen", "xcb")),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "linux", ("offscreen", "xcb", "wayland")),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "linux", ("offscreen",)),
        ({"DISPLAY": ":0"}, "darwin", ("offscreen",)),
    ],
)
def test_that_the_display_decides_which_libraries_must_be_there(
    environ: dict[str, str], system: str, platforms: tuple[str, ...]
) -> None:
    assert bootstrap.wanted_platforms(environ, system) == platforms


def test_that_a_window_asks_for_the_offscreen_libraries_and_its_own() -> None:
    packages = bootstrap.packages_for(("offscreen", "xcb"))
    assert {"libegl1", "fonts-dejavu-core", "libxcb-cursor0"} <= set(packages)
    assert "libwayland-client0" not in packages
    assert len(packages) == len(set(packages))


def test_that_the_advice_is_a_command_to_copy() -> None:
    with_sudo = bootstrap.advice(["libegl1", "libgl1"], apt=True, sudo=True)
    assert with_sudo.splitlines()[-1].strip() == (
        "sudo apt-get update && sudo apt-get install --yes --no-install-recommends libegl1 libgl1"
    )
    assert "sudo" not in bootstrap.advice(["libegl1"], apt=True, sudo=False)


def test_that_without_apt_the_advice_names_the_libraries_only() -> None:
    told = bootstrap.advice(["libegl1"], apt=False, sudo=True)
    assert "libegl1" in told
    assert "apt-get" not in told


@pytest.mark.parametrize(
    ("output", "cause"),
    [
        ("OSError: [Errno 28] No space left on device", "disk"),
        ("Max retries exceeded: SSLError(CERTIFICATE_VERIFY_FAILED)", "certificate"),
        ("NewConnectionError: Temporary failure in name resolution\nNo matching distribution found", "network"),
        ("E: Failed to fetch: Could not resolve 'a.mirror'", "network"),
        ("ERROR: No matching distribution found for PySide6-Essentials", "this Python"),
        ("PermissionError: [Errno 13] Permission denied", "not write"),
    ],
)
def test_that_a_failure_names_its_likely_cause(output: str, cause: str) -> None:
    told = bootstrap.failure("Installing sepviz", output).splitlines()
    assert told[0] == "Installing sepviz failed."
    assert cause in told[-1]
    assert sum(line.startswith("Likely cause") for line in told) == 1


def test_that_a_failure_shows_the_last_lines_only() -> None:
    told = bootstrap.failure("Installing sepviz", "\n".join(f"line {number}." for number in range(100)))
    assert "line 99." in told
    assert "line 50." not in told
    assert "Likely cause" not in told


def test_that_the_missing_library_is_named_in_a_few_words() -> None:
    said = "Traceback ...\nImportError: libEGL.so.1: cannot open shared object file: No such file or directory\n"
    assert bootstrap.reason(said, 1) == "libEGL.so.1 is missing"
    assert bootstrap.reason("Traceback ...\nValueError: another thing\n", 1) == "ValueError: another thing"
    assert "-6" in bootstrap.reason("", -6)


def test_that_a_stamp_comes_back_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp.json")
    assert bootstrap.read_stamp() is None
    bootstrap.write_stamp(READY)
    assert bootstrap.read_stamp() == READY


@pytest.mark.parametrize("text", ["", "{", "[]", '{"another": "version"}'])
def test_that_a_stamp_that_cannot_be_read_is_not_trusted(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = tmp_path / "stamp.json"
    stamp.write_text(text, encoding="utf-8")
    monkeypatch.setattr(bootstrap, "STAMP", stamp)
    assert bootstrap.next_step(bootstrap.read_stamp(), WANTED, answers=True) == "make"


def test_that_nothing_but_the_standard_library_is_imported() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= set(sys.stdlib_module_names)
