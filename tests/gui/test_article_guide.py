"""Promises of the article's tab: what was printed is there at once, and what is replayed says which picture it saw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton

from sepviz.gui.article_guide import ArticleGuide
from sepviz.gui.theme import DARK, apply_theme
from sepviz.gui.views.article_page import PLAN, exhibits
from sepviz.gui.views.article_table import NOT_YET, PRINTED_ROWS, cell_text
from sepviz.gui.views.lead_lines import LeadLines
from sepviz.gui.views.map_picture import MapPicture
from sepviz.lab.article import ReplayArticle
from sepviz.lab.article_table import article_rows
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study


@pytest.fixture(scope="module")
def replay():
    pixels = np.random.default_rng(1).integers(0, 256, (40, 50, 3), np.uint8)
    return ReplayArticle(picture=picture_from_array(pixels, "<b>noise</b>"), budget_s=0.01)()


@pytest.fixture
def article(bench, replay):
    """The tab on the picture of the replay; its worker answers with the replay."""
    made = bench(ArticleGuide, Study(picture=replay.question.picture))
    made.page.resize(900, 700)
    return made


def button(page, text):
    return next(one for one in page.findChildren(QPushButton) if text in one.text())


def words(page):
    return "\n".join(label.text() for label in page.findChildren(QLabel) if not label.isHidden())


def replayed(article, replay):
    button(article.page, "Replay").click()
    _, then = article.explorer.waiting.pop()
    then(replay)


def test_that_the_printed_numbers_stand_there_before_anything_is_run(article):
    text = article.page.table.text()
    for number in ("1,728 weights", "57,600 values", "192 values", "32.0 ms", "17.5 ms"):
        assert number in text
    assert text.count(NOT_YET) == 3 * len(PRINTED_ROWS)
    assert article.explorer.waiting == []


def test_that_the_rows_before_a_replay_are_those_after_it(replay):
    after = {row.quantity: row for row in article_rows(replay)}
    for row in PRINTED_ROWS:
        assert cell_text(after[row.quantity], "printed") == cell_text(row, "printed")


def test_that_the_replay_is_of_the_open_picture(article, replay):
    button(article.page, "Replay").click()
    ((task, _),) = article.explorer.waiting
    assert task.task == ReplayArticle(picture=replay.question.picture)
    assert not button(article.page, "Replay").isEnabled()


def test_that_a_replay_is_shown_with_its_sentences_and_pictures(article, replay):
    replayed(article, replay)
    text = words(article.page)
    for row in article_rows(replay):
        assert row.sentence in text
    assert NOT_YET not in text
    assert "<b>noise</b>" in text
    assert len(article.page.findChildren(MapPicture)) == len(exhibits(replay)) == 5


def test_that_the_pictures_show_the_two_defects(replay):
    planes, result, maps, *_ = exhibits(replay)
    assert (planes.maps == planes.maps[0]).all()
    assert "all the same" in planes.words
    assert "The image is summed away" in result.words
    assert len(np.unique(result.maps)) == 3 * 64
    assert len(maps.maps) == 3


def test_that_a_replay_of_another_picture_says_so(article, replay):
    replayed(article, replay)
    assert "of the picture before" not in words(article.page)
    article.document.edit("seed", 5)
    assert "of the picture before" not in words(article.page)
    article.document.adopt(replace(article.document.study, picture=None))
    assert "of the picture before" in words(article.page)


def test_that_a_stopped_replay_can_be_asked_for_again(article):
    button(article.page, "Replay").click()
    button(article.page, "Stop").click()
    assert button(article.page, "Replay").isEnabled()
    assert button(article.page, "Stop").isHidden()


def test_that_the_copy_is_the_whole_table_as_text(article, replay):
    assert not button(article.page, "Copy").isEnabled()
    replayed(article, replay)
    button(article.page, "Copy").click()
    assert "Multiply-accumulates" in QGuiApplication.clipboard().text()


def test_that_pictures_are_painted_on_the_colour_of_the_window(app, article, replay):
    replayed(article, replay)
    article.page.show()
    canvas = article.page.findChildren(MapPicture)[2].canvas
    try:
        apply_theme(app, "dark")
        app.processEvents()
        image = canvas.grab().toImage()
        assert image.pixelColor(image.width() - 1, image.height() - 1).name() == DARK.window
    finally:
        apply_theme(app, "light")


def test_that_before_a_replay_the_page_says_what_will_be_run_and_what_it_answers(article, replay):
    plan = article.page.findChild(LeadLines)
    assert plan.told == tuple(f"{lead}: {text}" for lead, text in PLAN.items())
    assert not plan.isHidden()
    replayed(article, replay)
    assert plan.isHidden()
