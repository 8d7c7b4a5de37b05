"""Promises of the settings: what is remembered comes back, and what is broken in the store does no harm."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray

from sepviz.gui import settings


@pytest.fixture(autouse=True)
def empty_store():
    settings._store().clear()
    yield
    settings._store().clear()


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / name for name in ("a.png", "b, c; d.png", "Äpfel 日本 %41.png", '"quoted" \\ back.png')]
    for path in paths:
        path.touch()
    return [str(path) for path in paths]


def test_that_nothing_is_recent_at_first():
    assert settings.recent_files() == []
    assert settings.theme_choice() == "system"
    assert settings.geometry().isEmpty()


def test_that_the_newest_file_is_first_and_strange_names_survive(files):
    for path in files:
        settings.remember_file(path)
    assert settings.recent_files() == files[::-1]


def test_that_one_file_alone_is_remembered_whatever_its_name(files):
    for path in files:
        settings.forget_files()
        settings.remember_file(path)
        settings._store().sync()
        assert settings.recent_files() == [path]


def test_that_a_file_opened_again_moves_to_the_front_and_is_named_once(files):
    for path in (files[0], files[1], files[0]):
        settings.remember_file(path)
    assert settings.recent_files() == [files[0], files[1]]


def test_that_no_more_are_kept_than_the_menu_has_room_for(tmp_path):
    paths = [tmp_path / f"{number}.png" for number in range(settings.RECENT_LIMIT + 5)]
    for path in paths:
        path.touch()
        settings.remember_file(str(path))
    assert settings.recent_files() == [str(path) for path in paths[: -settings.RECENT_LIMIT - 1 : -1]]


def test_that_files_that_are_gone_are_left_out(files, tmp_path):
    for path in files[:2]:
        settings.remember_file(path)
    (tmp_path / "a.png").unlink()
    assert settings.recent_files() == [files[1]]


def test_that_the_list_can_be_emptied(files):
    settings.remember_file(files[0])
    settings.forget_files()
    assert settings.recent_files() == []


@pytest.mark.parametrize("broken", [5, "/" + "x" * 5000, ["", "/nowhere/at/all.png"], [["/"], "y"]])
def test_that_a_broken_list_of_files_is_no_list(broken):
    settings._store().setValue("recent", broken)
    assert settings.recent_files() == []


def test_that_colours_are_remembered_and_unknown_ones_are_not_believed():
    settings.remember_theme("dark")
    assert settings.theme_choice() == "dark"
    settings._store().setValue("theme", "plaid")
    assert settings.theme_choice() == "system"


def test_that_the_shape_of_the_window_is_remembered_and_nonsense_is_not_believed():
    settings.remember_geometry(QByteArray(b"\x01\x02\x00geometry"))
    assert settings.geometry() == QByteArray(b"\x01\x02\x00geometry")
    settings._store().setValue("geometry", "a large window")
    assert settings.geometry().isEmpty()
