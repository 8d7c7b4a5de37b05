"""Files that take a while to write: the second worker's work, with a word at every turn in the status line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow
    from sepviz.study.jobs import Task


class FileErrand(QObject):
    """Has one file after the other written, while pictures go on; what was asked for aside before it comes first."""

    def __init__(self, explorer: Explorer, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._explorer, self._window = explorer, window

    def ask(self, task: Task, then: Callable[[object], None], *, name: str, what: str) -> None:
        """Have `task` write the file `name`, and hand its answer to `then`.

        `what` is said to have been stopped if the user stops it, as a sentence begins: "The animation".
        """

        def began() -> None:
            self._window.show_reading(f"Writing {name}; Esc stops it")

        def stopped() -> None:
            self._window.show_reading(f"{what} was stopped; no file was written")

        def saved(answer: object) -> None:
            self._window.show_reading("")
            then(answer)

        def failed(message: str, details: str) -> None:
            self._window.show_reading("")
            self._explorer.failed.emit(message, details)

        if self._explorer.is_busy_aside:
            self._window.show_reading(f"{name} is written when what runs before it is done; Esc stops both")
        else:
            began()
        self._explorer.ask_aside(task, saved, failed, began=began, stopped=stopped)
