"""Measured time: the question of how long both layers take on this machine, and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.engine.spec import EngineError, Shape
from sepviz.engine.timing import PairTiming, time_blocks
from sepviz.study.costs import find_problems
from sepviz.study.kernels import study_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.study.study import Study

BUDGET_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Benchmark:
    """What was measured, with its question: the study and the shape of what the layers read."""

    study: Study
    input_shape: Shape
    timing: PairTiming


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTime:
    """The task of timing both layers of `study`, paired and interleaved, for about `budget_s` seconds.

    The layers read the study's picture; where `input_shape` (C, H, W) is given they read seeded noise of that shape.
    """

    study: Study
    input_shape: Shape | None = None
    budget_s: float = BUDGET_S

    def __call__(self, checkpoint: Checkpoint = carry_on) -> Benchmark:
        """Return the measurement; :class:`EngineError` when the study has a problem."""
        study = self.study
        if problems := find_problems(study, self.input_shape):
            raise EngineError("; ".join(problem.message for problem in problems))
        x = self._input()
        baseline, candidate = study.blocks(len(x))
        timing = time_blocks(
            baseline,
            candidate,
            study_weights(study, "baseline", baseline),
            study_weights(study, "candidate", candidate),
            x,
            method=study.method,
            budget_s=self.budget_s,
            checkpoint=checkpoint,
        )
        return Benchmark(study=study, input_shape=(len(x), *x.shape[1:]), timing=timing)

    def _input(self) -> NDArray[np.float32]:
        if self.input_shape is None and self.study.picture is not None:
            from sepviz.study.source import fit

            return fit(self.study.picture, self.study.size, self.study.grey)
        shape = self.input_shape or self.study.input_shape
        return np.random.default_rng(0).random(shape, dtype=np.float32)
