"""Places for labels in a plot: of all places that a label may take, the one that covers least."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

GAP = 10.0
"""Units between a label and what it names."""
OVERLAP_COST, POINT_COST = 4.0, 0.5
"""What an own height of another label costs, and a point of a curve."""
MISTAKEN_COST = 3.0
"""What it costs to stand nearer to another mark than to its own, whose name it would be taken for."""
LATER_COST = 0.2
"""What a place costs for coming later in the order of preference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    def inset(self, by: float) -> Box:
        """Return the rectangle that is smaller by so much on every side."""
        return Box(x=self.x + by, y=self.y + by, width=self.width - 2 * by, height=self.height - 2 * by)

    def holds(self, other: Box) -> bool:
        """Return whether `other` lies within."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )

    def overlap(self, other: Box) -> float:
        """Return the area that both cover."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(width, 0.0) * max(height, 0.0)

    def distance(self, x: float, y: float) -> float:
        """Return how far the place (x, y) is, 0 within."""
        across = max(self.x - x, x - self.x - self.width, 0.0)
        down = max(self.y - y, y - self.y - self.height, 0.0)
        return hypot(across, down)

    def count(self, points: NDArray[np.float64]) -> int:
        """Return how many of `points` (n, 2) lie within."""
        inside = (points >= (self.x, self.y)) & (points <= (self.x + self.width, self.y + self.height))
        return int(inside.all(axis=1).sum())


def place_label(
    x: float | None,
    y: float | None,
    size: tuple[float, float],
    area: Box,
    taken: Sequence[Box],
    points: NDArray[np.float64],
    marks: Sequence[tuple[float, float]] = (),
) -> Box:
    """Return where the label of a mark at (x, y) stands, a line across `area` where x or y is None.

    Parameters
    ----------
    x, y : float or None
        Units; not both None.
    size : (width, height)
        Of the label.
    area : Box
        Which it should not leave.
    taken : sequence of Box
        Labels that stand already.
    points : ndarray
        (n, 2): what else should stay free, as points along every line.
    marks : sequence of (x, y)
        Places of all marks that are no lines, this one among them.
    """
    width, height = size

    def is_mistaken(box: Box) -> bool:
        return x is not None and y is not None and any(box.distance(*mark) < box.distance(x, y) for mark in marks)

    def cost(number: int, box: Box) -> float:
        covered = sum(box.overlap(other) for other in taken) / (height * height)
        effort = OVERLAP_COST * covered + POINT_COST * box.count(points) + LATER_COST * number
        return effort + MISTAKEN_COST * is_mistaken(box)

    boxes = [Box(x=left, y=top, width=width, height=height) for left, top in _corners(x, y, size, area)]
    inside = [box for box in boxes if area.holds(box)] or [_pushed(box, area) for box in boxes]
    return min(enumerate(inside), key=lambda row: cost(*row))[1]


def _corners(x: float | None, y: float | None, size: tuple[float, float], area: Box) -> Iterator[tuple[float, float]]:
    """Yield upper left corners in the order of preference."""
    width, height = size
    if x is not None and y is not None:
        middle = y - height / 2
        yield from ((x + GAP, middle), (x - width - GAP, middle))
        for away in (GAP, 2 * GAP, 4 * GAP, 6 * GAP):
            for top in (y - height - away, y + away):
                yield from ((x + GAP, top), (x - width - GAP, top), (x - width / 2, top))
    elif x is not None:
        for step in range(int((area.height - height) // (height / 2)) + 1):
            top = area.y + step * height / 2
            yield from ((x + GAP, top), (x - width - GAP, top))
    elif y is not None:
        for share in (1.0, 0.75, 0.5, 0.25, 0.0):
            left = area.x + share * (area.width - width)
            yield from ((left, y - height - 2), (left, y + 2))


def _pushed(box: Box, area: Box) -> Box:
    """Return `box` moved into `area` as far as it fits."""
    left = max(area.x, min(box.x, area.x + area.width - box.width))
    top = max(area.y, min(box.y, area.y + area.height - box.height))
    return Box(x=left, y=top, width=box.width, height=box.height)
