"""A tab of sheets: maps side by side, one chosen map large, or the kernels. Which sheets, and where, is a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from sepviz.gui.views.map_picker import MapPicker
from sepviz.gui.views.sheet_view import SheetView, Spot
from sepviz.study.quantity import significant

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from sepviz.study.sheets import Exploration, Sheet, Viewport
    from sepviz.study.survey import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Sheets in columns, how the height of each is shared, and which sheets look at the same place.

    Where `is_one_map`, the groups are no columns but rows, and turn with the shape of the picture.
    """

    groups: tuple[tuple[str, ...], ...]
    stretch: tuple[int, ...]
    linked: tuple[tuple[str, ...], ...]
    is_one_map: bool = False


ARRANGEMENTS: dict[str, Arrangement] = {
    "maps": Arrangement(
        groups=(("baseline.stage", "baseline.output"), ("candidate.stage", "candidate.output")),
        stretch=(1, 3),
        linked=(("baseline.stage", "candidate.stage"), ("baseline.output", "candidate.output")),
    ),
    "pair": Arrangement(
        groups=(("baseline.map", "candidate.map"), ("difference", "input")),
        stretch=(1, 1),
        linked=(("baseline.map", "candidate.map", "difference", "input"),),
        is_one_map=True,
    ),
    "kernels": Arrangement(
        groups=(("baseline.kernels.0", "baseline.kernels.1"), ("candidate.kernels.0", "candidate.kernels.1")),
        stretch=(1, 1),
        linked=(),
    ),
}
FAR_FROM_SQUARE = 2.2
APART = 10
"""Space between two sheets."""
CHOOSABLE = ("output",)
"""Sheets whose tiles are the channels of a layer's output."""


