"""Where along a sweep the candidate begins, or ceases, to cost less than the baseline."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

from sepviz.lab.sweep import look_at
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.quantity import QUANTITIES, count, significant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sepviz.lab.sweep import SweepPoint, SweepResult

COMPARED = ("params", "macs", "bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """A change of order between two neighbouring points of a sweep.

    Attributes
    ----------
    field : str
        What was swept.
    quantity : str
        "params", "macs", "bytes" or "seconds".
    at : float
        What is counted: the first value with the new order, a whole number. What is measured: where the ratio passes
        1, read off between the two points on a logarithmic scale of the ratio.
    candidate_less : bool
        Whether the candidate costs less from there on, rather than up to there.
    is_certain : bool
        Whether the intervals of both measured ratios leave 1 out; always so for what is counted.
    """

    field: str
    quantity: str
    at: float
    candidate_less: bool
    is_certain: bool = True

    @property
    def label(self) -> str:
        """What happens there, in a few words."""
        quantity, param = QUANTITIES[self.quantity], STUDY_PARAMS[self.field]
        place = f"= {count(self.at)}" if quantity.counted else f"≈ {significant(self.at)}"
        winner = f"B has {quantity.less} {quantity.unit}" if quantity.counted else "B is faster"
        doubt = "" if self.is_certain else " (uncertain)"
        if self.candidate_less:
            return f"{winner} from {param.label} {place} on{doubt}"
        return f"{winner} below {param.label} {place}{doubt}"

    @property
    def mark(self) -> str:
        """The same for a place in a plot that says by its axes what is meant: "from 2: B less"."""
        counted = QUANTITIES[self.quantity].counted
        place = count(self.at) if counted else f"≈ {significant(self.at)}"
        change = ("B less" if self.candidate_less else "A less") if counted else ("B" if self.candidate_less else "A")
        return f"from {place}: {change}{'' if counted else ' faster'}{'' if self.is_certain else '?'}"


def break_evens(result: SweepResult) -> tuple[BreakEven, ...]:
    """Return every change of order in a sweep so far: by parameters, MACs, bytes, and time where it was measured."""
    points = sorted(result.valid, key=lambda point: point.value)
    return *_counted(result, points), *_measured(result, points)


def _counted(result: SweepResult, points: list[SweepPoint]) -> Iterator[BreakEven]:
    for quantity in COMPARED:
        for before, after in pairwise(points):
            if _is_less(before, quantity) != (less := _is_less(after, quantity)):
                at = _first_value(result, quantity, before, after)
                yield BreakEven(field=result.question.field, quantity=quantity, at=at, candidate_less=bool(less))


def _is_less(point: SweepPoint, quantity: str) -> bool | None:
    """Say whether the candidate costs less; None where the layers cannot be."""
    ratio = point.ratio(quantity)
    return None if ratio is None else ratio > 1


def _first_value(result: SweepResult, quantity: str, before: SweepPoint, after: SweepPoint) -> int:
    """Return the first whole number after `before` with the order of `after`, by halving.

    Values at which the layers cannot be, such as groups that do not divide, are passed over.
    """
    low, bound, first = before.value, after.value, after.value
    while bound - low > 1:
        middle = (low + bound) // 2
        orders = ((value, _order_at(result, quantity, value)) for value in range(middle, bound))
        value, order = next(((value, order) for value, order in orders if order is not None), (bound, None))
        if order is not None and order != _is_less(after, quantity):
            low = value
        else:
            bound, first = middle, first if order is None else value
    return first


def _order_at(result: SweepResult, quantity: str, value: int) -> bool | None:
    question = result.question
    return _is_less(look_at(question.study, {question.field: value}, question.input_shape), quantity)


def _measured(result: SweepResult, points: list[SweepPoint]) -> Iterator[BreakEven]:
    timed = [(point.value, point.timing.speedup) for point in points if point.timing is not None]
    for (left, before), (right, after) in pairwise(timed):
        if (before.median > 1) != (after.median > 1):
            share = log(before.median) / (log(before.median) - log(after.median))
            yield BreakEven(
                field=result.question.field,
                quantity="seconds",
                at=left + share * (right - left),
                candidate_less=after.median > 1,
                is_certain=all(ratio.low > 1 or ratio.high < 1 for ratio in (before, after)),
            )
