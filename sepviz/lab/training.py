"""A small real experiment: how well networks of standard and of separable layers learn one and the same task.

Three networks learn the same seeded task side by side, on the same batches with the same optimiser and steps: one of
standard layers, one of separable layers of equal width, and one of separable layers as wide as the parameters of the
first allow. The first layer is standard in all of them, as in MobileNet (Howard et al. 2017, arXiv 1704.04861).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sepviz.engine.block import Geometry, Layer, build_block
from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.spec import Conv2dSpec, EngineError
from sepviz.engine.strips import run_strips
from sepviz.lab.network import Adam, Network, initial_weights, loss_and_gradients, scores
from sepviz.lab.textures import PATTERNS, Textures, draw_textures

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 16
STRIDES = (1, 2, 2)
WIDTHS = (1, 2, 2)
"""Output channels of the convolutions, in multiples of the network's width."""
BATCH = 16
TEST_PICTURES = 1024
PEAK_RATE = 0.01
"""Learning rate of the first step; it falls in a straight line to 0."""
DATA_SHARE = 0.04
"""Part of the progress that drawing the pictures takes."""
TRAINING, TESTING, SHUFFLING = 0, 1, 2
"""Second number of a random stream's key, so that no two purposes share draws."""

Tell: TypeAlias = Callable[["TrainingResult"], None]


def _ignore(result: TrainingResult) -> None:
    """Keep a partial result from nobody in particular."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedNetwork:
    """One of the networks and how it learnt.

    Attributes
    ----------
    name : str
        "standard", "separable, equal width" or "separable, equal parameters".
    width : int
        Channels after the first convolution.
    parameters, macs : int
        Trainable numbers; multiply-accumulates for one picture.
    curves : tuple of tuples of float
        For every seed, the share of test pictures named rightly after each epoch so far.
    """

    name: str
    width: int
    parameters: int
    macs: int
    curves: tuple[tuple[float, ...], ...]

    @property
    def accuracies(self) -> tuple[float, ...]:
        """Test accuracy (0 to 1) after the last epoch so far, one for each seed."""
        return tuple(curve[-1] for curve in self.curves)

    @property
    def accuracy(self) -> float:
        """Median of :attr:`accuracies`."""
        return median(self.accuracies)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingResult:
    """What was learnt, with its question; `networks` are standard, equal width, equal parameters, in that order."""

    question: TrainPair
    networks: tuple[TrainedNetwork, ...]

    @property
    def epochs(self) -> int:
        """Epochs done so far; fewer than were asked for in a partial result."""
        return len(self.networks[0].curves[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainPair:
    """The task of training the networks from every seed.

    Attributes
    ----------
    seeds : tuple of int
        A seed fixes pictures, first weights and batches. Six are the fewest whose range is a 95 % interval.
    epochs : int
        Passes over the training pictures.
    width : int
        Channels after the first convolution of the standard network.
    pictures : int
        Training pictures, a multiple of :data:`BATCH`.
    tell : callable
        Given a partial :class:`TrainingResult` after every epoch.
    """

    seeds: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    epochs: int = 8
    width: int = 10
    pictures: int = 1536
    tell: Tell = field(default=_ignore, compare=False, repr=False)

    def __call__(self, checkpoint: Checkpoint = carry_on) -> TrainingResult:
        """Return the result after the last epoch; :class:`EngineError` when there is nothing to train on."""
        self._check()
        networks = (
            network_of("standard", self.width),
            network_of("depthwise-separable", self.width),
            network_of("depthwise-separable", width_of_equal_parameters(self.width)),
        )
        tasks = [
            _draw(seed, self.pictures, stretch)
            for seed, stretch in zip(self.seeds, self._shares(checkpoint), strict=True)
        ]
        learners = [[_Learner(network, task, self.epochs) for task in tasks] for network in networks]
        everybody = [learner for row in learners for learner in row]
        result = self._result(networks, learners)
        for epoch in range(self.epochs):
            start, stop = (DATA_SHARE + (1 - DATA_SHARE) * at / self.epochs for at in (epoch, epoch + 1))
            _learn_for_an_epoch(everybody, part(checkpoint, start, stop))
            result = self._result(networks, learners)
            self.tell(result)
        return result

    def _check(self) -> None:
        for name, value, least in (
            ("seeds", len(self.seeds), 1),
            ("epochs", self.epochs, 1),
            ("width", self.width, 1),
            ("pictures", self.pictures, BATCH),
        ):
            if value < least:
                raise EngineError(f"training has {name} = {value}; take at least {least}")
        if self.pictures % BATCH:
            raise EngineError(f"training has pictures = {self.pictures}; take a multiple of {BATCH}, one batch")

    def _shares(self, checkpoint: Checkpoint) -> list[Checkpoint]:
        edges = np.linspace(0, DATA_SHARE, len(self.seeds) + 1).tolist()
        return [part(checkpoint, start, stop) for start, stop in pairwise(edges)]

    def _result(self, networks: tuple[Network, ...], learners: list[list[_Learner]]) -> TrainingResult:
        names = "standard", "separable, equal width", "separable, equal parameters"
        return TrainingResult(
            question=self,
            networks=tuple(
                TrainedNetwork(
                    name=name,
                    width=network.convolutions[0].spec.out_channels,
                    parameters=network.parameters,
                    macs=network.macs(SIDE, SIDE),
                    curves=tuple(tuple(learner.curve) for learner in row),
                )
                for name, network, row in zip(names, networks, learners, strict=True)
            ),
        )


QUICK = TrainPair(seeds=(0, 1), epochs=5, width=8, pictures=512)
"""A first look, in some seconds; too few seeds to tell a difference."""


def network_of(kind: str, width: int) -> Network:
    """Return the network of `width` whose convolutions after the first are blocks of `kind`."""
    channels = (3, *(width * times for times in WIDTHS))
    layers: list[Layer] = []
    for number, stride in enumerate(STRIDES):
        geometry = Geometry(
            in_channels=channels[number], out_channels=channels[number + 1], stride=(stride, stride), bias=True
        )
        layers += build_block("standard" if number == 0 else kind, geometry).layers
    classifier = Conv2dSpec(in_channels=channels[-1], out_channels=len(PATTERNS), kernel_size=1, bias=True)
    return Network(convolutions=tuple(layers), classifier=Layer(name="classifier", spec=classifier))


def width_of_equal_parameters(width: int) -> int:
    """Return the width whose separable network comes nearest to the parameters of the standard one of `width`."""
    wanted = network_of("standard", width).parameters
    candidates = range(width, 10 * width + 10)  # a separable layer saves at most a factor of 9
    return min(candidates, key=lambda wide: abs(network_of("depthwise-separable", wide).parameters - wanted))


# ---- learning ----


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Material:
    """What one seed's networks learn from, and the order of the pictures in each epoch."""

    seed: int
    training: Textures
    testing: Textures

    def batches(self, epoch: int) -> list[NDArray[np.int64]]:
        random = np.random.default_rng((self.seed, SHUFFLING, epoch))
        return list(random.permutation(len(self.training.labels)).reshape(-1, BATCH))


