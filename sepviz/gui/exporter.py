"""Ways out for who goes on elsewhere: the comparison as data, and its layers as code."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from sepviz.export.code.snippet import FRAMEWORKS, snippet
from sepviz.gui.data_tasks import SaveCode, SaveData
from sepviz.gui.dialogs.code_dialog import CodeDialog
from sepviz.gui.dialogs.save_dialog import ask_path
from sepviz.gui.file_errand import FileErrand

if TYPE_CHECKING:
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow
    from sepviz.study.study import Study

log = logging.getLogger("sepviz")
DATA = (
    "NumPy archive: input, maps, kernels, biases (*.npz);;"
    "JSON document: costs, statistics, time (*.json);;"
    "CSV table: costs, statistics, time (*.csv)"
)
CODE = "Python code (*.py)"


class Exporter(QObject):
    """Asks where, has the worker write, and says what has become of it."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._explorer, self._window = document, explorer, window
        self._saved: tuple[Study, Path] | None = None
        self._dialog: CodeDialog | None = None
        self._data = FileErrand(explorer, window, self)

    def save_data(self) -> None:
        """Save the comparison that is shown as data, where the user says."""
        comparison = self._explorer.comparison
        if comparison is None:
            self._window.show_reading("The maps are not there yet; export the data when they are")
            return
        path = ask_path(self._window, "Export the data", f"{_stem(comparison.study)}-data.npz", DATA)
        if path is not None:
            task = SaveData(path=path, comparison=comparison, benchmark=self._explorer.benchmark)
            # by the second worker: gigabytes take a while, in which pictures go on, and Esc stops it
            self._data.ask(task, self._on_data_saved, name=path.name, what="The export of data")

    def _on_data_saved(self, done: object) -> None:
        if not isinstance(done, SaveData):
            return
        log.info("exported %s", done.path)
        if done.path.suffix.lower() == ".npz":
            self._saved = done.comparison.study, done.path
            what = "The arrays input, baseline_0_maps, baseline_0_kernel and so on"
        else:
            what = f"Costs{', statistics and time' if done.benchmark else ' and statistics, without a time,'}"
        self._window.message.tell(f"{what} were saved as {done.path}")

    def copy_code(self, framework: str) -> None:
        """Put the layers as code for `framework` on the clipboard."""
        QGuiApplication.clipboard().setText(snippet(self._document.study, framework))
        self._window.show_reading(f"The {FRAMEWORKS[framework].label} code of both layers is on the clipboard")

    def show_code(self) -> None:
        """Show the layers as code, for looking at it, copying and saving."""
        if self._dialog is None:
            self._dialog = CodeDialog(self._window)
            self._dialog.save_requested.connect(self._on_save_requested)
            self._document.study_changed.connect(self._on_study_changed)
        self._show_study(self._dialog)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _on_study_changed(self, before: Study, study: Study) -> None:
        if self._dialog is not None and self._dialog.isVisible():
            self._show_study(self._dialog)

    def _show_study(self, dialog: CodeDialog) -> None:
        study = self._document.study
        is_saved = self._saved is not None and self._saved[0] == study
        archive = str(self._saved[1]) if self._saved and is_saved else f"{_stem(study)}-data.npz"
        dialog.show_study(study, archive, is_saved=is_saved)

    def _on_save_requested(self, framework: str, code: str) -> None:
        path = ask_path(self._dialog, "Save the code", f"layers_{framework}.py", CODE)
        if path is not None:
            task = SaveCode(path=path, text=code)
            self._explorer.ask(task, self._on_code_saved, self._on_code_refused, patient=True, keep=True)

    def _on_code_saved(self, path: object) -> None:
        log.info("exported %s", path)
        self._window.message.tell(f"The code was saved as {path}")
        if self._dialog is not None:
            self._dialog.tell(f"Saved as {path}")

    def _on_code_refused(self, reason: str, details: str) -> None:
        self._window.message.warn(reason, details)
        if self._dialog is not None:
            self._dialog.tell(reason)


def _stem(study: Study) -> str:
    return Path(study.picture.name).stem if study.picture else "layers"
