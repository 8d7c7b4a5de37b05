"""Animations from the window: asked for, written by the second worker while pictures go on, and told of."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from sepviz.engine.checkpoint import Cancelled
from sepviz.export.animation.file import SavedAnimation
from sepviz.export.animation.question import SaveAnimation
from sepviz.gui.dialogs.animation_dialog import TITLE, ask_animation
from sepviz.gui.dialogs.save_dialog import ask_path
from sepviz.study.quantity import count, data_size, shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.export.animation.question import Animation
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow

log = logging.getLogger("sepviz")
KINDS = "Animated GIF (*.gif);;Animated PNG (*.png)"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Watched:
    """A task that says when it is stopped, which else nobody is told of."""

    task: SaveAnimation
    stopped: Callable[[], None]

    def __call__(self, checkpoint: Checkpoint) -> SavedAnimation:
        try:
            return self.task(checkpoint)
        except Cancelled:
            self.stopped()
            raise


class Animator(QObject):
    """Asks what and where, has the worker write, and says what has become of it."""

    _stopped = Signal()
    """Emitted in the worker's thread, delivered in that of the window."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._explorer, self._window = document, explorer, window
        self._stopped.connect(self._on_stopped, Qt.ConnectionType.QueuedConnection)

    def export(self) -> None:
        """Save an animation of the present study, as the user says."""
        picture = self._document.study.picture
        if picture is None:
            return
        animation = ask_animation(self._window, self._document.study, self._document.view)
        if animation is None:
            return
        path = ask_path(self._window, TITLE, f"{Path(picture.name).stem}-{animation.word}.gif", KINDS)
        if path is not None:
            self._write(animation, path)

    def _write(self, animation: Animation, path: Path) -> None:
        task = SaveAnimation(path=path, animation=animation)
        self._explorer.ask_aside(_Watched(task=task, stopped=self._stopped.emit), self._on_saved, patient=True)
        self._window.show_reading(f"Writing {path.name}; Esc stops it")

    def _on_saved(self, saved: object) -> None:
        if isinstance(saved, SavedAnimation):
            log.info("exported %s", saved.path)
            self._window.show_reading("")
            told = (
                f"The animation was saved as {saved.path}: {count(saved.frames)} frames of {shape(saved.size)} px, "
                f"{saved.seconds:,.1f} s, {data_size(saved.nbytes)}"
            )
            self._window.message.tell(f"{told}. {saved.notice}" if saved.notice else told)

    def _on_stopped(self) -> None:
        self._window.show_reading("The animation was stopped; no file was written")
