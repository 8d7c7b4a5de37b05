"""What articles say about depthwise separable layers: seven claims, and what a verdict on one of them holds.

The claims are judged for a study, in :mod:`sepviz.lab.judge` (what can be counted), :mod:`sepviz.lab.rank`
(expressiveness) and :mod:`sepviz.lab.time_claim`; accuracy and initialisation have rooms of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from sepviz.lab.plot import Axis, Curve, Mark, Plot, Role
from sepviz.study.quantity import compact

Holds: TypeAlias = Literal["holds", "does not hold", "holds only if", "not judged yet"]
SIGNS: dict[Holds, str] = {"holds": "✓", "does not hold": "✗", "holds only if": "◐", "not judged yet": "?"}
"""Each verdict as a sign, for whoever does not see its colour."""
HOWARD = "Howard et al. 2017, MobileNets (arXiv 1704.04861)"
LETTERS_LEGEND = (
    "In formulas: K² = kernel height × width, N = out_channels, d = depth_multiplier, P = pixels of an output map."
)
"""What the letters in conditions and plots stand for."""
CHOLLET = "Chollet 2017, Xception (arXiv 1610.02357)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that is said of separable layers.

    Attributes
    ----------
    name, title : str
        Its key in :data:`CLAIMS`, and the heading of its card.
    assertion : str
        What is said, in a sentence.
    source : str
        Where the way of judging it is from.
    """

    name: str
    title: str
    assertion: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a claim holds for one study, and how that is known.

    Attributes
    ----------
    claim : Claim
    holds : "holds", "does not hold", "holds only if" or "not judged yet"
        With "holds only if" the condition says what it depends on.
    sentence : str
        The verdict with this study's numbers.
    condition : str
        The boundary, in words and computed: "d < K²N / (K² + N) = 7.89; here d = 1".
    numbers : tuple of (label, text)
        What it was judged by.
    plot : Plot or None
        The boundary and "you are here"; None while nothing is known.
    assumption, source : str
        What is taken for granted, and whose idea it is.
    further : tuple of Plot
        What else is worth seeing, where one plot does not show all of it.
    is_stale : bool
        Whether an experiment was made for settings that have changed since.
    """

    claim: Claim
    holds: Holds
    sentence: str
    condition: str
    numbers: tuple[tuple[str, str], ...]
    plot: Plot | None
    assumption: str
    source: str
    further: tuple[Plot, ...] = ()
    is_stale: bool = False


CLAIMS: dict[str, Claim] = {
    claim.name: claim
    for claim in (
        Claim(
            name="parameters",
            title="Fewer parameters",
            assertion="A depthwise separable layer has fewer parameters than the standard layer it stands for.",
            source=HOWARD,
        ),
        Claim(
            name="computation",
            title="Less computation",
            assertion="It needs fewer operations; articles add: by a factor of the number of input channels.",
            source=f"{HOWARD}, section 3.1: the ratio is 1/N + 1/K²",
        ),
        Claim(
            name="time",
            title="Less time",
            assertion="Because it needs fewer operations, it takes less time.",
            source="Measured on this machine; why it need not follow: Ma et al. 2018, ShuffleNet V2 (arXiv 1807.11164)",
        ),
        Claim(
            name="accuracy",
            title="Accuracy",
            assertion="Networks of separable layers are more accurate.",
            source=f"{HOWARD}, table 4; {CHOLLET}, tables 1 and 3",
        ),
        Claim(
            name="expressiveness",
            title="Reduced expressiveness",
            assertion="It cannot compute everything that a standard layer can.",
            source="Guo et al. 2018, network decoupling (arXiv 1808.05517); Eckart and Young 1936",
        ),
        Claim(
            name="traffic",
            title="More memory traffic",
            assertion="It asks more of the memory's bandwidth.",
            source="Ma et al. 2018 (arXiv 1807.11164), memory access cost; Williams et al. 2009, roofline",
        ),
        Claim(
            name="initialisation",
            title="More sensitive to initialisation",
            assertion="How its weights are drawn at the start matters more.",
            source="He et al. 2015 (arXiv 1502.01852), the variance of a layer's output",
        ),
    )
}
"""Every claim, by name, in the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A row of :data:`PUBLISHED`: one network of a paper that compares two, trained and tested on ImageNet.

    `top1` is the top-1 accuracy in percent; `macs` is None where the paper does not tell.
    """

    network: str
    convolution: str
    top1: float
    parameters: int
    macs: int | None
    source: str


PUBLISHED: tuple[Published, ...] = (
    Published(
        network="MobileNet",
        convolution="standard",
        top1=71.7,
        parameters=29_300_000,
        macs=4_866_000_000,
        source="Howard et al. 2017, table 4",
    ),
    Published(
        network="MobileNet",
        convolution="depthwise separable",
        top1=70.6,
        parameters=4_200_000,
        macs=569_000_000,
        source="Howard et al. 2017, table 4",
    ),
    Published(
        network="Inception V3",
        convolution="standard",
        top1=78.2,
        parameters=23_626_728,
        macs=None,
        source="Chollet 2017, tables 1 and 3",
    ),
    Published(
        network="Xception",
        convolution="depthwise separable",
        top1=79.0,
        parameters=22_855_952,
        macs=None,
        source="Chollet 2017, tables 1 and 3",
    ),
)
"""Two published pairs: the same network with both kinds of layer, and two networks of about equal size."""


def published_numbers() -> tuple[tuple[str, str], ...]:
    """Return the published table for a card: accuracy, size, work and source of every network."""
    return tuple((f"published: {row.network}, {row.convolution}", _told(row)) for row in PUBLISHED)


def _told(row: Published) -> str:
    work = f", {compact(row.macs)} MACs" if row.macs else ""
    return f"{row.top1:.1f} % top-1, {compact(row.parameters)} parameters{work}; {row.source}"


def published_plot() -> Plot:
    """Return the published networks as points: accuracy over parameters."""
    sides: tuple[tuple[Role, str], ...] = ("baseline", "standard"), ("candidate", "depthwise separable")
    return Plot(
        title="Published: accuracy over parameters, ImageNet",
        x=Axis(label="parameters", log=True),
        y=Axis(label="top-1 accuracy (%)"),
        curves=tuple(_points(role, kind) for role, kind in sides),
        marks=tuple(Mark(label=row.network, x=float(row.parameters), y=row.top1) for row in PUBLISHED),
    )


def _points(role: Role, kind: str) -> Curve:
    rows = [row for row in PUBLISHED if row.convolution == kind]
    return Curve(
        label=f"{kind} layers",
        role=role,
        x=tuple(float(row.parameters) for row in rows),
        y=tuple(row.top1 for row in rows),
        joined=False,
    )


def not_judged(claim: Claim, how: str, numbers: tuple[tuple[str, str], ...] = (), plot: Plot | None = None) -> Verdict:
    """Return the card of a claim that waits for an experiment; `how` says in a sentence what that will be."""
    return Verdict(
        claim=claim,
        holds="not judged yet",
        sentence=how,
        condition="",
        numbers=numbers,
        plot=plot,
        assumption="",
        source=claim.source,
    )
