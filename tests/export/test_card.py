"""Promises of painted cards: each says all that its verdict says, and an old one says that it is old."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from math import inf

import pytest

from sepviz.engine.machine import MachinePeak
from sepviz.export.card import Card
from sepviz.export.figure import SHEET_HEIGHT, ensure_gui, save_claims, save_figure
from sepviz.export.plot import PlotPanel
from sepviz.lab.judge import judge
from sepviz.lab.plot import Axis, Curve, Mark, Plot
from sepviz.study.study import Study, View

SHAPE = 16, 28, 28
PEAK = MachinePeak(gflops=100.0, bandwidth_gbps=10.0)


@pytest.fixture(scope="module")
def verdicts():
    ensure_gui()
    return judge(Study(), SHAPE, PEAK)


def texts(path):
    root = ET.fromstring(path.read_text())
    return " ".join("".join(node.itertext()) for node in root.iter() if node.tag.endswith("text"))


def pages(path):
    return len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))


def spaced(text):
    return " ".join(text.replace("\u00a0", " ").split())


def test_that_a_lone_card_says_everything_and_what_it_is_about(verdicts, tmp_path):
    (own,) = (verdict for verdict in verdicts if verdict.claim.name == "traffic")
    found = spaced(texts(save_claims(tmp_path / "card.svg", (own,), Study(), SHAPE, scale=0.5)))
    for said in (own.claim.title, own.holds, own.claim.assertion, own.sentence, own.condition, own.source):
        assert spaced(said) in found
    assert all(spaced(text) in found for row in own.numbers for text in row)
    for plot in (own.plot, *own.further):
        assert all(spaced(mark.label) in found for mark in plot.marks)
        assert plot.x.label in found
        assert plot.y.label in found
    assert "16 × 28 × 28" in found


def test_that_all_cards_stand_in_order_under_one_heading(verdicts, tmp_path):
    found = texts(save_claims(tmp_path / "cards.svg", verdicts, Study(), SHAPE, scale=0.5))
    places = [found.index(verdict.claim.assertion[:30]) for verdict in verdicts]
    assert places == sorted(places)
    assert found.startswith("What articles claim")


def test_that_an_old_verdict_says_so(verdicts, tmp_path):
    old = replace(verdicts[0], is_stale=True)
    assert ": earlier settings" in texts(save_claims(tmp_path / "old.svg", (old,), Study(), SHAPE, scale=0.5))
    assert "earlier settings" not in texts(save_claims(tmp_path / "new.svg", verdicts[:1], Study(), SHAPE, scale=0.5))


def test_that_a_pdf_cuts_no_card_in_two(verdicts, tmp_path):
    path = save_claims(tmp_path / "cards.pdf", verdicts, Study(), SHAPE, scale=0.5)
    heights = [Card(verdict=verdict).height(1120) for verdict in verdicts]
    assert sum(heights) / SHEET_HEIGHT < pages(path) < len(verdicts)


def test_that_the_claims_follow_the_figure(article, verdicts, tmp_path):
    for suffix in (".svg", ".pdf"):
        alone = save_figure(tmp_path / f"alone{suffix}", article, None, View(), scale=0.5)
        both = save_figure(tmp_path / f"both{suffix}", article, None, View(), scale=0.5, claims=verdicts)
        if suffix == ".pdf":
            assert pages(alone) == 1 < pages(both)
        else:
            assert "What articles claim" not in texts(alone)
            assert texts(both).index("What articles claim") > texts(both).index("Made with sepviz")


def test_that_plots_share_the_width_with_the_words_or_stand_below(verdicts):
    own = next(verdict for verdict in verdicts if verdict.claim.name == "accuracy")
    alone = Card(verdict=replace(own, further=())).height(1120)
    plots = PlotPanel(plot=own.plot).height(520)
    assert Card(verdict=replace(own, further=(own.plot,) * 3)).height(1120) < alone + 2.2 * plots
    assert Card(verdict=replace(own, plot=None)).height(1120) < alone


@pytest.mark.parametrize("value", [0.0, inf, 5.0])
def test_that_a_plot_of_one_point_or_of_none_that_can_be_drawn_is_painted(verdicts, tmp_path, value):
    plot = Plot(
        title="One point",
        x=Axis(label="x", log=True),
        y=Axis(label="y"),
        curves=(Curve(label="a curve", role="baseline", x=(value,), y=(value,)),),
        marks=(Mark(label="you are here", x=value, y=1.0, here=True), Mark(label="a line", y=value)),
    )
    card = replace(verdicts[0], plot=plot)
    assert "One point" in texts(save_claims(tmp_path / "point.svg", (card,), Study(), SHAPE, scale=0.5))
