"""Promises of lead lines and of the labels in them: said once, found again with plain spaces, empty rows gone."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from sepviz.gui.views.lead_lines import LeadLines
from sepviz.gui.views.page import plain_label, plain_tooltip


@pytest.fixture
def lines(keep):
    return keep(LeadLines(("Why", "Note")))


def test_that_only_rows_with_a_text_are_shown(lines):
    lines.show_texts({"Why": "It takes 3 ms."})
    assert lines.told == ("Why: It takes 3 ms.",)
    shown = [label.text() for label in lines.findChildren(QLabel) if not label.isHidden()]
    assert shown == ["Why", "It takes 3 ms."]


def test_that_a_label_never_parts_a_number_from_its_unit_and_still_says_what_it_was_given(keep):
    label = keep(plain_label("It takes 3 ms."))
    assert QLabel.text(label) == "It takes 3\u00a0ms."
    assert label.text() == "It takes 3 ms."
    assert "3\u00a0ms" in plain_tooltip("3 ms")
