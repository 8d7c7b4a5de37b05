"""Promises of the form: one row a field, problems where they are, nothing told but what the user did."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QToolButton

from sepviz.gui.panel.form import MENU_LETTERS, Form, Section, mnemonics
from sepviz.study.params import STUDY_PARAMS, VIEW_PARAMS
from sepviz.study.study import Study

PARAMS = STUDY_PARAMS | VIEW_PARAMS


@pytest.fixture
def form(keep):
    form = keep(Form(PARAMS))
    form.resize(320, 1000)
    form.show()
    return form


def values_of(study):
    return {field: getattr(study, field) for field in STUDY_PARAMS}


def visible_texts(form):
    return [label.text() for label in form.findChildren(QLabel) if label.isVisible()]


def test_that_an_edit_names_its_field(form):
    edits = []
    form.edited.connect(lambda *edit: edits.append(edit))
    box = form.editor("grey").findChild(QCheckBox)
    box.click()
    assert edits == [("grey", True, True)]


def test_that_showing_values_never_emits(form):
    edits = []
    form.edited.connect(lambda *edit: edits.append(edit))
    form.show_values(values_of(Study(seed=7, bias=True, kernel_size=(1, 5))), {})
    assert edits == []


def test_that_a_problem_is_explained_with_a_sign_and_goes_when_it_is_mended(form):
    form.show_values(values_of(Study()), {"groups": "groups = 2 does not divide in_channels = 3"})
    assert "⚠ groups = 2 does not divide in_channels = 3" in visible_texts(form)
    assert "does not divide" in form.editor("groups").accessibleDescription()
    form.show_values(values_of(Study()), {})
    assert not any("⚠" in text for text in visible_texts(form))


def test_that_fields_which_are_not_shown_keep_their_problem(form):
    form.show_values(values_of(Study()), {"seed": "seed is wrong"})
    form.show_values({"tile": 0}, {})
    assert "⚠ seed is wrong" in visible_texts(form)


def test_that_a_hidden_row_hides_all_of_itself(form):
    form.show_values(values_of(Study()), {"groups": "wrong"})
    form.set_row_visible("groups", False)
    assert not form.editor("groups").isVisible()
    assert not any("roups" in text or "wrong" in text for text in visible_texts(form))
    form.set_row_visible("groups", True)
    assert "⚠ wrong" in visible_texts(form)


def test_that_only_the_named_fields_are_shown(form):
    form.show_fields({"size", "seed"})
    assert [field for field in PARAMS if form.editor(field).isVisible()] == ["size", "seed"]


def test_that_there_is_a_section_for_every_group_in_order(form):
    headings = [section.findChild(QToolButton).text() for section in form.findChildren(Section)]
    assert headings == ["Input", "Geometry", "Layers", "Weights", "View"]


def test_that_a_group_folds_and_a_problem_unfolds_it(form):
    form.show_values(values_of(Study()), {})
    heading = form.findChild(Section).findChild(QToolButton)
    QTest.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert not form.editor("size").isVisible()
    form.show_values(values_of(Study()), {"size": "too large"})
    assert form.editor("size").isVisible()


def test_that_a_label_leads_to_its_editor(form):
    buddies = {label.buddy() for label in form.findChildren(QLabel) if label.buddy()}
    assert buddies == {form.editor(field).handle for field in PARAMS}


def test_that_tab_goes_through_the_fields_in_their_order(form):
    form.show_values(values_of(Study()), {})
    handles = {form.editor(field).handle: field for field in PARAMS}
    widget, visited = form.editor("size").handle, ["size"]
    while len(visited) < len(PARAMS):
        widget = widget.nextInFocusChain()
        if widget in handles:
            visited.append(handles[widget])
    assert visited == list(PARAMS)


def test_that_no_two_labels_share_a_letter_and_none_takes_one_of_the_menus():
    labels = [param.label for param in PARAMS.values()]
    marked = mnemonics(labels)
    letters = [text[text.index("&") + 1].lower() for text in marked.values() if "&" in text]
    assert len(letters) == len(set(letters))
    assert not set(letters) & set(MENU_LETTERS.lower())
    assert [marked[label].replace("&", "") for label in labels] == labels


def test_that_a_label_without_a_free_letter_stays_as_it_is():
    assert mnemonics(["ab", "ba", "aab"], taken="") == {"ab": "&ab", "ba": "&ba", "aab": "aab"}


def test_that_a_note_stands_below_its_field_until_there_is_a_problem(form):
    row = form._rows["method"]
    form.show_values({"method": "banded"}, {}, {"method": "not for A"})
    assert row.message.text() == "not for A"
    assert row.editor.accessibleDescription() == "not for A"
    form.show_values({"method": "banded"}, {"method": "wrong"}, {"method": "not for A"})
    assert row.message.text() == "⚠ wrong"
    form.show_values({"method": "auto"}, {})
    assert row.message.text() == ""
    assert row.message.isHidden()
