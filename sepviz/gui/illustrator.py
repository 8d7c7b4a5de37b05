"""Pictures out of the window: the figure of a comparison, the picture that is open, and the window itself."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from sepviz.export.saving import ExportError, write_bytes
from sepviz.gui.dialogs.export_dialog import ask_figure, ask_screenshot
from sepviz.gui.figure_tasks import DrawFigure, DrawnFigure, SavedFigure, SaveFigure
from sepviz.gui.incoming import png_bytes

if TYPE_CHECKING:
    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow
    from sepviz.study.picture import Picture

log = logging.getLogger("sepviz")


class Illustrator(QObject):
    """Saves and copies what is seen, and says what has become of it."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._explorer, self._window = document, explorer, window

    def save_figure(self) -> None:
        """Save the figure of the comparison that is shown, where the user says."""
        comparison = self._explorer.comparison
        if comparison is None:
            return
        picture = comparison.study.picture
        stem = Path(picture.name).stem if picture else "comparison"
        choice = ask_figure(self._window, f"{stem}-comparison")
        if choice is not None:
            known = self._explorer.experiences.recall_all(comparison.study)
            task = SaveFigure(
                path=choice.path,
                comparison=comparison,
                benchmark=self._explorer.benchmark,
                view=self._document.view,
                scale=choice.scale,
                experiences=known if choice.with_claims else None,
            )
            self._explorer.ask(task, self._on_exported, patient=True, keep=True)

    def _on_exported(self, saved: object) -> None:
        if isinstance(saved, SavedFigure):
            log.info("exported %s", saved.path)
            told = f"The comparison was saved as {saved.path}"
            self._window.message.tell(f"{told}; {saved.notice}" if saved.notice else told)

    def copy_figure(self) -> None:
        """Draw the figure for the clipboard."""
        if (comparison := self._explorer.comparison) is not None:
            task = DrawFigure(comparison=comparison, benchmark=self._explorer.benchmark, view=self._document.view)
            self._explorer.ask(task, self._on_drawn, patient=True, keep=True)

    def _on_drawn(self, drawn: object) -> None:
        if isinstance(drawn, DrawnFigure):
            mime = QMimeData()
            mime.setImageData(drawn.image)
            mime.setData("image/png", drawn.png)  # with its study, so that it can be pasted into another window
            QGuiApplication.clipboard().setMimeData(mime)
            self._window.show_reading("The comparison figure is on the clipboard")

    def copy_picture(self) -> None:
        """Put the picture that is open on the clipboard, and its file."""
        picture = self._document.study.picture
        if picture is None:
            return
        mime = QMimeData()
        mime.setImageData(_image(picture))
        if Path(picture.location).is_file():
            mime.setUrls([QUrl.fromLocalFile(picture.location)])
        QGuiApplication.clipboard().setMimeData(mime)
        self._window.show_reading(f"{picture.name} is on the clipboard")

    def save_screenshot(self) -> None:
        """Save the window as it is now as a picture."""
        image = self._window.grab()
        path = ask_screenshot(self._window)
        if path is None:
            return
        try:
            write_bytes(path, png_bytes(image.toImage()))
        except ExportError as error:
            self._window.message.warn(str(error))
        else:
            log.info("exported %s", path)
            self._window.message.tell(f"The picture of the window was saved as {path}")


def _image(picture: Picture) -> QImage:
    pixels = picture.pixels
    if pixels.dtype.kind == "f":
        pixels = (pixels * 255 + 0.5).clip(0, 255).astype("uint8")
    form = QImage.Format.Format_Grayscale8 if picture.is_grey else QImage.Format.Format_RGB888
    return QImage(pixels.tobytes(), picture.width, picture.height, pixels.strides[0], form).copy()