def _draw(seed: int, pictures: int, checkpoint: Checkpoint) -> _Material:
    return _Material(
        seed=seed,
        training=draw_textures(pictures, SIDE, (seed, TRAINING), part(checkpoint, 0, 0.6)),
        testing=draw_textures(TEST_PICTURES, SIDE, (seed, TESTING), part(checkpoint, 0.6, 1)),
    )


class _Learner:
    """One network with the weights of one seed, changing step by step."""

    __slots__ = ("_adam", "_material", "_network", "_steps", "_steps_planned", "_weights", "curve")

    def __init__(self, network: Network, material: _Material, epochs: int) -> None:
        self._network, self._material = network, material
        self._weights = initial_weights(network, material.seed)
        self._adam = Adam(self._weights)
        self._steps, self._steps_planned = 0, epochs * (len(material.training.labels) // BATCH)
        self.curve: list[float] = []

    def batches(self) -> list[NDArray[np.int64]]:
        """Return the places of the pictures of every batch of the coming epoch."""
        return self._material.batches(len(self.curve))

    def learn(self, batch: NDArray[np.int64]) -> None:
        """Take one step."""
        images, labels = self._material.training.images[batch], self._material.training.labels[batch]
        _, gradients = loss_and_gradients(self._network, self._weights, images, labels)
        self._adam.step(gradients, PEAK_RATE * (1 - self._steps / self._steps_planned))
        self._steps += 1

    def examine(self, start: int, right: NDArray[np.bool_]) -> None:
        """Write into `right` which of the test pictures of the batch from `start` on are named rightly."""
        chosen = slice(start, start + BATCH)
        images, labels = self._material.testing.images[chosen], self._material.testing.labels[chosen]
        right[chosen] = scores(self._network, self._weights, images).argmax(axis=1) == labels


def _learn_for_an_epoch(learners: list[_Learner], checkpoint: Checkpoint) -> None:
    """Let every learner see all its batches once, all side by side, and examine it."""
    batches = [learner.batches() for learner in learners]
    steps, learning = len(batches[0]), 0.9  # looking at the test pictures takes the last tenth
    for step in range(steps):
        strips = [partial(learner.learn, own[step]) for learner, own in zip(learners, batches, strict=True)]
        run_strips(strips, part(checkpoint, learning * step / steps, learning * (step + 1) / steps))
    right = np.zeros((len(learners), TEST_PICTURES), np.bool_)
    strips = [
        partial(learner.examine, start, row)
        for learner, row in zip(learners, right, strict=True)
        for start in range(0, TEST_PICTURES, BATCH)
    ]
    run_strips(strips, part(checkpoint, learning, 1))
    for learner, row in zip(learners, right, strict=True):
        learner.curve.append(float(row.mean()))