class SheetPage(QWidget):
    """Shows the sheets of one arrangement; the chosen map is framed, partners move together."""

    chosen = Signal(int)
    opened = Signal(int)
    pixel_chosen = Signal(str, int, int, int)
    """A pixel of a block's output was clicked: side, channel, y, x."""
    hovered = Signal(str)
    """What is under the pointer, in words; "" for nothing."""
    viewport_changed = Signal()

    def __init__(self, arrangement: Arrangement) -> None:
        super().__init__()
        self._linked = arrangement.linked
        self._exploration: Exploration | None = None
        self._groups, self._stretch = arrangement.groups, arrangement.stretch
        self._outer = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._outer.setSpacing(APART)
        self._inner: list[QBoxLayout] = []
        page = QVBoxLayout(self)
        page.setContentsMargins(8, 8, 8, 8)
        page.setSpacing(6)
        self._picker = MapPicker() if arrangement.is_one_map else None
        if self._picker is not None:
            self._picker.chosen.connect(self.chosen)
            page.addWidget(self._picker)
        page.addLayout(self._outer, 1)

    @cached_property
    def sheets(self) -> dict[str, SheetView]:
        """The sheets by name; made when first asked for, as the window should stand before what nobody sees yet."""
        made = {name: self._made(name) for names in self._groups for name in names}
        for names in self._groups:
            group = QBoxLayout(QBoxLayout.Direction.TopToBottom)
            group.setSpacing(APART)
            for name, stretch in zip(names, self._stretch, strict=True):
                group.addWidget(made[name], stretch)
            self._outer.addLayout(group, 1)
            self._inner.append(group)
        return made

    def showEvent(self, event: QShowEvent) -> None:
        """Have the sheets there before they are seen."""
        self.fill()
        super().showEvent(event)

    def fill(self) -> None:
        """Make the sheets, if that was not done already."""
        _ = self.sheets

    def viewports(self) -> dict[str, Viewport]:
        """Return the area and the part looked at of every sheet."""
        return {name: view.viewport() for name, view in self.sheets.items()}

    def show_exploration(self, exploration: Exploration) -> None:
        """Show the sheets of `exploration`; a sheet that it has not is hidden."""
        before, self._exploration = self._exploration, exploration
        is_detail = before is not None and _same_pixels(before, exploration)
        if self._picker is not None:
            self._picker.show_map(exploration.view.channel, map_count(exploration.comparison))
            self._turn(exploration)
        for name, view in self.sheets.items():
            channel = self._channel(name, exploration.view.channel)
            view.show_sheet(exploration.sheets.get(name), channel, is_detail=is_detail)

    def show_channel(self, channel: int) -> None:
        """Frame the tile of `channel`, before anything is drawn anew."""
        if self._exploration is None:
            return
        for name, view in self.sheets.items():
            view.show_channel(self._channel(name, channel))

    def _turn(self, exploration: Exploration) -> None:
        """Put wide maps below each other and tall ones beside each other, A before B, as large as can be."""
        height, width = exploration.sheets["input"].content.size
        direction = QBoxLayout.Direction
        wide, tall = width > FAR_FROM_SQUARE * height, height > FAR_FROM_SQUARE * width
        self._outer.setDirection(direction.LeftToRight if tall else direction.TopToBottom)
        for group in self._inner:
            group.setDirection(direction.TopToBottom if wide else direction.LeftToRight)

    def fit(self) -> None:
        """Look at every sheet as a whole again."""
        for view in self.sheets.values():
            view.fit()

    def _made(self, name: str) -> SheetView:
        view = SheetView(name)
        view.viewport_changed.connect(self.viewport_changed)
        view.hovered.connect(self._on_sheet_hovered)
        view.moved.connect(self._on_sheet_moved)
        view.fitted.connect(self._on_sheet_fitted)
        view.stepped.connect(self._on_sheet_stepped)
        view.pointed.connect(self._on_sheet_pointed)
        if name.endswith(CHOOSABLE):
            view.chosen.connect(self.chosen)
            view.opened.connect(self.opened)
        return view

    def _channel(self, name: str, channel: int) -> int:
        if self._exploration is None or not name.endswith(CHOOSABLE):
            return -1
        from sepviz.study.sheets import chosen  # here, as the window stands before there is a sheet

        side = name.partition(".")[0]
        return chosen(getattr(self._exploration.comparison, side), replace(self._exploration.view, channel=channel))

    def _partners(self, name: str) -> list[SheetView]:
        """Return the sheets that look at the same place as `name`: linked, and laid out alike."""
        together = next((names for names in self._linked if name in names), ())
        mine = self.sheets[name].sheet
        others = [self.sheets[other] for other in together if other != name]
        return [other for other in others if mine and other.sheet and other.sheet.layout == mine.layout]

    def _on_sheet_moved(self, rect: QRectF) -> None:
        mover = self.sender()
        if isinstance(mover, SheetView):
            for partner in self._partners(mover.name):
                partner.follow(rect)

    def _on_sheet_pointed(self, spot: Spot) -> None:
        view = self.sender()
        if self._exploration is None or not isinstance(view, SheetView):
            return
        side, _, what = view.name.partition(".")
        if what in ("output", "map"):
            channel = (
                spot.channel if what == "output" else self._channel(f"{side}.output", self._exploration.view.channel)
            )
            self.pixel_chosen.emit(side, channel, spot.y, spot.x)

    def _on_sheet_stepped(self, step: int) -> None:
        if self._exploration is not None:
            count = map_count(self._exploration.comparison)
            self.chosen.emit((self._exploration.view.channel + step) % count)

    def _on_sheet_fitted(self) -> None:
        view = self.sender()
        if isinstance(view, SheetView):
            for one in (view, *self._partners(view.name)):
                one.fit()

    def _on_sheet_hovered(self, spot: Spot | None) -> None:
        view = self.sender()
        if spot is None or not isinstance(view, SheetView):
            self.hovered.emit("")
            return
        place = "" if view.sheet is None else place_words(view.sheet, spot)
        texts = [f"{spot.title}  {significant(spot.value, 5)}"]
        for partner in self._partners(view.name):
            if partner.sheet is not None:
                value = partner.sheet.value_at(spot.channel, spot.y, spot.x)
                texts.append(f"{partner.sheet.content.title}  {significant(value, 5)}")
        self.hovered.emit(f"{place}:   " + "     ".join(texts))


def map_count(comparison: Answer) -> int:
    """Return how many maps there are to choose from: those of the block that makes more."""
    return max(len(trace.output) for trace in (comparison.baseline, comparison.candidate))


def place_words(sheet: Sheet, spot: Spot) -> str:
    """Say where `spot` is: a map by its number, a weight by its filter and channel, a lone map by its title alone."""
    pixel, tiles = f"y {spot.y}, x {spot.x}", sheet.content.tiles
    if tiles is None:
        return pixel if sheet.layout.count == 1 else f"{spot.word} {spot.channel}, {pixel}"
    number, channel = tiles.place(spot.channel, spot.x)
    weight = f"filter {number}, input channel {channel}"
    return weight if tiles.is_pointwise else f"{weight}, {pixel}"


def _same_pixels(before: Exploration, after: Exploration) -> bool:
    """Say whether two explorations differ at most in what part is looked at."""
    return before.comparison is after.comparison and before.view == after.view
