"""Paired timing of two blocks, and of each of their layers on its own."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from sepviz.engine.block import layer_methods, prepare_block
from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.engine.strips import allocate, single_threaded_blas
from sepviz.engine.timing import LONG_S, PairTiming, sample_s, time_pair

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sepviz.engine.block import Block
    from sepviz.engine.chain import Chain
    from sepviz.engine.conv2d import Plan
    from sepviz.engine.timing import Run
    from sepviz.engine.weights import LayerWeights

LAYER_ROUNDS = 9
"""Times that every layer of a block is timed on its own, one after the other."""


def time_blocks(
    baseline: Block,
    candidate: Block,
    baseline_weights: tuple[LayerWeights, ...],
    candidate_weights: tuple[LayerWeights, ...],
    x: NDArray[np.floating],
    *,
    method: str = "auto",
    budget_s: float = 2.0,
    cold: int = 0,
    layers: bool = False,
    checkpoint: Checkpoint = carry_on,
) -> PairTiming:
    """Time two blocks on `x` (in_channels, H, W), in turn.

    Weights are laid out and outputs allocated once, before the clock starts; the activation between the layers is
    timed with them. `method` goes to each layer as in :func:`sepviz.engine.block.run_block`: "auto" compares each at
    its best (a large separable block then runs fused), "reference" the article's loops, any other name the same
    algorithm in both as far as it can do their layers. ``methods`` and ``fused`` of the result say what ran. With
    `layers` every layer is timed on its own, too, if that takes no longer than the budget.
    """
    chains = [prepare_block(baseline, baseline_weights, method), prepare_block(candidate, candidate_weights, method)]
    run_a, run_b = (partial(chain, x, _outputs(chain, x, checkpoint)) for chain in chains)
    pair = time_pair(run_a, run_b, budget_s=budget_s, cold=cold, checkpoint=checkpoint)
    sides_s = pair.baseline.median_s, pair.candidate.median_s
    if layers and LAYER_ROUNDS * sum(sides_s) <= budget_s:
        first, second = (_layers_s(chain, side_s, x, checkpoint) for chain, side_s in zip(chains, sides_s, strict=True))
        pair = replace(pair, layers_s=(first, second))
    fused = [bool(chain.fused(x.shape[1], x.shape[2], x.dtype)) for chain in chains]
    return replace(
        pair,
        baseline_methods=layer_methods(baseline, method),
        candidate_methods=layer_methods(candidate, method),
        fused=(fused[0], fused[1]),
    )


def _outputs(chain: Chain, x: NDArray[np.floating], checkpoint: Checkpoint) -> list[NDArray[np.floating] | None]:
    """Return an array for every layer's maps, except those that are never written."""
    height, width = x.shape[1:]
    fused = chain.fused(height, width, x.dtype)
    shapes = enumerate(chain.shapes(height, width))
    return [None if number in fused else allocate(shape, x.dtype, checkpoint) for number, shape in shapes]


def _layers_s(chain: Chain, whole_s: float, x: NDArray[np.floating], checkpoint: Checkpoint) -> tuple[float, ...]:
    """Return the median seconds of every layer of a block that takes `whole_s`; a single one is the block itself."""
    if len(chain.plans) == 1:
        return (whole_s,)
    runs = _layer_runs(chain, x, checkpoint)
    with single_threaded_blas():
        rounds = [[_sampled(run, whole_s, checkpoint) for run in runs] for _ in range(LAYER_ROUNDS)]
    return tuple(median(samples) for samples in zip(*rounds, strict=True))


def _sampled(run: Run, whole_s: float, checkpoint: Checkpoint) -> float:
    checkpoint(1.0)
    return sample_s(run, 1, (lambda fraction: checkpoint(1.0)) if whole_s > LONG_S else carry_on)


def _layer_runs(chain: Chain, x: NDArray[np.floating], checkpoint: Checkpoint) -> list[Run]:
    """Return every layer of `chain` as work, warmed up, with the maps that it reads and an output to keep."""
    runs: list[Run] = []
    for plan, shape in zip(chain.plans, chain.shapes(*x.shape[1:]), strict=True):
        out = allocate(shape, x.dtype, checkpoint)
        plan(x, checkpoint, out)
        runs.append(partial(_run_layer, plan, x, out))
        x = out
    return runs


def _run_layer(plan: Plan, x: NDArray[np.floating], out: NDArray[np.floating], checkpoint: Checkpoint) -> None:
    plan(x, checkpoint, out)
