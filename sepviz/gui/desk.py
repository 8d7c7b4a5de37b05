"""What happens when the user picks an action: files and clipboard, export, colours, help. One method an action."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog

from sepviz.gui import settings
from sepviz.gui.actions import TAB_NAMES
from sepviz.gui.incoming import Incoming, Offer, Refusal, read_incoming
from sepviz.gui.theme import apply_theme, theme_for
from sepviz.gui.views.page import plain_tooltip
from sepviz.gui.views.sheet_page import map_count
from sepviz.study.opening import OpenAnything
from sepviz.study.picture import Picture, printable
from sepviz.study.study import Study

if TYPE_CHECKING:
    from sepviz.gui.animator import Animator
    from sepviz.gui.archive import Archive
    from sepviz.gui.dialogs.handbook import Handbook
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.exporter import Exporter
    from sepviz.gui.illustrator import Illustrator
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
        window.message.details_requested.connect(self._on_details_requested)
        explorer.failed.connect(window.message.warn)
        document.study_changed.connect(self._on_study_changed)
        window.actions_by_name[settings.theme_choice()].setChecked(True)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)

    @property
    def archive(self) -> Archive:
        """Who looks after sessions; made when first asked for, as the window should stand first."""
        if self._archive is None:
            from sepviz.gui.archive import Archive

            self._archive = Archive(self._document, self._explorer, self._window, self)
            self._archive.refused.connect(self._refuse)
        return self._archive

    @cached_property
    def illustrator(self) -> Illustrator:
        """Who looks after figures; made when first asked for, too."""
        from sepviz.gui.illustrator import Illustrator

        return Illustrator(self._document, self._explorer, self._window, self)

    @cached_property
    def exporter(self) -> Exporter:
        """Who looks after data and code; made when first asked for, too."""
        from sepviz.gui.exporter import Exporter

        return Exporter(self._document, self._explorer, self._window, self)

    @cached_property
    def animator(self) -> Animator:
        """Who looks after animations; made when first asked for, too."""
        from sepviz.gui.animator import Animator

        return Animator(self._document, self._explorer, self._window, self)

    @cached_property
    def handbook(self) -> Handbook:
        """The window of the guide and the tutorial; made when first asked for, too."""
        from sepviz.gui.dialogs.handbook import Handbook

        return Handbook(self._window)

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

    def _on_study_changed(self, before: Study, study: Study) -> None:
        # what was told is past: a refusal, a failure of the settings before, or what was saved of them
        self._window.message.hide()

    # pictures in

    def _open(self) -> None:
        from sepviz.gui.dialogs.session_dialog import open_filter  # here, as it costs start-up time

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
        self._document.show_picture(picture)
        if text := ". ".join(part for part in (notice, picture.notice) if part):
            self._window.message.tell(text if picture.name in text else f"{picture.name}: {text}")

    def _on_window_recent_wanted(self) -> None:
        menu = self._window.recent_menu
        menu.clear()
        for path in settings.recent_files():
            # a "&" in a file name is no mnemonic, and a tab does not part it from its keys
            action = menu.addAction(printable(path).replace("&", "&&"))
            action.setToolTip(plain_tooltip(path))
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
        self.illustrator.save_figure()

    def _copy_figure(self) -> None:
        self.illustrator.copy_figure()

    def _copy(self) -> None:
        self.illustrator.copy_picture()

    def _screenshot(self) -> None:
        self.illustrator.save_screenshot()

    def _export_data(self) -> None:
        self.exporter.save_data()

    def _export_animation(self) -> None:
        self.animator.export()

    def _copy_pytorch(self) -> None:
        self.exporter.copy_code("pytorch")

    def _copy_keras(self) -> None:
        self.exporter.copy_code("keras")

    def _copy_numpy(self) -> None:
        self.exporter.copy_code("numpy")

    def _show_code(self) -> None:
        self.exporter.show_code()

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

    def _on_color_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication) and settings.theme_choice() == "system":
            apply_theme(app, theme_for(scheme))

    def _full_screen(self) -> None:
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()

    # computing

    def _compute(self) -> None:
        self._window.message.hide()
        self._explorer.compute()

    def _measure(self) -> None:
        self._window.message.hide()
        self._explorer.measure()

    def _stop(self) -> None:
        self._window.message.hide()
        self._explorer.stop()

    # help

    def _guide(self) -> None:
        self._read("guide.md")

    def _tutorial(self) -> None:
        self._read("tutorial.md")

    def _read(self, name: str) -> None:
        try:
            self.handbook.read(name)
        except OSError as error:  # its folder was moved or taken away while the program runs
            self._window.message.warn(str(error))

    def _shortcuts(self) -> None:
        from sepviz.gui.dialogs.details import show_shortcuts

        show_shortcuts(self._window)

    def _about(self) -> None:
        from sepviz.gui.dialogs.details import show_about

        show_about(self._window)

    def _on_details_requested(self, text: str) -> None:
        from sepviz.gui.dialogs.details import show_details

        show_details(self._window, text)

    def _quit(self) -> None:
        self._window.close()
