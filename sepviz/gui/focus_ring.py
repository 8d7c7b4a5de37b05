"""A ring around what the keys go to, once the keyboard is used: not everything that takes keys shows it by itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from shiboken6 import isValid

_OUTSIDE = 2
"""Pixels by which the ring surrounds a widget."""
_MOVED = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class FocusRing(QWidget):
    """Lies over the window and lets every event through; follows what it marks, also where it is scrolled."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._marked: QWidget | None = None
        self._watched: list[QWidget] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    @property
    def marked(self) -> QWidget | None:
        """What the ring is around; None while it is not seen."""
        return self._marked if self.isVisible() else None

    def _on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        if not (isValid(self) and isValid(self._window)):
            return  # the window is on its way out, and takes the focus from what was in it
        # Qt notes on the window whether the focus was moved by keys
        by_keys = self._window.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        self._mark(now if by_keys and now is not None and now.window() is self._window else None)

    def _mark(self, widget: QWidget | None) -> None:
        for watched in filter(isValid, self._watched):
            watched.removeEventFilter(self)
        self._marked, self._watched = widget, []
        while widget is not None and widget is not self._window:
            widget.installEventFilter(self)
            self._watched.append(widget)
            widget = widget.parentWidget()
        self._surround()

    def _surround(self) -> None:
        place = self._seen()
        if place.isEmpty():
            self.hide()
            return
        ring = place.adjusted(-_OUTSIDE, -_OUTSIDE, _OUTSIDE, _OUTSIDE)
        self.setGeometry(ring.intersected(self._window.rect()))
        self.raise_()
        self.show()

    def _seen(self) -> QRect:
        """Return where of the window the marked widget is, as far as what it lies in shows it."""
        if self._marked is None or not isValid(self._marked) or not self._marked.isVisible():
            return QRect()
        place = self._window.rect()
        for widget in self._watched:
            place = place.intersected(QRect(widget.mapTo(self._window, QPoint()), widget.size()))
        return place

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what is marked, and whatever it lies in."""
        if event.type() in _MOVED and isValid(self._window):
            self._surround()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().highlight(), 2))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 3, 3)
        painter.end()
