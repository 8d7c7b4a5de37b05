"""Promises of the message bar: one message, literal, with details on demand, never in the way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from sepviz.gui.theme import DARK, apply_theme
from sepviz.gui.views.message_bar import MessageBar


@pytest.fixture
def bar(keep):
    bar = keep(MessageBar())
    bar.resize(600, 60)
    return bar


def button(bar, text):
    return next(button for button in bar.findChildren(QPushButton) if button.text() == text)


def test_that_it_is_hidden_until_there_is_something_to_say(bar):
    assert bar.isHidden()
    assert bar.text == ""
    bar.warn("x is damaged")
    assert not bar.isHidden()
    assert bar.text == "x is damaged"


def test_that_details_are_offered_only_where_there_are_some_and_are_those_of_this_message(bar):
    asked = []
    bar.details_requested.connect(asked.append)
    bar.warn("first", "Traceback 1")
    button(bar, "Details…").click()
    bar.warn("second", "Traceback 2")
    button(bar, "Details…").click()
    assert asked == ["Traceback 1", "Traceback 2"]
    bar.tell("third")
    assert button(bar, "Details…").isHidden()


def test_that_it_can_be_dismissed(bar):
    bar.tell("saved")
    button(bar, "Dismiss").click()
    assert bar.isHidden()
    assert bar.text == ""


def test_that_mark_up_in_a_message_is_shown_letter_by_letter(bar):
    bar.warn("<b>x</b>&y.png is damaged")
    label = next(label for label in bar.findChildren(QLabel) if label.text())
    assert label.text() == "<b>x</b>&y.png is damaged"
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert bar.accessibleName() == "<b>x</b>&y.png is damaged"


def test_that_a_long_message_wraps_instead_of_widening_the_window(bar):
    bar.warn("name " * 200)
    assert bar.minimumSizeHint().width() < 600


def test_that_a_message_comes_and_goes_without_moving_the_page(ready, app):
    window = ready.window
    places = [widget.geometry() for widget in (window.tabs, window.summary, window.pages["maps"])]
    window.offer.offer("the last state can be restored", "Restore", "Discard")
    window.message.warn("x is damaged " * 30)
    app.processEvents()
    assert [widget.geometry() for widget in (window.tabs, window.summary, window.pages["maps"])] == places
    for bar in (window.offer, window.message):
        bottom = bar.mapTo(window, bar.rect().bottomLeft()).y()
        assert bar.isVisible()
        assert bottom <= window.tabs.mapTo(window, window.tabs.rect().bottomLeft()).y()
        assert window.childAt(bar.mapTo(window, bar.rect().center())) in {bar, *bar.findChildren(QLabel)}


def test_that_a_message_goes_with_what_it_is_about(ready, settled):
    message = ready.window.message
    message.warn("that file is damaged")
    ready.document.edit_view("tab", "costs")
    assert message.text == "that file is damaged"  # looking around changes nothing
    ready.document.edit("out_channels", 5)
    assert message.text == ""
    settled(ready)
    for name in ("compute", "stop"):
        message.warn("computing failed")
        ready.window.actions_by_name[name].trigger()
        assert message.text == ""
    settled(ready)


def test_that_it_follows_the_colours_of_the_window(app, bar):
    bar.warn("x")
    bar.show()
    try:
        apply_theme(app, "dark")
        app.processEvents()
        assert bar.grab().toImage().pixelColor(3, 3).name() == DARK.base
    finally:
        apply_theme(app, "light")
