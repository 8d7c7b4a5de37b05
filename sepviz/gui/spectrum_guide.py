"""The tab of what else a layer can be: between standard and separable, with other padding, with its kernels turned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.gui.spectrum_topics import TOPICS
from sepviz.gui.topic_guide import TopicGuide

if TYPE_CHECKING:
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow


class SpectrumGuide(TopicGuide):
    """Walks from the standard layer to the separable one, and through what frameworks call convolution."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow) -> None:
        super().__init__(document, explorer, window, "spectrum", TOPICS)
