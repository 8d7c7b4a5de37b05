"""Where the window is put together: application, document, worker, window, and who listens to whom."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import NoReturn, TypeAlias

import PySide6.QtCore  # noqa: F401 - before pyqtgraph, which takes the binding that is there

# isort: split
import numpy as np
import pyqtgraph as pg
from pyqtgraph.util.garbage_collector import GarbageCollector
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from sepviz.assets import resource
from sepviz.engine.strips import single_threaded_blas
from sepviz.gui import settings
from sepviz.gui.asker import Asker
from sepviz.gui.desk import Desk
from sepviz.gui.document import Document
from sepviz.gui.explorer import Explorer
from sepviz.gui.farewell import Farewell
from sepviz.gui.incident import Incidents
from sepviz.gui.logbook import note_crashes, open_logbook
from sepviz.gui.placement import place
from sepviz.gui.theme import apply_theme
from sepviz.gui.window import MainWindow
from sepviz.gui.worker import Worker, all_ended
from sepviz.study.memory import LIMITS, Limits
from sepviz.study.study import Study, View

GUIDES_WAIT_MS = 30
"""So long the first picture of the window may take before the tabs that can wait are made."""
TURN_S = 0.0005
"""So long the worker keeps Python when the window wants it. With Python's own 5 ms, loops in the worker made a tab take
1.2 s to build: Qt lets go of Python hundreds of times meanwhile, and each time it waits for its turn."""


GuideClass: TypeAlias = Callable[[Document, Explorer, MainWindow], QObject]


class App:
    """All parts of a running window, so that each lives as long as the window does."""

    def __init__(self, study: Study, view: View, memory: Limits = LIMITS) -> None:
        # once for all: a BLAS whose threads come and go while another thread multiplies may wait for ever
        self._blas = ExitStack()
        self._blas.enter_context(single_threaded_blas())
        self._blas.enter_context(np.errstate(all="ignore"))  # maps that hold no numbers are shown as such, unremarked
        sys.setswitchinterval(TURN_S)
        self.workers = Worker(), Worker()
        asker, aside = (Asker(worker) for worker in self.workers)
        self.document = Document(study, view)
        self.window = MainWindow()
        self.explorer = Explorer(self.document, asker, aside, self.window, memory)
        self.desk = Desk(self.document, self.explorer, self.window)
        self.guides: tuple[QObject, ...] = ()
        self._rest = self._make_the_rest()
        self.window.closing.connect(self._on_window_closing)

    def settle_in(self) -> None:
        """Offer what was left behind, and make what can wait, one thing after the other between other events."""
        self.desk.archive.offer()
        self._go_on()

    def _go_on(self) -> None:
        if next(self._rest, False):
            QTimer.singleShot(GUIDES_WAIT_MS, self._go_on)

    def _make_the_rest(self) -> Iterator[bool]:
        """Make the sheets that nobody sees yet and the tabs beyond the first five; yield True before each."""
        for page in self.window.pages.values():
            yield True
            page.fill()
        for guide in _guides():
            yield True
            self.guides = (*self.guides, guide(self.document, self.explorer, self.window))

    def hire_guides(self) -> None:
        """Make all that can wait at once: every tab, each with who looks after it."""
        for _ in self._rest:
            pass

    def close(self) -> None:
        """End the workers; safe to call twice."""
        self.explorer.stop()
        for worker in self.workers:
            worker.close()
        self._rest = iter(())
        self._blas.close()
        self.desk.close()

    def _on_window_closing(self) -> None:
        settings.remember_geometry(self.window.saveGeometry())
        self.close()


def _guides() -> Iterator[GuideClass]:
    """Yield who looks after the tabs beyond the first five, in their order; each is fetched when its turn comes."""
    from sepviz.gui.pixel_guide import PixelGuide

    yield PixelGuide
    from sepviz.gui.kernel_guide import KernelGuide

    yield KernelGuide
    from sepviz.gui.decouple_guide import DecoupleGuide

    yield DecoupleGuide
    from sepviz.gui.spectrum_guide import SpectrumGuide

    yield SpectrumGuide
    from sepviz.gui.article_guide import ArticleGuide

    yield ArticleGuide
    from sepviz.gui.claims_guide import ClaimsGuide

    yield ClaimsGuide
    from sepviz.gui.sweep_guide import SweepGuide

    yield SweepGuide


def dress(qt: QApplication) -> None:
    """Give the application its name, icon and colours, and the plots their ways."""
    pg.setConfigOptions(imageAxisOrder="row-major", antialias=True)
    qt.setApplicationName("sepviz")
    qt.setDesktopFileName("org.sepviz.sepviz")
    qt.setWindowIcon(QIcon(str(resource("icons", "sepviz.svg"))))
    apply_theme(qt, settings.theme_choice())


def run(location: str | None, study: Study, verbose: bool) -> int:
    """Open the window on `location`, if given, and return the exit status when it is closed."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO if verbose else logging.WARNING, format="%(message)s")
    qt = QApplication(sys.argv[:1])
    dress(qt)
    # Python's own moments for collecting are not safe: a widget that dies in the worker's thread, or while Qt holds
    # a lock to disconnect another, stops the window for ever
    collector = GarbageCollector()
    app = App(study, View())
    logbook = open_logbook(settings.state_folder())
    crashes = note_crashes(settings.state_folder())
    incidents = Incidents(app.window, logbook.path if logbook else None)
    incidents.install()
    app.explorer.failed.connect(incidents.note)
    place(app.window, settings.geometry())
    if location is not None:
        app.desk.open_location(location)
    farewell = Farewell(app.window)
    app.window.show()
    QTimer.singleShot(GUIDES_WAIT_MS, app.settle_in)
    status = qt.exec()
    collector.timer.stop()
    farewell.release()
    app.close()
    incidents.uninstall()
    crashes.close()
    if not all_ended():
        _leave(status)
    return status


def _leave(status: int) -> NoReturn:
    """End the process though a thread of it does not: the usual way would wait for it, or abort."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # a window may have been started without any
            stream.flush()
    os._exit(status)
