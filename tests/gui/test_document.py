"""Promises of the document: an impossible draft loses nothing, and every change can be taken back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sepviz.gui import document as document_module
from sepviz.gui.document import Document
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study, View


@pytest.fixture
def document(picture):
    return Document(Study(picture=picture, out_channels=8), View())


def heard(signal):
    words = []
    signal.connect(lambda *word: words.append(word))
    return words


def test_that_a_change_is_told_with_what_was_and_what_is(document):
    changes, before = heard(document.study_changed), document.study
    document.edit("seed", 7)
    assert changes == [(before, replace(before, seed=7))]


def test_that_setting_a_field_to_what_it_is_changes_nothing(document):
    changes, view_changes = heard(document.study_changed), heard(document.view_changed)
    document.edit("seed", document.study.seed)
    document.edit_view("channel", document.view.channel)
    assert changes == view_changes == []
    assert not document.can_undo


def test_that_an_impossible_draft_leaves_the_study_as_it_is(document):
    changes, good = heard(document.study_changed), document.study
    document.edit("baseline", "grouped")
    document.edit("groups", 5)
    assert changes == [(good, replace(good, baseline="grouped"))]
    assert document.draft.groups == 5
    assert [problem.field for problem in document.problems] == ["groups"]


def test_that_two_fields_mended_one_after_the_other_are_accepted(document):
    document.edit("baseline", "grouped")
    good = document.study
    document.edit("groups", 3)
    assert document.problems
    document.edit("out_channels", 9)
    assert document.problems == ()
    assert document.study == replace(good, groups=3, out_channels=9)


def test_that_undo_first_takes_an_impossible_draft_back(document):
    document.edit("baseline", "grouped")
    good = document.study
    document.edit("groups", 5)
    document.undo()
    assert (document.study, document.draft, document.problems) == (good, good, ())
    document.undo()
    assert document.study.baseline == "standard"


def test_that_an_impossible_first_change_can_be_undone(picture):
    document = Document(Study(picture=picture, baseline="grouped"), View())
    document.edit("groups", 5)
    assert document.can_undo
    document.undo()
    assert document.draft == document.study
    assert not document.can_undo


def test_that_all_changes_can_be_undone_and_redone(document):
    studies = [document.study]
    for field, value in (("seed", 3), ("kernel_size", (5, 5)), ("candidate", "grouped"), ("bias", True)):
        document.edit(field, value)
        studies.append(document.study)
    for study in reversed(studies[:-1]):
        document.undo()
        assert document.study == study
    assert not document.can_undo
    for study in studies[1:]:
        document.redo()
        assert document.study == study
    assert not document.can_redo


def test_that_a_whole_slider_gesture_is_one_step(document):
    before = document.study
    for value in range(9, 40):
        document.edit("out_channels", value, False)
    document.edit("out_channels", 40, True)
    document.undo()
    assert document.study == before
    document.redo()
    assert document.study.out_channels == 40


def test_that_two_gestures_on_one_slider_are_two_steps(document):
    for values in ((9, 10, 11), (12, 13)):
        for value in values:
            document.edit("out_channels", value, False)
        document.edit("out_channels", values[-1], True)
    document.undo()
    assert document.study.out_channels == 11


def test_that_a_gesture_through_impossible_values_is_one_step(picture):
    document = Document(Study(picture=picture, baseline="grouped", groups=3, out_channels=9), View())
    for value in range(9, 31):
        document.edit("out_channels", value, value == 30)
    assert (document.study.out_channels, document.problems) == (30, ())
    document.undo()
    assert document.study.out_channels == 9


def test_that_a_reset_is_one_step(document):
    document.edit("seed", 5)
    changed = document.study
    document.adopt(Study(picture=document.study.picture))
    document.undo()
    assert document.study == changed


def test_that_where_one_looks_is_no_step_of_undo(document):
    changes = heard(document.view_changed)
    document.edit_view("channel", 2)
    assert changes == [(View(), View(channel=2))]
    assert not document.can_undo


def test_that_undo_holds_no_more_pictures_than_there_is_room_for(document, monkeypatch):
    pictures = [picture_from_array(np.full((10, 10), level, np.uint8), str(level)) for level in range(8)]
    monkeypatch.setattr(document_module, "PICTURE_BUDGET", 350)
    for one in pictures:
        document.show_picture(one)
    held = {state.study.picture.name for state in document.history.past}
    assert held == {"4", "5", "6"}
    assert document.study.picture.name == "7"


def test_that_a_key_that_is_held_down_is_one_step(document):
    before = document.study.out_channels
    for value in range(20, 40):
        document.edit("out_channels", value, True)
    assert document.study.out_channels == 39
    document.undo()
    assert document.study.out_channels == before


def test_that_settings_that_cannot_be_begin_as_a_draft_over_good_ones(picture):
    document = Document(Study(candidate="grouped", groups=2), View())
    assert document.problems
    assert document.draft.groups == 2
    document.show_picture(picture)
    assert document.study.picture is picture
    assert document.study.candidate == Study().candidate
    assert document.draft.groups == 2
    assert document.problems


def test_that_undo_reaches_the_colours_but_not_where_one_looks(document):
    document.edit_view("colormap", "magma")
    document.edit_view("tab", "kernels")
    document.edit_view("channel", 3)
    document.undo()
    assert document.view.colormap == View().colormap
    assert (document.view.tab, document.view.channel) == ("kernels", 3)
    document.redo()
    assert document.view.colormap == "magma"
    assert not document.can_redo
