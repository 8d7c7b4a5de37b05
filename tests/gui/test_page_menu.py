"""Promises of the menu of a page: what its buttons offer, as they are now, and nothing of other pages."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QCheckBox, QMenu, QPushButton, QTabWidget, QVBoxLayout, QWidget

from sepviz.gui.page_menu import PageMenu


@pytest.fixture
def tabs(keep):
    tabs = keep(QTabWidget())
    for number in range(2):
        page = QWidget()
        column = QVBoxLayout(page)
        for control in (QPushButton(f"&Do {number}"), QCheckBox(f"Keep {number}"), QPushButton("…")):
            column.addWidget(control)
        page.findChildren(QPushButton)[-1].setAccessibleName(f"More {number}")
        tabs.addTab(page, str(number))
    return tabs


@pytest.fixture
def menu(tabs):
    return PageMenu(QMenu("&Page", tabs), tabs)


def offered(menu):
    menu.fill()
    return {action.text(): action for action in menu.menu.actions()}


def control(tabs, kind):
    return tabs.currentWidget().findChild(kind)


def test_that_it_has_the_buttons_of_the_page_that_is_looked_at(tabs, menu):
    assert set(offered(menu)) == {"Do 0", "Keep 0", "More 0"}
    tabs.setCurrentIndex(1)
    assert set(offered(menu)) == {"Do 1", "Keep 1", "More 1"}


def test_that_it_does_what_the_button_does(tabs, menu):
    clicked = []
    control(tabs, QPushButton).clicked.connect(lambda: clicked.append(True))
    offered(menu)["Do 0"].trigger()
    offered(menu)["Keep 0"].trigger()
    assert clicked == [True]
    assert control(tabs, QCheckBox).isChecked()
    assert offered(menu)["Keep 0"].isChecked()


def test_that_what_cannot_be_pressed_cannot_be_chosen_and_what_is_hidden_is_left_out(tabs, menu):
    control(tabs, QPushButton).setEnabled(False)
    control(tabs, QCheckBox).hide()
    found = offered(menu)
    assert not found["Do 0"].isEnabled()
    assert "Keep 0" not in found


def test_that_the_menu_of_a_button_is_a_submenu(tabs, menu):
    own = QMenu(tabs)
    own.addAction("Blur")
    control(tabs, QPushButton).setMenu(own)
    assert [action.text() for action in offered(menu)["Do 0"].menu().actions()] == ["Blur"]
    assert offered(menu)  # filling again leaves the button its menu
    assert control(tabs, QPushButton).menu() is own


def test_that_a_page_without_buttons_says_so(tabs, menu):
    tabs.addTab(QWidget(), "empty")
    tabs.setCurrentIndex(2)
    (only,) = offered(menu).values()
    assert not only.isEnabled()
