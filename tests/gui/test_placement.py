"""Promises of the window's place: as it was left, and always where a hand can reach it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from sepviz.gui.placement import on_screen, place

LEFT, RIGHT = QRect(0, 0, 1920, 1080), QRect(1920, 0, 1280, 1024)


@pytest.mark.parametrize("wanted", [QRect(100, 100, 800, 600), QRect(2000, 50, 800, 600), QRect(-600, 10, 800, 600)])
def test_that_a_window_that_can_be_reached_stays_where_it_was(wanted):
    assert on_screen(wanted, [LEFT, RIGHT]) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        QRect(2500, 50, 800, 600),  # on a screen to the right that is gone
        QRect(-3000, 200, 800, 600),
        QRect(100, -700, 800, 600),  # its upper edge is out of reach
        QRect(100, 1075, 800, 600),
        QRect(1900, 100, 800, 600),  # too little of it can be seen
        QRect(5000, 5000, 9000, 9000),
    ],
)
def test_that_a_window_out_of_reach_comes_wholly_onto_the_screen(wanted):
    assert LEFT.contains(on_screen(wanted, [LEFT]))


def test_that_it_keeps_its_size_where_there_is_room():
    assert on_screen(QRect(2500, 50, 800, 600), [LEFT]).size() == QRect(0, 0, 800, 600).size()


def test_that_without_any_screen_nothing_is_changed():
    assert on_screen(QRect(1, 2, 3, 4), []) == QRect(1, 2, 3, 4)


def test_that_a_saved_place_on_a_screen_that_is_gone_is_mended(keep):
    far = keep(QWidget())
    far.setGeometry(9000, 9000, 400, 300)
    window = keep(QWidget())
    place(window, far.saveGeometry())
    assert QGuiApplication.primaryScreen().availableGeometry().contains(window.geometry())
    assert (window.width(), window.height()) == (400, 300)


def test_that_a_saved_place_comes_back(keep):
    left = keep(QWidget())
    left.setGeometry(40, 60, 400, 300)
    window = keep(QWidget())
    place(window, left.saveGeometry())
    assert window.geometry() == QRect(40, 60, 400, 300)


def test_that_nonsense_leaves_the_window_as_it_is(keep):
    window = keep(QWidget())
    window.setGeometry(40, 60, 400, 300)
    place(window, QByteArray(b"nonsense"))
    assert window.geometry() == QRect(40, 60, 400, 300)
