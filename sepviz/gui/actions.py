"""Every action of the window as data: text, keys, tip, menu. Menus and the sheet of shortcuts are built from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QMainWindow, QMenu

SEPARATOR = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing the user can ask for; one that `is_tab` turns to the tab of its name.

    Rows that have the same `submenu` stand in one of that title, where the first of them would stand.
    """

    name: str
    menu: str
    text: str
    tip: str
    keys: tuple[str, ...] = ()
    submenu: str = ""
    group: str = ""
    checkable: bool = False
    is_tab: bool = False


def _line(menu: str) -> Action:
    return Action(name=SEPARATOR, menu=menu, text="", tip="")


ACTIONS: tuple[Action, ...] = (
    Action(name="open", menu="&File", text="&Open…", keys=("Ctrl+O",), tip="Choose a picture, a session or a figure"),
    Action(
        name="paste",
        menu="&File",
        text="&Paste picture",
        keys=("Ctrl+V",),
        tip="Take the image or file on the clipboard",
    ),
    _line("&File"),
    Action(
        name="save_session",
        menu="&File",
        text="&Save session…",
        keys=("Ctrl+S",),
        tip="Save the settings, the view and where the picture is, to go on from there later",
    ),
    Action(
        name="export",
        menu="&File",
        text="&Export comparison…",
        keys=("Ctrl+E",),
        tip="Save the whole comparison as a figure: PNG, SVG or PDF",
    ),
    Action(
        name="export_data",
        menu="&File",
        text="Export &data…",
        keys=("Ctrl+Shift+D",),
        tip="Save the maps, kernels and biases as .npz, or the costs, statistics and time as JSON or CSV",
    ),
    Action(
        name="export_animation",
        menu="&File",
        text="Export &animation…",
        keys=("Ctrl+Shift+A",),
        tip="Save the sliding window, or a sweep of a field, as an animated GIF or PNG",
    ),
    Action(
        name="screenshot",
        menu="&File",
        text="Save &window picture…",
        keys=("Ctrl+Shift+E",),
        tip="Save the window as it is",
    ),
    _line("&File"),
    Action(name="quit", menu="&File", text="&Quit", keys=("Ctrl+Q",), tip="Close sepviz"),
    Action(name="undo", menu="&Edit", text="&Undo", keys=("Ctrl+Z",), tip="Take the last change back"),
    Action(name="redo", menu="&Edit", text="&Redo", keys=("Ctrl+Shift+Z", "Ctrl+Y"), tip="Make it again"),
    _line("&Edit"),
    Action(
        name="copy",
        menu="&Edit",
        text="&Copy input picture",
        keys=("Ctrl+C",),
        tip="The picture, and its file if it has one",
    ),
    Action(
        name="copy_figure",
        menu="&Edit",
        text="Copy comparison &figure",
        keys=("Ctrl+Shift+C",),
        tip="The figure that Export would save, as an image that carries its study",
    ),
    Action(
        name="copy_pytorch",
        menu="&Edit",
        submenu="Copy as co&de",
        text="&PyTorch",
        keys=("Ctrl+Shift+P",),
        tip="Both layers as a PyTorch program, with the exact padding and bias",
    ),
    Action(
        name="copy_keras",
        menu="&Edit",
        submenu="Copy as co&de",
        text="&Keras",
        keys=("Ctrl+Shift+K",),
        tip="Both layers as a Keras program, with the exact padding and bias",
    ),
    Action(
        name="copy_numpy",
        menu="&Edit",
        submenu="Copy as co&de",
        text="&NumPy",
        keys=("Ctrl+Shift+N",),
        tip="Both layers as a NumPy program that needs nothing else",
    ),
    Action(
        name="show_code",
        menu="&Edit",
        submenu="Copy as co&de",
        text="Sho&w code…",
        keys=("Ctrl+K",),
        tip="See the code, have it load the weights, copy or save it",
    ),
    _line("&Edit"),
    Action(
        name="reshuffle",
        menu="&Edit",
        text="Re&shuffle weights",
        keys=("Ctrl+R",),
        tip="Draw the weights with the next seed",
    ),
    Action(
        name="reset",
        menu="&Edit",
        text="R&eset settings",
        keys=("Ctrl+Shift+R",),
        tip="All settings of the layers as they were at first",
    ),
    Action(
        name="maps", is_tab=True, menu="&View", text="&Maps", keys=("Ctrl+1",), tip="All feature maps of both layers"
    ),
    Action(
        name="pair",
        is_tab=True,
        menu="&View",
        text="&One map",
        keys=("Ctrl+2",),
        tip="The chosen map of both layers, and their difference",
    ),
    Action(
        name="kernels", is_tab=True, menu="&View", text="&Kernels", keys=("Ctrl+3",), tip="The weights of both layers"
    ),
    Action(
        name="costs",
        is_tab=True,
        menu="&View",
        text="&Costs",
        keys=("Ctrl+4",),
        tip="Parameters, MACs, bytes and intensity",
    ),
    Action(
        name="timing", is_tab=True, menu="&View", text="&Timing", keys=("Ctrl+5",), tip="Measured time of both layers"
    ),
    Action(
        name="pixel",
        is_tab=True,
        menu="&View",
        text="&Pixel",
        keys=("Ctrl+6",),
        tip="One output pixel of both layers as the sum it is, number by number",
    ),
    Action(
        name="edit",
        is_tab=True,
        menu="&View",
        text="&Edit kernels",
        keys=("Ctrl+7",),
        tip="Change a kernel by hand, place a filter, load and save weights",
    ),
    Action(
        name="decouple",
        is_tab=True,
        menu="&View",
        text="Deco&uple",
        keys=("Ctrl+8",),
        tip="The standard layer as a separable one, and the separable as one kernel",
    ),
    Action(
        name="spectrum",
        is_tab=True,
        menu="&View",
        text="&Spectrum",
        keys=("Ctrl+9",),
        tip="From standard through grouped to depthwise separable; padding and convention",
    ),
    Action(
        name="article",
        is_tab=True,
        menu="&View",
        text="&Article",
        keys=("Ctrl+Alt+1",),
        tip="The article's experiment, replayed, and done right",
    ),
    Action(
        name="claims",
        is_tab=True,
        menu="&View",
        text="Cla&ims",
        keys=("Ctrl+Alt+2",),
        tip="Each of the article's claims, judged for the present settings",
    ),
    Action(
        name="sweep",
        is_tab=True,
        menu="&View",
        text="S&weep",
        keys=("Ctrl+Alt+3",),
        tip="Both layers over a range of one field, or of two",
    ),
    _line("&View"),
    Action(name="fit", menu="&View", text="Fit to &view", keys=("Ctrl+0",), tip="Show every sheet as a whole again"),
    Action(
        name="previous_map", menu="&View", text="P&revious map", keys=("Ctrl+PgUp", "["), tip="Choose the map before"
    ),
    Action(name="next_map", menu="&View", text="&Next map", keys=("Ctrl+PgDown", "]"), tip="Choose the next map"),
    _line("&View"),
    # not Ctrl+Alt and a letter, as desktops lock the screen, show themselves and open terminals with those
    Action(
        name="light",
        menu="&View",
        text="&Light",
        keys=("Shift+F7",),
        tip="Light colours",
        group="theme",
        checkable=True,
    ),
    Action(
        name="dark", menu="&View", text="&Dark", keys=("Shift+F8",), tip="Dark colours", group="theme", checkable=True
    ),
    Action(
        name="system",
        menu="&View",
        text="As the s&ystem",
        keys=("Shift+F9",),
        tip="The colours of the desktop, light or dark",
        group="theme",
        checkable=True,
    ),
    _line("&View"),
    Action(
        name="full_screen",
        menu="&View",
        text="&Full screen",
        keys=("F11",),
        tip="Use the whole screen, or stop doing so",
    ),
    Action(name="compute", menu="&Compute", text="&Compute again", keys=("F5",), tip="Compute both layers afresh"),
    Action(
        name="measure", menu="&Compute", text="&Measure time", keys=("F6",), tip="Time both layers on this machine now"
    ),
    Action(
        name="stop",
        menu="&Compute",
        text="&Stop",
        keys=("Esc",),
        tip="Stop what is being computed, and hide the message",
    ),
    Action(
        name="guide",
        menu="&Help",
        text="User's &guide",
        keys=("Ctrl+G",),
        tip="What every part shows, what can be done with it, and how its numbers come about",
    ),
    Action(
        name="tutorial",
        menu="&Help",
        text="&Tutorial",
        keys=("Ctrl+T",),
        tip="From the article's layer to the crossover map in a quarter of an hour",
    ),
    Action(name="shortcuts", menu="&Help", text="&Keyboard shortcuts", keys=("F1",), tip="Every key, on one page"),
    _line("&Help"),
    Action(name="about", menu="&Help", text="&About sepviz", keys=("Ctrl+I",), tip="What this is, and its version"),
)


