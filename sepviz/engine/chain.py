"""Layers one after the other, their weights laid out once; depthwise and pointwise layers run fused where it pays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, cast

from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.conv2d import check_input, prepare
from sepviz.engine.methods.fused import Fused, worth_it
from sepviz.engine.strips import allocate, run_strips, single_threaded_blas

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from sepviz.engine.methods.lowering import Depthwise
    from sepviz.engine.methods.pointwise import Pointwise
    from sepviz.engine.spec import Conv2dSpec, Shape
    from sepviz.engine.weights import LayerWeights

    Maps = NDArray[np.floating]

FUSED_METHODS = {("banded", "pointwise"), ("taps", "pointwise")}
"""Methods of two layers in a row that can run strip by strip together."""
VALUES_PER_STRIP = 1024 * 1024
"""Of an activation: about 1 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    """How an input of one size goes through a chain.

    `shares` are the edges of the layers' stretches of progress; `steps` the first and last layer of each step, which
    differ where two layers are fused.
    """

    shapes: list[Shape]
    shares: list[float]
    steps: list[tuple[int, int]]


class Chain:
    """The layers of a block, to be applied to many inputs.

    Parameters
    ----------
    specs, weights, methods : sequences
        One per layer; the methods are names of :data:`sepviz.engine.conv2d.METHODS` that can do their layer.
    between : callable or None
        Changes an array in place: the activation after every layer but the last.
    """

    def __init__(
        self,
        specs: Sequence[Conv2dSpec],
        weights: Sequence[LayerWeights],
        methods: Sequence[str],
        between: Callable[[Maps], None] | None,
    ) -> None:
        self.plans = [
            prepare(weight.kernel, weight.bias, spec, name)
            for spec, weight, name in zip(specs, weights, methods, strict=True)
        ]
        self.between = between
        self._route = lru_cache(maxsize=4)(self._find_route)  # a tiny layer would take as long to plan as to run

    def shapes(self, height: int, width: int) -> list[Shape]:
        """Shape after every layer for an input of `height` x `width`."""
        shapes: list[Shape] = []
        for plan in self.plans:
            shapes.append(plan.spec.output_shape(height, width))
            height, width = shapes[-1][1:]
        return shapes

    def fused(self, height: int, width: int, dtype: np.dtype[np.floating]) -> tuple[int, ...]:
        """Return the numbers of the layers that run together with the layer after them."""
        middles = self.shapes(height, width)[:-1]
        return tuple(
            number
            for number, ((first, second), middle) in enumerate(zip(pairwise(self.plans), middles, strict=True))
            if (first.method, second.method) in FUSED_METHODS
            and second.spec.groups == 1
            and worth_it(cast("Depthwise", first.lowering(dtype)), middle)
        )

    def __call__(self, x: Maps, outs: Sequence[Maps | None], checkpoint: Checkpoint = carry_on) -> None:
        """Run `x` (in_channels, H, W) through every layer.

        Parameters
        ----------
        outs : sequence of ndarray or None
            One per layer: the C-contiguous array to write its maps to, or None for maps that nobody wants. Those of
            fused layers are then never written; others get an array for as long as the next layer reads it.
        """
        check_input(x, self.plans[0].spec)
        with single_threaded_blas():
            self._run(x, outs, checkpoint, self._route(x.shape[1], x.shape[2], x.dtype))

    def _run(self, x: Maps, outs: Sequence[Maps | None], checkpoint: Checkpoint, route: _Route) -> None:
        shapes, shares = route.shapes, route.shares
        for first, last in route.steps:
            stretch = part(checkpoint, shares[first], shares[last + 1])
            wanted = outs[last]
            target = allocate(shapes[last], x.dtype, stretch) if wanted is None else wanted
            if first == last:
                self.plans[last](x, stretch, target)
            else:
                run_strips(self._fuse(first, x.dtype)(x, shapes[first], outs[first], target), stretch)
            if last < len(self.plans) - 1:
                self._activate(target, part(checkpoint, shares[last + 1], shares[last + 1]))
            x = target

    def _find_route(self, height: int, width: int, dtype: np.dtype[np.floating]) -> _Route:
        fused = self.fused(height, width, dtype)
        ends = [number for number in range(len(self.plans)) if number not in fused]
        return _Route(
            shapes=self.shapes(height, width),
            shares=self._shares(height, width),
            steps=list(zip([0, *(end + 1 for end in ends)], ends, strict=False)),
        )

    def _fuse(self, number: int, dtype: np.dtype[np.floating]) -> Fused:
        depthwise, pointwise = (plan.lowering(dtype) for plan in self.plans[number : number + 2])
        return Fused(cast("Depthwise", depthwise), self.between, cast("Pointwise", pointwise))

    def _activate(self, maps: Maps, checkpoint: Checkpoint) -> None:
        if self.between is not None:
            flat = maps.reshape(-1)
            starts = range(0, flat.size, VALUES_PER_STRIP)
            run_strips([partial(self.between, flat[at : at + VALUES_PER_STRIP]) for at in starts], checkpoint)

    def _shares(self, height: int, width: int) -> list[float]:
        """Edges of the stretch of progress that each layer takes: its share of the multiply-accumulates."""
        macs = []
        for plan, (_, out_h, out_w) in zip(self.plans, self.shapes(height, width), strict=True):
            macs.append(plan.spec.macs(height, width))
            height, width = out_h, out_w
        return [0.0, *(edge / sum(macs) for edge in accumulate(macs))]
