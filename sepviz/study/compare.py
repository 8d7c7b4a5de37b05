"""The question of this program: what two layers make of one picture, and what each costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from time import perf_counter
from typing import TYPE_CHECKING

from sepviz.engine.block import Trace, run_block
from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.spec import EngineError
from sepviz.study.costs import Costs, count_costs, find_problems, find_whole_problems
from sepviz.study.kernels import SIDES, study_weights
from sepviz.study.memory import refuse_unless_free, whole_bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sepviz.study.study import Study

PREVIEW_SIZE = 128
PREVIEW_MACS = 400_000_000
"""Multiply-accumulates above which a small preview is computed first: about 100 ms on a slow machine."""
PREVIEW_ELEMENTS = 20_000_000
"""Output elements above which the same holds, because writing them takes as long."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """An answer with its question: the study, what went in, what both blocks made of it, and what they cost.

    `input` is read-only float32 (in_channels, height, width) in 0 to 1; `seconds` is how long computing both took,
    weights and all, and is no measurement of the layers (see :mod:`sepviz.study.benchmark`).
    """

    study: Study
    input: NDArray[np.float32]
    baseline: Trace
    candidate: Trace
    costs: Costs
    seconds: float

    def again(self, checkpoint: Checkpoint) -> Comparison:
        """Return this answer to whoever asks for it as a task."""
        return self

    @property
    def nbytes(self) -> int:
        """Bytes held by all maps."""
        traces = self.baseline, self.candidate
        return self.input.nbytes + sum(maps.nbytes for trace in traces for maps in trace.activations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """The task of comparing the two layers of `study` on its picture."""

    study: Study

    def __call__(self, checkpoint: Checkpoint = carry_on) -> Comparison:
        """Return the comparison; :class:`EngineError` when the study has a problem."""
        from sepviz.study.source import fit  # in the worker: loading the image library takes a while

        study, started = self.study, perf_counter()
        if study.picture is None:
            raise EngineError("there is no picture to compare the layers on; open one first")
        if problems := find_whole_problems(study):
            raise EngineError("; ".join(problem.message for problem in problems))
        costs = count_costs(study)
        refuse_unless_free(study.input_shape, whole_bytes(costs))
        x = fit(study.picture, study.size, study.grey)
        checkpoint(0.02)
        share = 0.02 + 0.98 * costs.baseline.macs / (costs.baseline.macs + costs.candidate.macs)
        baseline, candidate = (
            run_block(
                block,
                study_weights(study, side, block),
                x,
                method=study.method,
                checkpoint=stretch,
            )
            for side, block, stretch in zip(
                SIDES, study.blocks(len(x)), (part(checkpoint, 0.02, share), part(checkpoint, share, 1.0)), strict=True
            )
        )
        return Comparison(
            study=study,
            input=x,
            baseline=baseline,
            candidate=candidate,
            costs=costs,
            seconds=perf_counter() - started,
        )

    def preview(self) -> Compare | None:
        """Return the same question about a small picture, when this one would keep its asker waiting."""
        costs = count_costs(self.study)
        blocks = costs.baseline, costs.candidate
        macs = sum(block.macs for block in blocks)
        elements = sum(prod(layer.output_shape) for block in blocks for layer in block.layers)
        slow = self.study.method == "reference" or macs > PREVIEW_MACS or elements > PREVIEW_ELEMENTS
        small = replace(self.study, size=PREVIEW_SIZE)
        if not slow or max(self.study.input_shape[1:]) <= PREVIEW_SIZE or find_problems(small):
            return None
        return Compare(study=replace(small, method="auto"))