TAB_NAMES = tuple(row.name for row in ACTIONS if row.is_tab)


def build_menus(window: QMainWindow, actions: Iterable[Action] = ACTIONS) -> dict[str, QAction]:
    """Fill the menu bar of `window` from the table; returns the actions by name."""
    menus: dict[tuple[str, ...], QMenu] = {}
    groups: dict[str, QActionGroup] = {}
    made: dict[str, QAction] = {}
    for row in actions:
        menu = _menu(window, menus, (row.menu, row.submenu) if row.submenu else (row.menu,))
        if row.name == SEPARATOR:
            menu.addSeparator()
            continue
        made[row.name] = action = menu.addAction(row.text)
        action.setShortcuts([QKeySequence(key) for key in row.keys])
        action.setToolTip(row.tip)
        action.setStatusTip(row.tip)
        action.setCheckable(row.checkable)
        if row.group:
            groups.setdefault(row.group, QActionGroup(window)).addAction(action)
    return made


def _menu(window: QMainWindow, menus: dict[tuple[str, ...], QMenu], titles: tuple[str, ...]) -> QMenu:
    """Return the menu of these titles, the outer one first; made, and noted in `menus`, where it is not there yet."""
    if titles not in menus:
        *outer, title = titles
        place = _menu(window, menus, tuple(outer)) if outer else window.menuBar()
        menus[titles] = place.addMenu(title)
        menus[titles].setToolTipsVisible(True)
    return menus[titles]


def plain_text(text: str) -> str:
    """Return an action's text without the mark of its mnemonic."""
    return text.replace("&", "")


def shortcut_rows() -> list[tuple[str, str, str]]:
    """Return (menu, action, keys) of every action."""
    rows = (row for row in ACTIONS if row.name != SEPARATOR)
    return [(plain_text(row.menu), _whole_text(row), " or ".join(row.keys)) for row in rows]


def _whole_text(row: Action) -> str:
    return plain_text(": ".join(filter(None, (row.submenu, row.text))))
