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

    `window` is behind panels, `base` behind fields and lists, `canvas` behind pictures and plots, `line` separates;
    `baseline` and `candidate` mark the two layers everywhere; `accent` marks what is chosen, `warning` what is wrong.
    """

    name: str
    window: str
    base: str
    canvas: str
    text: str
    muted: str
    line: str
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
    accent="#56b4e9",
    accent_text="#10151a",
    warning="#ff8a7a",
    baseline="#56b4e9",
    candidate="#e69f00",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def theme_of(palette: QPalette) -> Theme:
    """Return the theme that `palette` was made from; what is painted need not know which was chosen."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def apply_theme(app: QApplication, choice: str) -> None:
    """Dress `app` in "light", "dark" or "system" colours."""
    if choice == "system":
        dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        choice = "dark" if dark else "light"
    app.setStyle("Fusion")
    app.setPalette(_palette(THEMES[choice]))


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
