import json
from dataclasses import replace

import pytest

from sepviz.export.replay_table import article_json, article_text
from sepviz.export.table import json_text
from sepviz.lab.article import ArticleReplay, ReplayArticle
from sepviz.study.source import open_picture


@pytest.fixture(scope="module")
def replay() -> ArticleReplay:
    return ReplayArticle(budget_s=0.01, picture=open_picture("pattern:impulse"))()


def test_that_the_document_holds_every_way_of_every_quantity(replay: ArticleReplay) -> None:
    document = json.loads(json_text(article_json(replay)))
    assert document["input"] == {"name": "impulse", "shape": [3, 32, 32], "seed": 0}
    first, second, *_ = document["rows"]
    assert first["printed"] == {"standard": 1728, "separable": 219, "ratio": pytest.approx(7.89, abs=0.005)}
    assert second["replayed"]["separable"] == 192
    assert all(row["replayed"] and row["right"] and row["engine"] for row in document["rows"])


def test_that_the_document_states_both_defects_as_facts(replay: ArticleReplay) -> None:
    assert article_json(replay)["defects"] == {"planes": 64, "different_planes": 1, "result_shape": [3, 64]}


def test_that_every_measurement_is_told_with_its_spread(replay: ArticleReplay) -> None:
    times = article_json(replay)["times"]
    assert list(times) == ["replayed", "right", "engine"]
    for timing in times.values():
        assert timing["standard"].keys() == {"median_s", "q1_s", "q3_s", "repeats"}
        assert timing["speedup"].keys() == {"median", "low", "high"}


def test_that_noise_is_called_random(replay: ArticleReplay) -> None:
    question = replace(replay.question, picture=None, seed=7)
    assert article_json(replace(replay, question=question))["input"]["name"] == "random"


def test_that_the_text_fits_a_terminal_and_has_a_line_for_each_way(replay: ArticleReplay) -> None:
    text = article_text(replay)
    table = text.partition("Measured here")[0]
    assert text.count("printed by the article") == 3
    assert text.count("the same loops, right") >= 6
    assert "1,555,200 MACs" in text
    assert max(map(len, table.splitlines())) <= 110


def test_that_a_weak_measurement_is_told_in_the_text(replay: ArticleReplay) -> None:
    right = replace(replay.times.right, note="The machine was busy.")
    text = article_text(replace(replay, times=replace(replay.times, right=right)))
    assert "the same loops, right: The machine was busy." in text


def test_that_it_is_told_how_far_the_engine_is_from_the_right_loops(replay: ArticleReplay) -> None:
    text = article_text(replace(replay, engine_difference=2e-7))
    assert "differ from the right loops' by at most 2·10⁻⁷ of the largest" in " ".join(text.split())
