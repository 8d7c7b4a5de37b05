"""Colours of the window, light and dark, in one table; everything that is painted asks here.

Baseline blue and candidate orange are from the Okabe-Ito palette, told apart by all common kinds of colour blindness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One set of colours, as "#rrggbb".

    `window` is behind panels, `base` behind fields and lists, `canvas` behind pictures and plots, `line` separates,
    `edge` is where a control begins, before Fusion darkens it; `slider` is what moves in a scroll bar;
    `baseline` and `candidate` mark the two layers everywhere; `accent` marks what is chosen, `warning` what is wrong.
    """

    name: str
    window: str
    base: str
    canvas: str
    text: str
    muted: str
    line: str
    edge: str
    slider: str
    accent: str
    accent_text: str
    warning: str
    baseline: str
    candidate: str


LIGHT = Theme(
    name="light",
    window="#f3f4f6",
    base="#ffffff",
    canvas="#ffffff",
    text="#1b1f24",
    muted="#5b6470",
    line="#d3d7dd",
    edge="#acb3bd",
    slider="#d3d7dd",
    accent="#0072b2",
    accent_text="#ffffff",
    warning="#b3261e",
    baseline="#0072b2",
    candidate="#e69f00",
)
DARK = Theme(
    name="dark",
    window="#24262b",
    base="#34373d",
    canvas="#1d1f23",
    text="#e8eaed",
    muted="#a4abb6",
    line="#474b53",
    edge="#a4abb6",
    slider="#8d94a0",
    accent="#56b4e9",
    accent_text="#10151a",
    warning="#ff8a7a",
    baseline="#56b4e9",
    candidate="#e69f00",
)
EDGED = ("QCheckBox", "QSlider", "QLineEdit", "QAbstractSpinBox", "QComboBox", "QPushButton", "QTabBar")
_DARKER = 140
"""Per cent of its window by which Fusion darkens an edge."""
"""What the user has to find the edges of."""
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def theme_of(palette: QPalette) -> Theme:
    """Return the theme that `palette` was made from; what is painted need not know which was chosen."""
    # not by the window: that of a control is the colour of its edge
    return DARK if palette.color(QPalette.ColorRole.Base).lightness() < 128 else LIGHT


def rim(theme: Theme) -> QColor:
    """Return the colour that the edges of controls are seen in, for a frame that is painted by hand."""
    return QColor(theme.edge).darker(_DARKER)


def theme_for(scheme: Qt.ColorScheme) -> str:
    """Return the name of the theme that suits the desktop's `scheme`; light where it has none."""
    return "dark" if scheme == Qt.ColorScheme.Dark else "light"


def apply_theme(app: QApplication, choice: str) -> None:
    """Dress `app` in "light", "dark" or "system" colours."""
    if choice == "system":
        choice = theme_for(app.styleHints().colorScheme())
    app.setStyle("Fusion")
    theme = THEMES[choice]
    app.setPalette(_palette(theme))
    # Fusion draws the edge of a control in a darker shade of its window, which nobody sees on that window
    edged = _palette(theme)
    edged.setColor(QPalette.ColorRole.Window, QColor(theme.edge))
    for name in EDGED:
        app.setPalette(edged, name)  # type: ignore[arg-type] # its stub says bytes, and it takes only text
    # in dark colours Fusion paints what a scroll bar slides in lighter than the fields, and so than the window
    scrolled = _palette(theme)
    scrolled.setColor(QPalette.ColorRole.Button, QColor(theme.slider))
    app.setPalette(scrolled, "QScrollBar")  # type: ignore[arg-type]


def _palette(theme: Theme) -> QPalette:
    role, palette = QPalette.ColorRole, QPalette()
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.base,
        role.AlternateBase: theme.window,
        role.Text: theme.text,
        role.Button: theme.window,
        role.ButtonText: theme.text,
        role.BrightText: theme.warning,
        role.ToolTipBase: theme.base,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_text,
        role.Link: theme.accent,
        role.Mid: theme.line,
        role.Midlight: theme.line,
        role.Light: theme.base,
        role.Dark: theme.line,
        role.Shadow: theme.line,
    }
    for key, colour in colours.items():
        palette.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(theme.muted))
    return palette
