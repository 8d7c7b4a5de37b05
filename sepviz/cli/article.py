"""``sepviz article``: the article's experiment, run here as it is and done right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.cli.answer import TaskError, answer_to
from sepviz.cli.request import STDOUT, ArticleRequest, UsageError
from sepviz.export.replay_table import article_json, article_text
from sepviz.export.table import json_text
from sepviz.lab.article import ReplayArticle
from sepviz.study.source import SourceError, open_picture

if TYPE_CHECKING:
    from sepviz.cli.console import Console


def article(request: ArticleRequest, console: Console) -> int:
    """Replay the article's experiment, on the picture that is named or on noise."""
    try:
        picture = open_picture(request.input) if request.input else None
        task = ReplayArticle(picture=picture)
        replay = answer_to(task, "replaying the article", "the article was not replayed", console)
    except (SourceError, TaskError) as error:
        raise UsageError(str(error)) from None
    if request.json != STDOUT:
        console.show(article_text(replay))
    if request.json is not None:
        console.deliver(json_text(article_json(replay)), request.json)
    return 0
