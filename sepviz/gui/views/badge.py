"""A verdict at a glance: a sign, words and a colour, each of which says it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sepviz.gui.theme import DARK, LIGHT, Theme, theme_of
from sepviz.gui.views.ink import bold, mix, text_width
from sepviz.lab.claims import SIGNS

if TYPE_CHECKING:
    from sepviz.lab.claims import Holds

_GREEN = {LIGHT.name: "#18794e", DARK.name: "#74d3a0"}
_VIOLET = {LIGHT.name: "#7a3e9d", DARK.name: "#cfa6ea"}
_PAD = 9


class Badge(QWidget):
    """One of four verdicts; blue and orange are left to the two layers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._holds: Holds = "not judged yet"
        self._is_stale = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_verdict(self._holds)

    @property
    def text(self) -> str:
        """Sign and words."""
        return f"{SIGNS[self._holds]}  {self._words}"

    @property
    def _words(self) -> str:
        return f"{self._holds}: earlier settings" if self._is_stale else self._holds

    def show_verdict(self, holds: Holds, *, stale: bool = False) -> None:
        """Show another verdict; a `stale` one is grey and says that it is of earlier settings."""
        self._holds, self._is_stale = holds, stale
        self.setAccessibleName(f"Verdict: {self._words}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the words."""
        return QSize(round(text_width(bold(self.font()), self.text)) + 2 * _PAD, self.fontMetrics().height() + 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the words in a frame of their colour."""
        theme = theme_of(self.palette())
        colour = QColor(theme.muted if self._is_stale else _colour(self._holds, theme))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(mix(colour, QColor(theme.canvas), 0.88))
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)
        painter.setFont(bold(self.font()))
        painter.drawText(frame, int(Qt.AlignmentFlag.AlignCenter), self.text)
        painter.end()


def _colour(holds: Holds, theme: Theme) -> str:
    match holds:
        case "holds":
            return _GREEN[theme.name]
        case "does not hold":
            return theme.warning
        case "holds only if":
            return _VIOLET[theme.name]
        case "not judged yet":
            return theme.muted
