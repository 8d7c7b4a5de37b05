"""The guide of a tab of topics: it keeps which one is looked at and where its control stands, and has it shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from sepviz.engine.spec import EngineError
from sepviz.gui.errand import Errand
from sepviz.gui.inquiry import Inquiry, Question
from sepviz.gui.topic import Asked
from sepviz.gui.views.topic_page import TopicCard, TopicPage

if TYPE_CHECKING:
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.topic import Topic
    from sepviz.gui.window import MainWindow
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.drawing import Drawing
    from sepviz.study.study import Study, View


class TopicGuide(QObject):
    """Keeps a page of topics and the document together."""

    def __init__(
        self, document: Document, explorer: Explorer, window: MainWindow, tab: str, topics: dict[str, Topic]
    ) -> None:
        super().__init__(window)
        self._document, self._explorer, self._window = document, explorer, window
        self._topics = topics
        self.topic = next(iter(topics.values()))
        self._at: dict[str, int] = {}
        self._answer: tuple[tuple[Study, str, int], Any] | None = None
        self._measured: tuple[Benchmark, ...] = ()
        self._refusal = ""
        self.page = TopicPage({name: (topic.label, topic.tip) for name, topic in topics.items()})
        self.page.show_topic(self.topic.name)
        self._errand = Errand(document, explorer, window)
        self._inquiry = Inquiry(document, explorer, window, tab, self._question)
        window.add_tab(tab, self.page)
        page = self.page
        page.topic_chosen.connect(self._on_page_topic_chosen)
        page.moved.connect(self._on_page_moved)
        page.action_requested.connect(self._on_page_action_requested)
        page.measure_requested.connect(self._on_page_measure_requested)
        page.pictures.viewport_changed.connect(self._inquiry.renew)
        page.pictures.hovered.connect(window.show_reading)
        self._inquiry.answered.connect(self._on_inquiry_answered)
        self._errand.ended.connect(self._on_errand_ended)
        self._inquiry.failed.connect(self._on_inquiry_failed)
        document.study_changed.connect(self._on_study_changed)
        document.view_changed.connect(self._on_view_changed)
        self._show()

    @property
    def at(self) -> int:
        """Where the control of the topic stands."""
        return self._at.get(self.topic.name, 0)

    def _show(self) -> None:
        """Show the topic, if the tab is looked at."""
        if not self._inquiry.is_current:
            return
        if self.topic.name not in self._at:
            self._at[self.topic.name] = self.topic.start(self._document.study)
        card = self._card()
        self._at[self.topic.name] = card.at
        self.page.show_card(card)
        if card.control != "none" or not self._refusal:
            self._inquiry.renew()

    def _card(self) -> TopicCard:
        self._refusal = ""
        try:
            return self.topic.card(self._asked())
        except EngineError as error:
            self._refusal = str(error)
            self.page.pictures.show_sheets({})
            return TopicCard(sentence=_sentence(self._refusal), at=self.at, action=self.topic.remedy)

    def _asked(self) -> Asked:
        known = (self._explorer.benchmark, *self._measured)
        study, at = self._document.study, self.at
        (last_study, name, last_at), last = self._answer or ((None, "", 0), None)
        is_alike = (last_study, name) == (study, self.topic.name)
        return Asked(
            study=study,
            at=at,
            answer=last if is_alike and last_at == at else None,
            last=last if is_alike else None,
            benchmarks=tuple(benchmark for benchmark in known if benchmark is not None),
        )

    def _question(self) -> Question | None:
        if self._refusal or self._errand.is_running:  # a picture would stop what is being measured
            return None
        topic, at = self.topic, self.at
        return Question(
            key=(topic.name, at),
            task=topic.task(self._asked()),
            contents=lambda view, answer: topic.contents(view, answer, at),
            viewports=self.page.pictures.viewports(),
        )

    def _on_inquiry_answered(self, drawing: Drawing) -> None:
        self._answer = (self._document.study, self.topic.name, self.at), drawing.answer
        self.page.pictures.show_sheets(drawing.sheets)
        self.page.show_card(self._card())

    def _on_inquiry_failed(self, message: str) -> None:
        self.page.pictures.show_sheets({})
        self.page.show_card(replace(self._card(), sentence=_sentence(message)))

    def _on_study_changed(self, before: Study, study: Study) -> None:
        if study.picture is None:
            self.page.pictures.show_sheets({})
            self._inquiry.forget()
        self._show()

    def _on_view_changed(self, before: View, view: View) -> None:
        self._show()

    def _on_page_topic_chosen(self, name: str) -> None:
        self.topic = self._topics[name]
        self.page.pictures.show_sheets({})
        self._inquiry.forget()
        self._show()

    def _on_page_moved(self, at: int) -> None:
        self._at[self.topic.name] = at
        self._show()

    def _on_page_action_requested(self) -> None:
        if not self._refusal:
            self._document.adopt(self.topic.act(self._asked()))
        elif self.topic.mend is not None:
            self._document.adopt(self.topic.mend(self._document.study))

    def _on_page_measure_requested(self) -> None:
        if self.topic.measure is not None:
            self._errand.ask(self.topic.measure(self._document.study), self._on_measured)
            self.page.show_measuring(True)

    def _on_errand_ended(self) -> None:
        self.page.show_measuring(False)
        self._show()

    def _on_measured(self, benchmarks: object) -> None:
        if isinstance(benchmarks, tuple):
            self._measured = benchmarks
            self._show()


def _sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}{'' if message.endswith('.') else '.'}"
