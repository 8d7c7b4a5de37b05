"""A page of a view: it scrolls where the window is too low, and its texts are plain."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from sepviz.study.quantity import unbroken


def scrolled_page(view: QWidget) -> QWidget:
    """Fill `view` with a scroll area and return the page inside, still without a layout."""
    page, scroll = QWidget(), QScrollArea(view)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setWidget(page)
    scroll.setAccessibleName("Page")
    scroll.setAccessibleDescription("The arrow keys scroll it.")
    around = QVBoxLayout(view)
    around.setContentsMargins(0, 0, 0, 0)
    around.addWidget(scroll)
    return page


class PlainLabel(QLabel):
    """A label that wraps between words but not between a number and its unit; :meth:`text` is what was said."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._said = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show `text` literally."""
        self._said = text
        super().setText(unbroken(text))

    def text(self) -> str:
        """Return what is shown, with plain spaces."""
        return self._said


def plain_label(text: str = "", *, muted: bool = False) -> QLabel:
    """Return a label that wraps, can be selected, and takes what it says literally."""
    label = PlainLabel(text)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if muted:
        # A role follows the palette when the theme changes; a colour would not.
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def plain_tooltip(text: str) -> str:
    """Return `text` as a tooltip that shows it letter by letter, whatever mark-up it resembles."""
    return f"<p style='white-space: pre-wrap'>{escape(unbroken(text))}</p>"
