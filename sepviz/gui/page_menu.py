"""The menu of the page that is looked at: every button of it, so that whatever can be clicked is in a menu, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QPushButton

from sepviz.gui.actions import plain_text

if TYPE_CHECKING:
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMenu, QTabWidget

KINDS = (QPushButton, QCheckBox)


class PageMenu(QObject):
    """Fills a menu, whenever it is opened, from the buttons of the current tab."""

    def __init__(self, menu: QMenu, tabs: QTabWidget) -> None:
        super().__init__(menu)
        self.menu, self._tabs = menu, tabs
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Offer what the page offers now."""
        self.menu.clear()
        for button in self._buttons():
            self._add(button)
        if self.menu.isEmpty():
            self.menu.addAction("Nothing to do on this page").setEnabled(False)

    def _buttons(self) -> list[QAbstractButton]:
        page = self._tabs.currentWidget()
        found = [] if page is None else page.findChildren(QAbstractButton)
        return [button for button in found if isinstance(button, KINDS) and button.isVisibleTo(page)]

    def _add(self, button: QAbstractButton) -> None:
        text = button.accessibleName() or plain_text(button.text())
        if isinstance(button, QPushButton) and button.menu() is not None:
            action = self.menu.addMenu(button.menu())
            action.setText(text)
        else:
            action = self.menu.addAction(text)
            action.triggered.connect(button.click)
        action.setToolTip(button.toolTip())
        action.setEnabled(button.isEnabled())
        _show_state(action, button)


def _show_state(action: QAction, button: QAbstractButton) -> None:
    action.setCheckable(button.isCheckable())
    action.setChecked(button.isChecked())
