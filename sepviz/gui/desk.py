"""What happens when the user picks an action: files and clipboard, export, colours, help. One method an action."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QUrl
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from sepviz.gui import settings
from sepviz.gui.actions import TAB_NAMES
from sepviz.gui.dialogs.details import show_about, show_details, show_shortcuts
from sepviz.gui.dialogs.export_dialog import ask_figure, ask_screenshot
from sepviz.gui.dialogs.session_dialog import open_filter
from sepviz.gui.figure_tasks import DrawFigure, SavedFigure, SaveFigure
from sepviz.gui.incoming import Incoming, Offer, Refusal, read_incoming
from sepviz.gui.theme import apply_theme
from sepviz.gui.views.sheet_page import map_count
from sepviz.study.opening import OpenAnything
from sepviz.study.picture import Picture, printable
from sepviz.study.study import Study

if TYPE_CHECKING:
    from sepviz.gui.archive import Archive
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow

log = logging.getLogger("sepviz")
SEEDS = 1_000_000_000


class Desk(QObject):
    """Answers the actions of the window."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow) -> None:
        super().__init__()
        self._document, self._explorer, self._window = document, explorer, window
        self._archive: Archive | None = None
        window.asked.connect(self.on_asked)
        window.location_requested.connect(self.open_location)
        window.handed.connect(self._on_window_handed)
        window.recent_wanted.connect(self._on_window_recent_wanted)
        window.message.details_requested.connect(partial(show_details, window))
        explorer.failed.connect(window.message.warn)
        window.actions_by_name[settings.theme_choice()].setChecked(True)

    @property
    def archive(self) -> Archive:
        """Who looks after sessions; made when first asked for, as the window should stand first."""
        if self._archive is None:
            from sepviz.gui.archive import Archive

            self._archive = Archive(self._document, self._explorer, self._window, self)
            self._archive.refused.connect(self._refuse)
        return self._archive

    def close(self) -> None:
        """Leave nothing behind."""
        if self._archive is not None:
            self._archive.close()

    def on_asked(self, name: str) -> None:
        """Do what action `name` says."""
        match name:
            case _ if name in TAB_NAMES:
                self._document.edit_view("tab", name)
            case "light" | "dark" | "system":
                self._wear(name)
            case _:
                getattr(self, f"_{name}")()

    def open_location(self, location: str) -> None:
        """Open a picture, session or exhibit: a path, "sample:NAME" or "pattern:NAME"."""
        self._receive(Offer(task=OpenAnything(location=location)))

    # pictures in

    def _open(self) -> None:
        folder = Path(recent[0]).parent if (recent := settings.recent_files()) else Path.home()
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open", str(folder), open_filter())
        if chosen:
            self.open_location(chosen)

    def _paste(self) -> None:
        # an empty clipboard hands over nothing at all
        self._receive(read_incoming(QGuiApplication.clipboard().mimeData() or QMimeData(), "pasted"))

    def _on_window_handed(self, mime: QMimeData, origin: str) -> None:
        self._receive(read_incoming(mime, origin))

    def _receive(self, incoming: Incoming) -> None:
        match incoming:
            case Offer(task=task, notice=notice):
                refused = partial(self._refuse, Path(task.name).name)
                self._explorer.ask(task, partial(self._on_opened, notice, task.name), refused, keep=True)
            case Refusal(name=name, reason=reason):
                self._refuse(name, reason)

    def _refuse(self, name: str, reason: str, details: str = "") -> None:
        # the reason says it all: a traceback would not help whoever chose the file
        log.info("rejected %s: %s", name, reason)
        self._window.message.warn(reason)

    def _on_opened(self, notice: str, location: str, opened: object) -> None:
        if isinstance(opened, Picture):
            self._show_picture(opened, notice)
        else:
            self.archive.restore(opened, location, notice)  # type: ignore[arg-type]

    def _show_picture(self, picture: Picture, notice: str) -> None:
        log.info("opened %s %dx%d %s", picture.name, picture.width, picture.height, picture.mode)
        if Path(picture.location).is_absolute():
            settings.remember_file(picture.location)
        self._window.message.hide()
        if text := ". ".join(part for part in (notice, picture.notice) if part):
            self._window.message.tell(text if picture.name in text else f"{picture.name}: {text}")
        self._document.show_picture(picture)

    def _on_window_recent_wanted(self) -> None:
        menu = self._window.recent_menu
        menu.clear()
        for path in settings.recent_files():
            # a "&" in a file name is no mnemonic, and a tab does not part it from its keys
            action = menu.addAction(printable(path).replace("&", "&&"))
            action.setData(path)
            action.triggered.connect(self._on_recent_triggered)
        if menu.isEmpty():
            menu.addAction("No pictures yet").setEnabled(False)
        else:
            menu.addSeparator()
            menu.addAction("Clear this list").triggered.connect(settings.forget_files)

    def _on_recent_triggered(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.open_location(action.data())

    # pictures out

    def _save_session(self) -> None:
        self.archive.save()

    def _export(self) -> None:
        comparison = self._explorer.comparison
        if comparison is None:
            return
        picture = comparison.study.picture
        stem = Path(picture.name).stem if picture else "comparison"
        choice = ask_figure(self._window, f"{stem}-comparison")
        if choice is not None:
            path, scale = choice
            task = SaveFigure(
                path=path,
                comparison=comparison,
                benchmark=self._explorer.benchmark,
                view=self._document.view,
                scale=scale,
            )
            self._explorer.ask(task, self._on_exported, patient=True, keep=True)

    def _on_exported(self, saved: object) -> None:
        if isinstance(saved, SavedFigure):
            log.info("exported %s", saved.path)
            told = f"The comparison was saved as {saved.path}"
            self._window.message.tell(f"{told}; {saved.notice}" if saved.notice else told)

    def _copy_figure(self) -> None:
        if (comparison := self._explorer.comparison) is not None:
            task = DrawFigure(comparison=comparison, benchmark=self._explorer.benchmark, view=self._document.view)
            self._explorer.ask(task, self._on_drawn, patient=True, keep=True)

    def _on_drawn(self, image: object) -> None:
        if isinstance(image, QImage):
            QGuiApplication.clipboard().setImage(image)
            self._window.show_reading("The comparison figure is on the clipboard")

    def _copy(self) -> None:
        picture = self._document.study.picture
        if picture is None:
            return
        mime = QMimeData()
        mime.setImageData(_image(picture))
        if Path(picture.location).is_file():
            mime.setUrls([QUrl.fromLocalFile(picture.location)])
        QGuiApplication.clipboard().setMimeData(mime)
        self._window.show_reading(f"{picture.name} is on the clipboard")

    def _screenshot(self) -> None:
        image = self._window.grab()
        path = ask_screenshot(self._window)
        if path is None:
            return
        if image.save(str(path)):
            log.info("exported %s", path)
            self._window.message.tell(f"The picture of the window was saved as {path}")
        else:
            self._window.message.warn(
                f"{path} cannot be written; choose a folder that you may write to, with room left"
            )

    # settings

    def _undo(self) -> None:
        self._document.undo()

    def _redo(self) -> None:
        self._document.redo()

    def _reshuffle(self) -> None:
        self._document.edit("seed", (self._document.draft.seed + 1) % SEEDS)

    def _reset(self) -> None:
        self._document.adopt(replace(Study(), picture=self._document.study.picture))

    # views

    def _fit(self) -> None:
        self._window.fit()

    def _previous_map(self) -> None:
        self._step(-1)

    def _next_map(self) -> None:
        self._step(1)

    def _step(self, step: int) -> None:
        if (comparison := self._explorer.comparison) is not None:
            count = map_count(comparison)
            self._document.edit_view("channel", (self._document.view.channel + step) % count)

    def _wear(self, choice: str) -> None:
        settings.remember_theme(choice)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, choice)

    def _full_screen(self) -> None:
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()

    # computing

    def _compute(self) -> None:
        self._explorer.compute()

    def _measure(self) -> None:
        self._explorer.measure()

    def _stop(self) -> None:
        self._explorer.stop()

    # help

    def _shortcuts(self) -> None:
        show_shortcuts(self._window)

    def _about(self) -> None:
        show_about(self._window)

    def _quit(self) -> None:
        self._window.close()


def _image(picture: Picture) -> QImage:
    pixels = picture.pixels
    if pixels.dtype.kind == "f":
        pixels = (pixels * 255 + 0.5).clip(0, 255).astype("uint8")
    form = QImage.Format.Format_Grayscale8 if picture.is_grey else QImage.Format.Format_RGB888
    return QImage(pixels.tobytes(), picture.width, picture.height, pixels.strides[0], form).copy()
