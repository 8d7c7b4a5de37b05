"""Promises of the ring: it is around what the keys go to, wherever that moves, and only where keys are used."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPushButton, QScrollArea, QVBoxLayout, QWidget

from sepviz.gui.focus_ring import FocusRing
from sepviz.gui.theme import LIGHT


@pytest.fixture
def window(keep, app):
    """A window with two fields on a page that scrolls, and a ring."""
    window, page, scroll = keep(QMainWindow()), QWidget(), QScrollArea()
    column = QVBoxLayout(page)
    for control in (QLineEdit("first"), QPushButton("second"), QPushButton("third")):
        control.setMinimumHeight(60)
        column.addWidget(control)
    scroll.setWidgetResizable(True)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(page)
    window.setCentralWidget(scroll)
    window.resize(240, 160)
    window.ring = FocusRing(window)
    window.show()
    window.activateWindow()
    window.findChild(QLineEdit).setFocus(Qt.FocusReason.MouseFocusReason)
    app.processEvents()
    return window


def tab(window):
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    QApplication.processEvents()
    return QApplication.focusWidget()


def place(window, widget):
    """Return where the middle of `widget` is in the window."""
    return widget.mapTo(window, widget.rect().center())


def test_that_there_is_none_while_the_mouse_is_used(window):
    assert QApplication.focusWidget() is window.findChild(QLineEdit)
    assert window.ring.marked is None


def test_that_it_goes_where_the_keys_go_and_is_seen(window):
    second = tab(window)
    assert window.ring.marked is second
    assert window.ring.geometry().contains(place(window, second))
    edge = window.ring.geometry().topLeft() + QPoint(window.ring.width() // 2, 1)
    assert window.grab().toImage().pixelColor(edge).name() == LIGHT.accent


def test_that_it_follows_what_is_scrolled_and_stays_in_the_window(window):
    tab(window)
    third = tab(window)  # below the edge: the page scrolls to it
    assert window.ring.geometry().contains(place(window, third))
    window.findChild(QScrollArea).verticalScrollBar().setValue(0)
    QApplication.processEvents()
    assert window.rect().contains(window.ring.geometry())
    assert not window.ring.isVisible() or window.ring.height() < third.height()


def test_that_it_goes_with_what_it_is_around(window):
    second = tab(window)
    second.hide()
    QApplication.processEvents()
    assert window.ring.marked is not second


def test_that_it_takes_no_click_away(window):
    second = tab(window)
    assert window.childAt(place(window, second)) is second
