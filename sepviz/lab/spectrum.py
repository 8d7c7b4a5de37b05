"""One axis from the standard layer through every grouped one to depthwise and depthwise separable.

Along it each map reads fewer and fewer channels; the last step mixes them again. Every step is a study, with the
standard layer as the baseline and the step as the candidate, so it can be compared and timed like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor, gcd, log10
from typing import TYPE_CHECKING

from sepviz.engine.block import BLOCKS, run_block
from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.lab.contrast import read_input
from sepviz.lab.plot import Axis, Curve, Mark, Plot
from sepviz.study.benchmark import MeasureTime
from sepviz.study.costs import count_costs
from sepviz.study.kernels import study_weights
from sepviz.study.quantity import QUANTITIES, counted, significant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from sepviz.engine.block import Block, Trace
    from sepviz.engine.cost import BlockCost
    from sepviz.engine.spec import Shape
    from sepviz.lab.plot import Role
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.study import Study

ROLES: dict[str, Role] = {"params": "neutral", "macs": "candidate", "bytes": "theory"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One place on the axis: its `study` has the standard layer as baseline and `block` as candidate."""

    label: str
    study: Study
    block: Block
    cost: BlockCost


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StepMaps:
    """What the layer of `step` makes of the picture `input` (in_channels, height, width)."""

    step: Step
    input: NDArray[np.float32]
    trace: Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareStep:
    """The task of running the layer of `step` alone on the picture of its study."""

    step: Step

    def __call__(self, checkpoint: Checkpoint = carry_on) -> StepMaps:
        """Return its maps; :class:`EngineError` when the study has a problem."""
        study = self.step.study
        x = read_input(study)
        checkpoint(0.1)
        _, block = study.blocks(len(x))
        weights = study_weights(study, "candidate", block)
        trace = run_block(block, weights, x, method=study.method, checkpoint=part(checkpoint, 0.1, 1.0))
        return StepMaps(step=self.step, input=x, trace=trace)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSteps:
    """The task of timing every one of `steps` beside the standard layer, for about `budget_s` seconds each."""

    steps: tuple[Step, ...]
    budget_s: float = 0.5

    def __call__(self, checkpoint: Checkpoint = carry_on) -> tuple[Benchmark, ...]:
        """Return a measurement for each step; :class:`EngineError` when a study has a problem."""
        share = 1 / len(self.steps)
        return tuple(
            MeasureTime(study=step.study, budget_s=self.budget_s)(part(checkpoint, at * share, (at + 1) * share))
            for at, step in enumerate(self.steps)
        )


def spectrum(study: Study, input_shape: Shape | None = None) -> tuple[Step, ...]:
    """Return the steps from standard to depthwise separable for the geometry of `study`.

    There is a grouped step for every number of groups that divides both in_channels and out_channels; with as many
    groups as in_channels that is depthwise too, and where both are the very same layer it stands there once.

    Parameters
    ----------
    study : Study
    input_shape : (int, int, int), optional
        (in_channels, height, width) of what the layers read; that of the study's picture unless it is given.
    """
    shape = input_shape or study.input_shape
    steps: dict[object, Step] = {}
    for changed in _studies(study, shape[0]):
        step = _step(changed, shape)
        steps.setdefault(tuple(layer.spec for layer in step.block.layers), step)
    return tuple(steps.values())


def place(steps: Sequence[Step], study: Study) -> int | None:
    """Return which of `steps` the candidate of `study` is, or None if it is none of them."""
    _, block = study.blocks(steps[0].cost.layers[0].input_shape[0])
    specs = [layer.spec for layer in block.layers]
    return next((at for at, step in enumerate(steps) if [layer.spec for layer in step.block.layers] == specs), None)


def spectrum_plot(steps: Sequence[Step], here: int | None, benchmarks: Sequence[Benchmark] = ()) -> Plot:
    """Return what every step costs as a share of the standard layer, with step `here` pointed out.

    Benchmarks of the steps' studies, where there are any, add their time over that of the standard layer.
    """
    x = tuple(map(float, range(len(steps))))
    counted = tuple(
        Curve(label=QUANTITIES[name].label, role=role, x=x, y=_shares(steps, name)) for name, role in ROLES.items()
    )
    curves = (*counted, *_measured(steps, benchmarks))
    marks = () if here is None else (Mark(label=steps[here].label, x=float(here), here=True),)
    return Plot(
        title="From the standard layer to the depthwise separable one",
        x=Axis(
            label="steps from the standard layer on",
            ticks=tuple((float(at), _tick(step)) for at, step in enumerate(steps)),
        ),
        y=Axis(label="share of the standard layer", log=True, ticks=_log_ticks(curves)),
        curves=curves,
        marks=marks,
    )


def _studies(study: Study, in_channels: int) -> Iterator[Study]:
    start = replace(study, baseline="standard")
    yield replace(start, candidate="standard", groups=1)
    both = gcd(in_channels, study.out_channels)
    for groups in range(2, both + 1):
        if both % groups == 0:
            yield replace(start, candidate="grouped", groups=groups)
    yield replace(start, candidate="depthwise")
    yield replace(start, candidate="depthwise-separable")


def _step(study: Study, shape: Shape) -> Step:
    _, block = study.blocks(shape[0])
    return Step(label=_label(study, block), study=study, block=block, cost=count_costs(study, shape).candidate)


def _label(study: Study, block: Block) -> str:
    spec = block.layers[0].spec
    if study.candidate == "grouped" and not spec.is_depthwise:
        return f"Grouped, {counted(spec.groups, 'groups')}"
    if study.candidate in {"grouped", "depthwise"}:
        return f"Depthwise, {counted(spec.out_channels, 'maps')}"
    return BLOCKS[study.candidate].label


def _tick(step: Step) -> str:
    """Return what the step is called at the axis: as much of its label as tells it from all others."""
    return step.label.removeprefix("Grouped, ")


def _log_ticks(curves: Sequence[Curve]) -> tuple[tuple[float, str], ...]:
    """Return 1, 2 and 5 of every decade that the curves reach, named."""
    values = [value for curve in curves for value in (*curve.y, *curve.low, *curve.high)]
    decades = range(floor(log10(min(values))), ceil(log10(max(values))) + 1)
    marks = (digit * 10.0**decade for decade in decades for digit in (1, 2, 5))
    return tuple((mark, significant(mark, 1)) for mark in marks if min(values) / 2 <= mark <= max(values) * 2)


def _shares(steps: Sequence[Step], name: str) -> tuple[float, ...]:
    whole = getattr(steps[0].cost, name)
    return tuple(getattr(step.cost, name) / whole for step in steps)


def _measured(steps: Sequence[Step], benchmarks: Sequence[Benchmark]) -> tuple[Curve, ...]:
    known = {benchmark.study: benchmark.timing.speedup for benchmark in benchmarks}
    found = [(float(at), known[step.study]) for at, step in enumerate(steps) if step.study in known]
    if not found:
        return ()
    curve = Curve(
        label=f"{QUANTITIES['seconds'].label} (median of pairs)",
        role="baseline",
        x=tuple(at for at, _ in found),
        y=tuple(1 / speedup.median for _, speedup in found),
        low=tuple(1 / speedup.high for _, speedup in found),
        high=tuple(1 / speedup.low for _, speedup in found),
        measured=True,
    )
    return (curve,)
