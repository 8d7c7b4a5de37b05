"""What keeps a study from being computed, and what its two layers cost: known from shapes, before anything runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sepviz.engine.block import BLOCKS
from sepviz.engine.cost import BlockCost, block_cost
from sepviz.engine.spec import EngineError, Shape
from sepviz.study.memory import whole_complaint
from sepviz.study.params import range_complaints

if TYPE_CHECKING:
    from sepviz.study.study import Study


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
        count_costs(study, shape)
    except EngineError as error:
        return (Problem(field="kernel_size", message=str(error)),)
    return ()


def find_whole_problems(study: Study, input_shape: Shape | None = None) -> tuple[Problem, ...]:
    """Return what keeps the maps of `study` from being computed and held whole, as timing needs them."""
    if problems := find_problems(study, input_shape):
        return problems
    complaint = whole_complaint(count_costs(study, input_shape))
    return (Problem(field="size", message=complaint),) if complaint else ()


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
