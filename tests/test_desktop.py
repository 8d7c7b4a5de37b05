"""Promises of the script that makes the program part of a user's desktop: all in one folder, and gone again."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "desktop.py"


@pytest.fixture
def desktop():
    spec = importlib.util.spec_from_file_location("desktop", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "my programs" / "sepviz"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def run(desktop, tmp_path, monkeypatch, capsys):
    """`run(word, ...)` runs the script in an empty data folder; returns exit status, stdout and stderr."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(desktop.shutil, "which", lambda command: None)

    def call(*words):
        monkeypatch.setattr(desktop.sys, "argv", ["desktop.py", *map(str, words)])
        return desktop.main(), *capsys.readouterr()

    return call


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_that_entry_icon_type_and_catalogue_are_put_where_a_desktop_looks(run, program, tmp_path):
    status, told, _ = run("install", program)
    assert status == 0
    assert str(program) in told
    assert files(tmp_path / "data") == {
        "applications/org.sepviz.sepviz.desktop",
        "icons/hicolor/scalable/apps/sepviz.svg",
        "icons/hicolor/scalable/mimetypes/application-x-sepviz.svg",
        "metainfo/org.sepviz.sepviz.metainfo.xml",
        "mime/packages/org.sepviz.sepviz.xml",
    }


def test_that_the_entry_starts_that_program_with_the_file_that_was_opened(run, program, tmp_path):
    run("install", program)
    entry = (tmp_path / "data/applications/org.sepviz.sepviz.desktop").read_text(encoding="utf-8").splitlines()
    assert f'Exec="{program}" %f' in entry
    assert f"TryExec={program}" in entry
    assert any(line.startswith("MimeType=application/x-sepviz;") for line in entry)


def test_that_signs_with_a_meaning_in_an_entry_are_only_signs(desktop):
    assert desktop.quoted(Path('/a b/$x"y')) == '"/a b/\\\\$x\\\\"y"'
    assert desktop.quoted(Path("/100%")) == '"/100%%"'


def test_that_nothing_is_left_but_what_was_there_before(run, program, tmp_path):
    other = tmp_path / "data/applications/other.desktop"
    other.parent.mkdir(parents=True)
    other.touch()
    run("install", program)
    assert run("uninstall")[0] == 0
    assert files(tmp_path / "data") == {"applications/other.desktop"}
    assert run("uninstall")[0] == 0


def test_that_a_desktop_that_cannot_be_refreshed_is_told(run, program):
    assert "update-mime-database is not there" in run("install", program)[2]


def test_that_a_program_that_is_not_there_is_refused(run, tmp_path):
    status, _, complaint = run("install", tmp_path / "nothing")
    assert status == 2
    assert "nothing" in complaint
    assert not (tmp_path / "data").exists()
    assert run("paint")[0] == 2


def test_that_a_folder_that_cannot_be_written_is_told(run, program, tmp_path):
    (tmp_path / "data").touch()
    status, _, complaint = run("install", program)
    assert status == 1
    assert str(tmp_path / "data") in complaint
