"""Text from outside is shown letter by letter: names of files, of layers, of kernels are never taken for markup."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QAbstractListModel
from PySide6.QtGui import Qt, QTextDocument
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QGraphicsTextItem,
    QLabel,
    QMessageBox,
    QWidget,
)

from sepviz.gui.actions import TAB_NAMES
from sepviz.gui.dialogs.incident_dialog import IncidentDialog
from sepviz.gui.dialogs.weights_dialog import WeightsDialog
from sepviz.study.kernels import own_kernel, with_kernel
from sepviz.study.picture import picture_from_array
from sepviz.study.session import Session, to_text
from sepviz.study.study import Study, View
from sepviz.study.weight_files import list_weights

EVIL = "<b>&amp;<img src=x>"
"""A name that a reader of rich text makes something else of."""


def evil_study():
    pixels = np.random.default_rng(5).integers(0, 256, (24, 32, 3), np.uint8)
    study = Study(picture=picture_from_array(pixels, f"{EVIL}.png"), out_channels=4, size=24)
    return with_kernel(study, own_kernel("baseline", 0, np.ones((4, 3, 3, 3), np.float32), None, EVIL))


def is_markup(text):
    """Say whether a reader that looks for rich text finds some, and so shows something else than `text`."""
    if not Qt.mightBeRichText(text):
        return False
    document = QTextDocument()
    document.setHtml(text)
    return EVIL not in document.toPlainText()


def spoilt(root):
    """Return each thing at and below `root` that shows outside text as markup."""
    widgets = [root, *root.findChildren(QWidget)]
    labels = [widget for widget in widgets if isinstance(widget, QLabel | QMessageBox)]
    models = [widget.model() for widget in widgets if isinstance(widget, QComboBox | QAbstractItemView)]
    items = [item for widget in widgets if isinstance(widget, pg.GraphicsView) for item in widget.scene().items()]
    tips = [thing.toolTip() for thing in (*widgets, *items, *(one for widget in widgets for one in widget.actions()))]
    tips += [tip for model in models if model is not None for tip in item_tips(model)]
    return [
        *(f"tooltip: {tip}" for tip in tips if "img src=x" in tip and is_markup(tip)),
        *(f"label: {label.text()}" for label in labels if "img src=x" in label.text() and not is_plain(label)),
        *(f"drawn: {item.toHtml()}" for item in items if isinstance(item, QGraphicsTextItem) and has_image(item)),
    ]


def is_plain(label):
    return label.textFormat() == Qt.TextFormat.PlainText


def has_image(item):
    return "<img" in item.toHtml()


def item_tips(model):
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    places = product(range(model.rowCount()), range(columns))
    return [str(model.index(row, column).data(Qt.ItemDataRole.ToolTipRole) or "") for row, column in places]


def texts(root):
    """Return every text that widgets below `root` show."""
    return [widget.text() for widget in root.findChildren(QLabel)] + [root.windowTitle()]


@pytest.mark.parametrize("name", TAB_NAMES)
def test_that_no_tab_takes_a_name_for_markup(launch, settled, name):
    parts = launch(evil_study())
    parts.document.edit_view("tab", name)
    settled(parts)
    assert spoilt(parts.window) == []
    assert parts.window.windowTitle() == f"{EVIL}.png — sepviz"


def test_that_the_name_is_really_on_the_window(launch, settled):
    parts = launch(evil_study())
    settled(parts)
    assert any("<b>" in text for text in texts(parts.window))


@pytest.mark.parametrize("kind", ["refusal", "session", "picture"])
def test_that_messages_about_a_file_are_plain(launch, settled, tmp_path, kind):
    parts = launch()
    settled(parts)
    path = tmp_path / f"{EVIL.replace('/', '')}.{'sepviz' if kind == 'session' else 'png'}"
    if kind == "session":
        study = replace(evil_study(), picture=None)
        text = to_text(Session(study=study, view=View()), embed=False)
        path.write_text(text.replace('"picture": null', located(tmp_path)), encoding="utf-8")
    else:
        path.write_text("no picture")
    parts.desk.open_location(str(path))
    settled(parts)
    assert "<img src=x>" in parts.window.message.text
    assert spoilt(parts.window) == []
    parts.window.recent_menu.aboutToShow.emit()
    assert spoilt(parts.window.recent_menu) == []


def located(folder):
    gone = f"{folder}/{EVIL}.png"
    return f'"picture": {{"name": "{EVIL}.png", "location": "{gone}", "relative": "", "digest": "x"}}'


def test_that_layers_of_a_file_are_listed_letter_by_letter(keep, tmp_path):
    path = tmp_path / "weights.npz"
    np.savez(path, **{f"{EVIL}": np.ones((4, 3, 3, 3), np.float32)})
    entries = list_weights(path)
    assert any("<img" in entry.name for entry in entries)
    dialog = keep(WeightsDialog(None, f"{EVIL}.npz", entries))
    assert spoilt(dialog) == []


def test_that_an_error_is_told_letter_by_letter(keep):
    dialog = keep(IncidentDialog(None, None))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.show_incident(f"ValueError: {EVIL}", EVIL, 1)
    assert spoilt(dialog) == []
    dialog.close()
    QApplication.processEvents()
