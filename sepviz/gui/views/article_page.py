"""The page of the article: its experiment replayed, in one table and one row of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from sepviz.gui.views.article_table import ArticleTable
from sepviz.gui.views.ink import bold
from sepviz.gui.views.lead_lines import LeadLines
from sepviz.gui.views.map_picture import Exhibit, MapPicture
from sepviz.gui.views.page import plain_label, scrolled_page
from sepviz.lab.article_table import article_rows, engine_note
from sepviz.study.quantity import counted, shape

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from sepviz.lab.article import ArticleReplay

INTRODUCTION = (
    "The article compares a standard with a depthwise separable layer on a 32 × 32 picture of 3 channels: 64 filters "
    "of 3 × 3, no padding, loops in Python, one run each. Here its experiment is run as it is, with its two defects, "
    "and beside it the same layer done right, by the same loops and by the engine."
)
PLAN = {
    "Its listing, run here": "The article's own code on this machine, both defects kept. Does it give what the article "
    "printed, and what do its numbers count?",
    "Done right, same loops": "The same loops without the defects. How do the counts and the time change, and why?",
    "Fast engine": "The same two layers as this program computes them. What is left of the ratio of times when no loop "
    "runs in Python?",
    "Further rows": "Multiply-accumulates, the shape of the result and the different maps between the steps, which the "
    "article did not print.",
    "Pictures": "The maps after each step, as the article makes them and as they should be: are its 64 planes "
    "different, and is a picture left in its result?",
    "It takes": "About five seconds, and can be stopped. The centre of the open picture is read; without a picture, "
    "random numbers as in the article.",
}
"""What a replay runs and which question each part answers; shown until there are answers."""
PICTURE_WIDTH = 200
"""Pixels that a picture has at least; from five times that on they stand in one row."""
STRETCH = 7
"""Times that a number of the (3, 64) result is higher than wide, so that three rows can be seen."""


class ArticlePage(QWidget):
    """Shows a replay, or what the article printed while there is none; it asks for a replay and never makes one."""

    replay_requested = Signal()
    stop_requested = Signal()
    copy_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The article's experiment")
        self._replay, self._stop = QPushButton("Replay the experiment"), QPushButton("Stop")
        self._replay.setToolTip("Run the article's code, the right loops and the engine here, in about five seconds.")
        self._stop.setToolTip("Stop the replay (Esc)")
        self._copy = QPushButton("Copy as text")
        self._copy.setToolTip("Put the table and its sentences on the clipboard")
        self._plan = LeadLines(tuple(PLAN))
        self._plan.show_texts(PLAN)
        self._state, self._notes = plain_label(muted=True), plain_label(muted=True)
        self._state.setAccessibleName("State of the replay")
        self.table = ArticleTable()
        self._pictures: list[MapPicture] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(14)
        self._columns = 0
        self._heading = plain_label("What the two defects look like")
        self._heading.setFont(bold(self.font()))
        self._fill(scrolled_page(self))
        for button, signal in (
            (self._replay, self.replay_requested),
            (self._stop, self.stop_requested),
            (self._copy, self.copy_requested),
        ):
            button.clicked.connect(signal)
        self.show_state("", replaying=False)
        self._show_pictures(())
        self._copy.setEnabled(False)

    def show_replay(self, replay: ArticleReplay) -> None:
        """Show the table and the pictures of `replay`."""
        self._plan.hide()
        self.table.show_rows(article_rows(replay))
        self._show_pictures(exhibits(replay))
        self._notes.setText(" ".join(_notes(replay)))
        self._copy.setEnabled(True)

    def show_state(self, text: str, *, replaying: bool) -> None:
        """Say what is being done; while it is `replaying`, it can be stopped and not asked for again."""
        self._state.setText(text)
        self._replay.setEnabled(not replaying)
        self._stop.setVisible(replaying)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the pictures in as many columns as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def _fill(self, page: QWidget) -> None:
        controls = QHBoxLayout()
        controls.setSpacing(10)
        for widget in (self._replay, self._stop, self._copy):
            controls.addWidget(widget)
        controls.addWidget(self._state, 1)
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        column.addWidget(plain_label(INTRODUCTION))
        column.addLayout(controls)
        column.addWidget(self.table)
        column.addWidget(self._plan)
        column.addWidget(self._notes)
        column.addWidget(self._heading)
        column.addLayout(self._grid)
        column.addStretch(1)

    def _show_pictures(self, found: tuple[Exhibit, ...]) -> None:
        for picture in self._pictures:
            self._grid.removeWidget(picture)
            picture.hide()  # it is painted until the event loop deletes it
            picture.deleteLater()
        self._pictures = [MapPicture(exhibit) for exhibit in found]
        self._heading.setVisible(bool(found))
        self._notes.setVisible(bool(found))
        self._columns = 0
        self._arrange()

    def _arrange(self) -> None:
        columns = 5 if self.width() >= 5 * PICTURE_WIDTH else 3
        if columns == self._columns:
            return
        self._columns = columns
        for number, picture in enumerate(self._pictures):
            self._grid.addWidget(picture, number // columns, number % columns)
        for column in range(5):
            self._grid.setColumnStretch(column, int(column < columns))


def exhibits(replay: ArticleReplay) -> tuple[Exhibit, ...]:
    """Return what the article's two steps make, and what they should make."""
    planes, result, maps = replay.article_planes, replay.article_result, replay.depthwise_maps
    count = "all the same" if replay.different_planes == 1 else f"{replay.different_planes} different ones"
    return (
        Exhibit(
            title=f"Article, step 1: {counted(len(planes), 'planes')}",
            words=f"{counted(len(planes), 'planes')}, {count}: the sum runs over the channels too "
            f"({shape(planes.shape)}).",
            maps=planes,
        ),
        Exhibit(
            title="Article, step 2: the result",
            words=f"The image is summed away: {shape(result.shape)} numbers are left, drawn as one row for each "
            "channel.",
            maps=result[None].repeat(STRETCH, axis=1),
        ),
        Exhibit(
            title="Right, step 1: depthwise",
            words=f"{counted(len(maps), 'channels')} should give {counted(len(maps), 'maps')}, one each "
            f"({shape(maps.shape)}).",
            maps=maps,
        ),
        Exhibit(
            title="Right, step 2: separable output",
            words=f"Every map is another mixture of those {len(maps)} ({shape(replay.separable_output.shape)}).",
            maps=replay.separable_output,
        ),
        Exhibit(
            title="Standard output",
            words=f"What the standard layer makes, rightly in the article ({shape(replay.standard_output.shape)}).",
            maps=replay.standard_output,
        ),
    )


def _notes(replay: ArticleReplay) -> list[str]:
    """Say what was read and what weakens the measurements."""
    picture = replay.question.picture
    source = f"the centre of {picture.name}, brought to" if picture else "random numbers, as in the article,"
    times = replay.times
    clocks = (("listing", times.replayed), ("right loops", times.right), ("engine", times.engine))
    return [
        f"Input: {source} {shape(replay.input.shape)}; weights from seed {replay.question.seed}.",
        *(f"{name.capitalize()}: {timing.note}" for name, timing in clocks if timing.note),
        f"Engine: {engine_note(replay)}",
    ]
