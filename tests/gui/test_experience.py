"""Promises of what experiments found: it is kept with its settings, and marked when these have changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sepviz.gui.experience import Experiences
from sepviz.lab.claims import CLAIMS, not_judged
from sepviz.study.study import Study

STUDY = Study()


@pytest.fixture
def known():
    """All three experiments, made for the default study."""
    experiences = Experiences()
    for name in ("time", "initialisation", "accuracy"):
        experiences.learn(not_judged(CLAIMS[name], name), STUDY)
    return experiences


def stale(known, study):
    return {verdict.claim.name for verdict in known.recall_all(study) if verdict.is_stale}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, set()),
        ({"seed": 5}, {"time"}),
        ({"padding": "valid"}, {"time"}),
        ({"kernel_size": (5, 5)}, {"time", "initialisation"}),
    ],
)
def test_that_only_what_an_experiment_depends_on_makes_it_stale(known, changes, names):
    assert stale(known, replace(STUDY, **changes)) == names


def test_that_nothing_is_recalled_that_was_never_learnt(known):
    assert known.recall("traffic", STUDY) is None


def test_that_a_later_verdict_takes_the_place_of_an_earlier(known):
    known.learn(not_judged(CLAIMS["time"], "again"), replace(STUDY, seed=1))
    assert known.recall("time", STUDY).is_stale
    assert known.recall("time", replace(STUDY, seed=1)).sentence == "again"
