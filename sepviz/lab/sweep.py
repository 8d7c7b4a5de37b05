"""Sweeps: both layers of a study along one of its fields, counted at every value and, if wanted, timed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sepviz.engine.block import BLOCKS
from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.spec import EngineError, Shape, as_padding
from sepviz.study.benchmark import MeasureTime
from sepviz.study.costs import Costs, count_costs, find_whole_problems
from sepviz.study.params import STUDY_PARAMS, Param, expectation

if TYPE_CHECKING:
    from sepviz.engine.timing import PairTiming
    from sepviz.study.study import Study

SWEPT_FIELDS: tuple[str, ...] = tuple(
    param.name
    for param in STUDY_PARAMS.values()
    if param.kind in {"integer", "pair", "padding"} and param.name != "seed"
)
"""Fields that can be swept: every number that costs depend on. A pair is swept as a square, padding on all sides."""
BUDGET_S_PER_POINT = 0.3
MOST_POINTS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPoint:
    """Both layers at one setting.

    Attributes
    ----------
    at : tuple of int
        The value of every swept field, in their order.
    costs : Costs or None
        None where the layers cannot be.
    timing : PairTiming or None
        None where it was not measured.
    problem : str
        Why the layers cannot be, or "".
    """

    at: tuple[int, ...]
    costs: Costs | None = None
    timing: PairTiming | None = None
    problem: str = ""

    @property
    def value(self) -> int:
        """Value of the first swept field."""
        return self.at[0]

    @property
    def seconds(self) -> tuple[float, float] | None:
        """Measured median of (baseline, candidate), or None."""
        return (self.timing.baseline.median_s, self.timing.candidate.median_s) if self.timing else None

    def ratio(self, quantity: str) -> float | None:
        """Return baseline / candidate of "params", "macs", "bytes", "intensity" or "seconds"; None where unknown."""
        if quantity == "seconds":
            return self.timing.speedup.median if self.timing else None
        return self.costs.ratio(quantity) if self.costs else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepResult:
    """What was found so far, with its question: a point for every value, those that cannot be included."""

    question: Sweep
    points: tuple[SweepPoint, ...]

    @property
    def valid(self) -> tuple[SweepPoint, ...]:
        """The points at which both layers can be."""
        return tuple(point for point in self.points if point.costs is not None)

    @property
    def is_complete(self) -> bool:
        """Whether every value was looked at."""
        return len(self.points) == len(self.question.values)


Tell: TypeAlias = Callable[[SweepResult], None]


def _ignore(result: SweepResult) -> None:
    """Keep a partial result from nobody in particular."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """The task of looking at both layers of `study` along one field.

    Attributes
    ----------
    study : Study
    field : str
        A name of :data:`SWEPT_FIELDS`.
    values : tuple of int
        In the order in which they are looked at; see :func:`values_of`.
    input_shape : (C, H, W), optional
        What the layers read, where it is not the study's picture; a swept size scales it.
    measure : bool
        Whether both layers are timed too, for about `budget_s_per_point` seconds at each value.
    tell : callable
        Given the result so far after every value, so that a sweep that is cancelled keeps what it has done.
    """

    study: Study
    field: str
    values: tuple[int, ...]
    input_shape: Shape | None = None
    measure: bool = False
    budget_s_per_point: float = BUDGET_S_PER_POINT
    tell: Tell = dataclasses.field(default=_ignore, compare=False, repr=False)

    def __call__(self, checkpoint: Checkpoint = carry_on) -> SweepResult:
        """Return the result for all values; :class:`EngineError` for a field that cannot be swept, or no values."""
        check_swept(self.study, self.field, self.values)
        points: list[SweepPoint] = []
        result = SweepResult(question=self, points=())
        for number, value in enumerate(self.values):
            stretch = part(checkpoint, number / len(self.values), (number + 1) / len(self.values))
            budget = self.budget_s_per_point if self.measure else None
            points.append(look_at(self.study, {self.field: value}, self.input_shape, budget, stretch))
            result = replace(result, points=tuple(points))
            self.tell(result)
            stretch(1)
        return result


def check_swept(study: Study, name: str, values: tuple[int, ...]) -> None:
    """Raise :class:`EngineError` for a field that cannot be swept or changes nothing, or for no values or too many."""
    if name not in SWEPT_FIELDS:
        raise EngineError(f"{name!r} cannot be swept; choose one of {', '.join(SWEPT_FIELDS)}")
    check_read(study, name)
    if not 1 <= len(values) <= MOST_POINTS:
        raise EngineError(f"{name} has {len(values):,} values to sweep; give 1 to {MOST_POINTS:,}")


def check_read(study: Study, name: str) -> None:
    """Raise :class:`EngineError` for a field that neither layer of `study` reads."""
    readers = [kind for kind, row in BLOCKS.items() if name in row.fields]
    if readers and study.baseline not in readers and study.candidate not in readers:
        raise EngineError(f"{name} is read by neither layer; make one of them {' or '.join(readers)}")


def values_of(param: Param, start: int, stop: int, count: int, *, log: bool = False) -> tuple[int, ...]:
    """Return about `count` whole numbers from `start` to `stop`, evenly spaced or, with `log`, by equal factors.

    Both ends are among them; numbers that rounding makes equal stand once.

    Raises
    ------
    EngineError
        For an end outside the field's range, a count out of range, or equal factors from zero.
    """
    least = max(param.minimum, 1) if param.special else param.minimum
    for name, value in (("start", start), ("stop", stop)):
        if not least <= value <= param.maximum:
            raise EngineError(f"{name} is {value:,}; {param.label} can be swept from {least:,} to {param.maximum:,}")
    if not 1 <= count <= MOST_POINTS:
        raise EngineError(f"count is {count:,}; take 1 to {MOST_POINTS:,} values")
    if log and not start * stop:
        raise EngineError(f"{param.label} cannot grow by equal factors from 0; start at 1, or sweep without log")
    space = np.geomspace if log else np.linspace
    return tuple(dict.fromkeys(round(float(value)) for value in space(start, stop, count)))


def look_at(
    study: Study,
    settings: dict[str, int],
    input_shape: Shape | None,
    budget_s: float | None = None,
    checkpoint: Checkpoint = carry_on,
) -> SweepPoint:
    """Return both layers with the fields `settings` changed, timed where `budget_s` is given; problems are told."""
    at = tuple(settings.values())
    if problem := _size_problem(study, settings, input_shape):
        return SweepPoint(at=at, problem=problem)
    study, shape = _changed(study, settings, input_shape)
    if problems := find_whole_problems(study, shape):
        return SweepPoint(at=at, problem="; ".join(problem.message for problem in problems))
    costs = count_costs(study, shape)
    if budget_s is None:
        return SweepPoint(at=at, costs=costs)
    benchmark = MeasureTime(study=study, input_shape=shape, budget_s=budget_s)(checkpoint)
    return SweepPoint(at=at, costs=costs, timing=benchmark.timing)


def _changed(study: Study, settings: dict[str, int], input_shape: Shape | None) -> tuple[Study, Shape | None]:
    """Return `study` with new values, and the input's shape; a size scales a given shape."""
    if input_shape is not None and "size" in settings:
        channels, height, width = input_shape
        scale = settings["size"] / max(height, width)
        input_shape = channels, max(round(height * scale), 1), max(round(width * scale), 1)
    return with_settings(study, settings), input_shape


