"""The main window: it lays out panel, summary and views, shows what it is given, and says what the user asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sepviz.gui.actions import build_menus, plain_text
from sepviz.gui.focus_ring import FocusRing
from sepviz.gui.page_menu import PageMenu
from sepviz.gui.panel.side_panel import SidePanel
from sepviz.gui.views.cost_plot import CostPlot
from sepviz.gui.views.drop_overlay import DropOverlay
from sepviz.gui.views.message_bar import MessageBar
from sepviz.gui.views.offer_bar import OfferBar
from sepviz.gui.views.sheet_page import ARRANGEMENTS, SheetPage
from sepviz.gui.views.summary import SummaryStrip
from sepviz.gui.views.tabs import Tabs
from sepviz.gui.views.timing_plot import TimingPlot
from sepviz.gui.views.welcome import Welcome

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QCloseEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDropEvent,
        QResizeEvent,
    )

    from sepviz.study.costs import Costs, Problem
    from sepviz.study.sheets import Exploration, Viewport
    from sepviz.study.study import Study, View

FIRST_TABS = ("maps", "pair", "kernels", "costs", "timing")
WITHOUT_PICTURE = ("maps", "costs", "article", "claims", "sweep")
"""Tabs that have something to show while there is no picture."""


class MainWindow(QMainWindow):
    """Everything the user sees. Its signals are intents; who listens decides."""

    asked = Signal(str)
    """An action of :data:`sepviz.gui.actions.ACTIONS`, by name."""
    edited = Signal(str, object, bool)
    view_edited = Signal(str, object)
    location_requested = Signal(str)
    handed = Signal(object, str)
    """A QMimeData and how it came ("dropped")."""
    pixel_chosen = Signal(str, int, int, int)
    """A pixel of a map was clicked: side, channel, y, x."""
    auto_toggled = Signal(bool)
    viewport_changed = Signal()
    recent_wanted = Signal()
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tab_names: list[str] = []
        self._tab_shown = FIRST_TABS[0]
        self._has_picture = False
        self._costs_shown: dict[QWidget, Costs] = {}
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 480)  # a screen of 1920 × 1080 at twice the size has no more than 540
        self.resize(1280, 800)
        self.actions_by_name = build_menus(self)
        for name, action in self.actions_by_name.items():
            action.setObjectName(name)
            action.triggered.connect(self._on_action_triggered)
        self._build_body()
        self._build_status()
        self._add_menus()
        self.ring = FocusRing(self)
        self.overlay = DropOverlay(self)
        self.show_title("")

    def _add_menus(self) -> None:
        """Add the menus that are no table: files opened before, samples, and the buttons of the page."""
        self.recent_menu, page_menu = QMenu("Open &recent", self), QMenu("&Page", self)
        self.recent_menu.aboutToShow.connect(self.recent_wanted)
        file_menu, help_menu = (self._menu_of(name) for name in ("paste", "shortcuts"))
        for menu in (self.recent_menu, self.panel.samples_menu):
            file_menu.insertMenu(self.actions_by_name["paste"], menu)
        self.menuBar().insertMenu(help_menu.menuAction(), page_menu)
        self.page_menu = PageMenu(page_menu, self.tabs)

    def _menu_of(self, name: str) -> QMenu:
        return next(menu for menu in self.actions_by_name[name].associatedObjects() if isinstance(menu, QMenu))

    def _build_body(self) -> None:
        self.panel = SidePanel()
        self.summary, self.message = SummaryStrip(), MessageBar()
        self.offer, self.missing = OfferBar(), OfferBar()
        self.costs, self.timing = CostPlot(), TimingPlot()
        self.pages = {name: SheetPage(arrangement) for name, arrangement in ARRANGEMENTS.items()}
        self.welcome, self.maps = Welcome(), QStackedWidget()
        self.maps.addWidget(self.welcome)
        self.maps.addWidget(self.pages["maps"])
        self.tabs = Tabs()
        self.tabs.tabBar().setAccessibleName("Pages")
        bodies = {**self.pages, "maps": self.maps, "costs": self.costs, "timing": self.timing}
        for name in FIRST_TABS:
            self.add_tab(name, bodies[name])
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.summary)
        column.addLayout(self._made_views(), 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.panel)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        self.setCentralWidget(splitter)
        self._connect_body()

    def _made_views(self) -> QGridLayout:
        """Return the tabs with what is told lying over their foot: nothing moves when it comes or goes."""
        notices = QWidget()
        lines = QVBoxLayout(notices)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        for bar in (self.offer, self.missing, self.message):
            lines.addWidget(bar)
        views = QGridLayout()
        views.addWidget(self.tabs, 0, 0)
        views.addWidget(notices, 0, 0, Qt.AlignmentFlag.AlignBottom)
        return views

    def _connect_body(self) -> None:
        self.panel.edited.connect(self.edited)
        self.panel.view_edited.connect(self._on_panel_view_edited)
        self.panel.reshuffle_requested.connect(self.actions_by_name["reshuffle"].trigger)
        self.panel.open_requested.connect(self.actions_by_name["open"].trigger)
        self.panel.location_requested.connect(self.location_requested)
        self.welcome.open_requested.connect(self.actions_by_name["open"].trigger)
        self.welcome.location_requested.connect(self.location_requested)
        self.timing.measure_requested.connect(self.actions_by_name["measure"].trigger)
        self.timing.auto_toggled.connect(self.auto_toggled)
        self.tabs.currentChanged.connect(self._on_tabs_current_changed)
        for page in self.pages.values():
            page.viewport_changed.connect(self.viewport_changed)
            page.hovered.connect(self._on_page_hovered)
            page.chosen.connect(self._on_page_chosen)
            page.opened.connect(self._on_page_opened)
            page.pixel_chosen.connect(self.pixel_chosen)

    def _build_status(self) -> None:
        self._reading, self._progress, self._stop = QLabel(), QProgressBar(), QPushButton("Stop")
        self._reading.setTextFormat(Qt.TextFormat.PlainText)
        self._reading.setIndent(8)
        self._progress.setRange(0, 1000)
        self._progress.setFixedWidth(180)
        self._progress.setAccessibleName("Progress")
        self._stop.setToolTip("Stop what is being computed (Esc)")
        self._stop.clicked.connect(self.actions_by_name["stop"].trigger)
        self.statusBar().addWidget(self._reading, 1)
        self.statusBar().addPermanentWidget(self._progress)
        self.statusBar().addPermanentWidget(self._stop)
        # the height that the progress bar needs, so that nothing jumps when it appears
        self.statusBar().setFixedHeight(self._stop.sizeHint().height() + 4)
        self.show_progress(None)

    def add_tab(self, name: str, widget: QWidget) -> None:
        """Add a tab; its label, tip and keys are those of the action of the same name."""
        action = self.actions_by_name[name]
        self._tab_names.append(name)
        index = self.tabs.addTab(widget, plain_text(action.text()))
        self.tabs.setTabToolTip(index, f"{action.toolTip()} ({action.shortcut().toString()})")
        self._allow()
        self._turn()

    def _turn(self) -> None:
        """Turn to the tab of the view; one that is still to come is turned to when it comes."""
        if self._tab_shown in self._tab_names:
            self.tabs.setCurrentIndex(self._tab_names.index(self._tab_shown))

    def current_tab(self) -> str:
        """Return the name of the tab that is looked at."""
        return self._tab_names[self.tabs.currentIndex()]

    # what is shown

    def show_picture(self, there: bool) -> None:
        """Show the maps, or the invitation while there is no picture to make maps of."""
        self.maps.setCurrentWidget(self.pages["maps"] if there else self.welcome)
        self._has_picture = there
        self._allow()

    def _allow(self) -> None:
        """Offer only what there is something for."""
        for index, name in enumerate(self._tab_names):
            allowed = self._has_picture or name in WITHOUT_PICTURE
            self.tabs.setTabEnabled(index, allowed)
            self.actions_by_name[name].setEnabled(allowed)
        for name in ("export", "export_data", "export_animation", "copy", "copy_figure", "measure", "compute"):
            self.actions_by_name[name].setEnabled(self._has_picture)

    def show_title(self, name: str) -> None:
        """Name the picture in the title."""
        # Qt takes "[*]" for the place of its mark of unsaved changes, unless it is doubled
        literal = name.replace("[*]", "[*][*]")
        self.setWindowTitle(f"{literal} — sepviz" if name else "sepviz")

    def show_study(self, draft: Study, problems: tuple[Problem, ...]) -> None:
        """Show a draft in the panel, with what is wrong with it."""
        self.panel.show_study(draft, problems)

    def show_history(self, can_undo: bool, can_redo: bool) -> None:
        """Grey out what cannot be undone or redone."""
        self.actions_by_name["undo"].setEnabled(can_undo)
        self.actions_by_name["redo"].setEnabled(can_redo)

    def show_view(self, view: View) -> None:
        """Show the fields of the view, and turn to its tab."""
        self.panel.show_view(view)
        for page in self.pages.values():
            page.show_channel(view.channel)
        self._tab_shown = view.tab
        self._turn()

    def show_costs(self, costs: Costs) -> None:
        """Show what both layers cost; the bars only while they are looked at, as a slider may be moving."""
        if costs == self._costs_shown.get(self.summary):
            return
        self._costs_shown[self.summary] = costs
        self.summary.show_costs(costs)
        self._show_cost_bars()

    def _show_cost_bars(self) -> None:
        costs = self._costs_shown.get(self.summary)
        if costs is not None and self.tabs.currentWidget() is self.costs and self._costs_shown.get(self.costs) != costs:
            self._costs_shown[self.costs] = costs
            self.costs.show_costs(costs)

    def show_exploration(self, exploration: Exploration, tab: str) -> None:
        """Show the sheets of a tab."""
        if tab in self.pages:
            self.pages[tab].show_exploration(exploration)

    def show_progress(self, fraction: float | None, text: str = "") -> None:
        """Show how far the worker is; None when it rests."""
        self._progress.setVisible(fraction is not None)
        self._stop.setVisible(fraction is not None)
        if fraction is not None:
            self._progress.setFormat(f"{text} %p %")
            self._progress.setValue(round(1000 * fraction))

    def show_reading(self, text: str) -> None:
        """Say something in the status line."""
        self._reading.setText(text)

    def viewports(self, tab: str) -> dict[str, Viewport]:
        """Return where the sheets of `tab` are shown; nothing for a tab without sheets."""
        page = self.pages.get(tab)
        return {} if page is None else page.viewports()

    def fit(self) -> None:
        """Look at every sheet of the current tab as a whole."""
        for page in self.pages.values():
            if page.isVisible():
                page.fit()

    # what the user does

    def _on_action_triggered(self) -> None:
        self.asked.emit(self.sender().objectName())

    def _on_panel_view_edited(self, field: str, value: object, settled: bool) -> None:
        self.view_edited.emit(field, value)

    def _on_tabs_current_changed(self, index: int) -> None:
        self._show_cost_bars()
        self.view_edited.emit("tab", self._tab_names[index])

    def _on_page_hovered(self, text: str) -> None:
        self.show_reading(text)

    def _on_page_chosen(self, channel: int) -> None:
        self.view_edited.emit("channel", channel)

    def _on_page_opened(self, channel: int) -> None:
        self.view_edited.emit("channel", channel)
        self.view_edited.emit("tab", "pair")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take everything, so that what cannot be opened is refused with a reason."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.overlay.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the invitation away."""
        self.overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on what was dropped."""
        self.overlay.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.handed.emit(event.mimeData(), "dropped")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the drop overlay over everything."""
        super().resizeEvent(event)
        if self.overlay.isVisible():
            self.overlay.cover()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Say so before the window goes."""
        self.closing.emit()
        super().closeEvent(event)
