"""Promises of the offer: it says what can be done, and hears both answers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from sepviz.gui.views.offer_bar import OfferBar


@pytest.fixture
def bar(keep):
    return keep(OfferBar())


def test_that_both_answers_are_heard(bar):
    heard = []
    bar.accepted.connect(lambda: heard.append("yes"))
    bar.declined.connect(lambda: heard.append("no"))
    bar.offer("<b>This</b> can be restored", "Restore", "Discard")
    assert bar.text == "<b>This</b> can be restored"
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in bar.findChildren(QLabel) if label.text())
    buttons = {button.text(): button for button in bar.findChildren(QPushButton) if not button.isHidden()}
    assert set(buttons) == {"Restore", "Discard"}
    buttons["Restore"].click()
    assert not bar.isHidden()
    buttons["Discard"].click()
    assert bar.isHidden()
    assert heard == ["yes", "no"]


def test_that_it_is_hidden_until_there_is_an_offer(bar):
    assert bar.isHidden()
