"""The baseline decoupled into a separable layer, and the candidate collapsed into a standard one, on one's own picture.

Both are studies again, with the factors as the user's own kernels: whatever can be done with a study can be done with
them. The algebra is in :mod:`sepviz.engine.factorize`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, prod
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.block import ACTIVATION_LABELS, BLOCKS
from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.engine.factorize import (
    collapse,
    collapse_bias,
    decouple,
    energy_kept,
    relative_error,
)
from sepviz.engine.spec import EngineError
from sepviz.lab.boundary import multiplier_limit
from sepviz.lab.contrast import Contrast, Difference, compare_and_measure
from sepviz.lab.plot import Axis, Curve, Mark, Plot
from sepviz.study.costs import count_costs
from sepviz.study.kernels import own_kernel, study_weights, with_kernel
from sepviz.study.quantity import count, percent, significant

if TYPE_CHECKING:
    from sepviz.engine.block import Activation
    from sepviz.engine.spec import Shape
    from sepviz.engine.weights import LayerWeights
    from sepviz.lab.plot import Role
    from sepviz.study.study import Study

SEPARABLE = "depthwise-separable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoupled:
    """The baseline decoupled with one depth multiplier.

    `energy_kept` and `relative_error` are those of the kernel, as shares; `params` and `macs` are counted.
    """

    depth_multiplier: int
    energy_kept: float
    relative_error: float
    params: int
    macs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecouplingCurve:
    """What every depth multiplier keeps of the baseline of `study`, and costs, for an input of `input_shape`.

    `steps` go from depth multiplier 1 to the first that is exact; `params` and `macs` are the baseline's.
    """

    study: Study
    input_shape: Shape
    steps: tuple[Decoupled, ...]
    params: int
    macs: int

    @property
    def break_even(self) -> float:
        """The depth multiplier at which the separable layer stops having fewer MACs, and parameters without bias."""
        return multiplier_limit(prod(self.study.kernel_size), self.study.out_channels)

    @property
    def sentence(self) -> str:
        """Where it is exact, and where it stops being cheaper."""
        exact = self.steps[-1].depth_multiplier
        first = ceil(self.break_even)
        cheap = f"It has fewer MACs than the standard layer below {significant(self.break_even)}"
        end = ": never" if first <= 1 else f", so up to depth_multiplier = {count(first - 1)}"
        return f"The separable layer is exact at depth_multiplier = {exact}. {cheap}{end}."

    def plot(self, depth_multiplier: int) -> Plot:
        """Return energy, error and MACs over the depth multiplier, with `depth_multiplier` as the place to be."""
        x = tuple(float(step.depth_multiplier) for step in self.steps)
        curves: tuple[tuple[str, Role, list[float]], ...] = (
            ("Energy of the kernel kept", "candidate", [step.energy_kept for step in self.steps]),
            ("Relative error of the kernel", "neutral", [step.relative_error for step in self.steps]),
            ("MACs, separable / standard", "theory", [step.macs / self.macs for step in self.steps]),
        )
        return Plot(
            title="What a depth multiplier keeps of the standard layer, and costs",
            x=Axis(label="depth_multiplier"),
            y=Axis(label="share of the standard layer"),
            curves=tuple(Curve(label=label, role=role, x=x, y=tuple(y)) for label, role, y in curves),
            marks=(
                Mark(label=f"break-even, {significant(self.break_even)}", x=self.break_even),
                Mark(label="you are here", x=float(depth_multiplier), here=True),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareDecoupled:
    """The task of running the baseline of `study` beside itself decoupled with `depth_multiplier`.

    The comparison's baseline is the layer, its candidate the separable layer with the factors.
    """

    study: Study
    depth_multiplier: int

    def __call__(self, checkpoint: Checkpoint = carry_on) -> Contrast:
        """Return both; :class:`EngineError` when the study has a problem or its baseline is no standard layer."""
        comparison, difference = compare_and_measure(decoupled_study(self.study, self.depth_multiplier), checkpoint)
        kept = energy_kept(comparison.baseline.weights[0].kernel)[self.depth_multiplier]
        sentence = _decoupled_sentence(self.depth_multiplier, float(kept), self.study.activation, difference)
        return Contrast(study=self.study, comparison=comparison, difference=difference, sentence=sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareCollapsed:
    """The task of running the separable candidate of `study` beside itself collapsed to one standard kernel.

    The comparison's baseline is the one standard layer, its candidate the separable one.
    """

    study: Study

    def __call__(self, checkpoint: Checkpoint = carry_on) -> Contrast:
        """Return both; :class:`EngineError` when the study has a problem or its candidate is no separable layer."""
        comparison, difference = compare_and_measure(collapsed_study(self.study), checkpoint)
        sentence = _collapsed_sentence(self.study.activation, difference)
        return Contrast(study=self.study, comparison=comparison, difference=difference, sentence=sentence)


def decoupling_curve(study: Study, input_shape: Shape | None = None) -> DecouplingCurve:
    """Return what every depth multiplier keeps of the baseline of `study`; :class:`EngineError` if it is not standard.

    `input_shape` (C, H, W) is that of the study's picture unless it is given.
    """
    shape = input_shape or study.input_shape
    kernel = _standard_weights(study, shape[0]).kernel
    kept, error = energy_kept(kernel), relative_error(kernel)
    costs = {
        d: count_costs(replace(study, candidate=SEPARABLE, depth_multiplier=d), shape) for d in range(1, len(kept))
    }
    return DecouplingCurve(
        study=study,
        input_shape=shape,
        params=costs[1].baseline.params,
        macs=costs[1].baseline.macs,
        steps=tuple(
            Decoupled(
                depth_multiplier=d,
                energy_kept=float(kept[d]),
                relative_error=float(error[d]),
                params=cost.candidate.params,
                macs=cost.candidate.macs,
            )
            for d, cost in costs.items()
        ),
    )


def decoupled_study(study: Study, depth_multiplier: int) -> Study:
    """Return `study` with its standard baseline, decoupled, as the candidate.

    The bias goes to the pointwise layer; that of the depthwise layer is 0.
    """
    weights = _standard_weights(study, study.input_shape[0])
    depthwise, pointwise = decouple(weights.kernel, depth_multiplier)
    nothing = None if weights.bias is None else np.zeros(len(depthwise), np.float32)
    name = f"decoupled, d = {depth_multiplier}"
    changed = replace(study, candidate=SEPARABLE, depth_multiplier=depth_multiplier)
    changed = with_kernel(changed, own_kernel("candidate", 0, depthwise, nothing, name))
    return with_kernel(changed, own_kernel("candidate", 1, pointwise, weights.bias, name))


def collapsed_study(study: Study) -> Study:
    """Return `study` with its separable candidate, collapsed to one standard kernel, as the baseline."""
    if study.candidate != SEPARABLE:
        raise EngineError(
            f"the candidate is {BLOCKS[study.candidate].label.lower()}; only a depthwise separable layer can be "
            "collapsed: choose that as the candidate"
        )
    _, block = study.blocks(study.input_shape[0])
    first, second = study_weights(study, "candidate", block)
    kernel = collapse(first.kernel, second.kernel, study.depth_multiplier)
    bias = collapse_bias(second.kernel, first.bias, second.bias)
    return with_kernel(replace(study, baseline="standard"), own_kernel("baseline", 0, kernel, bias, "collapsed"))


def why_not_one_kernel(activation: Activation) -> str:
    """Say why no single kernel does what the separable layer does when `activation` stands between its steps.

    Empty for "none", as then there is one.
    """
    if activation == "none":
        return ""
    return (
        f"{ACTIVATION_LABELS[activation]} between the depthwise and the pointwise step changes each map before they "
        "are mixed, differently at every pixel, so the two steps are no longer one linear layer and no single kernel "
        "equals them; without the activation the identity holds."
    )


def _standard_weights(study: Study, in_channels: int) -> LayerWeights:
    block, _ = study.blocks(in_channels)
    spec = block.layers[0].spec
    if len(block.layers) != 1 or spec.groups != 1 or spec.out_channels != study.out_channels:
        raise EngineError(
            f"the baseline is {BLOCKS[study.baseline].label.lower()}; only a standard layer can be decoupled: choose "
            "that as the baseline"
        )
    return study_weights(study, "baseline", block)[0]


def _decoupled_sentence(depth_multiplier: int, kept: float, activation: Activation, difference: Difference) -> str:
    start = f"depth_multiplier = {depth_multiplier} keeps {percent(kept)} of the kernel's energy"
    if difference.is_rounding:
        return f"{start}; the maps of both layers are the same, but for rounding.{_by_chance(activation)}"
    apart = f"{start}; the maps are {percent(difference.relative)} apart on this picture."
    return f"{apart} {why_not_one_kernel(activation)}".rstrip()


def _collapsed_sentence(activation: Activation, difference: Difference) -> str:
    if difference.is_rounding:
        return f"The maps of both layers are the same, but for rounding.{_by_chance(activation)}"
    return f"The maps are {percent(difference.relative)} apart. {why_not_one_kernel(activation)}".rstrip()


def _by_chance(activation: Activation) -> str:
    """Say what equal maps with an activation between mean; they are no identity."""
    if activation == "none":
        return ""
    return f" {ACTIVATION_LABELS[activation]} changed nothing on this picture; on another it may."
