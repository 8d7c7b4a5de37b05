"""Measured time: the question of how long both layers take on this machine, and its answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.engine.conv2d import AUTO, METHODS, usable
from sepviz.engine.spec import EngineError, Shape
from sepviz.study.costs import count_costs, find_whole_problems
from sepviz.study.kernels import study_weights
from sepviz.study.memory import refuse_unless_free, whole_bytes
from sepviz.study.quantity import counted, duration, shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.cost import BlockCost
    from sepviz.engine.timing import PairTiming
    from sepviz.study.study import Study

BUDGET_S = 2.0
COLD_CALLS = 3
"""Calls after a pause that whoever shows them asks for; they add a second."""
LOOPS = "reference"
"""The method that is the article's loops."""
LOOPS_SIDE = 16
"""Long side in pixels of what the loops read where the study has another method: a run takes a fraction of a second."""
LOOPS_LIMIT_S = 300.0
"""Loops of which one run is expected to take longer are refused: three of each is the least."""
_WINDOW_S = 1e-5
"""Seconds that the loops take for one output value, before they multiply anything."""
_PRODUCT_S = 5e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Benchmark:
    """What was measured, with its question.

    Attributes
    ----------
    study : Study
    input_shape : Shape
        (C, H, W) of what the layers read.
    timing : PairTiming
    method : str
        What both layers were asked to run with: "auto" is each at its best. It may be another than the study's own.
    overhead_s : float
        Seconds of one layer without work, see :func:`sepviz.engine.bound.measure_overhead`.
    """

    study: Study
    input_shape: Shape
    timing: PairTiming
    method: str = AUTO
    overhead_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTime:
    """The task of timing both layers of `study`, paired and interleaved, for about `budget_s` seconds.

    The layers read the study's picture; where `input_shape` (C, H, W) is given they read seeded noise of that shape.
    They run with the study's own method unless `method` names another. With the article's loops as another method they
    read the picture shrunk to :data:`LOOPS_SIDE`. `cold` calls of each are timed after a pause, too, and with `layers`
    every layer on its own.
    """

    study: Study
    input_shape: Shape | None = None
    budget_s: float = BUDGET_S
    method: str | None = None
    cold: int = 0
    layers: bool = False

    def __call__(self, checkpoint: Checkpoint = carry_on) -> Benchmark:
        """Return the measurement; :class:`EngineError` when the study has a problem."""
        from sepviz.engine.block_timing import time_blocks  # in the worker: the window should not wait for clocks
        from sepviz.engine.bound import measure_overhead

        study, method = self.study, self.method or self.study.method
        if problems := find_whole_problems(study, self._input_shape()):
            raise EngineError("; ".join(problem.message for problem in problems))
        refuse_unless_free(self._input_shape(), whole_bytes(count_costs(study, self._input_shape())))
        x = self._input()
        baseline, candidate = study.blocks(len(x))
        timing = time_blocks(
            baseline,
            candidate,
            study_weights(study, "baseline", baseline),
            study_weights(study, "candidate", candidate),
            x,
            method=method,
            budget_s=self.budget_s,
            cold=self.cold,
            layers=self.layers,
            checkpoint=checkpoint,
        )
        return Benchmark(
            study=study,
            input_shape=(len(x), *x.shape[1:]),
            timing=timing,
            method=method,
            overhead_s=measure_overhead(),
        )

    def refusal(self) -> str:
        """Say why this would take too long to be worth waiting for, or cannot be done; "" when it can."""
        input_shape = self._input_shape()
        if problems := find_whole_problems(self.study, input_shape):
            return f"Input {shape(input_shape)}: {problems[0].message}."
        if (self.method or self.study.method) != LOOPS:
            return ""
        costs = count_costs(self.study, input_shape)
        expected = max(map(_loops_s, (costs.baseline, costs.candidate)))
        if expected <= LOOPS_LIMIT_S:
            return ""
        return (
            f"One run of the article's loops on {shape(input_shape)} would take about {duration(expected)}, and three "
            f"of each are the least. The limit is {duration(LOOPS_LIMIT_S)} for one: take fewer output channels, or a "
            "smaller input."
        )

    @property
    def _is_shrunk(self) -> bool:
        """Whether the picture is made small for the loops."""
        return self.input_shape is None and self.method == LOOPS and self.study.method != LOOPS

    def _size(self) -> int:
        size = self.study.size
        if not self._is_shrunk:
            return size
        return min(size, LOOPS_SIDE) if size else LOOPS_SIDE

    def _input_shape(self) -> Shape:
        if self.input_shape is not None:
            return self.input_shape
        return replace(self.study, size=self._size()).input_shape

    def _input(self) -> NDArray[np.float32]:
        if self.input_shape is None and self.study.picture is not None:
            from sepviz.study.source import fit

            return fit(self.study.picture, self._size(), self.study.grey)
        return np.random.default_rng(0).random(self._input_shape(), dtype=np.float32)


def pairs_words(timing: PairTiming) -> str:
    """Say what a measured ratio is: the median over pairs, so that it may differ from the ratio of both medians."""
    return f"median of {counted(timing.baseline.repeats, 'pairs')}"


def interval_words(timing: PairTiming) -> str:
    """Say what the interval of a measured ratio is: few pairs claim no confidence."""
    from sepviz.engine.timing import FEWEST_PAIRS

    return "95 % interval" if timing.baseline.repeats >= FEWEST_PAIRS else "whole range"


def shared_methods(study: Study) -> tuple[str, ...]:
    """Return the names of all methods that can do every layer of both blocks of `study`."""
    specs = [layer.spec for block in study.blocks(study.input_shape[0]) for layer in block.layers]
    return tuple(name for name in METHODS if all(usable(name, spec) is None for spec in specs))


def _loops_s(cost: BlockCost) -> float:
    """Estimate the seconds that the article's loops take for a block."""
    windows = sum(prod(layer.output_shape) for layer in cost.layers)
    return _WINDOW_S * windows + _PRODUCT_S * cost.macs
