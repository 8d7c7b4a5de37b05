"""The article's experiment: what it printed, the same run here with its defects, and the same layer done right.

The article compares a standard layer with a depthwise separable one on a 32 × 32 picture of 3 channels: 64 filters of
3 × 3, no padding, loops over the windows of the picture in Python, one run each. Its separable listing has two defects,
which are kept here and nowhere else (:func:`article_depthwise`, :func:`article_pointwise`): the first step sums over
the channels too, so no channel ever has a map of its own; the second sums the picture itself away.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from sepviz.engine.block import Block, Geometry, build_block, run_block
from sepviz.engine.block_timing import time_blocks
from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.timing import PairTiming, time_pair
from sepviz.engine.weights import LayerWeights
from sepviz.study.picture import picture_from_array
from sepviz.study.source import fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.study.picture import Picture

_Float = TypeVar("_Float", np.float32, np.float64)
SIDE, CHANNELS, FILTERS, KERNEL = 32, 3, 64, 3
"""The article's layer."""
BUDGET_S = 1.5
LEAST_REPEATS = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kernels:
    """The article's weights, float64: drawn evenly from 0 to 1 as it draws them.

    Attributes
    ----------
    standard : ndarray
        (64, 3, 3, 3).
    depthwise : ndarray
        (3, 3, 3), one kernel for each channel.
    pointwise : ndarray
        (3, 64), the article's way round: from channel, to map.
    """

    standard: NDArray[np.float64]
    depthwise: NDArray[np.float64]
    pointwise: NDArray[np.float64]


def draw_kernels(seed: int) -> Kernels:
    """Return the article's weights for `seed` (it gives none)."""
    random = np.random.default_rng(seed)
    return Kernels(
        standard=random.random((FILTERS, CHANNELS, KERNEL, KERNEL)),
        depthwise=random.random((CHANNELS, KERNEL, KERNEL)),
        pointwise=random.random((CHANNELS, FILTERS)),
    )


# ---- the loops, as the article writes them: over windows of the picture, one sum in NumPy for each ----


