"""The picture at a glance: what it is, how much of it is really used, and where to get another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from sepviz.assets import samples
from sepviz.gui.panel.editors import wrapped
from sepviz.gui.views.page import plain_tooltip
from sepviz.study.patterns import PATTERNS
from sepviz.study.quantity import counted

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from sepviz.engine.spec import Shape
    from sepviz.study.picture import Picture

_HEIGHT = 104
_NOTICE_LINES = 3
_OVERSAMPLING = 3
"""Pixels read for every one shown, each way: enough for a smooth area average, few enough of a huge picture."""


class PictureCard(QWidget):
    """Thumbnail, name, sizes and notice of the picture, and two buttons for another one."""

    open_requested = Signal()
    location_requested = Signal(str)
    """The picture that is wanted: "sample:NAME" or "pattern:NAME"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnail = Thumbnail()
        self._name = ElidedLabel()
        self._facts = QLabel()
        self._facts.setTextFormat(Qt.TextFormat.PlainText)
        self._notice = ElidedLabel(lines=_NOTICE_LINES)
        self._notice.setForegroundRole(QPalette.ColorRole.PlaceholderText)  # the theme's muted colour
        self._open = QPushButton("Open…")
        self._open.setToolTip("Choose an image file.")
        self._samples = QPushButton("Samples")
        self._samples.setToolTip("Take a photograph or a pattern that comes with the program.")
        self.samples_menu = _samples_menu(self)
        self._samples.setMenu(self.samples_menu)
        self._lay_out()
        self._open.clicked.connect(self._on_open_clicked)
        self.samples_menu.triggered.connect(self._on_samples_triggered)

    def show_picture(self, picture: Picture | None, input_shape: Shape) -> None:
        """Show `picture`, which the layers read as `input_shape`, (channels, height, width)."""
        self._thumbnail.show_picture(picture)
        self._name.show_text(picture.name if picture else "No picture yet")
        self._facts.setText(facts(picture, input_shape))
        self._notice.show_text(picture.notice if picture else "")
        self._notice.setVisible(bool(picture and picture.notice))

    def _lay_out(self) -> None:
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        buttons = QHBoxLayout()
        buttons.addWidget(self._open)
        buttons.addWidget(self._samples)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.setSpacing(4)
        for widget in (self._thumbnail, self._name, self._facts, self._notice):
            layout.addWidget(widget)
        layout.addLayout(buttons)

    def _on_open_clicked(self) -> None:
        self.open_requested.emit()

    def _on_samples_triggered(self, action: QAction) -> None:
        self.location_requested.emit(action.data())


class Thumbnail(QWidget):
    """A picture that fits its place, sharp on every screen; without one, an invitation."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: Picture | None = None
        self._image = QImage()
        self._made_for = QSize()  # device pixels: another size or another screen needs another image
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName("Thumbnail of the picture")

    def show_picture(self, picture: Picture | None) -> None:
        """Show `picture`, or the invitation."""
        if picture != self._picture:
            self._picture, self._made_for = picture, QSize()
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture into the middle."""
        painter = QPainter(self)
        if self._picture is None:
            self._paint_invitation(painter)
            return
        pixels = self.size() * self.devicePixelRatioF()
        if pixels != self._made_for:
            self._image, self._made_for = thumbnail(self._picture, pixels), pixels
        place = QRectF(self._image.rect())
        place.setSize(place.size() / self.devicePixelRatioF())
        place.moveCenter(QRectF(self.rect()).center())
        painter.drawImage(place, self._image)

    def _paint_invitation(self, painter: QPainter) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Drop a picture here")


class ElidedLabel(QLabel):
    """Plain text from outside; what does not fit is left out in the middle, and the tooltip has all of it."""

    def __init__(self, *, lines: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full = ""
        self._lines = lines
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(lines > 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Show `text`, as much of it as fits."""
        self._full = text
        self.setAccessibleName(text)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text again."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.width() * (2 * self._lines - 1) // (2 if self._lines > 1 else 1)  # wrapped lines are not full
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideMiddle, room)
        self.setText(shown)
        self.setToolTip(plain_tooltip(self._full) if shown != self._full else "")


def facts(picture: Picture | None, input_shape: Shape) -> str:
    """Return two lines: the size and mode of the file, and the (channels, height, width) that the layers read."""
    channels, height, width = input_shape
    used = f"{width:,} × {height:,} px, {counted(channels, 'channels')}"
    if picture is None:
        return f"costs are those of an input of\n{used}"
    return f"{picture.width:,} × {picture.height:,} px, {mode_words(picture.mode)}\nused at {used}"


_MODES = {
    "1": "1-bit",
    "L": "grey",
    "LA": "grey with transparency",
    "RGB": "colour",
    "RGBA": "colour with transparency",
    "P": "palette",
    "CMYK": "CMYK",
    "F": "float grey",
}


def mode_words(mode: str) -> str:
    """Say what the mode of a file means: "L" is grey; all that begin with "I" are deep grey."""
    return _MODES.get(mode, "deep grey" if mode.startswith("I") else mode)


def thumbnail(picture: Picture, place: QSize) -> QImage:
    """Return `picture` in the largest size that fits `place`, in device pixels; small pictures keep visible pixels."""
    shrink = max(picture.width / place.width(), picture.height / place.height())
    stride = max(1, int(shrink / _OVERSAMPLING))
    pixels = picture.pixels[::stride, ::stride]
    if pixels.dtype != np.uint8:
        pixels = pixels * 255 + 0.5
    pixels = np.ascontiguousarray(pixels, dtype=np.uint8)
    height, width = pixels.shape[:2]
    layout = QImage.Format.Format_Grayscale8 if picture.is_grey else QImage.Format.Format_RGB888
    image = QImage(pixels.data, width, height, pixels.strides[0], layout)
    mode = Qt.TransformationMode
    smooth = mode.SmoothTransformation if shrink > 1 else mode.FastTransformation
    return image.scaled(place, Qt.AspectRatioMode.KeepAspectRatio, smooth).copy()  # never a view of `pixels`


def _samples_menu(parent: QWidget) -> QMenu:
    menu = QMenu("Sa&mples", parent)
    menu.setToolTipsVisible(True)
    menu.addSection("Photographs")
    for name in samples():
        _add_place(menu, name.capitalize(), f"sample:{name}", "A photograph to see real texture and edges with.")
    menu.addSection("Patterns")
    for pattern in PATTERNS.values():
        _add_place(menu, pattern.label, f"pattern:{pattern.name}", wrapped(pattern.help))
    return menu


def _add_place(menu: QMenu, label: str, location: str, help_text: str) -> None:
    action = menu.addAction(label)
    action.setData(location)
    action.setToolTip(help_text)
