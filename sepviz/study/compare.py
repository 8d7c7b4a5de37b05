"""The question of this program: what two layers make of one picture, and what each costs."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from math import prod
from time import perf_counter
from typing import TYPE_CHECKING

from sepviz.engine.block import BLOCKS, Trace, run_block
from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.cost import BYTES_PER_ELEMENT, BlockCost, block_cost
from sepviz.engine.spec import EngineError, Shape
from sepviz.engine.weights import block_weights
from sepviz.study.params import range_complaints
from sepviz.study.source import fit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sepviz.study.study import Study

PREVIEW_SIZE = 128
PREVIEW_MACS = 400_000_000
"""Multiply-accumulates above which a small preview is computed first: about 100 ms on a slow machine."""
PREVIEW_ELEMENTS = 20_000_000
"""Output elements above which the same holds, because writing them takes as long."""
MEMORY_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a study cannot be computed: the field to look at, and what is wrong with it."""

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What both blocks cost; nothing here is measured."""

    baseline: BlockCost
    candidate: BlockCost

    def ratio(self, quantity: str) -> float:
        """Return baseline / candidate of "params", "macs", "bytes" or "intensity"; above 1 the candidate has less."""
        return float(getattr(self.baseline, quantity) / getattr(self.candidate, quantity))


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
        study, started = self.study, perf_counter()
        if study.picture is None:
            raise EngineError("there is no picture to compare the layers on; open one first")
        if problems := find_problems(study):
            raise EngineError("; ".join(problem.message for problem in problems))
        x = fit(study.picture, study.size, study.grey)
        checkpoint(0.02)
        costs = count_costs(study)
        share = 0.02 + 0.98 * costs.baseline.macs / (costs.baseline.macs + costs.candidate.macs)
        baseline, candidate = (
            run_block(
                block,
                block_weights(block, study.init, study.seed),
                x,
                method=study.method,
                checkpoint=stretch,
            )
            for block, stretch in zip(
                study.blocks(len(x)), (part(checkpoint, 0.02, share), part(checkpoint, share, 1.0)), strict=True
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


def count_costs(study: Study, input_shape: Shape | None = None) -> Costs:
    """Return what both layers of `study` cost, for its own picture or for an input of `input_shape` (C, H, W)."""
    channels, height, width = input_shape or study.input_shape
    baseline, candidate = study.blocks(channels)
    return Costs(baseline=block_cost(baseline, height, width), candidate=block_cost(candidate, height, width))


def find_problems(study: Study, input_shape: Shape | None = None) -> tuple[Problem, ...]:
    """Return everything that keeps `study` from being computed; nothing when it can be."""
    shape = input_shape or study.input_shape
    if complaints := range_complaints(study):
        return tuple(Problem(field=field, message=message) for field, message in complaints.items())
    if problems := _group_problems(study, shape[0]):
        return problems
    try:
        costs = count_costs(study, shape)
    except EngineError as error:
        return (Problem(field="kernel_size", message=str(error)),)
    return _memory_problems(costs)


def _group_problems(study: Study, in_channels: int) -> tuple[Problem, ...]:
    if not any("groups" in BLOCKS[kind].fields for kind in (study.baseline, study.candidate)):
        return ()
    groups, out_channels = study.groups, study.out_channels
    if in_channels % groups:
        divisors = ", ".join(str(n) for n in range(1, in_channels + 1) if in_channels % n == 0)
        message = f"groups = {groups} does not divide in_channels = {in_channels}; possible here: {divisors}"
        return (Problem(field="groups", message=message),)
    if out_channels % groups:
        below = out_channels // groups * groups
        nearest = " or ".join(str(n) for n in (below, below + groups) if n)
        message = f"groups = {groups} does not divide out_channels = {out_channels}; set out_channels to {nearest}"
        return (Problem(field="groups", message=message),)
    return ()


def _memory_problems(costs: Costs) -> tuple[Problem, ...]:
    shapes = [layer.output_shape for block in (costs.baseline, costs.candidate) for layer in block.layers]
    need = BYTES_PER_ELEMENT * sum(map(prod, shapes))
    limit = MEMORY_SHARE * physical_memory()
    if need <= limit:
        return ()
    message = (
        f"the maps of both layers need {need / 2**30:,.1f} GiB, more than half of this machine's memory "
        f"({limit / 2**30:,.1f} GiB); take a smaller long side or fewer out_channels"
    )
    return (Problem(field="size", message=message),)


def physical_memory() -> int:
    """Return the bytes of memory this machine has, or 8 GiB where it does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8 * 2**30
