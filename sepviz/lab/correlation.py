"""Correlation, which every deep-learning framework computes, against the true convolution of signal processing.

The true convolution turns the kernel by 180 degrees before it slides; for trained kernels that makes no difference to
what can be learned, for a named filter it flips the sign of slopes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.lab.contrast import Contrast, Difference, compare_and_measure
from sepviz.study.kernels import own_kernel, study_weights, with_kernel
from sepviz.study.quantity import significant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.study.study import Study

Operator: TypeAlias = Literal["correlation", "convolution"]
OPERATORS: dict[Operator, str] = {
    "correlation": "Correlation: the kernel slides as it is shown. This is what deep-learning frameworks call "
    "convolution, and what sepviz computes; an impulse gives the kernel turned by 180°.",
    "convolution": "True convolution, as in signal processing: the kernel is turned by 180° before it slides; an "
    "impulse gives the kernel itself.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareCorrelation:
    """The task of running the baseline of `study` as correlation (baseline) and as true convolution (candidate)."""

    study: Study

    def __call__(self, checkpoint: Checkpoint = carry_on) -> Contrast:
        """Return both; :class:`EngineError` when the study has a problem."""
        comparison, difference = compare_and_measure(flipped_study(self.study), checkpoint)
        kernels = [weights.kernel for weights in comparison.baseline.weights]
        symmetric = all(np.allclose(kernel, flip(kernel), atol=1e-6 * np.abs(kernel).max()) for kernel in kernels)
        sentence = _sentence(symmetric, difference)
        return Contrast(study=self.study, comparison=comparison, difference=difference, sentence=sentence)


def flip(kernel: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return `kernel` (..., kh, kw) turned by 180 degrees, read-only: its correlation is the true convolution."""
    turned = np.ascontiguousarray(kernel[..., ::-1, ::-1])
    turned.flags.writeable = False
    return turned


def flipped_study(study: Study) -> Study:
    """Return `study` with its baseline, every kernel turned, as the candidate."""
    block, _ = study.blocks(study.input_shape[0])
    changed = replace(study, candidate=study.baseline)
    for layer, weights in enumerate(study_weights(study, "baseline", block)):
        own = own_kernel("candidate", layer, flip(weights.kernel), weights.bias, "turned by 180°")
        changed = with_kernel(changed, own)
    return changed


def _sentence(symmetric: bool, difference: Difference) -> str:
    if symmetric:
        return "Every kernel looks the same turned by 180°: correlation and true convolution are one."
    if difference.is_rounding:
        return "The kernels change when turned by 180°, but the maps of this picture do not, but for rounding."
    apart = significant(100 * difference.relative)
    return f"Turning the kernels by 180° changes the maps: correlation and true convolution are {apart} % apart."