def standard_loops(x: NDArray[np.float64], kernels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the standard layer's (N, out_h, out_w) of `x` (M, H, W), as the article rightly has it.

    `kernels` is (N, M, K, K).
    """
    out = _plane(x, len(kernels))
    for row, column in np.ndindex(out.shape[1:]):
        out[:, row, column] = np.sum(_window(x, row, column) * kernels, axis=(1, 2, 3))
    return out


def article_depthwise(x: NDArray[np.float64], kernels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the article takes for depthwise maps, (64, out_h, out_w): the same plane 64 times.

    The defect: the sum runs over the channels as well, and its one number goes into all planes.
    """
    out = _plane(x, FILTERS)
    for row, column in np.ndindex(out.shape[1:]):
        out[:, row, column] = np.sum(_window(x, row, column) * kernels)
    return out


def article_pointwise(planes: NDArray[np.float64], kernels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the article takes for the separable layer's output, (3, 64): no picture is left in it.

    The defect: the sum runs over both axes of the picture, not over channels. `kernels` is (3, 64).
    """
    result: NDArray[np.float64] = np.sum(planes * kernels[:, :, None, None], axis=(2, 3))
    return result


def depthwise_loops(x: NDArray[np.float64], kernels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the depthwise maps (M, out_h, out_w) of `x` (M, H, W): every channel through its own (K, K) kernel."""
    out = _plane(x, len(x))
    for row, column in np.ndindex(out.shape[1:]):
        out[:, row, column] = np.sum(_window(x, row, column) * kernels, axis=(1, 2))
    return out


def pointwise_loops(maps: NDArray[np.float64], kernels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the pointwise layer's (N, H, W) of `maps` (M, H, W); `kernels` is (M, N)."""
    out = np.zeros((kernels.shape[1], *maps.shape[1:]))
    for row, column in np.ndindex(out.shape[1:]):
        out[:, row, column] = np.sum(maps[:, row, column, None] * kernels, axis=0)
    return out


def _plane(x: NDArray[np.float64], maps: int) -> NDArray[np.float64]:
    return np.zeros((maps, x.shape[1] - KERNEL + 1, x.shape[2] - KERNEL + 1))


def _window(x: NDArray[np.float64], row: int, column: int) -> NDArray[np.float64]:
    return x[:, row : row + KERNEL, column : column + KERNEL]


# ---- the experiment ----


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Times:
    """Standard (as the baseline) against separable (as the candidate), measured in turn, three ways.

    `replayed` is the article's own listing, `right` the same loops without its defects, `engine` this program's.
    """

    replayed: PairTiming
    right: PairTiming
    engine: PairTiming


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArticleReplay:
    """What came of the experiment; arrays are read-only, and :mod:`sepviz.lab.article_table` puts it into words.

    Attributes
    ----------
    question : ReplayArticle
    input : ndarray
        (3, 32, 32).
    kernels : Kernels
    article_planes, article_result : ndarray
        What its two steps make: (64, 30, 30), all planes the same, and (3, 64).
    depthwise_maps : ndarray
        What the first step should make, (3, 30, 30).
    standard_output, separable_output : ndarray
        (64, 30, 30), by the loops done right.
    engine_difference : float
        Largest difference between those two and what the engine computes in float32, relative to the largest value.
    blocks : (Block, Block)
        The two layers, for what they cost.
    times : Times
    """

    question: ReplayArticle
    input: NDArray[np.float64]
    kernels: Kernels
    article_planes: NDArray[np.float64]
    article_result: NDArray[np.float64]
    depthwise_maps: NDArray[np.float64]
    standard_output: NDArray[np.float64]
    separable_output: NDArray[np.float64]
    engine_difference: float
    blocks: tuple[Block, Block]
    times: Times

    @property
    def different_planes(self) -> int:
        """How many of the article's 64 planes differ from each other."""
        return len({plane.tobytes() for plane in self.article_planes})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayArticle:
    """The task of running the article's experiment here, as it is and done right.

    Parameters
    ----------
    seed : int
        For the weights, and for the input where there is no picture.
    picture : Picture, optional
        Cut to its central square and brought to 32 × 32; without one the input is random, as in the article.
    budget_s : float
        Seconds for each of the three measurements.
    """

    seed: int = 0
    picture: Picture | None = None
    budget_s: float = BUDGET_S

    def __call__(self, checkpoint: Checkpoint = carry_on) -> ArticleReplay:
        """Return the replay."""
        x = article_input(self.picture, self.seed)
        kernels = draw_kernels(self.seed)
        planes = article_depthwise(x, kernels.depthwise)
        checkpoint(0.01)
        maps = depthwise_loops(x, kernels.depthwise)
        checkpoint(0.02)
        standard = standard_loops(x, kernels.standard)
        checkpoint(0.03)
        separable = pointwise_loops(maps, kernels.pointwise)
        blocks = article_blocks()
        weights = block_weights_of(kernels)
        outputs = (
            run_block(block, own, x.astype(np.float32)).output for block, own in zip(blocks, weights, strict=True)
        )
        return ArticleReplay(
            question=self,
            input=_frozen(x),
            kernels=kernels,
            article_planes=_frozen(planes),
            article_result=_frozen(article_pointwise(planes, kernels.pointwise)),
            depthwise_maps=_frozen(maps),
            standard_output=_frozen(standard),
            separable_output=_frozen(separable),
            engine_difference=max(map(_difference, outputs, (standard, separable))),
            blocks=blocks,
            times=self._measure(x, kernels, part(checkpoint, 0.05, 1.0)),
        )

    def _measure(self, x: NDArray[np.float64], kernels: Kernels, checkpoint: Checkpoint) -> Times:
        standard, article, right = (
            partial(loops, x, kernels) for loops in (_standard, _article_separable, _right_separable)
        )
        time_loops = partial(time_pair, standard, budget_s=self.budget_s, minimum=LEAST_REPEATS)
        return Times(
            replayed=time_loops(article, checkpoint=part(checkpoint, 0, 1 / 3)),
            right=time_loops(right, checkpoint=part(checkpoint, 1 / 3, 2 / 3)),
            engine=time_blocks(
                *article_blocks(),
                *block_weights_of(kernels),
                x.astype(np.float32),
                budget_s=self.budget_s,
                checkpoint=part(checkpoint, 2 / 3, 1),
            ),
        )


def article_input(picture: Picture | None, seed: int) -> NDArray[np.float64]:
    """Return (3, 32, 32) in 0..1: the centre of `picture`, a grey one three times; or seeded noise.

    A picture below 32 pixels is enlarged by repeating pixels, since :func:`sepviz.study.source.fit` only shrinks.
    """
    if picture is None:
        return np.random.default_rng((seed, 1)).random((CHANNELS, SIDE, SIDE))
    side = min(picture.height, picture.width)
    top, left = (picture.height - side) // 2, (picture.width - side) // 2
    square = picture_from_array(picture.pixels[top : top + side, left : left + side], picture.name)
    planes = fit(square, SIDE)
    nearest = np.arange(SIDE) * planes.shape[1] // SIDE
    planes = planes[:, nearest][:, :, nearest]
    return np.broadcast_to(planes, (CHANNELS, SIDE, SIDE)).astype(np.float64)


def article_blocks() -> tuple[Block, Block]:
    """Return the article's two layers."""
    geometry = Geometry(in_channels=CHANNELS, out_channels=FILTERS, kernel_size=(KERNEL, KERNEL), padding="valid")
    return build_block("standard", geometry), build_block("depthwise-separable", geometry)


def block_weights_of(kernels: Kernels) -> tuple[tuple[LayerWeights, ...], tuple[LayerWeights, ...]]:
    """Return `kernels` as the engine's weights of both layers, float32."""
    arrays = (kernels.standard,), (kernels.depthwise[:, None], kernels.pointwise.T[:, :, None, None])
    standard, separable = (
        tuple(LayerWeights(kernel=_frozen(array.astype(np.float32)), bias=None) for array in layers)
        for layers in arrays
    )
    return standard, separable


def _standard(x: NDArray[np.float64], kernels: Kernels, checkpoint: Checkpoint) -> NDArray[np.float64]:
    return standard_loops(x, kernels.standard)


def _article_separable(x: NDArray[np.float64], kernels: Kernels, checkpoint: Checkpoint) -> NDArray[np.float64]:
    planes = article_depthwise(x, kernels.depthwise)
    checkpoint(0.5)
    return article_pointwise(planes, kernels.pointwise)


def _right_separable(x: NDArray[np.float64], kernels: Kernels, checkpoint: Checkpoint) -> NDArray[np.float64]:
    maps = depthwise_loops(x, kernels.depthwise)
    checkpoint(0.5)
    return pointwise_loops(maps, kernels.pointwise)


def _difference(found: NDArray[np.floating], expected: NDArray[np.float64]) -> float:
    return float(np.abs(found - expected).max() / np.abs(expected).max())


def _frozen(values: NDArray[_Float]) -> NDArray[_Float]:
    result = np.ascontiguousarray(values)
    result.flags.writeable = False
    return result
