"""What the training experiment shows about accuracy, and what it does not."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.timing import CONFIDENCE
from sepviz.lab.claims import CLAIMS, Holds, Verdict, published_numbers, published_plot
from sepviz.lab.plot import Axis, Curve, Plot, Role
from sepviz.lab.textures import PATTERNS
from sepviz.lab.training import SIDE
from sepviz.study.quantity import count, minus, percent

if TYPE_CHECKING:
    from sepviz.lab.training import TrainedNetwork, TrainingResult

NO_DIFFERENCE = "no difference shown"
SEEDS_NEEDED = 6
"""The fewest pairs whose whole range holds their true median with 95 % confidence."""
_ROLES: tuple[Role, ...] = ("baseline", "candidate", "neutral")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Accuracy of a separable network minus that of the standard one, seed by seed (0.01 is one point).

    The two of a pair learnt the same pictures in the same order, so what the seed decides is in both.
    """

    per_seed: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median over the seeds."""
        return median(self.per_seed)

    @property
    def low(self) -> float:
        """Smallest of all seeds."""
        return min(self.per_seed)

    @property
    def high(self) -> float:
        """Largest of all seeds."""
        return max(self.per_seed)

    @property
    def confidence(self) -> float:
        """Probability that the range from low to high holds the true median: 1 - 2^(1 - seeds)."""
        return 1 - 2.0 ** (1 - len(self.per_seed))

    @property
    def is_shown(self) -> bool:
        """Whether the range is a 95 % interval at least, and does not reach 0."""
        return self.confidence >= CONFIDENCE and (self.low > 0 or self.high < 0)


def difference(network: TrainedNetwork, standard: TrainedNetwork) -> Difference:
    """Return how `network` differs from `standard`, seed by seed."""
    pairs = zip(network.accuracies, standard.accuracies, strict=True)
    return Difference(per_seed=tuple(own - other for own, other in pairs))


def judge_accuracy(result: TrainingResult) -> Verdict:
    """Judge "networks of separable layers are more accurate" by `result`: for this task and these networks only."""
    standard, *others = result.networks
    differences = [difference(network, standard) for network in others]
    conditions = (f"at {_how(network)}: {_outcome(one)}" for network, one in zip(others, differences, strict=True))
    return Verdict(
        claim=CLAIMS["accuracy"],
        holds=_holds(differences),
        sentence=_sentence(result, differences),
        condition="; ".join(conditions),
        numbers=(*((network.name, _numbers(network)) for network in result.networks), *published_numbers()),
        plot=accuracy_plot(result),
        assumption=f"{len(PATTERNS)} classes of drawn textures of {SIDE} × {SIDE} pixels; networks of 3 convolutions. "
        "Other tasks, larger networks and longer training may turn out differently.",
        source=CLAIMS["accuracy"].source,
        further=(published_plot(),),
    )


def _holds(differences: list[Difference]) -> Holds:
    if any(one.confidence < CONFIDENCE for one in differences):
        return "not judged yet"
    better = [one.is_shown and one.median > 0 for one in differences]
    if all(better):
        return "holds"
    return "holds only if" if any(better) else "does not hold"


def _how(network: TrainedNetwork) -> str:
    return network.name.removeprefix("separable, ")


def _outcome(one: Difference) -> str:
    if not one.is_shown:
        return NO_DIFFERENCE
    return "more accurate here" if one.median > 0 else "less accurate here"


def _sentence(result: TrainingResult, differences: list[Difference]) -> str:
    seeds, (_, *others) = len(result.question.seeds), result.networks
    told = "; ".join(_told(network, one) for network, one in zip(others, differences, strict=True))
    extent = f"After {result.epochs} of {result.question.epochs} epochs, paired by seed ({seeds} in all):"
    few = f" {seeds} seeds are too few to show a difference; take at least {SEEDS_NEEDED}."
    return f"{extent} {told}.{few if seeds < SEEDS_NEEDED else ''}"


def _told(network: TrainedNetwork, one: Difference) -> str:
    points = minus(f"{100 * one.median:+.1f} points (from {100 * one.low:+.1f} to {100 * one.high:+.1f})")
    return f"separable layers of {_how(network)} differ from standard ones by {points}, {_outcome(one)}"


def _numbers(network: TrainedNetwork) -> str:
    low, high = min(network.accuracies), max(network.accuracies)
    return (
        f"{percent(network.accuracy)} right (from {percent(low)} to {percent(high)}), "
        f"{count(network.parameters)} parameters, {count(network.macs)} MACs a picture"
    )


def accuracy_plot(result: TrainingResult) -> Plot:
    """Return the learning curves: the median over the seeds, and as a band their whole range."""
    return Plot(
        title=f"Accuracy on {len(PATTERNS)} classes of textures, {len(result.question.seeds)} seeds: median and range",
        x=Axis(label="epochs"),
        y=Axis(label="test pictures named rightly (%)"),
        curves=tuple(_curve(network, role) for network, role in zip(result.networks, _ROLES, strict=True)),
    )


def _curve(network: TrainedNetwork, role: Role) -> Curve:
    percent = 100 * np.array(network.curves)
    return Curve(
        label=f"{network.name} ({count(network.parameters)} parameters)",
        role=role,
        x=tuple(range(1, percent.shape[1] + 1)),
        y=tuple(np.median(percent, axis=0).tolist()),
        low=tuple(percent.min(axis=0).tolist()),
        high=tuple(percent.max(axis=0).tolist()),
        measured=True,
    )
