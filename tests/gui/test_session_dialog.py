"""Promises of the dialogs for sessions: the suffix is supplied, and all that opens is offered."""

from __future__ import annotations

from sepviz.gui.dialogs import session_dialog
from sepviz.gui.dialogs.session_dialog import ask_session, open_filter


def test_that_a_session_gets_its_suffix_whatever_else_was_typed(app, choose, tmp_path):
    for given, path in (("a", "a.sepviz"), ("v1.2", "v1.2.sepviz"), ("a.png", "a.png.sepviz")):
        choose(tmp_path / given)
        assert ask_session(None, tmp_path / "x.sepviz") == tmp_path / path


def test_that_the_proposal_is_where_the_caller_says(app, choose, tmp_path):
    proposed = choose(None)
    assert ask_session(None, tmp_path / "x.sepviz") is None
    assert proposed == [tmp_path / "x.sepviz"]


def test_that_everything_that_opens_is_offered_for_opening():
    everything = open_filter().partition(";;")[0]
    for suffix in (".png", ".jpeg", ".sepviz", ".svg", ".pdf"):
        assert f"*{suffix}" in everything
    assert session_dialog.KIND in open_filter()
