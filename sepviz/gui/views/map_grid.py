"""A few large pictures in rows, such as two maps and their difference, that zoom and pan together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from sepviz.gui.views.sheet_view import SheetView, Spot
from sepviz.study.quantity import significant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sepviz.study.sheets import Sheet, Viewport


class MapGrid(QWidget):
    """Shows the sheets it is given, each in its place; those of one size look at the same place."""

    viewport_changed = Signal()
    """Other pixels are needed: see :meth:`viewports`."""
    hovered = Signal(str)
    """What is under the pointer, in words; "" for nothing."""

    def __init__(self, rows: Sequence[Sequence[str]], stretch: Sequence[int], least: int) -> None:
        """Make a place for every name in `rows`, which share the height as `stretch` says; `least` px together."""
        super().__init__()
        self.views = {name: SheetView(name) for names in rows for name in names}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for names, share in zip(rows, stretch, strict=True):
            row = QHBoxLayout()
            row.setSpacing(10)
            for name in names:
                row.addWidget(self.views[name], 1)
            column.addLayout(row, share)
        for view in self.views.values():
            view.viewport_changed.connect(self.viewport_changed)
            view.moved.connect(self._on_view_moved)
            view.fitted.connect(self._on_view_fitted)
            view.hovered.connect(self._on_view_hovered)
        self.setMinimumHeight(least)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def viewports(self) -> dict[str, Viewport]:
        """Return where each picture is shown, and what part of it is looked at."""
        return {name: view.viewport() for name, view in self.views.items()}

    def show_sheets(self, sheets: Mapping[str, Sheet]) -> None:
        """Show `sheets`; a picture that there is no sheet for is hidden."""
        for name, view in self.views.items():
            view.show_sheet(sheets.get(name), -1)

    def fit(self) -> None:
        """Look at every picture as a whole again."""
        for view in self.views.values():
            view.fit()

    def _partners(self, mover: SheetView) -> list[SheetView]:
        others = [view for view in self.views.values() if view is not mover]
        return [view for view in others if view.sheet and mover.sheet and view.sheet.layout == mover.sheet.layout]

    def _on_view_moved(self, rect: QRectF) -> None:
        mover = self.sender()
        if isinstance(mover, SheetView):
            for partner in self._partners(mover):
                partner.follow(rect)

    def _on_view_fitted(self) -> None:
        view = self.sender()
        if isinstance(view, SheetView):
            for one in (view, *self._partners(view)):
                one.fit()

    def _on_view_hovered(self, spot: Spot | None) -> None:
        view = self.sender()
        if spot is None or not isinstance(view, SheetView):
            self.hovered.emit("")
            return
        texts = [f"{spot.title}  {significant(spot.value, 5)}"]
        for partner in self._partners(view):
            if partner.sheet is not None:
                value = partner.sheet.value_at(spot.channel, spot.y, spot.x)
                texts.append(f"{partner.sheet.content.title}  {significant(value, 5)}")
        self.hovered.emit(f"y {spot.y}, x {spot.x}:   " + "     ".join(texts))
