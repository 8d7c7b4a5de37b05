"""Promises of the table of actions: each is named, explained, reachable and answered."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow

from sepviz.gui.actions import ACTIONS, SEPARATOR, TAB_NAMES, build_menus, plain_text, shortcut_rows
from sepviz.gui.desk import Desk
from sepviz.gui.panel.form import MENU_LETTERS

ROWS = [row for row in ACTIONS if row.name != SEPARATOR]
TAKEN = (
    *(f"Ctrl+Alt+{key}" for key in ("L", "D", "T", "A", "Del", "Left", "Right", "Up", "Down", "Esc", "Backspace")),
    *(f"{more}F{number}" for more in ("Alt+", "Ctrl+", "Ctrl+Alt+") for number in range(1, 13)),
    *("F10", "Shift+F10", "Shift+F1", "Ctrl+Esc", "Ctrl+Shift+Esc", "Ctrl+Space", "Ctrl+Tab", "Print"),
    *("Space", ".", ",", "Home", "End", "+", "=", "-", "R", "P", "M", "Return", "Left", "Right", "Up", "Down", "Del"),
    *("Ctrl+A", "Ctrl+X", "Ctrl+Left", "Ctrl+Right", "Ctrl+Home", "Ctrl+End", "Shift+Home", "Shift+End"),
)
"""Keys that desktops lock, close, move and switch with, and those that pages and fields have uses of their own for."""
ANSWERED_TOGETHER = {*TAB_NAMES, "light", "dark", "system"}


def test_that_every_name_and_every_key_means_one_thing():
    names = Counter(row.name for row in ROWS)
    keys = Counter(QKeySequence(key).toString() for row in ROWS for key in row.keys)
    assert [name for name, count in (names + keys).items() if count > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_that_every_action_has_keys_of_its_own_and_leaves_those_of_desktops_and_fields_alone(row):
    assert row.keys
    keys = {QKeySequence(key).toString() for key in row.keys}
    assert keys & {QKeySequence(key).toString() for key in TAKEN} == set()
    assert not any(key.startswith("Alt+") for key in keys)  # the letters of menus and fields


def test_that_the_sheet_has_every_action_of_the_menus():
    assert [row[1].rpartition(": ")[2] for row in shortcut_rows()] == [plain_text(row.text) for row in ROWS]
    assert all(keys for _, _, keys in shortcut_rows())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_that_every_action_is_explained_and_answered(row):
    assert row.tip
    assert row.text
    assert row.name in ANSWERED_TOGETHER or callable(getattr(Desk, f"_{row.name}"))
    assert all(not QKeySequence(key).isEmpty() for key in row.keys)


def test_that_no_two_actions_of_a_menu_share_a_mnemonic():
    marks = Counter((row.menu, row.text[row.text.index("&") + 1].lower()) for row in ROWS if "&" in row.text)
    assert [mark for mark, count in marks.items() if count > 1] == []
    assert len(marks) == len(ROWS)


def test_that_the_menus_are_in_the_order_of_the_table_and_leave_their_letters_to_themselves(keep):
    window = keep(QMainWindow())
    build_menus(window)
    titles = [action.text() for action in window.menuBar().actions()]
    assert titles == list(dict.fromkeys(row.menu for row in ACTIONS))
    letters = {title[title.index("&") + 1].upper() for title in titles}
    assert len(letters) == len(titles)
    assert letters <= set(MENU_LETTERS)


def test_that_an_action_has_the_keys_and_the_tip_of_its_row(keep):
    made = build_menus(keep(QMainWindow()))
    assert set(made) == {row.name for row in ROWS}
    for row in ROWS:
        assert made[row.name].shortcuts() == [QKeySequence(key) for key in row.keys]
        assert made[row.name].toolTip() == made[row.name].statusTip() == row.tip


def test_that_one_theme_is_worn_at_a_time(keep):
    made = build_menus(keep(QMainWindow()))
    made["dark"].trigger()
    made["light"].trigger()
    assert [name for name in ("light", "dark", "system") if made[name].isChecked()] == ["light"]


def test_that_the_sheet_of_shortcuts_has_no_marks_of_mnemonics():
    assert plain_text("E&xport") == "Export"
    assert not any("&" in text for row in shortcut_rows() for text in row[:2])


def test_that_rows_of_a_submenu_stand_in_it(keep):
    window = keep(QMainWindow())
    made = build_menus(window)
    edit = next(action.menu() for action in window.menuBar().actions() if action.text() == "&Edit")
    code = next(action.menu() for action in edit.actions() if action.text() == "Copy as co&de")
    assert code.actions() == [made[name] for name in ("copy_pytorch", "copy_keras", "copy_numpy", "show_code")]
    assert ("Edit", "Copy as code: PyTorch", "Ctrl+Shift+P") in shortcut_rows()


def test_that_the_title_of_a_submenu_has_a_letter_of_its_own():
    letters = [row.text[row.text.index("&") + 1].lower() for row in ROWS if row.menu == "&Edit"]
    assert "d" not in letters
