"""Promises of animations from the window: written aside and told, stopped without a trace, refused with a reason."""

from __future__ import annotations

import pytest
from PIL import Image

from sepviz.export.animation.file import SavedAnimation
from sepviz.export.animation.pace import Pace
from sepviz.export.animation.question import SaveAnimation, SlideAnimation
from sepviz.gui import animator as module
from sepviz.study.slide import Slide
from sepviz.study.study import Study, View


@pytest.fixture
def answers(monkeypatch, ready):
    """`answers(path)` answers both dialogs: a small sliding window, to be saved under `path`."""
    asked = []

    def answer(path, animation=None):
        slide = Slide(study=ready.document.study, pixels=5)
        small = SlideAnimation(slide=slide, view=View(), pace=Pace(width=600))

        def ask_animation(_parent, study, view):
            asked.append((study, view))
            return animation or small

        monkeypatch.setattr(module, "ask_animation", ask_animation)
        monkeypatch.setattr(
            module, "ask_path", lambda _parent, _title, proposal, _kinds: asked.append(proposal) or path
        )
        return asked

    return answer


def ask(parts):
    parts.window.actions_by_name["export_animation"].trigger()


@pytest.mark.parametrize("suffix", [".gif", ".png"])
def test_that_an_animation_is_saved_and_that_is_said(ready, settled, answers, tmp_path, suffix):
    path = tmp_path / f"mine{suffix}"
    asked = answers(path)
    ask(ready)
    settled(ready)
    with Image.open(path) as image:
        assert image.n_frames == 20
    assert asked == [(ready.document.study, ready.document.view), "noise-slide.gif"]
    text = ready.window.message.text
    assert text.startswith(f"The animation was saved as {path}: 20 frames of 600 × ")


def test_that_stopping_leaves_no_file_and_says_so(ready, wait_until, settled, answers, tmp_path, monkeypatch):
    readings, begun = [], []
    monkeypatch.setattr(ready.window, "show_reading", readings.append)

    def endless(task, checkpoint):
        begun.append(task)
        while True:
            checkpoint(0.5)

    monkeypatch.setattr(SaveAnimation, "__call__", endless)
    answers(tmp_path / "mine.gif")
    ask(ready)
    wait_until(lambda: begun)
    ready.window.actions_by_name["stop"].trigger()
    wait_until(lambda: readings[-1:] == ["The animation was stopped; no file was written"])
    settled(ready)
    assert not list(tmp_path.iterdir())


def test_that_a_change_of_the_study_does_not_stop_it(ready, wait_until, settled, answers, tmp_path, monkeypatch):
    begun, over = [], []

    def patient(task, checkpoint):
        begun.append(task)
        while not over:
            checkpoint(0.5)
        return SavedAnimation(path=task.path, frames=2, size=(600, 400), seconds=1.0, nbytes=12)

    monkeypatch.setattr(SaveAnimation, "__call__", patient)
    answers(tmp_path / "mine.gif")
    ask(ready)
    wait_until(lambda: begun)
    ready.document.edit("out_channels", 3)
    wait_until(lambda: ready.explorer.comparison.study.out_channels == 3)
    over.append(True)
    settled(ready)
    assert ready.window.message.text.endswith("mine.gif: 2 frames of 600 × 400 px, 1.0 s, 12 B")


def test_that_a_place_that_cannot_be_written_is_told(ready, settled, answers, tmp_path):
    answers(tmp_path / "nowhere" / "mine.gif")
    ask(ready)
    settled(ready)
    assert "there is no folder" in ready.window.message.text


def test_that_thinking_better_of_it_asks_nothing_more(ready, answers, monkeypatch, tmp_path):
    asked = answers(tmp_path / "mine.gif")
    monkeypatch.setattr(module, "ask_animation", lambda *_: None)
    ask(ready)
    assert asked == []


def test_that_it_is_offered_only_with_a_picture(launch):
    parts = launch(Study())
    assert not parts.window.actions_by_name["export_animation"].isEnabled()
