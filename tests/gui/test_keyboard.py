"""Promises to who works without a mouse or without seeing: every control is reached, seen, and says what it is."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget

from sepviz.gui.actions import ACTIONS, TAB_NAMES
from sepviz.gui.views.cost_bars import CostBars
from sepviz.gui.views.plot_view import PlotView
from sepviz.gui.views.sheet_view import SheetView

MOST_STOPS, MOST_CELLS = 200, 20


@pytest.fixture
def parts(launch, settled):
    """A window that is active, as only that has a focus."""
    parts = launch()
    parts.window.resize(1280, 800)
    parts.window.activateWindow()
    settled(parts)
    return parts


def turn(parts, settled, tab):
    parts.document.edit_view("tab", tab)
    settled(parts)


def stops(window, key=Qt.Key.Key_Tab):
    """Return what the key goes through, from the bar of tabs until it is there again."""
    window.tabs.tabBar().setFocus()
    found = [QApplication.focusWidget()]
    while len(found) < MOST_STOPS:
        for _ in range(MOST_CELLS):  # in a table the key first goes from cell to cell
            QTest.keyClick(found[-1], key)
            if QApplication.focusWidget() is not found[-1]:
                break
        now = QApplication.focusWidget()
        if now is found[0]:
            return found
        assert now not in found, f"the keys are trapped at {called(found[-1])}"
        assert window.ring.marked is now, called(now)
        found.append(now)
    raise AssertionError("the keys never come back")


def called(widget):
    """Return what a screen reader calls `widget`: its name, or its text."""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def explained(widget):
    """Return what is said of `widget` beyond its name; a tip of what it lies in is shown for it, too."""
    while widget is not None and not (widget.toolTip() or widget.accessibleDescription()):
        widget = widget.parentWidget()
    return "" if widget is None else widget.toolTip() or widget.accessibleDescription()


@pytest.mark.parametrize("tab", TAB_NAMES)
def test_that_tab_reaches_every_control_and_each_is_seen_named_and_explained(parts, settled, tab):
    turn(parts, settled, tab)
    window = parts.window
    reached = stops(window)
    wanted = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert {called(widget) for widget in wanted if widget not in reached and widget.focusProxy() is None} == set()
    for widget in reached:
        name = called(widget)
        assert name, f"{widget} has no name"
        assert "&" not in widget.accessibleName()
        assert explained(widget) or widget is window.tabs.tabBar(), f"{name} is not explained"


def test_that_the_keys_go_back_the_way_they_came(parts):
    there, back = stops(parts.window), stops(parts.window, Qt.Key.Key_Backtab)
    assert there[1:] == back[:0:-1]


@pytest.mark.parametrize("tab", TAB_NAMES)
def test_that_no_letter_leads_to_two_places(parts, settled, tab):
    turn(parts, settled, tab)
    window = parts.window
    titles = [action.text() for action in window.menuBar().actions()]
    labels = [label.text() for label in window.findChildren(QLabel) if label.isVisible() and label.buddy()]
    buttons = [button.text() for button in window.findChildren(QPushButton) if button.isVisible()]
    places: dict[str, set[str]] = {}
    for text in (*titles, *labels, *buttons):
        if found := re.search("&(\\w)", text):
            places.setdefault(found.group(1).lower(), set()).add(text)
    assert {letter: texts for letter, texts in places.items() if len(texts) > 1} == {}


@pytest.mark.parametrize("tab", TAB_NAMES)
def test_that_every_button_of_a_page_is_in_its_menu(parts, settled, tab):
    turn(parts, settled, tab)
    window = parts.window
    window.page_menu.fill()
    menu = {action.text().replace("&", "") for action in window.page_menu.menu.actions()}
    page = window.tabs.currentWidget()
    buttons = [button for button in page.findChildren(QPushButton) if button.isVisible()]
    assert {called(button).replace("&", "") for button in buttons} <= menu


def test_that_what_is_drawn_tells_its_numbers(parts, settled):
    for tab in TAB_NAMES:
        turn(parts, settled, tab)
        for kind in (PlotView, CostBars, SheetView):
            for drawn in parts.window.tabs.currentWidget().findChildren(kind):
                if drawn.isVisible():
                    assert re.search(r"\d", drawn.accessibleDescription()), f"{tab}: {drawn.accessibleName()}"


def test_that_the_numbers_told_are_those_of_now(parts, settled):
    turn(parts, settled, "costs")
    (bars,) = (bars for bars in parts.window.findChildren(CostBars) if bars.accessibleName() == "Parameters")
    before = bars.accessibleDescription()
    parts.document.edit("out_channels", 9)
    settled(parts)
    assert bars.accessibleDescription() != before


def test_that_escape_stops_and_takes_the_message_away(parts, settled):
    parts.window.message.warn("something is wrong")
    QTest.keyClick(parts.window, Qt.Key.Key_Escape)
    assert parts.window.message.text == ""


def test_that_every_action_with_keys_can_be_looked_up():
    assert {row.name for row in ACTIONS if not row.keys} <= {"-", "light", "dark", "system", "reset", "about"} | {
        row.name for row in ACTIONS if "/" in row.menu or row.group
    }
