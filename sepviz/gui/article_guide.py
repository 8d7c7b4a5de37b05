"""The guide of the article's tab: it has the experiment replayed when asked, and shows the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from sepviz.export.replay_table import article_text
from sepviz.gui.errand import Errand
from sepviz.gui.views.article_page import ArticlePage
from sepviz.lab.article import ArticleReplay, ReplayArticle

if TYPE_CHECKING:
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow
    from sepviz.study.study import Study


class ArticleGuide(QObject):
    """Looks after the tab "article"."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow) -> None:
        super().__init__()
        self._document, self._window = document, window
        self._errand = Errand(document, explorer, window)
        self._replay: ArticleReplay | None = None
        self.page = ArticlePage()
        window.add_tab("article", self.page)
        self.page.replay_requested.connect(self._on_replay_requested)
        self.page.stop_requested.connect(window.actions_by_name["stop"].trigger)
        self.page.copy_requested.connect(self._on_copy_requested)
        self._errand.ended.connect(self._tell)
        document.study_changed.connect(self._on_study_changed)

    def _on_replay_requested(self) -> None:
        self._errand.ask(ReplayArticle(picture=self._document.study.picture), self._on_replayed)
        self.page.show_state("replaying…", replaying=True)

    def _on_replayed(self, replay: object) -> None:
        if isinstance(replay, ArticleReplay):
            self._replay = replay
            self.page.show_replay(replay)
            self._tell()

    def _on_study_changed(self, before: Study, study: Study) -> None:
        if before.picture is not study.picture:
            self._tell()

    def _tell(self) -> None:
        """Say whether what is shown is of the picture that is open."""
        stale = self._replay is not None and self._replay.question.picture is not self._document.study.picture
        self.page.show_state("of the picture before; replay to see this one" if stale else "", replaying=False)

    def _on_copy_requested(self) -> None:
        if self._replay is not None:
            QGuiApplication.clipboard().setText(article_text(self._replay))
            self._window.show_reading("The article's experiment is on the clipboard, as text")