def with_settings(study: Study, settings: dict[str, int]) -> Study:
    """Return `study` with numbers for some of its fields: both of a pair, or all four sides of the padding."""
    kinds = {name: STUDY_PARAMS[name].kind for name in settings}
    values = {
        name: as_padding(value) if kinds[name] == "padding" else (value, value) if kinds[name] == "pair" else value
        for name, value in settings.items()
    }
    return replace(study, **values)  # type: ignore[arg-type]


def own_value(study: Study, name: str, input_shape: Shape | None = None) -> int | None:
    """Return the value that `study` itself has on the axis of a swept field; None where that is no single number."""
    if name == "size":
        return max((input_shape or study.input_shape)[1:])
    value = getattr(study, name)
    if isinstance(value, int):
        return value
    sides = set(np.ravel(value).tolist())
    side = sides.pop() if len(sides) == 1 else None
    return side if isinstance(side, int) else None


def _size_problem(study: Study, settings: dict[str, int], input_shape: Shape | None) -> str:
    param, size = STUDY_PARAMS["size"], settings.get("size", 1)
    if size < 1:
        return f"{param.label} is {size}; in a sweep {expectation(replace(param, minimum=1, special=''))}"
    if study.picture is None or input_shape is not None:
        return ""
    longest = max(study.picture.width, study.picture.height)
    if size <= longest:
        return ""
    return f"{param.label} is {size:,} px; this picture has {longest:,} and is never enlarged: sweep up to that"
