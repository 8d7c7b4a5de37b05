"""A sweep as plots: what is counted and what takes time, for both layers, with the break-even points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from sepviz.engine.block import BLOCKS
from sepviz.lab.break_even import COMPARED, break_evens
from sepviz.lab.plot import Axis, Curve, Mark, Plot
from sepviz.lab.roofline import lower_bound_s
from sepviz.lab.sweep import own_value
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.quantity import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sepviz.engine.machine import MachinePeak
    from sepviz.lab.break_even import BreakEven
    from sepviz.lab.sweep import SweepPoint, SweepResult

Side: TypeAlias = Literal["baseline", "candidate"]
SIDES: tuple[tuple[Side, str], ...] = (("baseline", "A"), ("candidate", "B"))
GEOMETRIC = 3
"""Values are shown on a logarithmic axis when their last gap is more than this many times the first."""


def sweep_plots(result: SweepResult, peak: MachinePeak | None = None) -> tuple[Plot, ...]:
    """Return plots of parameters, MACs and bytes, and of time where it was measured or `peak` lets it be predicted."""
    evens = break_evens(result)
    points = sorted(result.valid, key=lambda point: point.value)
    counted = tuple(_counted_plot(result, points, quantity, evens) for quantity in COMPARED)
    times = (*_measured(result, points), *_predicted(result, points, peak))
    return (*counted, _plot(result, "seconds", times, evens)) if times else counted


def _counted_plot(result: SweepResult, points: Sequence[SweepPoint], quantity: str, evens: Sequence[BreakEven]) -> Plot:
    curves = tuple(
        Curve(
            label=_name(result, side, letter),
            role=side,
            x=tuple(float(point.value) for point in points),
            y=tuple(float(getattr(getattr(point.costs, side), quantity)) for point in points),
        )
        for side, letter in SIDES
    )
    return _plot(result, quantity, curves, evens)


def _plot(result: SweepResult, quantity: str, curves: tuple[Curve, ...], evens: Sequence[BreakEven]) -> Plot:
    row, param = QUANTITIES[quantity], STUDY_PARAMS[result.question.field]
    unit = f" ({param.unit})" if param.unit else ""
    label = row.label if row.unit == row.label.lower() or row.unit == row.label else f"{row.label} ({row.unit})"
    marks = tuple(Mark(label=even.mark, x=even.at) for even in evens if even.quantity == quantity)
    return Plot(
        title=f"{row.label} over {param.label}",
        x=Axis(label=f"{param.label}{unit}", log=_is_geometric(result.question.values)),
        y=Axis(label=label, log=True),
        curves=curves,
        marks=(*marks, *_here(result)),
    )


def _is_geometric(values: Sequence[int]) -> bool:
    ordered = sorted(values)
    return len(ordered) > 2 and ordered[-1] - ordered[-2] > GEOMETRIC * (ordered[1] - ordered[0])


def _here(result: SweepResult) -> tuple[Mark, ...]:
    """Return the study's own value as a mark, where it lies on the axis: a rectangle is no square."""
    question = result.question
    value = own_value(question.study, question.field, question.input_shape)
    if value is None or not min(question.values) <= value <= max(question.values):
        return ()
    return (Mark(label="you are here", x=float(value), here=True),)


def _name(result: SweepResult, side: Side, letter: str) -> str:
    return f"{letter}: {BLOCKS[getattr(result.question.study, side)].label}"


def _predicted(result: SweepResult, points: Sequence[SweepPoint], peak: MachinePeak | None) -> tuple[Curve, ...]:
    if peak is None or not points:
        return ()
    return tuple(
        Curve(
            label=f"{_name(result, side, letter)}, at least (roofline)",
            role=side,
            x=tuple(float(point.value) for point in points),
            y=tuple(lower_bound_s(getattr(point.costs, side), peak) for point in points),
        )
        for side, letter in SIDES
    )


def _measured(result: SweepResult, points: Sequence[SweepPoint]) -> tuple[Curve, ...]:
    """Return the measured medians, with the quartiles as a band."""
    timed = [(float(point.value), point.timing) for point in points if point.timing is not None]
    if not timed:
        return ()
    curves = []
    for side, letter in SIDES:
        timings = [getattr(timing, side) for _, timing in timed]
        curves.append(
            Curve(
                label=f"{_name(result, side, letter)}, measured",
                role=side,
                x=tuple(value for value, _ in timed),
                y=tuple(timing.median_s for timing in timings),
                low=tuple(timing.q1_s for timing in timings),
                high=tuple(timing.q3_s for timing in timings),
                measured=True,
            )
        )
    return tuple(curves)
