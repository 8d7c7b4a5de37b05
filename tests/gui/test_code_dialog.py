"""Promises of the window that shows the layers as code: what is shown is what is copied and handed on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QPushButton, QTabBar

from sepviz.export.code.snippet import FRAMEWORKS, snippet
from sepviz.gui.dialogs.code_dialog import CodeDialog
from sepviz.study.study import Study

STUDY = Study(out_channels=5, stride=(2, 2))


@pytest.fixture
def dialog(keep):
    made = keep(CodeDialog(None))
    made.show_study(STUDY, "photo-data.npz", is_saved=False)
    made.show()
    return made


def button(dialog, text):
    return next(each for each in dialog.findChildren(QPushButton) if each.text() == text)


def test_that_it_opens_with_the_code_of_the_first_framework_without_an_archive(dialog):
    assert dialog.framework == "pytorch"
    assert dialog.code == snippet(STUDY, "pytorch")
    assert not dialog.findChild(QLineEdit).isEnabled()


@pytest.mark.parametrize("number", range(len(FRAMEWORKS)))
def test_that_each_tab_shows_the_code_of_its_framework(dialog, number):
    dialog.findChild(QTabBar).setCurrentIndex(number)
    name = list(FRAMEWORKS)[number]
    assert (dialog.framework, dialog.code) == (name, snippet(STUDY, name))


def test_that_the_weights_are_loaded_from_the_file_that_is_named(dialog):
    dialog.findChild(QCheckBox).setChecked(True)
    assert dialog.code == snippet(STUDY, "pytorch", archive="photo-data.npz")
    dialog.findChild(QLineEdit).setText("other.npz")
    assert dialog.code == snippet(STUDY, "pytorch", archive="other.npz")
    dialog.findChild(QLineEdit).setText("  ")
    assert dialog.code == snippet(STUDY, "pytorch")


def test_that_an_archive_that_was_saved_is_loaded_at_once(dialog):
    dialog.show_study(STUDY, "/home/me/photo-data.npz", is_saved=True)
    assert dialog.code == snippet(STUDY, "pytorch", archive="/home/me/photo-data.npz")


def test_that_weights_of_other_settings_are_not_loaded_any_more(dialog):
    dialog.findChild(QCheckBox).setChecked(True)
    dialog.findChild(QLineEdit).setText("mine.npz")
    dialog.show_study(STUDY, "photo-data.npz", is_saved=False)
    assert "mine.npz" in dialog.code
    other = Study(out_channels=7)
    dialog.show_study(other, "photo-data.npz", is_saved=False)
    assert dialog.code == snippet(other, "pytorch")


def test_that_enter_copies_the_code_that_is_shown(dialog):
    QGuiApplication.clipboard().clear()
    dialog.findChild(QTabBar).setCurrentIndex(2)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == snippet(STUDY, "numpy")
    assert dialog._told.text() == "The NumPy code is on the clipboard"
    dialog.findChild(QTabBar).setCurrentIndex(0)
    assert dialog._told.text() == ""


def test_that_save_hands_the_code_on(dialog):
    asked = []
    dialog.save_requested.connect(lambda *given: asked.append(given))
    button(dialog, "&Save…").click()
    assert asked == [("pytorch", dialog.code)]


def test_that_the_code_is_read_and_left_by_keyboard(dialog):
    editor = dialog.findChild(QPlainTextEdit)
    assert editor.isReadOnly()
    assert editor.tabChangesFocus()
    assert editor.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
    assert all(each.accessibleName() for each in (editor, dialog.findChild(QLineEdit), dialog.findChild(QTabBar)))
