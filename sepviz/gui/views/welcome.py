"""What stands where the maps will be while there is no picture: an invitation, and something to start with."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from sepviz.assets import samples
from sepviz.study.patterns import PATTERNS, draw_pattern

THUMBNAIL = QSize(168, 112)
INVITED = ("impulse", "sweep", "checkerboard")


class Welcome(QWidget):
    """Invites to drop, open or paste a picture, and offers the samples."""

    open_requested = Signal()
    location_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        title = QLabel("Drop a picture here")
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 2.0)
        title.setFont(font)
        lead = QLabel(
            "sepviz runs a standard convolution layer and a depthwise separable one on it,\n"
            "shows what each makes of it, and counts and measures what each costs."
        )
        lead.setAlignment(Qt.AlignmentFlag.AlignCenter)
        button = QPushButton("Open a picture…")
        button.setToolTip("Choose an image file (Ctrl+O); Ctrl+V pastes one")
        button.clicked.connect(self.open_requested)
        button.setDefault(True)
        column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addStretch(2)
        column.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(lead, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(12)
        column.addWidget(QLabel("or start with one of these"), 0, Qt.AlignmentFlag.AlignHCenter)
        self._offers: dict[str, QToolButton] = {}
        column.addLayout(self._row([(f"sample:{name}", name) for name in samples()]))
        column.addLayout(self._row([(f"pattern:{name}", name) for name in INVITED if name in PATTERNS]))
        column.addStretch(3)
        self._undrawn = list(self._offers)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._on_later_timeout)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw the thumbnails when the window stands: decoding them should not hold it."""
        super().showEvent(event)
        self._later.start()

    def _on_later_timeout(self) -> None:
        """Draw the next thumbnail; one at a time, so that whoever is quick is answered in between."""
        if not self._undrawn:
            return
        location = self._undrawn.pop(0)
        scheme, _, name = location.partition(":")
        picture = QPixmap(str(samples()[name])) if scheme == "sample" else _drawn(name)
        self._offers[location].setIcon(QIcon(_cut(picture)))
        self._later.start()

    def _row(self, offers: list[tuple[str, str]]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addStretch()
        for location, name in offers:
            button = self._offers[location] = QToolButton()
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setText(name)
            button.setIconSize(THUMBNAIL)
            button.setAutoRaise(True)
            button.setObjectName(location)
            button.setAccessibleName(f"Start with {name}")
            button.setToolTip(PATTERNS[name].help if name in PATTERNS else f"A bundled photograph: {name}")
            button.clicked.connect(self._on_offer_clicked)
            row.addWidget(button)
        row.addStretch()
        return row

    def _on_offer_clicked(self) -> None:
        self.location_requested.emit(self.sender().objectName())


def _drawn(name: str) -> QPixmap:
    pixels = draw_pattern(name)
    if pixels.dtype.kind == "f":
        pixels = (pixels * 255).clip(0, 255).astype("uint8")
    height, width = pixels.shape[:2]
    form = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB888
    return QPixmap.fromImage(QImage(pixels.tobytes(), width, height, pixels.strides[0], form))


def _cut(picture: QPixmap) -> QPixmap:
    """Return the middle of `picture` at the thumbnail's size, twice as fine for sharp screens."""
    size = THUMBNAIL * 2
    grows = picture.width() < size.width()
    how = Qt.TransformationMode.FastTransformation if grows else Qt.TransformationMode.SmoothTransformation
    filled = picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatioByExpanding, how)
    x, y = (filled.width() - size.width()) // 2, (filled.height() - size.height()) // 2
    return filled.copy(x, y, size.width(), size.height())
