from dataclasses import replace

import pytest

from sepviz.engine.timing import PairTiming, Timing, ratio_of
from sepviz.lab.article import ArticleReplay, ReplayArticle, Times
from sepviz.lab.article_table import ArticleRow, Sides, article_rows


def pair(standard_s: float, separable_s: float) -> PairTiming:
    baseline, candidate = Timing(samples_s=(standard_s,) * 6), Timing(samples_s=(separable_s,) * 6)
    return PairTiming(baseline=baseline, candidate=candidate, speedup=ratio_of(baseline, candidate), threads=1)


@pytest.fixture(scope="module")
def replay() -> ArticleReplay:
    times = Times(replayed=pair(0.03, 0.015), right=pair(0.018, 0.018), engine=pair(3e-4, 2e-4))
    return replace(ReplayArticle(budget_s=0.01)(), times=times)


@pytest.fixture(scope="module")
def rows(replay: ArticleReplay) -> dict[str, ArticleRow]:
    return {row.quantity.strip('"'): row for row in article_rows(replay)}


def test_that_the_three_printed_lines_come_first_as_they_were_printed(rows: dict[str, ArticleRow]) -> None:
    printed = [row.printed for row in rows.values()]
    assert printed == [
        Sides(standard=1728, separable=219),
        Sides(standard=57600, separable=192),
        Sides(standard=0.0320, separable=0.0175),
        *[None] * 3,
    ]


def test_that_the_replay_meets_what_the_article_printed(rows: dict[str, ArticleRow]) -> None:
    for name in ("Number of parameters", "Computational complexity"):
        assert rows[name].replayed == rows[name].printed


def test_that_the_printed_complexity_is_told_to_be_the_size_of_the_result(rows: dict[str, ArticleRow]) -> None:
    row = rows["Computational complexity"]
    assert "no operation is counted" in row.what_it_is
    assert row.right == Sides(standard=57600, separable=57600)


def test_that_the_true_operations_are_counted(rows: dict[str, ArticleRow]) -> None:
    row = rows["Multiply-accumulates"]
    assert row.right == row.engine == row.replayed == Sides(standard=1_555_200, separable=197_100)
    assert row.right.ratio == pytest.approx(7.890, abs=0.0005)
    assert "not the 300× that the printed numbers suggest" in row.sentence


def test_that_both_defects_are_facts_of_the_table(rows: dict[str, ArticleRow]) -> None:
    assert rows["Shape of the result"].replayed.separable == (3, 64)
    assert rows["Shape of the result"].right.separable == (64, 30, 30)
    assert rows["Different maps between the steps"].replayed.separable == 1
    assert rows["Different maps between the steps"].right.separable == 3
    assert "64 planes are all the same" in rows["Different maps between the steps"].sentence


def test_that_the_sentence_on_time_is_made_of_what_was_measured(rows: dict[str, ArticleRow]) -> None:
    told = rows["Time taken"].sentence
    assert "One run each gave the article 1.83×" in told
    assert "2.00× (2.00 – 2.00, 6 runs) here, done right 1.00×" in told
    assert "the loops pay for calls of NumPy, 900 at 20.0 µs against 1,800 at 10.0 µs" in told
    assert told.endswith("the engine does a MAC of the standard layer 5.26× as fast as one of the separable.")


def test_that_each_quantity_is_told_in_one_sentence(rows: dict[str, ArticleRow]) -> None:
    for row in rows.values():
        assert row.sentence.endswith(".")
        assert ". " not in row.sentence, row.quantity


def test_that_loops_that_keep_the_promise_are_not_blamed(replay: ArticleReplay) -> None:
    times = replace(replay.times, right=pair(0.018, 0.002))
    told = next(row.sentence for row in article_rows(replace(replay, times=times)) if row.unit == "s")
    assert "keep the 7.89×" in told
    assert "NumPy" not in told


def test_that_values_are_written_with_their_units(rows: dict[str, ArticleRow]) -> None:
    between = rows["Different maps between the steps"]
    assert [between.write(value) for value in (None, 1, 3)] == ["none", "1 map", "3 maps"]
    assert rows["Time taken"].write(0.0175) == "17.5 ms"
    assert rows["Shape of the result"].write((3, 64)) == "3 × 64"


def test_that_a_ratio_needs_two_numbers() -> None:
    assert Sides(standard=4, separable=2).ratio == 2
    assert Sides(standard=None, separable=2).ratio is None
    assert Sides(standard=(1, 2), separable=(3, 4)).ratio is None
