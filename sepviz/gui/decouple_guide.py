"""The tab in which one layer is turned into the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.gui.decouple_topics import TOPICS
from sepviz.gui.topic_guide import TopicGuide

if TYPE_CHECKING:
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow


class DecoupleGuide(TopicGuide):
    """Decouples the standard layer, and collapses the separable one."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow) -> None:
        super().__init__(document, explorer, window, "decouple", TOPICS)
