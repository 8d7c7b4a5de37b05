"""Expressiveness: how much of a layer's weights a separable layer of the same geometry can hold.

In a depthwise separable layer of multiplier d the slice W[:, m] of input channel m has rank d at most (see
:mod:`sepviz.engine.factorize`, which knows the best approximation). In a blueprint separable layer the same holds of
the slice W[n] of every output channel, with rank 1 (Haase and Amthor 2020, arXiv 2003.13549).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.block import BLOCKS
from sepviz.engine.factorize import energy_kept, largest_multiplier
from sepviz.engine.weights import WEIGHTS, block_weights
from sepviz.lab.claims import CLAIMS, Verdict, not_judged
from sepviz.lab.plot import Axis, Curve, Mark, Plot
from sepviz.study.kernels import study_weights
from sepviz.study.quantity import count, percent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.spec import Shape
    from sepviz.study.study import Study

KEPT_WHOLE = 1 - 1e-6
"""Share of the energy from which on nothing that float32 can tell is lost."""
SAMPLED_CHANNELS = 16
"""Slices of Gaussian weights, and channels of the band: enough to see both, and quick for wide layers."""
GAUSSIAN_SEED = 1808
"""A stream of its own, or the weights of seed 0 would be compared with themselves."""
IMAGE_FILTERS = "edge-bank"
"""The filters that weights are compared with, beside Gaussian ones."""
SLICED_BY = {"depthwise-separable": "input channel", "blueprint-separable": "output channel"}
"""What one slice belongs to, for each kind of candidate that this test speaks about."""
_FILTERS_NAME = WEIGHTS[IMAGE_FILTERS].label.lower()


def sliced(kernel: NDArray[np.floating], groups: int, by: str) -> NDArray[np.floating]:
    """Return a kernel (out_channels, in_channels // groups, kh, kw) with the slices along its second axis.

    By input channel that is (out_channels // groups, in_channels, kh, kw), by output channel (in_channels // groups,
    out_channels, kh, kw). Kernels between channels of different groups are zero and left out.
    """
    if by == "output channel":
        return kernel.swapaxes(0, 1)
    outputs, inputs, *area = kernel.shape
    return kernel.reshape(groups, outputs // groups, inputs, *area).swapaxes(0, 1).reshape(outputs // groups, -1, *area)


def judge_expressiveness(study: Study, input_shape: Shape) -> Verdict:
    """Say whether B can hold what A's weights are: all, a share of the energy, or any layer like A there is."""
    baseline, _ = study.blocks(input_shape[0])
    if study.candidate not in SLICED_BY or len(baseline.layers) != 1:
        kinds = " or ".join(BLOCKS[kind].label for kind in SLICED_BY)
        how = f"This test needs a baseline (A) of one layer, and as the candidate (B) {kinds}; choose those."
        return not_judged(CLAIMS["expressiveness"], how)
    by, groups = SLICED_BY[study.candidate], baseline.layers[0].spec.groups
    kernel = study_weights(study, "baseline", baseline)[0].kernel
    filters = block_weights(baseline, IMAGE_FILTERS, study.seed)[0].kernel
    return _verdict(study, sliced(kernel, groups, by), sliced(filters, groups, by))


def _verdict(study: Study, slices: NDArray[np.floating], filters: NDArray[np.floating]) -> Verdict:
    claim, shares = CLAIMS["expressiveness"], energy_kept(slices)
    gaussian, filtered = energy_kept(_gaussian(slices)), energy_kept(filters)
    full, wanted = largest_multiplier(slices), _rank(study)
    rank = min(wanted, full)
    kept = float(shares[rank])
    return Verdict(
        claim=claim,
        holds="does not hold" if wanted >= full else "holds only if" if kept >= KEPT_WHOLE else "holds",
        sentence=_sentence(study, wanted, full, kept),
        condition=f"{_limit(study)} < {count(full)}, the rank that the slice of each {SLICED_BY[study.candidate]} can "
        f"have in a layer like A; here {_limit(study)} = {count(wanted)}",
        numbers=(
            (f"energy kept at rank {rank}", f"{percent(kept)}"),
            (f"of Gaussian weights, at rank {rank}", f"{percent(gaussian[rank])}"),
            (f"of image filters ({_FILTERS_NAME}), at rank {rank}", f"{percent(filtered[rank])}"),
            ("rank that keeps all of these weights", count(_rank_needed(shares))),
            ("rank that keeps any weights", count(full)),
        ),
        plot=_plot(study, slices, (shares, gaussian, filtered), rank),
        assumption=_assumption(study),
        source=claim.source,
    )


def _rank(study: Study) -> int:
    return study.depth_multiplier if study.candidate == "depthwise-separable" else 1


def _rank_needed(shares: NDArray[np.float64]) -> int:
    return int(np.argmax(shares >= KEPT_WHOLE))


def _limit(study: Study) -> str:
    return "d" if study.candidate == "depthwise-separable" else "rank"


def _sentence(study: Study, rank: int, full: int, kept: float) -> str:
    drawn = "" if study.kernels else f" ({WEIGHTS[study.init].label}, seed {study.seed})"
    if rank >= full:
        return f"Every layer like A equals a layer like B exactly: rank {full} is all there is, and B may have {rank}."
    if kept >= KEPT_WHOLE:
        return (
            f"B cannot hold every layer like A, but A's weights here{drawn} it holds whole, because no slice has a "
            f"rank above {rank}. The claim holds only if the weights need more."
        )
    return f"The best layer like B keeps {percent(kept)} of the energy of A's weights{drawn}; the rest is lost."


def _assumption(study: Study) -> str:
    told = "The layers of B run one after the other without an activation between them; biases are left aside."
    if study.activation == "none":
        return told
    return f"{told} Here there is one ({study.activation}): then the identity does not hold, and this is a guide only."


def _gaussian(slices: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return Gaussian weights of the shape of `slices`, of a few channels."""
    channels = min(slices.shape[1], SAMPLED_CHANNELS)
    return np.random.default_rng(GAUSSIAN_SEED).standard_normal((slices.shape[0], channels, *slices.shape[2:]))


def _plot(study: Study, slices: NDArray[np.floating], curves: tuple[NDArray[np.float64], ...], rank: int) -> Plot:
    shares, gaussian, filtered = curves
    x = tuple(float(rank) for rank in range(len(shares)))
    chosen = np.linspace(0, slices.shape[1] - 1, min(slices.shape[1], SAMPLED_CHANNELS)).astype(int)
    band = np.stack([energy_kept(slices[:, [channel]]) for channel in chosen])
    by = SLICED_BY[study.candidate]
    return Plot(
        title="Energy of A's weights that B can keep",
        x=Axis(label="depth_multiplier d" if study.candidate == "depthwise-separable" else "rank"),
        y=Axis(label="share of the energy"),
        curves=(
            Curve(
                label=f"A's weights; the band spans single {by}s",
                role="baseline",
                x=x,
                y=_values(shares),
                low=_values(band.min(axis=0)),
                high=_values(band.max(axis=0)),
            ),
            Curve(label="Gaussian weights of that shape", role="theory", x=x, y=_values(gaussian)),
            Curve(label=f"image filters of that shape ({_FILTERS_NAME})", role="neutral", x=x, y=_values(filtered)),
        ),
        marks=(
            Mark(label=f"exact from {len(shares) - 1} on", x=x[-1]),
            Mark(label="you are here", x=float(rank), y=float(shares[rank]), here=True),
        ),
    )


def _values(numbers: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(number) for number in numbers)
