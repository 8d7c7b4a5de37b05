"""One sheet of maps on the screen: a titled picture to zoom, pan, hover and choose from, with its colour bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from sepviz.gui.theme import theme_of
from sepviz.gui.views.colour_bar import ColourBar, value_words
from sepviz.gui.views.ink import fitting_heading
from sepviz.gui.views.tile_marks import TileMarks
from sepviz.render.colormap import COLORMAPS
from sepviz.study.kernel_tiles import KEY
from sepviz.study.quantity import shape as shape_text

if TYPE_CHECKING:
    from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent

    from sepviz.render.mosaic import Rect
    from sepviz.study.sheets import Sheet, Viewport

ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in a map that the pointer is over."""

    title: str
    word: str
    channel: int
    y: int
    x: int
    value: float


class SheetView(QWidget):
    """A sheet with its title, shape, value range and colour bar. It shows what it is given, and asks for detail."""

    chosen = Signal(int)
    """A map was clicked."""
    opened = Signal(int)
    """A map was double-clicked, or Enter was pressed on it."""
    pointed = Signal(object)
    """A place was clicked: a :class:`Spot`."""
    stepped = Signal(int)
    """An arrow was pressed on a sheet of one map: 1 for the next, -1 for the one before."""
    hovered = Signal(object)
    """A :class:`Spot`, or None when the pointer leaves."""
    moved = Signal(object)
    """The user zoomed or panned to this QRectF of the sheet."""
    fitted = Signal()
    """The user wants to see the whole sheet again."""
    viewport_changed = Signal()
    """Other pixels are needed: see :meth:`viewport`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.sheet: Sheet | None = None
        self._zoomed = False
        self._heading = ""
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.graphics = pg.GraphicsView(self)
        self.graphics.setAcceptDrops(False)
        self.graphics.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._box = pg.ViewBox(lockAspect=True, invertY=True, enableMenu=False)
        self.graphics.setCentralItem(self._box)
        self._under, self._image = pg.ImageItem(axisOrder="row-major"), pg.ImageItem(axisOrder="row-major")
        self._marks = TileMarks(self._box)
        for item in (self._under, self._image, self._marks):
            self._box.addItem(item, ignoreBounds=True)
        self._bar = ColourBar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._title)
        column.addWidget(self.graphics, 1)
        column.addWidget(self._bar)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Maps")
        self.setAccessibleDescription("0 maps: they are not computed yet")
        self._box.sigRangeChangedManually.connect(self._on_box_moved)
        self.graphics.scene().sigMouseMoved.connect(self._on_scene_mouse_moved)
        self.graphics.scene().sigMouseClicked.connect(self._on_scene_clicked)
        self._dress()
        self.setMinimumSize(QSize(120, 90))

    def viewport(self) -> Viewport:
        """Return the area of the picture in screen pixels, and what part of the sheet is looked at."""
        from sepviz.study.sheets import Viewport  # here, as the window stands before there is a sheet

        size, ratio = self.graphics.size(), self.devicePixelRatioF()
        area = max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio))
        return Viewport(area=area, rect=self._looked_at() if self._zoomed else None, ratio=ratio)

    def show_sheet(self, sheet: Sheet | None, channel: int, *, is_detail: bool = False) -> None:
        """Show `sheet`, or nothing; frame the tile of `channel`, -1 for none.

        `is_detail` says that it is a part of what is shown already, which stays around it.
        """
        self.setVisible(sheet is not None)
        before, self.sheet = self.sheet, sheet
        if sheet is None:
            self._marks.show_layout(None, channel)
            return
        self._marks.show_layout(sheet.layout, channel, sheet.content.tiles)
        if before is None or before.layout != sheet.layout:
            self._zoomed = False
        if not self._zoomed:
            self._look_at(_qrect(sheet.rect))
        if not is_detail:
            self._under.clear()
        self._paint_sheet(sheet)
        self._tell(sheet)

    def show_channel(self, channel: int) -> None:
        """Frame the tile of `channel`."""
        self._marks.show_channel(channel)
        if self.sheet is not None:
            self._tell(self.sheet)

    def follow(self, rect: QRectF) -> None:
        """Look where the partner looks."""
        self._zoomed = True
        self._look_at(rect)
        self.viewport_changed.emit()

    def fit(self) -> None:
        """Look at the whole sheet again."""
        self._zoomed = False
        self.viewport_changed.emit()

    def _looked_at(self) -> Rect:
        rect = self._box.viewRect()
        return rect.left(), rect.top(), rect.right(), rect.bottom()

    def _look_at(self, rect: QRectF) -> None:
        self._box.setRange(rect, padding=0, disableAutoRange=True)

    def _paint_sheet(self, sheet: Sheet) -> None:
        table = COLORMAPS[sheet.content.colormap].rgba()
        whole = sheet.backdrop if self._zoomed else sheet
        if whole is not None:
            _set_levels(self._under, whole, table)
        _set_levels(self._image, sheet, table)
        # while one pans, the whole sheet shows beyond the part in detail; else nothing of it would be seen
        self._under.setVisible(self._zoomed)

    def _tell(self, sheet: Sheet) -> None:
        content = sheet.content
        text = f"{content.title}  ·  {shape_text(content.shape)}"
        self._heading = text
        self._title.setToolTip(text)
        self._bar.show_ranges(sheet.ranges, content.policy, content.colormap, self._marks.channel, content.word)
        if content.tiles is not None and sheet.layout.count > 1:
            self._bar.show_note(KEY)
        low, high = sheet.ranges[:, 0].min(), sheet.ranges[:, 1].max()
        self.setAccessibleName(text)
        self._fit_title()
        self.setAccessibleDescription(value_words(low, high, content.word))

    def _fit_title(self) -> None:
        """Show as much of the title as there is room for."""
        self._title.setText(fitting_heading(self._title.font(), self._heading, self.width()))

    def _dress(self) -> None:
        theme = theme_of(self.palette())
        self.graphics.setBackground(QColor(theme.canvas))

    def _on_box_moved(self) -> None:
        self._zoomed = True
        self.moved.emit(self._box.viewRect())
        self.viewport_changed.emit()

    def _on_scene_mouse_moved(self, place: QPointF) -> None:
        self.hovered.emit(self._spot(place))

    def _on_scene_clicked(self, event: MouseClickEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        spot = self._spot(event.scenePos())
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if spot is None:
            if event.double():
                self.fitted.emit()
        else:
            (self.opened if event.double() else self.chosen).emit(spot.channel)
            self.pointed.emit(spot)

    def _spot(self, place: QPointF) -> Spot | None:
        if self.sheet is None:
            return None
        point = self._box.mapSceneToView(place)
        found = self.sheet.layout.tile_at(point.x(), point.y())
        if found is None:
            return None
        channel, y, x = found
        content, value = self.sheet.content, self.sheet.value_at(channel, y, x)
        return Spot(title=content.title, word=content.word, channel=channel, y=y, x=x, value=value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose a neighbour, Enter opens it, plus and minus zoom, Home shows all."""
        sheet = self.sheet
        if sheet is None:
            super().keyPressEvent(event)
        elif event.key() in ARROWS:
            dx, dy = ARROWS[Qt.Key(event.key())]
            if sheet.layout.count == 1:
                self.stepped.emit(dx + dy)
                return
            channel = self._marks.channel + dx + dy * sheet.layout.columns
            if 0 <= channel < sheet.layout.count:
                self.chosen.emit(channel)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(max(0, self._marks.channel))
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            factor = 1.25 if event.key() == Qt.Key.Key_Minus else 0.8
            self._box.scaleBy((factor, factor))
            self._on_box_moved()
        elif event.key() == Qt.Key.Key_Home:
            self.fitted.emit()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the place the pointer was over."""
        self.hovered.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for a picture of the new size."""
        super().resizeEvent(event)
        self._fit_title()
        self.viewport_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the colours of the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()


def _set_levels(item: pg.ImageItem, sheet: Sheet, table: object) -> None:
    item.setImage(sheet.levels, autoLevels=False, levels=(0, 255), lut=table)
    item.setRect(_qrect(sheet.rect))


def _qrect(rect: Rect) -> QRectF:
    x0, y0, x1, y1 = rect
    return QRectF(x0, y0, x1 - x0, y1 - y0)
