"""The guide of the tab "Pixel": it keeps which pixel is looked at, walks and plays it, and has its story shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from sepviz.gui.pixel_scene import ZOOMS, Gaze, map_size, plates, scene
from sepviz.gui.views.pixel_page import PixelPage
from sepviz.study.walk import PACES, corresponding

if TYPE_CHECKING:
    from sepviz.engine.spec import Pair
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow
    from sepviz.study.study import View
    from sepviz.study.survey import Answer

TAB = "pixel"


class PixelGuide(QObject):
    """Holds a gaze; every wish makes another one, and the page shows what it sees."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow) -> None:
        super().__init__()
        self._document, self._explorer, self._window = document, explorer, window
        self._comparison: Answer | None = None
        self._plated: tuple[Answer, View] | None = None
        self._is_placed = False
        self.gaze = Gaze()
        self.page = PixelPage([pace.label for pace in PACES])
        self.page.bar.show_speed(self.gaze.pace)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timer_timeout)
        window.add_tab(TAB, self.page)
        explorer.shown.connect(self._on_explorer_shown)
        document.view_changed.connect(self._on_document_view_changed)
        window.closing.connect(self.pause)
        window.pixel_chosen.connect(self.show_pixel)
        self.page.picked.connect(self._on_page_picked)
        self.page.hovered.connect(self._on_page_hovered)
        self.page.walked.connect(self._on_page_walked)
        self.page.asked.connect(self._on_page_asked)
        self.page.toggled.connect(self._on_page_toggled)
        self.page.paced.connect(self._on_page_paced)
        self.page.zoomed.connect(self._on_page_zoomed)

    def show_pixel(self, side: str, channel: int, y: int, x: int) -> None:
        """Look at pixel (y, x) of map `channel` of the output of `side`, "baseline" or "candidate", from now on."""
        self._document.edit_view("channel", channel)
        self._take_comparison()
        if self._comparison is not None:
            self._look(self._placed(side, (y, x)))

    def pause(self) -> None:
        """Let the window rest where it is."""
        self._look(replace(self.gaze, playing=False))

    def _look(self, gaze: Gaze) -> None:
        self.gaze = gaze
        if not gaze.playing:
            self._timer.stop()
        elif not self._timer.isActive() or self._timer.interval() != gaze.step.interval_ms:
            self._timer.start(gaze.step.interval_ms)
        self._show()

    def _show(self) -> None:
        if self._window.current_tab() != TAB or self._comparison is None:
            return
        view = self._document.view
        if self._plated != (self._comparison, view):
            self._plated = self._comparison, view
            self.page.show_plates(plates(self._comparison, view))
        self.page.show_scene(scene(self._comparison, view, self.gaze))

    def _take_comparison(self) -> None:
        """Look at the last comparison, at first in its middle."""
        comparison = self._explorer.comparison
        if comparison is None or comparison is self._comparison:
            return
        self._comparison = comparison
        gaze = self.gaze.fitted(comparison)
        if not self._is_placed:
            height, width = map_size(comparison.baseline)
            gaze = replace(gaze, walk=gaze.walk.at(height // 2, width // 2))
            self._is_placed = True
        self.gaze = gaze

    def _placed(self, name: str, pixel: Pair) -> Gaze:
        """Return the gaze at `pixel` of the map `name`, to stay."""
        y, x = self._in_baseline(name, pixel)
        return replace(self.gaze, walk=self.gaze.walk.at(y, x), over=None, swept=self.gaze.playing)

    def _in_baseline(self, name: str, pixel: Pair) -> Pair:
        if name != "candidate" or self._comparison is None:
            return pixel
        return corresponding(pixel, map_size(self._comparison.candidate), map_size(self._comparison.baseline))

    # what happens outside

    def _on_explorer_shown(self, exploration: object) -> None:
        self._take_comparison()
        self._look(self.gaze)

    def _on_document_view_changed(self, before: View, after: View) -> None:
        if self._window.current_tab() != TAB:
            if self.gaze.playing:
                self.pause()
            return
        self._take_comparison()
        self._look(self.gaze)

    def _on_timer_timeout(self) -> None:
        self._look(self.gaze.played())

    # what the user does on the page

    def _on_page_picked(self, name: str, y: int, x: int) -> None:
        if name == "input":
            source = None if self.gaze.source == (y, x) else (y, x)
            self._look(replace(self.gaze, source=source, source_over=None))
        else:
            self._look(self._placed(name, (y, x)))

    def _on_page_hovered(self, name: str, pixel: Pair | None) -> None:
        if self.gaze.playing:
            return
        if name == "input":
            self._look(replace(self.gaze, source_over=pixel, over=None))
        else:
            over = None if pixel is None else self._in_baseline(name, pixel)
            self._look(replace(self.gaze, over=over, source_over=None))

    def _on_page_walked(self, rows: int, columns: int) -> None:
        walk = self.gaze.walk
        self._look(replace(self.gaze, walk=walk.at(walk.y + rows, walk.x + columns), over=None))

    def _on_page_asked(self, what: str) -> None:
        gaze, walk = self.gaze, self.gaze.walk
        match what:
            case "play":
                self._look(replace(gaze, playing=False) if gaze.playing else gaze.started())
            case "on" | "back":
                stepped = walk.stepped(1 if what == "on" else -1)
                self._look(replace(gaze, walk=stepped, over=None, playing=False, swept=True))
            case _:
                end = 0 if what == "first" else walk.last
                self._look(replace(gaze, walk=walk.stepped(end - walk.index), over=None))

    def _on_page_toggled(self, name: str, on: bool) -> None:
        self._look(replace(self.gaze, **{name: on}))  # type: ignore[arg-type]

    def _on_page_paced(self, place: int) -> None:
        self._look(replace(self.gaze, pace=place))

    def _on_page_zoomed(self, steps: int) -> None:
        self._look(replace(self.gaze, zoom=min(max(self.gaze.zoom + steps, 0), len(ZOOMS) - 1)))
