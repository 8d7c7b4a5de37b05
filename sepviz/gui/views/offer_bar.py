"""A line at the foot of the views that offers something, and stays until it is taken or declined."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QStyle

from sepviz.gui.views.message_bar import MessageBar


class OfferBar(MessageBar):
    """Says what can be done, with a button that does it and one that declines."""

    accepted = Signal()
    declined = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._accept = QPushButton()
        self._accept.clicked.connect(self.accepted)
        self._row.insertWidget(self._row.indexOf(self._close), self._accept)
        self._close.setToolTip("")
        self._close.clicked.connect(self.declined)

    def offer(self, text: str, accept: str, decline: str) -> None:
        """Offer what `text` says; `accept` and `decline` are what the two buttons say."""
        self._accept.setText(accept)
        self._close.setText(decline)
        self._say(text, QStyle.StandardPixmap.SP_MessageBoxQuestion, "")
