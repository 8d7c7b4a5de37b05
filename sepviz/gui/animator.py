"""Animations from the window: asked for, written by the second worker while pictures go on, and told of."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from sepviz.export.animation.file import SavedAnimation
from sepviz.export.animation.question import SaveAnimation
from sepviz.gui.dialogs.animation_dialog import TITLE, ask_animation
from sepviz.gui.dialogs.save_dialog import ask_path
from sepviz.gui.file_errand import FileErrand
from sepviz.study.quantity import counted, data_size, shape

if TYPE_CHECKING:
    from sepviz.export.animation.question import Animation
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow

log = logging.getLogger("sepviz")
KINDS = "Animated GIF (*.gif);;Animated PNG (*.png)"


class Animator(QObject):
    """Asks what and where, has the worker write, and says what has become of it."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._window = document, window
        self._errand = FileErrand(explorer, window, self)

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
        self._errand.ask(task, self._on_saved, name=path.name, what="The animation")

    def _on_saved(self, saved: object) -> None:
        if isinstance(saved, SavedAnimation):
            log.info("exported %s", saved.path)
            told = (
                f"The animation was saved as {saved.path}: {counted(saved.frames, 'frames')} of "
                f"{shape(saved.size)} px, {saved.seconds:,.1f} s, {data_size(saved.nbytes)}"
            )
            self._window.message.tell(f"{told}. {saved.notice}" if saved.notice else told)
