"""Promises of the claims' tab: what can be counted is judged at once, what takes an experiment when it is asked for."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from sepviz.engine.checkpoint import carry_on
from sepviz.engine.machine import MachinePeak
from sepviz.gui import claims_guide, machine_limits
from sepviz.gui.claim_tasks import JudgeClaims
from sepviz.gui.claims_guide import WAITING, ClaimsGuide
from sepviz.gui.views.badge import Badge
from sepviz.gui.views.claim_card import STALE
from sepviz.gui.views.plot_view import PlotView
from sepviz.lab.claims import CLAIMS, SIGNS
from sepviz.lab.initialisation import SpreadOfInitialisation
from sepviz.lab.time_claim import JudgeTime
from sepviz.lab.training import QUICK, TrainedNetwork, TrainingResult, TrainPair
from sepviz.study.benchmark import MeasureTime
from sepviz.study.study import Study

PEAK = MachinePeak(gflops=100.0, bandwidth_gbps=10.0)


@pytest.fixture
def claims(bench, wait_until, monkeypatch):
    """The tab with everything judged that can be counted."""
    monkeypatch.setattr(machine_limits, "remembered_peak", lambda: None)
    made = bench(ClaimsGuide, Study(out_channels=8, size=24))
    made.page.resize(1000, 700)
    settle(made, wait_until)
    return made


def settle(made, wait_until):
    """Let the guide judge what it wants judged."""
    made.guide._on_shown()
    wait_until(lambda: not made.guide._soon.isActive())
    while made.explorer.waiting:
        made.explorer.answer()


def card(made, name):
    return made.page.cards[name]


def words(widget):
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def press(widget, text):
    next(one for one in widget.findChildren(QPushButton) if text in one.text() and not one.isHidden()).click()


def task_of(made):
    return made.explorer.waiting[-1][0].task


def learnt(question, epochs, seeds=2):
    """Return what a training has shown after `epochs`."""
    curves = tuple(tuple(0.2 + 0.1 * step for step in range(1, epochs + 1)) for _ in range(seeds))
    networks = tuple(
        TrainedNetwork(name=name, width=8, parameters=100, macs=1000, curves=curves)
        for name in ("standard", "separable, equal width", "separable, equal parameters")
    )
    return TrainingResult(question=question, networks=networks)


def test_that_every_claim_has_a_card_with_its_verdict_in_words_and_sign(claims):
    assert list(claims.page.cards) == list(CLAIMS)
    for name, own in claims.page.cards.items():
        assert own.badge.text == f"{SIGNS[own.verdict.holds]}  {own.verdict.holds}"
        assert own.badge.accessibleName() == f"Verdict: {own.verdict.holds}"
        assert CLAIMS[name].assertion in words(own)
        assert own.verdict.sentence in words(own)
        assert CLAIMS[name].source in words(own)
    assert len(set(SIGNS.values())) == 4


def test_that_counted_cards_show_boundary_numbers_and_plot(claims):
    own = card(claims, "parameters")
    assert "Boundary: d < K²N / (K² + N)" in words(own)
    assert all(text in words(own) for row in own.verdict.numbers for text in row)
    assert own.findChild(PlotView).plot is own.verdict.plot
    assert any(mark.label == "you are here" for mark in own.verdict.plot.marks)


def test_that_a_change_of_the_study_is_judged_again(claims, wait_until):
    assert card(claims, "parameters").verdict.holds == "holds"
    claims.document.edit("out_channels", 1)
    settle(claims, wait_until)
    assert card(claims, "parameters").verdict.holds == "does not hold"


def test_that_nothing_is_judged_while_another_tab_is_looked_at(claims, wait_until):
    claims.window.tab = "maps"
    claims.document.edit("out_channels", 2)
    wait_until(lambda: not claims.guide._soon.isActive())
    assert claims.explorer.waiting == []


def test_that_a_stale_judgement_is_dropped(claims, wait_until):
    claims.document.edit("out_channels", 1)
    old = JudgeClaims(study=Study(out_channels=300, size=24), peak=None)
    before = card(claims, "parameters").verdict
    claims.guide._on_judged(old(lambda fraction: None))
    assert card(claims, "parameters").verdict is before
    wait_until(lambda: not claims.guide._soon.isActive())


def test_that_time_is_measured_when_asked_and_marked_when_settings_change(claims, wait_until, monkeypatch):
    judge = JudgeTime.__call__
    monkeypatch.setattr(JudgeTime, "__call__", lambda self, *rest: judge(replace(self, budget_s=0.02), *rest))
    press(card(claims, "time"), "Measure")
    assert task_of(claims).study == claims.document.study
    assert "Measuring" in words(card(claims, "time"))
    claims.explorer.answer()
    wait_until(lambda: not card(claims, "time").is_running)
    assert card(claims, "time").verdict.holds != "not judged yet"
    assert STALE not in words(card(claims, "time"))
    claims.document.edit("seed", 7)
    settle(claims, wait_until)
    assert STALE in words(card(claims, "time"))
    assert card(claims, "time").badge.text.endswith(": earlier settings")
    assert [one.claim.name for one in claims.page.verdicts() if one.is_stale] == ["time"]
    claims.document.undo()
    settle(claims, wait_until)
    assert STALE not in words(card(claims, "time"))


def test_that_learning_is_shown_epoch_by_epoch_and_kept_when_stopped(claims, wait_until):
    own = card(claims, "accuracy")
    press(own, "Train")
    task = task_of(claims)
    assert task == TrainPair()
    assert f"seeds 0 to {TrainPair().seeds[-1]}" in words(own)
    task.tell(learnt(task, 1))
    wait_until(lambda: f"1 of {TrainPair().epochs} epochs" in words(own))
    task.tell(learnt(task, 2))
    wait_until(lambda: f"2 of {TrainPair().epochs} epochs" in words(own))
    assert len(own.findChild(PlotView).plot.curves[0].x) == 2
    press(own, "Stop")
    assert not own.is_running
    assert f"After 2 of {TrainPair().epochs} epochs" in words(own)


def test_that_learning_that_was_given_up_does_not_return(claims, wait_until):
    own = card(claims, "accuracy")
    press(own, "Train")
    old = task_of(claims)
    press(own, "Stop")
    press(own, "Quick")
    old.tell(learnt(old, 9))
    new = task_of(claims)
    new.tell(learnt(new, 1))
    wait_until(lambda: f"1 of {QUICK.epochs} epochs" in words(own))
    assert "9 of" not in words(own)


def test_that_experiments_of_the_second_worker_wait_for_each_other(claims):
    press(card(claims, "accuracy"), "Train")
    (other,) = (one for one in card(claims, "initialisation").findChildren(QPushButton) if "Draw" in one.text())
    assert not other.isEnabled()
    press(card(claims, "accuracy"), "Stop")
    assert other.isEnabled()


def test_that_an_experiment_that_has_to_wait_says_so_until_its_turn_has_come(claims):
    claims.explorer.is_busy_aside = True
    press(card(claims, "accuracy"), "Train")
    assert WAITING in words(card(claims, "accuracy"))
    assert "Training" not in words(card(claims, "accuracy"))
    claims.explorer.begun.pop()()
    assert WAITING not in words(card(claims, "accuracy"))
    assert f"Training from seeds 0 to {TrainPair().seeds[-1]}" in words(card(claims, "accuracy"))


def test_that_accuracy_belongs_to_no_settings_and_initialisation_to_some(claims, wait_until, monkeypatch):
    spread = SpreadOfInitialisation.__call__
    small = {"seeds": 2, "depth": 2, "in_channels": 4}
    monkeypatch.setattr(SpreadOfInitialisation, "__call__", lambda self, *rest: spread(replace(self, **small), *rest))
    press(card(claims, "initialisation"), "Draw")
    claims.explorer.answer()
    wait_until(lambda: not card(claims, "initialisation").is_running)
    assert card(claims, "initialisation").verdict.holds != "not judged yet"
    for field, value, stale in (("seed", 3, False), ("kernel_size", (5, 5), True)):
        claims.document.edit(field, value)
        settle(claims, wait_until)
        assert (STALE in words(card(claims, "initialisation"))) is stale


def test_that_the_machine_is_measured_when_asked_and_then_known(claims, wait_until, monkeypatch):
    assert "not been measured yet" in words(claims.page.roofline)
    press(claims.page.roofline, "Measure this")
    _, then = claims.explorer.waiting.pop()
    then(PEAK)
    assert "100 GFLOP/s" in words(claims.page.roofline)
    assert "At least / measured" in words(claims.page.roofline)
    assert "B depthwise" in words(claims.page.roofline)
    settle(claims, wait_until)
    assert any(label.startswith("attainable") for label, _ in card(claims, "traffic").verdict.numbers)


def test_that_what_was_timed_meanwhile_is_placed_under_the_roof(claims, wait_until):
    press(claims.page.roofline, "Measure this")
    _, then = claims.explorer.waiting.pop()
    then(PEAK)
    settle(claims, wait_until)
    assert "—" in words(claims.page.roofline)
    study = claims.document.study
    claims.explorer.time.learn(MeasureTime(study=study, input_shape=study.input_shape, budget_s=0.01)(carry_on))
    assert "B as a whole" in words(claims.page.roofline)
    assert words(claims.page.roofline).count("—") == 4  # two layers that were not timed on their own


def test_that_a_card_is_copied_as_text(claims):
    press(card(claims, "traffic"), "Copy")
    assert CLAIMS["traffic"].assertion in QGuiApplication.clipboard().text()
    assert "on the clipboard" in claims.window.readings[-1]


def test_that_all_verdicts_are_saved_as_json_or_text(claims, tmp_path, monkeypatch):
    for name in ("verdicts.json", "verdicts.txt"):
        monkeypatch.setattr(claims_guide, "ask_path", lambda *rest, name=name: tmp_path / name)
        press(claims.page, "Save verdicts")
        assert str(tmp_path / name) in claims.window.message.text
    document = json.loads((tmp_path / "verdicts.json").read_text())
    assert [entry["name"] for entry in document["claims"]] == list(CLAIMS)
    assert "1. Fewer parameters: HOLDS" in (tmp_path / "verdicts.txt").read_text()


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_that_one_card_is_saved_as_a_picture(claims, tmp_path, monkeypatch, suffix):
    asked = []
    path = tmp_path / f"card{suffix}"
    monkeypatch.setattr(claims_guide, "ask_path", lambda *rest: asked.append(rest[1:3]) or path)
    press(card(claims, "traffic"), "Save")
    claims.explorer.answer()
    assert asked == [("Save the card: More memory traffic", "claim-traffic.png")]
    assert path.stat().st_size > 1000
    assert claims.window.message.text == f'The card "More memory traffic" was saved as {path}'


def test_that_all_cards_are_saved_as_one_picture(claims, tmp_path, monkeypatch):
    path = tmp_path / "verdicts.svg"
    monkeypatch.setattr(claims_guide, "ask_path", lambda *rest: path)
    press(claims.page, "Save verdicts")
    claims.explorer.answer()
    text = path.read_text()
    assert all(claim.title in text for claim in CLAIMS.values())


def test_that_further_plots_stand_below_and_the_roofline_in_its_own_card(claims):
    own = card(claims, "accuracy")
    more = own.verdict.plot
    own.show_verdict(replace(own.verdict, further=(more, more)))
    assert len([view for view in own.findChildren(PlotView) if not view.isHidden()]) == 3
    own.show_verdict(replace(own.verdict, plot=more, further=()))
    assert len([view for view in own.findChildren(PlotView) if not view.isHidden()]) == 1
    assert claims.page.roofline in card(claims, "traffic").findChildren(type(claims.page.roofline))


def test_that_a_place_that_cannot_be_written_is_told(claims, tmp_path, monkeypatch):
    monkeypatch.setattr(claims_guide, "ask_path", lambda *rest: tmp_path / "no" / "verdicts.json")
    press(claims.page, "Save verdicts")
    assert "no folder" in claims.window.message.text


def test_that_the_wheel_is_left_to_the_page_even_over_a_plot(claims):
    view = card(claims, "parameters").findChild(PlotView).widget
    for widget in (view, view.viewport()):
        place = QPointF(widget.rect().center())
        down, none = QPoint(0, -120), Qt.MouseButton.NoButton
        event = QWheelEvent(
            place,
            place,
            down,
            down,
            none,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)
        assert not event.isAccepted()


def test_that_a_badge_is_wide_enough_for_its_words(keep):
    badge = keep(Badge())
    for holds in SIGNS:
        badge.show_verdict(holds)
        assert badge.sizeHint().width() > badge.fontMetrics().horizontalAdvance(badge.text)
