"""The button that keeps height and width equal: on and off differ in sign, ground and frame, without need of colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QToolButton

from sepviz.gui.theme import rim, theme_of
from sepviz.gui.views.ink import bold

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

LINKED, FREE = "=", "≠"
TIPS = {
    True: "Height and width are kept equal. Press to set each on its own.",
    False: "Height and width are set each on its own. Press to keep them equal.",
}
_ROUND = 3.0


class Link(QToolButton):
    """A filled square with "=" while height and width are kept equal, an empty one with "≠" while they are not."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.toggled.connect(self._on_toggled)
        self._on_toggled(False)

    def sizeHint(self) -> QSize:
        """Return a square as high as a line of text needs."""
        side = self.fontMetrics().height() + 8
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground or frame, and the sign."""
        theme, on = theme_of(self.palette()), self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen if on else QPen(rim(theme), 1))
        painter.setBrush(QColor(theme.accent if on else theme.base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _ROUND, _ROUND)
        painter.setFont(bold(self.font()))
        painter.setPen(QColor(theme.accent_text if on else theme.text))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text())
        painter.end()

    def _on_toggled(self, linked: bool) -> None:
        self.setText(LINKED if linked else FREE)
        self.setToolTip(TIPS[linked])
