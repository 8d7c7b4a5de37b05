"""Two layers run side by side on a study's picture, how far apart their maps are, and what that means in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.spec import EngineError
from sepviz.engine.strips import run_strips
from sepviz.study.compare import Compare, Comparison
from sepviz.study.costs import count_costs, find_problems
from sepviz.study.memory import refuse_unless_kept

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.study.study import Study

AGREEMENT = 1e-5
"""Maps that are nowhere further apart than this share of the largest value are the same but for rounding."""
BAND_ELEMENTS = 2**17
"""Elements that are compared at a time: few enough to stay in cache, and for their squares to be summed in float32."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Difference:
    """How far maps are from those expected.

    Attributes
    ----------
    relative : float
        Norm of the difference over the norm of what was expected; infinite where nothing was expected.
    worst : ndarray
        Largest difference over all maps at every pixel, read-only (height, width).
    scale : float
        Largest absolute value expected.
    """

    relative: float
    worst: NDArray[np.floating]
    scale: float

    @property
    def largest(self) -> float:
        """The largest difference of all."""
        return float(self.worst.max())

    @property
    def where(self) -> NDArray[np.bool_]:
        """The pixels (height, width) at which some map differs by more than rounding."""
        return ~(self.worst <= AGREEMENT * self.scale)  # what is no number does not agree

    @property
    def is_rounding(self) -> bool:
        """Whether the maps are the same but for rounding."""
        return not self.where.any()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contrast:
    """An answer of the lab: `study` is the question, `comparison` what was run for it.

    `difference` is how far the candidate's maps are from the baseline's, or None where their shapes differ.
    """

    study: Study
    comparison: Comparison
    difference: Difference | None
    sentence: str


def measure_difference(
    expected: NDArray[np.floating], found: NDArray[np.floating], checkpoint: Checkpoint = carry_on
) -> Difference:
    """Return how far the maps `found` are from those `expected`, both (channels, height, width)."""
    if expected.shape != found.shape:
        raise EngineError(
            f"maps of shape {found.shape} cannot be subtracted from {expected.shape}; take the same shape"
        )
    count, height, width = expected.shape
    rows = max(BAND_ELEMENTS // (count * width), 1)
    bands = [slice(top, top + rows) for top in range(0, height, rows)]
    worst = np.empty((height, width), expected.dtype)
    sums = np.empty((len(bands), 3))

    def measure(number: int) -> None:
        band = np.ascontiguousarray(expected[:, bands[number]])
        error = band - found[:, bands[number]]
        sums[number] = np.vdot(error, error), np.vdot(band, band), np.abs(band).max()
        np.abs(error, out=error).max(axis=0, out=worst[bands[number]])

    run_strips([partial(measure, number) for number in range(len(bands))], checkpoint)
    worst.flags.writeable = False
    return Difference(relative=_relative(*sums[:, :2].sum(axis=0)), worst=worst, scale=float(sums[:, 2].max()))


def compare_and_measure(study: Study, checkpoint: Checkpoint) -> tuple[Comparison, Difference]:
    """Compare the layers of `study` and return how far the candidate's maps are from the baseline's."""
    refuse_unless_kept(count_costs(study))
    comparison = Compare(study=study)(part(checkpoint, 0.0, 0.9))
    outputs = comparison.baseline.output, comparison.candidate.output
    return comparison, measure_difference(*outputs, part(checkpoint, 0.9, 1.0))


def read_input(study: Study, *others: Study) -> NDArray[np.float32]:
    """Return what the layers of `study` read, (in_channels, height, width); :class:`EngineError` if they cannot run.

    `others` are studies of the same input whose layers will run on it too.
    """
    from sepviz.study.source import fit  # in the worker: loading the image library takes a while

    if study.picture is None:
        raise EngineError("there is no picture to run the layers on; open one first")
    if problems := [problem for one in (study, *others) for problem in find_problems(one)]:
        raise EngineError("; ".join(problem.message for problem in problems))
    for one in (study, *others):
        refuse_unless_kept(count_costs(one))
    return fit(study.picture, study.size, study.grey)


def _relative(lost: float, whole: float) -> float:
    if whole == 0:
        return 0.0 if lost == 0 else float("inf")
    return float(np.sqrt(lost / whole))
