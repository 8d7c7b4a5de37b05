"""The tab of one pixel: the picture and both maps with the pixel marked, and beside them the sums that make it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from sepviz.gui.views.patch_grid import PatchGrid
from sepviz.gui.views.pixel_map import Marks, PixelMap, Plate
from sepviz.gui.views.play_bar import PlayBar
from sepviz.gui.views.side_head import SideHead
from sepviz.gui.views.work_bars import WorkBars

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QShowEvent

    from sepviz.study.provenance import Sum
    from sepviz.study.walk import LayerWork

APART, EDGE = 18, 4
"""Space between the columns of A and B, and beside the scroll bar."""
MAPS = ("input", "baseline", "candidate")
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
FAR = 10
"""How far an arrow key goes with Shift held."""
ASKED = {
    Qt.Key.Key_Space: "play",
    Qt.Key.Key_Period: "on",
    Qt.Key.Key_Comma: "back",
    Qt.Key.Key_Home: "first",
    Qt.Key.Key_End: "last",
}
TOGGLED = {Qt.Key.Key_R: "reverse", Qt.Key.Key_P: "padding", Qt.Key.Key_M: "more"}
ZOOMED = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """All that the page shows of one pixel.

    `marks` are those of :data:`MAPS`; `heads` and `sums` of A and B; `has_more` says that more sums could be told.
    """

    marks: tuple[Marks, Marks, Marks]
    zoom: float
    heads: tuple[tuple[str, ...], tuple[str, ...]]
    sums: tuple[tuple[Sum, ...], tuple[Sum, ...]]
    works: tuple[LayerWork, ...]
    state: tuple[str, ...]
    touched: str
    has_more: bool
    playing: bool


class PixelPage(QWidget):
    """Shows a scene, and says what is pointed at, picked, pressed and typed."""

    picked = Signal(str, int, int)
    """Pixel (y, x) of one of :data:`MAPS` was clicked."""
    hovered = Signal(str, object)
    """The pointer is on pixel (y, x) of a map, or on None of it."""
    walked = Signal(int, int)
    """The arrow keys want to go (rows, columns) on."""
    asked = Signal(str)
    """"play", "on", "back", "first" or "last"."""
    toggled = Signal(str, bool)
    """"reverse", "padding" or "more" was turned."""
    paced = Signal(int)
    zoomed = Signal(int)

    def __init__(self, speeds: Sequence[str]) -> None:
        super().__init__()
        self.maps = {name: PixelMap(name) for name in MAPS}
        self.heads, self.grids = (SideHead(0), SideHead(1)), (PatchGrid(), PatchGrid())
        self.bar, self.works = PlayBar(speeds), WorkBars()
        self._build()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("One pixel and where it comes from")
        for view in self.maps.values():
            view.picked.connect(self._on_map_picked)
            view.hovered.connect(self._on_map_hovered)
            view.zoomed.connect(self.zoomed)
            view.setFocusProxy(self)
        self.bar.asked.connect(self.asked)
        self.bar.toggled.connect(self.toggled)
        self.bar.paced.connect(self.paced)

    def _build(self) -> None:
        left = QWidget()
        pictures = QVBoxLayout(left)
        pictures.setContentsMargins(0, 0, 0, 0)
        for view in self.maps.values():
            pictures.addWidget(view, 1)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.bar)
        column.addWidget(self.works)
        sums = self._made_sums()
        heads = QHBoxLayout()
        heads.setContentsMargins(0, 0, EDGE + self.story.verticalScrollBar().sizeHint().width(), 0)
        heads.setSpacing(APART)
        for head in self.heads:
            heads.addWidget(head, 1)
        column.addLayout(heads)
        column.addWidget(sums, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        for part in (left, right):
            splitter.addWidget(part)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 2)
        splitter.setSizes([280, 680])
        splitter.setChildrenCollapsible(False)
        around = QHBoxLayout(self)
        around.setContentsMargins(8, 8, 8, 8)
        around.addWidget(splitter)

    def _made_sums(self) -> QScrollArea:
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setContentsMargins(0, 0, EDGE, 0)
        columns.setSpacing(APART)
        for grid in self.grids:
            column = QVBoxLayout()
            column.addWidget(grid)
            column.addStretch(1)
            columns.addLayout(column, 1)
        self.story = QScrollArea()
        self.story.setWidgetResizable(True)
        self.story.setFrameShape(QFrame.Shape.NoFrame)
        self.story.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # always there, so that nothing moves when it is needed
        self.story.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.story.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.story.setWidget(page)
        return self.story

    def show_plates(self, plates: Sequence[Plate | None]) -> None:
        """Show the picture and both maps."""
        for view, plate in zip(self.maps.values(), plates, strict=True):
            view.show_plate(plate)

    def show_scene(self, scene: Scene) -> None:
        """Show one pixel; while it plays, nothing is spoken."""
        spoken = "" if scene.playing else ". ".join(scene.state)
        for view, marks in zip(self.maps.values(), scene.marks, strict=True):
            view.show_zoom(scene.zoom)
            view.show_marks(marks, spoken)
        for side, (head, grid) in enumerate(zip(self.heads, self.grids, strict=True)):
            head.show_texts(scene.heads[side])
            grid.show_sums(scene.sums[side], spoken=not scene.playing)
        self.works.show_works(scene.works, spoken=not scene.playing)
        self.bar.show_state(scene.state, scene.touched, spoken=not scene.playing)
        self.bar.show_playing(scene.playing)
        self.bar.show_more(scene.has_more)
        if not scene.playing:
            self.setAccessibleDescription(spoken)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keys, which the bar of tabs would use to turn to the next one."""
        super().showEvent(event)
        if not event.spontaneous():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Space plays, the rest are the keys that the tips of the buttons name."""
        key = Qt.Key(event.key())
        far = FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if key in STEPS:
            rows, columns = STEPS[key]
            self.walked.emit(rows * far, columns * far)
        elif key in ASKED:
            self.asked.emit(ASKED[key])
        elif key in TOGGLED:
            self.bar.checks[TOGGLED[key]].click()
        elif key in ZOOMED:
            self.zoomed.emit(ZOOMED[key])
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            scrollbar = self.story.verticalScrollBar()
            step = scrollbar.pageStep() if key == Qt.Key.Key_PageDown else -scrollbar.pageStep()
            scrollbar.setValue(scrollbar.value() + step)
        else:
            super().keyPressEvent(event)

    def _on_map_picked(self, y: int, x: int) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.picked.emit(self.sender().objectName(), y, x)

    def _on_map_hovered(self, pixel: object) -> None:
        self.hovered.emit(self.sender().objectName(), pixel)
