"""A plot on a page that scrolls: the mouse moves nothing in it, and the wheel is the page's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt

if TYPE_CHECKING:
    from PySide6.QtWidgets import QGraphicsView


class _PassWheel(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def hold_still(view: QGraphicsView) -> None:
    """Let the wheel over `view`, a plot of pyqtgraph, go to what is around it, and no key or drag stop at it."""
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    view.setMouseEnabled(x=False, y=False)  # type: ignore[attr-defined]
    passing = _PassWheel(view)
    # pyqtgraph ignores the wheel then, but the hidden scroll bars of the view would not
    for widget in (view, view.viewport()):
        widget.installEventFilter(passing)
