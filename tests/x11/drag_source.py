"""A second program to drag from: pressing its window starts a drag with the payload that its arguments name.

``drag_source.py files PATH_OR_URL...`` offers URLs, ``text WORDS`` plain text, ``image PATH`` pixels without a file, as
a browser does. Its title is "drag source".
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class DragSource(QLabel):
    """A window that is all handle."""

    def __init__(self, kind: str, payload: list[str]) -> None:
        super().__init__("drag me")
        self._kind, self._payload = kind, payload
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWindowTitle("drag source")
        self.resize(160, 120)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start the drag; it returns when the button is let go."""
        drag = QDrag(self)
        drag.setMimeData(mime_data(self._kind, self._payload))
        drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction)


def mime_data(kind: str, payload: list[str]) -> QMimeData:
    """Return what is dragged: "files", "text" or "image"."""
    mime = QMimeData()
    if kind == "files":
        mime.setUrls([QUrl.fromLocalFile(text) if text.startswith("/") else QUrl(text) for text in payload])
    elif kind == "text":
        mime.setText(" ".join(payload))
    else:
        mime.setImageData(QImage(payload[0]))
    return mime


def main() -> int:
    """Show the window until it is killed."""
    app = QApplication(sys.argv[:1])
    source = DragSource(sys.argv[1], sys.argv[2:])
    source.show()
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main())
