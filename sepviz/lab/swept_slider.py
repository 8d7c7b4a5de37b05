"""A slider that is moved through its values: the studies it passes, what they cost, and the values that cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.engine.spec import EngineError
from sepviz.lab.sweep import SWEPT_FIELDS, check_read, look_at, with_settings
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.quantity import count, counted

if TYPE_CHECKING:
    from sepviz.study.costs import Costs
    from sepviz.study.study import Study

SLIDER_FIELDS: tuple[str, ...] = tuple(
    name for name, param in STUDY_PARAMS.items() if name in SWEPT_FIELDS or name in {"padding", "seed"}
)
"""Every field that is a number. A pair is moved as a square, the padding on all four sides."""
MOST_STOPS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SliderStop:
    """One value that the slider passes, the study there, and what its layers cost."""

    value: int
    study: Study
    costs: Costs


@dataclass(frozen=True, slots=True, kw_only=True)
class SliderPath:
    """The stops of a slider with the question they answer; `left_out` are (value, why it cannot be)."""

    question: SweptSlider
    stops: tuple[SliderStop, ...]
    left_out: tuple[tuple[int, str], ...]

    @property
    def notice(self) -> str:
        """What to say about the values that are left out, or ""."""
        if not self.left_out:
            return ""
        total = len(self.stops) + len(self.left_out)
        (value, problem), *_ = self.left_out
        return f"{count(len(self.left_out))} of {counted(total, 'values')} left out; at {count(value)}: {problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SweptSlider:
    """The task of finding the stops of `study` with its field moved through `values`; nothing is computed.

    `log` says whether the values lie on a scale of equal factors.
    """

    study: Study
    field: str
    values: tuple[int, ...]
    log: bool = False

    def __call__(self, checkpoint: Checkpoint = carry_on) -> SliderPath:
        """Return the path; :class:`EngineError` for another field, too few or too many values that can be."""
        self._check()
        stops, left_out = [], []
        for number, value in enumerate(self.values):
            checkpoint(number / len(self.values))
            point = look_at(self.study, {self.field: value}, None)
            if point.costs is None:
                left_out.append((value, point.problem))
            else:
                study = with_settings(self.study, {self.field: value})
                stops.append(SliderStop(value=value, study=study, costs=point.costs))
        path = SliderPath(question=self, stops=tuple(stops), left_out=tuple(left_out))
        if len(stops) < 2:
            raise EngineError(f"{self.field} needs at least 2 values to be swept. {path.notice}".strip())
        return path

    def _check(self) -> None:
        if self.field not in SLIDER_FIELDS:
            raise EngineError(f"{self.field!r} cannot be swept; choose one of {', '.join(SLIDER_FIELDS)}")
        if self.study.picture is None:
            raise EngineError("there is no picture to compare the layers on; open one first")
        check_read(self.study, self.field)
        if len(self.values) > MOST_STOPS:
            raise EngineError(
                f"{self.field} has {count(len(self.values))} values, a frame each; give at most {MOST_STOPS}"
            )
