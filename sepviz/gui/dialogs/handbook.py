"""The guide and the tutorial in a window of their own, so that they can be read beside what they tell of.

They are read here and not handed to another program: what opens a Markdown file on a desktop, if anything does, is
seldom more than an editor, without pictures and links.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QImage, QImageReader, QTextDocument
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from sepviz.assets import document
from sepviz.gui.dialogs.details import close_buttons

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QResizeEvent

TITLES = {"guide.md": "User's guide", "tutorial.md": "Tutorial"}
SIZE = (860, 700)
MARGIN, LEAST_WIDTH = 16, 200
REST_MS = 120
"""So long the size has to stay before the pictures are fitted to it."""


class Handbook(QDialog):
    """Shows the guide or the tutorial; links from one to the other and to headings lead there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.pages = Pages()
        self.pages.document_requested.connect(self.read)
        buttons = close_buttons()
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.pages, 1)
        column.addWidget(buttons)
        self.resize(*SIZE)

    def read(self, name: str) -> None:
        """Open "guide.md" or "tutorial.md", and come to the front.

        Raises
        ------
        FileNotFoundError
            When the document is not there: the message names it.
        """
        path = document(name)
        self.setWindowTitle(f"{TITLES[name]} — sepviz")
        self.show()
        self.pages.show_file(path)
        self.raise_()
        self.activateWindow()
        self.pages.setFocus()


class Pages(QTextBrowser):
    """One document at a time, its pictures no wider than there is room."""

    document_requested = Signal(str)
    """A link to the other document was followed."""

    def __init__(self) -> None:
        super().__init__()
        self.path: Path | None = None
        self._fitted_to = 0
        # one that came and went with every rendering would change the width that the pictures were fitted to
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName("Guide and tutorial")
        self.setToolTip("Tab walks through the links, Enter follows one")
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._on_anchor_clicked)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._on_rest_timeout)

    def show_file(self, path: Path) -> None:
        """Show a Markdown file from its beginning."""
        self.path = path
        self._render()
        self.verticalScrollBar().setValue(0)

    def go(self, slug: str) -> None:
        """Scroll to the heading that is linked to as "#slug"."""
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and slug_of(block.text()) == slug:
                place = self.document().documentLayout().blockBoundingRect(block)
                self.verticalScrollBar().setValue(round(place.top()))
                return
            block = block.next()

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Return a picture that lies beside the document, in the width that there is."""
        if self.path is None or kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, name)
        return self._fitted(self.path.with_name(QUrl(name).fileName()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pictures to the new width, soon."""
        super().resizeEvent(event)
        if self.viewport().width() != self._fitted_to:
            self._rest.start()

    def changeEvent(self, event: QEvent) -> None:
        """Write the links in the colours of the window when they change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._rest.start()

    def _render(self) -> None:
        if self.path is not None:
            self._fitted_to = self.viewport().width()
            self.setMarkdown(self.path.read_text(encoding="utf-8"))
            self.document().setDocumentMargin(MARGIN)

    def _on_rest_timeout(self) -> None:
        bar = self.verticalScrollBar()
        share = bar.value() / max(1, bar.maximum())
        self._render()
        bar.setValue(round(share * bar.maximum()))

    def _on_anchor_clicked(self, link: QUrl) -> None:
        if link.fileName() in TITLES:
            self.document_requested.emit(link.fileName())
        self.go(link.fragment())

    def _fitted(self, path: Path) -> QImage:
        reader = QImageReader(str(path))
        size, ratio = reader.size(), self.devicePixelRatioF()
        room = max(LEAST_WIDTH, self.viewport().width() - 2 * MARGIN)
        shown = min(room, size.width())
        pixels = min(round(shown * ratio), size.width())
        if pixels > 0:
            reader.setScaledSize(size * (pixels / size.width()))
        picture = reader.read()
        picture.setDevicePixelRatio(pixels / shown if pixels > 0 else 1.0)
        return picture


def slug_of(heading: str) -> str:
    """Return what a link to `heading` has behind its "#"."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
