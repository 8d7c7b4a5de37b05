"""The limits of this machine as the window knows them: one answer for every view, read once and measured on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sepviz.gui.errand import Errand

if TYPE_CHECKING:
    from sepviz.engine.machine import MachinePeak
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow


class MachineLimits(QObject):
    """Knows how fast this machine computes and copies, and has it measured by the worker."""

    changed = Signal()
    """The limits were measured."""
    measuring_changed = Signal()
    """A measurement began or ended."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow) -> None:
        super().__init__(explorer)
        self._peak: MachinePeak | None = None
        self._errand = Errand(document, explorer, window)
        self._errand.setParent(self)
        self._errand.ended.connect(self.measuring_changed)

    @property
    def peak(self) -> MachinePeak | None:
        """What was measured in this window, or before on this machine; None when it never was."""
        self._peak = self._peak or remembered_peak()
        return self._peak

    @property
    def is_measuring(self) -> bool:
        """Whether they are being measured."""
        return self._errand.is_running

    def measure(self) -> None:
        """Measure them as soon as the worker has done what it does; it takes two seconds."""
        if not self.is_measuring:
            from sepviz.gui.claim_tasks import MeasurePeak  # here, as it costs start-up time

            self._errand.ask(MeasurePeak(), self._on_measured)
            self.measuring_changed.emit()

    def _on_measured(self, peak: object) -> None:
        from sepviz.engine.machine import MachinePeak

        if isinstance(peak, MachinePeak):
            self._peak = peak
            self.changed.emit()


def remembered_peak() -> MachinePeak | None:
    """Return what was measured before on this machine, if it was."""
    from sepviz.engine import machine  # here, as it costs start-up time

    return machine.remembered_peak()
