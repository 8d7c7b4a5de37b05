"""How the parts of a figure find their places: panels that know their height, in columns and in stacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sepviz.export.canvas import BODY, HEADING, INK, LEADING, LINE, MUTED, NOTE, SMALL, elided, text_width, wrapped

if TYPE_CHECKING:
    from sepviz.export.canvas import Canvas

NAME_SHARE = 0.42
"""Share of the width that the names of settings take."""


class Panel(Protocol):
    """A part of a figure; it paints inside `width` by ``height(width)`` units and nowhere else."""

    def height(self, width: float) -> float:
        """Return how many units it needs below each other when it is `width` wide."""

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint it with its upper left corner at (x, y)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Panels below each other."""

    panels: tuple[Panel, ...]
    gap: float

    def height(self, width: float) -> float:
        """Return the sum of all heights and the gaps between."""
        return sum(panel.height(width) for panel in self.panels) + self.gap * max(0, len(self.panels) - 1)

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint the panels from top to bottom."""
        for panel in self.panels:
            panel.paint(canvas, x, y, width)
            y += panel.height(width) + self.gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Panels beside each other, equally wide, their tops in line."""

    panels: tuple[Panel, ...]
    gutter: float

    def height(self, width: float) -> float:
        """Return the height of the highest panel."""
        return max(panel.height(self._share(width)) for panel in self.panels)

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint the panels from left to right."""
        share = self._share(width)
        for place, panel in enumerate(self.panels):
            panel.paint(canvas, x + place * (share + self.gutter), y, share)

    def _share(self, width: float) -> float:
        return (width - self.gutter * (len(self.panels) - 1)) / len(self.panels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Room of a fixed height, with a panel at its top, so that what is below never moves."""

    panel: Panel
    tall: float

    def height(self, width: float) -> float:
        """Return the height of the room."""
        return self.tall

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint the panel."""
        self.panel.paint(canvas, x, y, width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Text over as many lines as it needs."""

    text: str
    size: float = BODY
    colour: str = INK
    bold: bool = False

    def height(self, width: float) -> float:
        """Return the height of all lines."""
        return len(self._lines(width)) * self.size * LEADING

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Write the lines, flush left."""
        for number, line in enumerate(self._lines(width)):
            baseline = y + (number + 0.76) * self.size * LEADING
            canvas.text(x, baseline, line, self.size, self.colour, bold=self.bold)

    def _lines(self, width: float) -> tuple[str, ...]:
        return wrapped(self.text, width, self.size, bold=self.bold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The name of a section, with a note at its right end, over a thin line."""

    text: str
    note: str = ""

    def height(self, width: float) -> float:
        """Return the height of the line of text and the rule."""
        return HEADING * LEADING + 6

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Write the name and draw the rule below it."""
        canvas.text(x, y + HEADING, self.text, HEADING, bold=True)
        free = width - text_width(self.text, HEADING, bold=True) - 20
        canvas.text(x + width, y + HEADING, elided(self.note, free, NOTE), NOTE, MUTED, align="right")
        bottom = y + self.height(width) - 1
        canvas.line(x, bottom, x + width, bottom, LINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Names and values in two columns, a line each."""

    rows: tuple[tuple[str, str], ...]

    def height(self, width: float) -> float:
        """Return the height of all lines."""
        return len(self.rows) * SMALL * LEADING

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Write the names grey, the values beside them."""
        second = x + NAME_SHARE * width
        for number, (name, value) in enumerate(self.rows):
            baseline = y + (number + 0.76) * SMALL * LEADING
            canvas.text(x, baseline, name, SMALL, MUTED)
            canvas.text(second, baseline, elided(value, x + width - second, SMALL), SMALL)
