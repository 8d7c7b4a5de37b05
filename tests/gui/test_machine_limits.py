"""Promises of the machine's limits: one answer for every view, measured on demand and never twice at once."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from sepviz.engine.machine import MachinePeak
from sepviz.gui import machine_limits

FOUND = MachinePeak(gflops=200, bandwidth_gbps=20)


class Holder:
    """A guide that only holds the limits."""

    def __init__(self, document, explorer, window):
        self.page, self.limits = QWidget(), explorer.limits


@pytest.fixture
def made(bench, monkeypatch):
    """A machine that nobody has measured yet."""
    monkeypatch.setattr(machine_limits, "remembered_peak", lambda: None)
    return bench(Holder)


def test_that_what_is_remembered_on_disk_is_known(made, monkeypatch):
    limits = made.guide.limits
    assert limits.peak is None
    monkeypatch.setattr(machine_limits, "remembered_peak", lambda: FOUND)
    assert limits.peak is FOUND


def test_that_a_measurement_is_told_to_everybody_and_asked_for_once(made):
    limits, heard = made.guide.limits, []
    limits.changed.connect(lambda: heard.append("changed"))
    limits.measuring_changed.connect(lambda: heard.append("measuring"))
    limits.measure()
    limits.measure()
    assert limits.is_measuring
    assert len(made.explorer.waiting) == 1
    _, then = made.explorer.waiting.pop()
    then(FOUND)
    assert limits.peak is FOUND
    assert heard == ["measuring", "changed"]


def test_that_a_change_of_the_study_ends_the_measurement_and_leaves_what_was_known(made):
    limits = made.guide.limits
    limits.measure()
    made.document.edit("out_channels", 9)
    assert not limits.is_measuring
    assert limits.peak is None
    limits.measure()
    assert limits.is_measuring
