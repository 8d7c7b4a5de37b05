"""Promises of the dialog for animations: it says what will come, or why not, and offers only what can be."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QWidget

from sepviz.export.animation.question import SlideAnimation, SweepAnimation
from sepviz.gui.dialogs.animation_dialog import SLIDE, SWEEP, AnimationDialog
from sepviz.gui.views.sweep_controls import PROPOSALS
from sepviz.lab.swept_slider import SLIDER_FIELDS
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.slide import Crop
from sepviz.study.study import Study, View


@pytest.fixture
def ask(keep, picture):
    def make(view=None, **fields):
        return keep(AnimationDialog(None, Study(picture=picture, **fields), view or View()))

    return make


def can_be_saved(dialog):
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Save).isEnabled()


def told(dialog):
    dialog._rest.stop()
    dialog._tell()
    return dialog.forecast.text()


def test_that_it_proposes_a_sliding_window_that_can_be_saved_at_once(ask):
    dialog = ask(View(channel=3))
    assert dialog.forecast.text() == "192 frames of 800 × 625 px, 17.3 s."
    assert can_be_saved(dialog)
    animation = dialog.animation
    assert isinstance(animation, SlideAnimation)
    assert animation.view.channel == 3
    assert animation.pace.loop


def test_that_every_number_arrives(ask):
    dialog = ask()
    for name, value in {"pixels": 8, "share": 50, "down": 0, "across": 100, "frames": 20, "width": 600}.items():
        dialog.boxes[name].setValue(value)
    for name, value in {"frame_ms": 100, "hold_ms": 500, "channel": 7}.items():
        dialog.boxes[name].setValue(value)
    dialog.loop.setChecked(False)
    assert told(dialog).startswith("16 frames of 600 × ")
    slide, pace = dialog.animation.slide, dialog.animation.pace
    assert (slide.pixels, slide.crop) == (8, Crop(share=50, down=0, across=100))
    assert (pace.width, pace.frame_ms, pace.hold_ms, pace.loop) == (600, 100, 500, False)
    assert (dialog.animation.most_frames, dialog.animation.view.channel) == (20, 7)


def test_that_a_sweep_takes_its_field_range_and_usual_time(ask):
    dialog = ask()
    dialog.what.setCurrentIndex(SWEEP)
    assert isinstance(dialog.animation, SweepAnimation)
    assert dialog.animation.pace.frame_ms == 1000
    assert dialog.animation.question.field == "out_channels"
    dialog.span._box.setCurrentIndex(dialog.span._box.findData("seed"))
    dialog.show_.setCurrentIndex(1)
    assert told(dialog).startswith("10 frames of ")
    assert dialog.animation.question.values == tuple(range(10))
    assert not dialog.animation.whole
    dialog.what.setCurrentIndex(SLIDE)
    assert dialog.animation.pace.frame_ms == 80


def test_that_a_time_of_ones_own_stays_when_the_kind_changes(ask):
    dialog = ask()
    dialog.boxes["frame_ms"].setValue(300)
    dialog.what.setCurrentIndex(SWEEP)
    assert dialog.animation.pace.frame_ms == 300


@pytest.mark.parametrize("field", SLIDER_FIELDS)
def test_that_what_is_proposed_for_a_field_lies_within_its_range(field):
    start, stop, _, _ = PROPOSALS[field]
    assert STUDY_PARAMS[field].minimum <= start < stop <= STUDY_PARAMS[field].maximum


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"frame_ms": 85}, "frame time is 85 ms; a GIF counts in steps of 10 ms: take 80"),
        ({"pixels": 32, "width": 1920, "frames": 600}, "megapixels; at most 200 are written: take "),
    ],
)
def test_that_what_cannot_be_is_told_and_not_offered(ask, numbers, said):
    dialog = ask()
    for name, value in numbers.items():
        dialog.boxes[name].setValue(value)
    assert said in told(dialog)
    assert not can_be_saved(dialog)
    dialog._on_buttons_accepted()
    assert not dialog.result()


def test_that_a_field_that_neither_layer_reads_is_told(ask):
    dialog = ask()
    dialog.what.setCurrentIndex(SWEEP)
    dialog.span._box.setCurrentIndex(dialog.span._box.findData("groups"))
    assert "groups is read by neither layer" in told(dialog)
    assert not can_be_saved(dialog)


def test_that_values_that_are_left_out_are_told_beforehand(ask):
    dialog = ask(candidate="grouped", out_channels=6)
    dialog.what.setCurrentIndex(SWEEP)
    dialog.span._box.setCurrentIndex(dialog.span._box.findData("groups"))
    dialog.span._log.setChecked(False)
    dialog.span._boxes[1].setValue(7)
    assert "values left out; at 2: groups = 2 does not divide in_channels = 3" in told(dialog)
    assert can_be_saved(dialog)


def test_that_every_control_has_a_name_a_tip_and_a_letter_of_its_own(ask):
    dialog = ask()
    controls = [*dialog.boxes.values(), dialog.what, dialog.show_]
    assert all(control.accessibleName() and control.toolTip() for control in controls)
    assert all("&" not in control.accessibleName() for control in controls)
    for page in range(2):
        dialog.pages.setCurrentIndex(page)
        texts = [label.text() for label in dialog.findChildren(QLabel) if within(label, dialog.pages.widget(1 - page))]
        texts += [button.text() for button in (dialog.loop, *dialog.buttons.buttons())]
        letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
        assert len(letters) == len(set(letters)), letters


def within(label, hidden: QWidget):
    """Say whether `label` is not on the page that is hidden."""
    return not hidden.isAncestorOf(label)


def test_that_a_place_is_asked_for_only_where_a_part_is_shown(ask):
    dialog = ask()
    places = [dialog.boxes[name] for name in ("down", "across")]
    assert not any(box.isEnabled() for box in places)
    dialog.boxes["share"].setValue(40)
    dialog._tell()
    assert all(box.isEnabled() for box in places)
