import io
import json
from functools import partial

import pytest

from sepviz.cli import article as command
from sepviz.cli.article import article
from sepviz.cli.console import Console
from sepviz.cli.parser import parse
from sepviz.cli.request import ArticleRequest, UsageError
from sepviz.lab.article import ReplayArticle


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setattr(command, "ReplayArticle", partial(ReplayArticle, budget_s=0.01))
    return Console(out=io.StringIO(), err=io.StringIO())


def test_that_the_experiment_is_shown_as_text(console: Console) -> None:
    assert article(ArticleRequest(), console) == 0
    assert (
        '"Computational complexity": values in the result\'s array; no operation is counted' in console.out.getvalue()
    )
    assert console.err.getvalue() == ""


def test_that_json_on_stdout_stands_alone(console: Console) -> None:
    assert article(ArticleRequest(input="pattern:impulse", json="-"), console) == 0
    assert json.loads(console.out.getvalue())["input"]["name"] == "impulse"


def test_that_a_picture_that_is_not_there_is_a_usage_error(console: Console) -> None:
    with pytest.raises(UsageError, match=r"missing\.png is not there"):
        article(ArticleRequest(input="missing.png"), console)


def test_that_the_words_typed_become_the_request() -> None:
    assert parse(["article"]) == ArticleRequest()
    assert parse(["article", "photo.jpg", "--json", "-"]) == ArticleRequest(input="photo.jpg", json="-")


def test_that_the_article_has_its_own_layers_and_takes_no_others() -> None:
    with pytest.raises(UsageError, match="no option '--out-channels'"):
        parse(["article", "--out-channels", "3"])
