"""Labels of the marks of a plot: each stands where it covers least, found anew when the plot gets another shape."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF
from PySide6.QtGui import QColor

from sepviz.export.label_place import Box, place_label
from sepviz.gui.views.ink import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

EVERY = 5.0
"""Pixels between the points of a curve that a label would rather not cover."""
WIDEST = 150
"""Pixels from which on a label wraps, so that it stays within a narrow plot."""
INSET = 4.0
RING = 16.0
"""Size of the sign at a marked place, in pixels."""
VEIL = 210


class _Label(NamedTuple):
    x: float | None
    y: float | None
    item: pg.TextItem


class PlotLabels(QObject):
    """Stands the labels of one plot; places are those of the plot as it is drawn, None being all across."""

    def __init__(self, widget: pg.PlotWidget) -> None:
        super().__init__(widget)
        self._widget, self._box = widget, widget.getViewBox()
        self._labels: list[_Label] = []
        self._paths: list[NDArray[np.float64]] = []
        self._box.sigResized.connect(self._on_box_changed)
        self._box.sigRangeChanged.connect(self._on_box_changed)

    def clear(self) -> None:
        """Forget everything; the plot has been cleared."""
        self._labels, self._paths = [], []

    def avoid(self, x: Sequence[float], y: Sequence[float]) -> None:
        """Keep labels off the line through these places."""
        self._paths.append(np.column_stack([x, y]).astype(float))

    def add(self, text: str, x: float | None, y: float | None, colour: str, ground: str) -> None:
        """Name what is at (x, y)."""
        veil = QColor(ground)
        veil.setAlpha(VEIL)
        item = pg.TextItem(text, color=colour, fill=veil, anchor=(0, 0))
        if text_width(self._widget.font(), text) > WIDEST:
            item.setTextWidth(WIDEST)
        self._widget.addItem(item, ignoreBounds=True)
        self._labels.append(_Label(x, y, item))

    def settle(self) -> None:
        """Give every label its place."""
        rect = self._box.rect()
        if not self._labels or rect.width() < WIDEST or rect.height() < WIDEST / 2:
            return
        area = Box(x=0.0, y=0.0, width=rect.width(), height=rect.height())
        spots = [self._spot(label, area) for label in self._labels]
        points = np.concatenate([np.empty((0, 2)), *self._covered(), *(_across(*spot, area) for spot in spots)])
        taken = [sign for spot in spots for sign in _sign(*spot)]
        marks = [(x, y) for x, y in spots if x is not None and y is not None]
        for (x, y), label in zip(spots, self._labels, strict=True):
            size = label.item.boundingRect()
            box = place_label(x, y, (size.width(), size.height()), area.inset(INSET), taken, points, marks)
            taken.append(box)
            label.item.setPos(self._box.mapToView(QPointF(box.x, box.y)))

    def _spot(self, label: _Label, area: Box) -> tuple[float | None, float | None]:
        """Return where on the screen the label's mark is, from the upper left corner of the plot."""
        place = self._box.mapFromView(QPointF(label.x or 0.0, label.y or 0.0))
        return None if label.x is None else place.x(), None if label.y is None else place.y()

    def _covered(self) -> list[NDArray[np.float64]]:
        corner, far = (self._box.mapFromView(QPointF(at, at)) for at in (0.0, 1.0))
        origin = np.array([corner.x(), corner.y()])
        unit = np.array([far.x(), far.y()]) - origin
        return [_dense(origin + path * unit) for path in self._paths if len(path)]

    def _on_box_changed(self) -> None:
        self.settle()


def _sign(x: float | None, y: float | None) -> list[Box]:
    """Return where the sign at a marked place is; a line has none."""
    if x is None or y is None:
        return []
    return [Box(x=x - RING / 2, y=y - RING / 2, width=RING, height=RING)]


def _across(x: float | None, y: float | None, area: Box) -> NDArray[np.float64]:
    """Return points along the line of a mark that goes all across `area`."""
    if x is not None and y is not None:
        return np.empty((0, 2))
    ends = [(x, 0.0), (x, area.height)] if x is not None else [(0.0, y), (area.width, y)]
    return _dense(np.array(ends, float))


def _dense(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points along the lines between those of `path`, (n, 2), so close that no label lies between them."""
    parts = [path]
    for start, end in pairwise(path):
        steps = min(400, max(2, round(float(np.hypot(*(end - start))) / EVERY)))
        parts.append(np.linspace(start, end, steps))
    return np.concatenate(parts)
