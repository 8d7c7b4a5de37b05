"""A claim as a card of a figure: what is said, whether it holds here, its numbers and plots, and what that rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sepviz.export.canvas import (
    HEADING,
    INK,
    LEADING,
    LINE,
    MUTED,
    NOTE,
    SMALL,
    TITLE,
    text_width,
    wrapped,
)
from sepviz.export.caption import claims_subject
from sepviz.export.panel import Columns, Paragraph, Stack
from sepviz.export.plot import PlotPanel
from sepviz.lab.claims import LETTERS_LEGEND, SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sepviz.engine.spec import Shape
    from sepviz.export.canvas import Canvas
    from sepviz.export.panel import Panel
    from sepviz.lab.claims import Holds, Verdict
    from sepviz.study.study import Study

CLAIMS_TITLE = "What articles claim, judged for these settings"
PAD, GUTTER, GAP, CARD_GAP = 22, 36, 12, 24
LABEL_SHARE, LABEL_GAP = 0.5, 14
VERDICT_COLOURS: dict[Holds, str] = {
    "holds": "#18794e",
    "does not hold": "#b3261e",
    "holds only if": "#7a3e9d",
    "not judged yet": MUTED,
}
MOST_BESIDE = 3
"""Further plots of a card that stand beside each other."""
SPILL = 260
"""Units that plots may be higher than the words they stand beside."""


def claims_panels(verdicts: Sequence[Verdict], study: Study, input_shape: Shape) -> tuple[Panel, ...]:
    """Return what stands above all cards, joined to the first of them, and then a panel for each other card."""
    cards = [Card(verdict=verdict) for verdict in verdicts]
    heading = Stack(
        panels=(
            Paragraph(text=CLAIMS_TITLE, size=TITLE, bold=True),
            Paragraph(text=claims_subject(study, input_shape), size=SMALL, colour=MUTED),
            Paragraph(text=LETTERS_LEGEND, size=SMALL, colour=MUTED),
        ),
        gap=4,
    )
    return Stack(panels=(heading, *cards[:1]), gap=CARD_GAP), *cards[1:]


def lone_card(verdict: Verdict, study: Study, input_shape: Shape) -> Panel:
    """Return one card that can stand alone: below it is written what its letters mean and what it was judged for."""
    words = LETTERS_LEGEND, claims_subject(study, input_shape)
    below = (Paragraph(text=text, size=NOTE, colour=MUTED) for text in words)
    return Stack(panels=(Card(verdict=verdict), *below), gap=GAP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A frame around everything that a verdict says."""

    verdict: Verdict

    def height(self, width: float) -> float:
        """Return the height of its content and the frame."""
        return self._content(width - 2 * PAD).height(width - 2 * PAD) + 2 * PAD

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Paint the frame and what is in it."""
        canvas.frame(x, y, width, self.height(width), LINE, 1.5)
        self._content(width - 2 * PAD).paint(canvas, x + PAD, y + PAD, width - 2 * PAD)

    def _content(self, width: float) -> Panel:
        verdict = self.verdict
        parts: list[Panel] = [
            Headline(verdict=verdict),
            Paragraph(text=f'"{verdict.claim.assertion}"', size=SMALL, colour=MUTED),
            *self._body(width),
            *(Paragraph(text=text, size=NOTE, colour=MUTED) for text in self._foot()),
        ]
        return Stack(panels=tuple(parts), gap=GAP)

    def _body(self, width: float) -> Iterator[Panel]:
        """Yield words beside plots, as many as the words are high, and below them the plots that are left."""
        told = Stack(panels=tuple(self._told()), gap=GAP)
        drawn = (self.verdict.plot,) if self.verdict.plot else ()
        plots = [PlotPanel(plot=plot) for plot in (*drawn, *self.verdict.further)]
        beside, half = plots[:1], (width - GUTTER) / 2
        while len(beside) < len(plots):
            longer = plots[: len(beside) + 1]
            if Stack(panels=tuple(longer), gap=CARD_GAP).height(half) > told.height(half) + SPILL:
                break
            beside = longer
        right = (Stack(panels=tuple(beside), gap=CARD_GAP),) if beside else ()
        yield Columns(panels=(told, *right), gutter=GUTTER)
        left_over = plots[len(beside) :]
        in_a_row = MOST_BESIDE if len(left_over) % MOST_BESIDE == 0 else MOST_BESIDE - 1
        for start in range(0, len(left_over), in_a_row):
            yield Columns(panels=tuple(left_over[start : start + in_a_row]), gutter=GUTTER)

    def _told(self) -> Iterator[Panel]:
        verdict = self.verdict
        yield Paragraph(text=verdict.sentence)
        if verdict.condition:
            yield Paragraph(text=f"Boundary: {verdict.condition}", size=SMALL)
        if verdict.numbers:
            yield Numbers(rows=verdict.numbers)

    def _foot(self) -> Iterator[str]:
        if self.verdict.assumption:
            yield f"Assumed: {self.verdict.assumption}"
        yield f"Source: {self.verdict.source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The name of a claim and, in a frame of its colour, whether it holds."""

    verdict: Verdict

    def height(self, width: float) -> float:
        """Return the height of one line with its frame."""
        return HEADING * LEADING + 6

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Write the name, and the verdict behind it."""
        height = self.height(width)
        title, holds, is_stale = self.verdict.claim.title, self.verdict.holds, self.verdict.is_stale
        canvas.text(x, y + 0.7 * height, title, HEADING, bold=True)
        words = f"{SIGNS[holds]}  {holds}{': earlier settings' if is_stale else ''}"
        colour = MUTED if is_stale else VERDICT_COLOURS[holds]
        left = x + text_width(title, HEADING, bold=True) + 18
        canvas.pill(left, y + 1, text_width(words, SMALL, bold=True) + 28, height - 2, colour)
        canvas.text(left + 14, y + 0.66 * height, words, SMALL, colour, bold=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Names and values in two columns; both wrap, so that nothing is cut."""

    rows: tuple[tuple[str, str], ...]

    def height(self, width: float) -> float:
        """Return the height of all rows."""
        return sum(max(map(len, cells)) for cells in self._cells(width)) * NOTE * LEADING + 4 * len(self.rows)

    def paint(self, canvas: Canvas, x: float, y: float, width: float) -> None:
        """Write the names grey, the values beside them, a thin line below each row."""
        second = x + LABEL_SHARE * width
        for name, value in self._cells(width):
            for left, lines, colour in ((x, name, MUTED), (second, value, INK)):
                for number, line in enumerate(lines):
                    canvas.text(left, y + (number + 0.76) * NOTE * LEADING, line, NOTE, colour)
            y += max(len(name), len(value)) * NOTE * LEADING + 4
            canvas.line(x, y - 2, x + width, y - 2, LINE, 0.6)

    def _cells(self, width: float) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        first = LABEL_SHARE * width - LABEL_GAP
        for name, value in self.rows:
            yield wrapped(name, first, NOTE), wrapped(value, width * (1 - LABEL_SHARE), NOTE)
