"""Promises of the guide and the tutorial: both open in the window, with every picture, and all links lead somewhere."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument

from sepviz import assets
from sepviz.gui.dialogs.handbook import MARGIN, TITLES, slug_of

IMAGE = QTextDocument.ResourceType.ImageResource.value


@pytest.fixture
def handbook(launch):
    """The guide, as the menu Help opens it."""
    parts = launch()
    parts.window.actions_by_name["guide"].trigger()
    return parts.desk.handbook


def headings(name):
    text = assets.document(name).read_text(encoding="utf-8")
    return {slug_of(line.lstrip("#").strip()) for line in text.splitlines() if line.startswith("#")}


@pytest.mark.parametrize(("action", "name"), [("guide", "guide.md"), ("tutorial", "tutorial.md")])
def test_that_the_menu_opens_it(launch, action, name):
    parts = launch()
    parts.window.actions_by_name[action].trigger()
    shown = parts.desk.handbook
    assert shown.isVisible()
    assert shown.windowTitle() == f"{TITLES[name]} — sepviz"
    first = assets.document(name).read_text(encoding="utf-8").splitlines()[0]
    assert shown.pages.toPlainText().startswith(first.lstrip("# "))


@pytest.mark.parametrize("name", TITLES)
def test_that_every_picture_and_every_link_of_it_leads_somewhere(name):
    text = assets.document(name).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    for link in links:
        file, _, heading = link.partition("#")
        assert assets.document(file or name).is_file()
        assert not heading or heading in headings(file or name)


def test_that_a_picture_is_no_wider_than_the_page(handbook, wait_until):
    pages = handbook.pages
    for width in (500, 900):
        handbook.resize(width, 500)
        wait_until(lambda: not pages._rest.isActive())
        picture = pages.loadResource(IMAGE, QUrl("maps.png"))
        assert isinstance(picture, QImage)
        assert picture.deviceIndependentSize().width() == pytest.approx(pages.viewport().width() - 2 * MARGIN, abs=1)
        assert pages.horizontalScrollBar().maximum() == 0


def test_that_a_link_to_a_heading_scrolls_there_and_one_to_the_other_document_opens_it(handbook, wait_until):
    pages = handbook.pages
    wait_until(lambda: not pages._rest.isActive())
    pages.anchorClicked.emit(QUrl("#claims"))
    top = pages.cursorForPosition(pages.viewport().rect().topLeft()).block()
    assert "Claims" in (top.text(), top.next().text())
    pages.anchorClicked.emit(QUrl("tutorial.md"))
    assert handbook.windowTitle().startswith("Tutorial")
    assert pages.verticalScrollBar().value() == 0


def test_that_a_document_that_is_gone_is_told_with_its_place(launch, monkeypatch):
    parts = launch()
    monkeypatch.setattr(assets, "_folder", lambda name: assets._PACKAGE / "nowhere")
    parts.window.actions_by_name["guide"].trigger()
    assert "guide.md" in parts.window.message.text
    assert "install it again" in parts.window.message.text
