"""A plot as a value: what the lab finds out, ready to be drawn by the window, the figure or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["baseline", "candidate", "neutral", "theory"]
"""Whose a curve is; whoever draws it knows the colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A quantity along one side: its label with the unit, whether it is logarithmic, and names of places on it."""

    label: str
    log: bool = False
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Points (x[i], y[i]) in order; `low` and `high`, where given, are a band around them.

    `joined` says whether neighbours are connected by a line; `measured` whether each point was
    measured by itself, and is shown.
    """

    label: str
    role: Role
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    joined: bool = True
    measured: bool = False

    @property
    def shows_points(self) -> bool:
        """Whether each point is seen by itself: one that has no neighbour would not be seen at all otherwise."""
        return self.measured or not self.joined or len(self.x) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place that is pointed out: "you are here", a break-even; a line across the plot where x or y is None."""

    label: str
    x: float | None = None
    y: float | None = None
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Curves over one pair of axes, with the places worth pointing out."""

    title: str
    x: Axis
    y: Axis
    curves: tuple[Curve, ...]
    marks: tuple[Mark, ...] = ()

    def dash(self, number: int) -> int:
        """Return which pattern curve `number` is drawn in, 0 being a solid line.

        Curves of one role differ in it; one that lies on a curve before it is broken, so that both are seen.
        """
        curve, before = self.curves[number], self.curves[:number]
        rank = sum(other.role == curve.role for other in before)
        is_over = any((other.x, other.y) == (curve.x, curve.y) for other in before)
        return rank or int(is_over)
