"""Promises of a tab's question: asked once, only while it is looked at, and never answered with another answer."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from sepviz.gui.inquiry import Inquiry, Question
from sepviz.study.drawing import map_content
from sepviz.study.sheets import Viewport

MAPS = np.zeros((2, 4, 4), np.float32)
PORT = Viewport(area=(20, 20))


class Guide(QObject):
    """Asks how often it was asked."""

    def __init__(self, document, explorer, window):
        super().__init__()
        self.page = QWidget()
        self.key, self.ports, self.asked, self.heard, self.failures = 0, {"first": PORT}, 0, [], []
        self.inquiry = Inquiry(document, explorer, window, "here", self.question)
        self.inquiry.answered.connect(self.heard.append)
        self.inquiry.failed.connect(self.failures.append)
        window.tab = "here"

    def question(self):
        return Question(key=self.key, task=self.work, contents=self.contents, viewports=self.ports)

    def work(self, checkpoint):
        self.asked += 1
        return self.asked

    @staticmethod
    def contents(view, answer):
        return {"first": map_content("map", MAPS, view.channel, view)}


@pytest.fixture
def desk(bench):
    made = bench(Guide)
    made.explorer.comparison = SimpleNamespace(study=made.document.study)
    return made


def ask(desk):
    desk.guide.inquiry._rest.stop()
    desk.guide.inquiry._on_rest_timeout()


def test_that_the_same_question_is_not_asked_twice(desk):
    for _ in range(2):
        ask(desk)
        if desk.explorer.waiting:
            desk.explorer.answer()
    assert desk.guide.asked == 1
    assert [drawing.answer for drawing in desk.guide.heard] == [1]


def test_that_only_the_pictures_are_drawn_again_when_the_view_changes(desk):
    ask(desk)
    desk.explorer.answer()
    desk.document.edit_view("channel", 1)
    ask(desk)
    desk.explorer.answer()
    assert desk.guide.asked == 1
    assert len(desk.guide.heard) == 2


def test_that_an_answer_to_what_was_asked_before_is_dropped(desk):
    ask(desk)
    desk.guide.key = 1
    desk.explorer.answer()
    assert desk.guide.heard == []
    ask(desk)
    desk.document.edit("seed", 9)
    desk.explorer.answer()
    assert desk.guide.heard == []


def test_that_nothing_is_asked_of_a_tab_that_is_not_looked_at_or_before_the_comparison(desk):
    desk.window.tab = "elsewhere"
    desk.guide.inquiry.renew()
    assert not desk.guide.inquiry._rest.isActive()
    ask(desk)
    desk.window.tab = "here"
    desk.explorer.comparison = SimpleNamespace(study=replace(desk.document.study, seed=5))
    ask(desk)
    assert desk.explorer.waiting == []


def test_that_what_failed_is_told_and_not_asked_again(desk):
    ask(desk)
    study = desk.document.study
    whole = ((study, 0), desk.document.view, tuple(desk.guide.ports.items()))
    desk.guide.inquiry._on_failed(whole, study, "there is no such layer", "")
    desk.explorer.waiting.clear()
    ask(desk)
    assert desk.explorer.waiting == []
    assert desk.guide.failures == ["there is no such layer"]
