"""A line at the foot of the views that says what went wrong, or what should be known; it never blocks the window."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStyle, QWidget

from sepviz.gui.theme import theme_of
from sepviz.gui.views.page import PlainLabel


class MessageBar(QWidget):
    """Shows one message until it is closed or followed by another; hidden when there is none."""

    details_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._details = ""
        self._sign, self._text = QLabel(), PlainLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._more = QPushButton("Details…")
        self._more.clicked.connect(self._on_more_clicked)
        self._close = QPushButton("Dismiss")
        self._close.setToolTip("Hide this message (Esc)")
        self._close.clicked.connect(self.hide)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 6, 10, 6)
        self._row.addWidget(self._sign)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._more)
        self._row.addWidget(self._close)
        self.hide()

    @property
    def text(self) -> str:
        """What is said; "" when the bar is hidden."""
        return "" if self.isHidden() else self._text.text()

    def warn(self, text: str, details: str = "") -> None:
        """Say what went wrong; `details` are shown on demand."""
        self._say(text, QStyle.StandardPixmap.SP_MessageBoxWarning, details)

    def tell(self, text: str) -> None:
        """Say what should be known."""
        self._say(text, QStyle.StandardPixmap.SP_MessageBoxInformation, "")

    def _say(self, text: str, sign: QStyle.StandardPixmap, details: str) -> None:
        self._details = details
        self._more.setVisible(bool(details))
        self._sign.setPixmap(self.style().standardIcon(sign).pixmap(18, 18))
        self._text.setText(text)
        self.setAccessibleName(text)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _on_more_clicked(self) -> None:
        self.details_requested.emit(self._details)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and a frame, as it lies over a page; a style sheet would not follow the colours."""
        painter, theme = QPainter(self), theme_of(self.palette())
        painter.fillRect(self.rect(), QColor(theme.base))
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
