"""The crossover map: two fields at once, what counting promises at each pair of values and what the clock says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.spec import EngineError, Shape
from sepviz.lab.sweep import BUDGET_S_PER_POINT, MOST_POINTS, SweepPoint, check_swept, look_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.study.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossoverResult:
    """What was found so far, with its question; a point's `at` is (value of field_x, value of field_y).

    The points come row by row: all of `values_x` for the first of `values_y`, and so on.
    """

    question: CrossoverMap
    points: tuple[SweepPoint, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every pair of values was looked at."""
        return len(self.points) == len(self.question.values_x) * len(self.question.values_y)

    def grid(self, quantity: str) -> NDArray[np.float64]:
        """Return baseline / candidate of "params", "macs", "bytes", "intensity" or "seconds".

        The array is (len(values_y), len(values_x)), read-only, and NaN where the ratio is not known.
        """
        question = self.question
        ratios = np.full(len(question.values_y) * len(question.values_x), np.nan)
        known = [point.ratio(quantity) for point in self.points]
        ratios[: len(known)] = [np.nan if ratio is None else ratio for ratio in known]
        ratios.flags.writeable = False
        return ratios.reshape(len(question.values_y), len(question.values_x))


Tell: TypeAlias = Callable[[CrossoverResult], None]


def _ignore(result: CrossoverResult) -> None:
    """Keep a partial result from nobody in particular."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossoverMap:
    """The task of looking at both layers of `study` at every pair of values of two fields.

    Attributes
    ----------
    field_x, field_y : str
        Two different names of :data:`sepviz.lab.sweep.SWEPT_FIELDS`.
    values_x, values_y : tuple of int
    input_shape, measure, budget_s_per_point, tell
        As in :class:`sepviz.lab.sweep.Sweep`.
    """

    study: Study
    field_x: str
    values_x: tuple[int, ...]
    field_y: str
    values_y: tuple[int, ...]
    input_shape: Shape | None = None
    measure: bool = True
    budget_s_per_point: float = BUDGET_S_PER_POINT
    tell: Tell = field(default=_ignore, compare=False, repr=False)

    def __call__(self, checkpoint: Checkpoint = carry_on) -> CrossoverResult:
        """Return the whole map; :class:`EngineError` for fields that cannot be swept, or too many pairs."""
        self._check()
        pairs = [(x, y) for y, x in product(self.values_y, self.values_x)]
        points: list[SweepPoint] = []
        result = CrossoverResult(question=self, points=())
        for number, (x, y) in enumerate(pairs):
            stretch = part(checkpoint, number / len(pairs), (number + 1) / len(pairs))
            budget = self.budget_s_per_point if self.measure else None
            settings = {self.field_x: x, self.field_y: y}
            points.append(look_at(self.study, settings, self.input_shape, budget, stretch))
            result = replace(result, points=tuple(points))
            self.tell(result)
            stretch(1)
        return result

    def _check(self) -> None:
        check_swept(self.study, self.field_x, self.values_x)
        check_swept(self.study, self.field_y, self.values_y)
        if self.field_x == self.field_y:
            raise EngineError(f"both fields of the map are {self.field_x}; choose two different ones")
        if (pairs := len(self.values_x) * len(self.values_y)) > MOST_POINTS:
            raise EngineError(f"the map has {pairs:,} pairs of values; take at most {MOST_POINTS:,}")
