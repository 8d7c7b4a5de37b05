"""Where the window opens: as it was left, but never where no screen is any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

FRAME = QSize(8, 40)
"""Room for the frame that a desktop draws around a window at its first start."""
GRIP = QSize(120, 24)
"""As much of the window's upper edge has to be on a screen as a hand needs to move it."""


def place(window: QWidget, saved: QByteArray) -> None:
    """Give `window` the size and place that were `saved`, as far as the screens of today have room for it."""
    if not window.restoreGeometry(saved):
        screen = QGuiApplication.primaryScreen()
        if screen is not None:
            window.resize(window.size().boundedTo(screen.availableGeometry().size() - FRAME))
        return  # where it goes is for the desktop to say, which knows how wide its frames are
    if not (window.isMaximized() or window.isFullScreen()):
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        window.setGeometry(on_screen(window.geometry(), screens))


def on_screen(wanted: QRect, screens: Sequence[QRect]) -> QRect:
    """Return `wanted` where it can be reached, else the nearest place for it on the first of `screens`."""
    if not screens or any(_can_be_reached(wanted, screen) for screen in screens):
        return wanted
    screen = screens[0]
    size = wanted.size().boundedTo(screen.size())
    left = min(max(wanted.left(), screen.left()), screen.right() + 1 - size.width())
    top = min(max(wanted.top(), screen.top()), screen.bottom() + 1 - size.height())
    return QRect(QPoint(left, top), size)


def _can_be_reached(wanted: QRect, screen: QRect) -> bool:
    edge = QRect(wanted.topLeft(), QSize(wanted.width(), GRIP.height()))
    seen = edge.intersected(screen)
    return seen.width() >= min(GRIP.width(), wanted.width()) and seen.height() >= GRIP.height()
