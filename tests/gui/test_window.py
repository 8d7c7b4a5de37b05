"""Promises of the window: it shows what it is given, every signal is listened to, and outside text stays text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QMetaMethod, QMimeData, QPoint, QPointF, Qt, QUrl, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsView, QLabel, QLineEdit, QWidget

from sepviz.gui import settings
from sepviz.gui.actions import ACTIONS, TAB_NAMES, plain_text
from sepviz.gui.explorer import Explorer
from sepviz.gui.theme import DARK, apply_theme
from sepviz.gui.window import MainWindow
from sepviz.study.sheets import TABS as SHEETS_OF_TABS
from sepviz.study.study import Study

NASTY = "<b>x</b>&y[*].png"


def own_signals(thing):
    """Return the signals that the class of `thing` itself declares, by name."""
    names = [name for name, value in vars(type(thing)).items() if isinstance(value, Signal)]
    return {name: QMetaMethod.fromSignal(getattr(thing, name)) for name in names}


@pytest.mark.parametrize("part", ["window", "explorer", "document", "workers"])
def test_that_every_signal_is_listened_to(ready, part):
    thing = getattr(ready, part)
    thing = thing[0] if isinstance(thing, tuple) else thing
    signals = own_signals(thing)
    assert signals
    assert [name for name, signal in signals.items() if not thing.isSignalConnected(signal)] == []


def test_that_what_the_panel_and_the_views_ask_for_is_listened_to(ready):
    window = ready.window
    sheets = [sheet for page in window.pages.values() for sheet in page.sheets.values()]
    for thing in (window.panel, window.welcome, window.timing, window.message, *window.pages.values(), *sheets):
        unheard = {name for name, signal in own_signals(thing).items() if not thing.isSignalConnected(signal)}
        assert unheard <= {"chosen", "opened"} if thing in sheets else unheard == set()


def test_that_the_tabs_are_those_that_have_sheets_or_a_view_of_their_own(ready):
    assert set(SHEETS_OF_TABS) <= set(TAB_NAMES)
    titles = [ready.window.tabs.tabText(number) for number in range(ready.window.tabs.count())]
    assert titles == [plain_text(row.text) for row in ACTIONS if row.is_tab]


def test_that_turning_to_a_tab_by_hand_is_a_change_of_the_view(ready, settled):
    ready.window.tabs.setCurrentIndex(TAB_NAMES.index("kernels"))
    settled(ready)
    assert ready.document.view.tab == "kernels"
    assert ready.window.pages["kernels"].sheets["baseline.kernels.0"].sheet is not None


def test_that_outside_text_is_shown_letter_by_letter(launch, settled, picture):
    parts = launch(Study(picture=replace(picture, name=NASTY, notice=f"{NASTY} is odd"), out_channels=2))
    settled(parts)
    parts.window.message.warn(f"{NASTY} is damaged")
    assert parts.window.windowTitle().replace("[*][*]", "[*]") == f"{NASTY} — sepviz"
    assert parts.window.message.text == f"{NASTY} is damaged"
    labels = [label for label in parts.window.findChildren(QLabel) if "<b>" in label.text()]
    assert labels
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
    tips = [widget.toolTip() for widget in parts.window.findChildren(QWidget)]
    assert not any("<b>x" in tip for tip in tips)


def test_that_a_name_with_qts_mark_of_changes_keeps_it(ready):
    ready.window.show_title("a[*].png")
    ready.window.setWindowModified(False)
    assert ready.window.windowTitle() == "a[*][*].png — sepviz"  # Qt shows a doubled mark as one


def test_that_a_longer_name_or_message_does_not_widen_the_window(app, ready):
    width = ready.window.minimumSizeHint().width()
    ready.window.message.warn("word " * 300)
    ready.document.show_picture(replace(ready.document.study.picture, name="n" * 300, location="elsewhere"))
    app.processEvents()
    assert ready.window.minimumSizeHint().width() <= max(width, ready.window.minimumWidth())
    assert (ready.window.width(), ready.window.height()) == (1280, 800)


def drag(window, kind, mime):
    at = QPoint(300, 300)
    copy = Qt.DropAction.CopyAction
    if kind is QDropEvent:
        event = QDropEvent(QPointF(at), copy, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    else:
        event = kind(at, copy, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, event)
    return event


def test_that_a_drag_covers_the_window_until_it_leaves_or_drops(ready, settled):
    mime = QMimeData()
    mime.setText("words")
    entered = drag(ready.window, QDragEnterEvent, mime)
    assert entered.isAccepted()
    assert ready.window.overlay.isVisible()
    assert ready.window.overlay.geometry() == ready.window.rect()
    QApplication.sendEvent(ready.window, QDragLeaveEvent())
    assert not ready.window.overlay.isVisible()
    drag(ready.window, QDragEnterEvent, mime)
    drag(ready.window, QDropEvent, mime)
    assert not ready.window.overlay.isVisible()
    assert "text ('words')" in ready.window.message.text


def test_that_a_file_dropped_on_the_window_opens(ready, settled, tmp_path):
    path = tmp_path / "Ä b.png"
    assert ready.window.grab().save(str(path))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    drag(ready.window, QDragEnterEvent, mime)
    assert drag(ready.window, QDropEvent, mime).dropAction() == Qt.DropAction.CopyAction
    settled(ready)
    assert ready.explorer.comparison.study.picture.location == str(path)


def test_that_nothing_in_the_window_takes_a_drop_for_itself(ready):
    takers = [one for kind in (QGraphicsView, QLineEdit) for one in ready.window.findChildren(kind)]
    assert takers
    assert [one for one in takers if one.acceptDrops()] == []
    assert [one for one in ready.window.findChildren(QGraphicsView) if one.viewport().acceptDrops()] == []


def test_that_the_invitation_is_shown_again_in_the_colours_of_the_window(app, ready):
    ready.window.overlay.cover()
    try:
        apply_theme(app, "dark")
        app.processEvents()
        assert ready.window.overlay.grab().toImage().pixelColor(5, 5).lightness() < 128
        assert DARK.name == "dark"
    finally:
        apply_theme(app, "light")


def test_that_the_keys_of_the_menu_work(app, ready, settled):
    ready.window.activateWindow()
    ready.window.setFocus()
    app.processEvents()
    QTest.keyClick(ready.window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert ready.document.study.seed == 1
    QTest.keyClick(ready.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert ready.document.study.seed == 0
    QTest.keyClick(ready.window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    assert ready.document.view.tab == "timing"
    settled(ready)


def test_that_progress_says_what_is_done_and_how_far(ready):
    ready.window.show_progress(0.25, "computing")
    assert ready.window._progress.isVisible()
    assert ready.window._stop.isVisible()
    assert ready.window._progress.text() == "computing 25 %"
    ready.window.show_progress(None)
    assert not ready.window._stop.isVisible()


def test_that_undo_and_redo_are_offered_only_when_there_is_something(ready, settled):
    offered = [ready.window.actions_by_name[name].isEnabled() for name in ("undo", "redo")]
    ready.document.edit("seed", 3)
    offered += [ready.window.actions_by_name[name].isEnabled() for name in ("undo", "redo")]
    ready.document.undo()
    offered += [ready.window.actions_by_name[name].isEnabled() for name in ("undo", "redo")]
    settled(ready)
    assert offered == [False, False, True, False, False, True]


def test_that_the_window_comes_back_in_its_shape(ready, keep):
    ready.window.resize(1000, 700)
    shape = ready.window.saveGeometry()
    ready.window.close()
    assert settings.geometry() == shape
    assert keep(MainWindow()).restoreGeometry(shape)


def test_that_a_closed_window_computes_nothing_more(app, ready):
    ready.document.edit("seed", 4)
    ready.window.close()
    QApplication.sendPostedEvents(None, QEvent.Type.MetaCall)
    app.processEvents()
    assert not any(worker._thread.isRunning() for worker in ready.workers)
    assert ready.explorer.comparison.study.seed == 0
    assert isinstance(ready.explorer, Explorer)
