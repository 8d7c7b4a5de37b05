"""TensorFlow's "same" padding against symmetric padding: the zeros each adds, and what that does to the maps.

Where the zeros to add are an odd number, "same" puts the odd one at the bottom and right; most other frameworks put
half of what the kernel spans, rounded down, on every side. The two agree at stride 1 with an odd kernel, and wherever
the last window happens to end at the edge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from sepviz.engine.block import run_block
from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.cost import block_cost
from sepviz.engine.spec import Conv2dSpec
from sepviz.lab.contrast import Contrast, Difference, measure_difference, read_input
from sepviz.study.compare import Comparison
from sepviz.study.costs import Costs
from sepviz.study.kernels import study_weights
from sepviz.study.quantity import shape as write_shape
from sepviz.study.quantity import significant

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sepviz.engine.block import Trace
    from sepviz.engine.spec import Pads, Pair
    from sepviz.study.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Paddings:
    """The zeros ((top, bottom), (left, right)) of both rules, and the output (height, width) of each."""

    same: Pads
    symmetric: Pads
    same_size: Pair
    symmetric_size: Pair

    @property
    def agree(self) -> bool:
        """Whether both put the same zeros in the same places."""
        return self.same == self.symmetric


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePadding:
    """The task of running the baseline of `study` padded like TensorFlow's "same", and padded symmetrically.

    The comparison's baseline is the former, its candidate the latter; the study's own padding plays no part.
    """

    study: Study

    def __call__(self, checkpoint: Checkpoint = carry_on) -> Contrast:
        """Return both; :class:`EngineError` when the study has a problem under one of the paddings."""
        started = perf_counter()
        paddings = both_paddings(self.study)
        studies = replace(self.study, padding="same"), replace(self.study, padding=paddings.symmetric)
        x = read_input(*studies)
        stretches = part(checkpoint, 0.0, 0.45), part(checkpoint, 0.45, 0.9)
        same, symmetric = (_run(study, x, stretch) for study, stretch in zip(studies, stretches, strict=True))
        difference = None
        if same.output.shape == symmetric.output.shape:
            difference = measure_difference(same.output, symmetric.output, part(checkpoint, 0.9, 1.0))
        height, width = x.shape[1:]
        comparison = Comparison(
            study=self.study,
            input=x,
            baseline=same,
            candidate=symmetric,
            costs=Costs(
                baseline=block_cost(same.block, height, width), candidate=block_cost(symmetric.block, height, width)
            ),
            seconds=perf_counter() - started,
        )
        sentence = padding_sentence(paddings, difference)
        return Contrast(study=self.study, comparison=comparison, difference=difference, sentence=sentence)


def both_paddings(study: Study, size: Pair | None = None) -> Paddings:
    """Return the zeros that both rules put around an input of `size` (height, width), or around the study's picture."""
    height, width = size or study.input_shape[1:]
    layer = Conv2dSpec(
        in_channels=1,
        out_channels=1,
        kernel_size=study.kernel_size,
        stride=study.stride,
        padding="same",
        dilation=study.dilation,
    )
    eh, ew = layer.extent
    symmetric: Pads = ((eh - 1) // 2,) * 2, ((ew - 1) // 2,) * 2
    return Paddings(
        same=layer.pads(height, width),
        symmetric=symmetric,
        same_size=layer.output_size(height, width),
        symmetric_size=replace(layer, padding=symmetric).output_size(height, width),
    )


def padding_sentence(paddings: Paddings, difference: Difference | None = None) -> str:
    """Say how the two rules differ here, and at how many pixels of the output once that is known."""
    if paddings.agree:
        return f"Both rules put the same zeros, {write_pads(paddings.same)}: the maps are the same."
    start = f'TensorFlow\'s "same" adds {write_pads(paddings.same)}, symmetric padding {write_pads(paddings.symmetric)}'
    if paddings.same_size != paddings.symmetric_size:
        sizes = write_shape(paddings.same_size), write_shape(paddings.symmetric_size)
        return f"{start}: the maps are {sizes[0]} against {sizes[1]} pixels, so they cannot be subtracted."
    end = "maps of the same size from windows at other places"
    if difference is None:
        return f"{start}: {end}."
    share = significant(100 * float(difference.where.mean()))
    return f"{start}: {end}; {share} % of their pixels differ by more than rounding."


def write_pads(pads: Pads) -> str:
    """Write zeros in words: ((0, 1), (0, 1)) -> "0 top, 1 bottom, 0 left, 1 right"."""
    (top, bottom), (left, right) = pads
    return f"{top} top, {bottom} bottom, {left} left, {right} right"


def _run(study: Study, x: NDArray[np.float32], checkpoint: Checkpoint) -> Trace:
    block, _ = study.blocks(len(x))
    return run_block(block, study_weights(study, "baseline", block), x, method=study.method, checkpoint=checkpoint)
