"""The article's experiment as one table: each number beside what it really is, four ways, and why they differ.

Every sentence is made from the numbers of the replay that it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log10, prod
from typing import TYPE_CHECKING, TypeAlias

from sepviz.engine.cost import BlockCost, block_cost
from sepviz.study.quantity import count, counted, duration, log_text, ratio, shape

if TYPE_CHECKING:
    from sepviz.engine.timing import PairTiming
    from sepviz.lab.article import ArticleReplay, Times

Value: TypeAlias = float | tuple[int, ...]
"""A number, or a shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """One quantity of both layers; None where there is none.

    `paired` is the ratio where it is not that of the two values: of times, the median over pairs of runs.
    """

    standard: Value | None
    separable: Value | None
    paired: float | None = None

    @property
    def ratio(self) -> float | None:
        """Standard / separable, where both are numbers."""
        if self.paired is not None:
            return self.paired
        if isinstance(self.standard, tuple) or isinstance(self.separable, tuple):
            return None
        return self.standard / self.separable if self.standard and self.separable else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """One quantity of the experiment.

    Attributes
    ----------
    quantity : str
        Its name; in quotation marks where it is the article's own.
    what_it_is : str
        What the number really is.
    unit : str
        "s" for times; empty for shapes.
    printed, replayed, right, engine : Sides or None
        As the article printed it; its listing run here; the same loops without the defects; this program's engine.
    sentence : str
        What differs, and why.
    """

    quantity: str
    what_it_is: str
    unit: str
    printed: Sides | None
    replayed: Sides
    right: Sides
    engine: Sides
    sentence: str

    def write(self, value: Value | None) -> str:
        """Return `value` as text with its unit."""
        if value is None:
            return "none"
        if isinstance(value, tuple):
            return shape(value)
        if self.unit == "s":
            return duration(value)
        return counted(value, self.unit)


PRINTED_PARAMETERS = Sides(standard=1728, separable=219)
PRINTED_COMPLEXITY = Sides(standard=57600, separable=192)
PRINTED_SECONDS = Sides(standard=0.0320, separable=0.0175)


def article_rows(replay: ArticleReplay) -> tuple[ArticleRow, ...]:
    """Return the table of `replay`, the article's three lines first."""
    height, width = replay.input.shape[1:]
    costs = block_cost(replay.blocks[0], height, width), block_cost(replay.blocks[1], height, width)
    return (
        _parameters(replay, costs),
        _complexity(replay),
        _times(replay, costs),
        _macs(replay, costs),
        _results(replay),
        _maps_between(replay),
    )


def _text(sides: Sides) -> str:
    """Write two counts: "1,728 against 219"."""
    return " against ".join(
        count(value) for value in (sides.standard, sides.separable) if isinstance(value, float | int)
    )


def _times_as_many(sides: Sides) -> str:
    return ratio(sides.ratio) if sides.ratio else "—"


def _parameters(replay: ArticleReplay, costs: tuple[BlockCost, BlockCost]) -> ArticleRow:
    kernels = replay.kernels
    replayed = Sides(standard=kernels.standard.size, separable=kernels.depthwise.size + kernels.pointwise.size)
    right = Sides(standard=costs[0].params, separable=costs[1].params)
    agrees = "The article is right here" if right == PRINTED_PARAMETERS else "The article is wrong here"
    return ArticleRow(
        quantity='"Number of parameters"',
        what_it_is="weights of all kernels, without biases",
        unit="weights",
        printed=PRINTED_PARAMETERS,
        replayed=replayed,
        right=right,
        engine=right,
        sentence=f"{agrees}: {_text(right)}, {_times_as_many(right)} fewer.",
    )


def _complexity(replay: ArticleReplay) -> ArticleRow:
    replayed = Sides(standard=replay.standard_output.size, separable=replay.article_result.size)
    right = Sides(standard=replay.standard_output.size, separable=replay.separable_output.size)
    return ArticleRow(
        quantity='"Computational complexity"',
        what_it_is="values in the result's array; no operation is counted",
        unit="values",
        printed=PRINTED_COMPLEXITY,
        replayed=replayed,
        right=right,
        engine=right,
        sentence=f"It is the size of the result: {shape(replay.standard_output.shape)} values, and "
        f"{shape(replay.article_result.shape)} where the picture was summed away; done right, {_text(right)}.",
    )


def _macs(replay: ArticleReplay, costs: tuple[BlockCost, BlockCost]) -> ArticleRow:
    kernels, pixels = replay.kernels, prod(replay.article_planes.shape[1:])
    multiplied = kernels.depthwise.size + kernels.pointwise.size  # for each pixel, in both of its steps
    replayed = Sides(standard=kernels.standard.size * pixels, separable=multiplied * pixels)
    right = Sides(standard=costs[0].macs, separable=costs[1].macs)
    same = (
        "its listing multiplies as often as the right one and adds the products up wrongly"
        if replayed == right
        else f"its listing multiplies {_text(replayed)} times"
    )
    return ArticleRow(
        quantity="Multiply-accumulates",
        what_it_is='what "computational complexity" should say: multiplications, each with an addition',
        unit="MACs",
        printed=None,
        replayed=replayed,
        right=right,
        engine=right,
        sentence=f"The layers need {_text(right)}, {_times_as_many(right)} fewer, not the "
        f"{_times_as_many(PRINTED_COMPLEXITY)} that the printed numbers suggest; {same}.",
    )


def _results(replay: ArticleReplay) -> ArticleRow:
    right = Sides(standard=replay.standard_output.shape, separable=replay.separable_output.shape)
    return ArticleRow(
        quantity="Shape of the result",
        what_it_is="maps × height × width",
        unit="",
        printed=None,
        replayed=Sides(standard=replay.standard_output.shape, separable=replay.article_result.shape),
        right=right,
        engine=right,
        sentence=f"The article's second step sums over height and width instead of over the channels, so "
        f"{shape(replay.article_result.shape)} numbers are left and no picture, where both layers should make "
        f"{shape(replay.separable_output.shape)}.",
    )


def engine_note(replay: ArticleReplay) -> str:
    """Say how far the engine's results are from those of the right loops."""
    return f"Results differ from the right loops' by at most {_power(replay.engine_difference)} of the largest value."


def _power(share: float) -> str:
    """Write a small share as a power of ten: 2.4e-7 -> "2·10⁻⁷"."""
    return log_text(log10(share), 0) if share > 0 else "0"


def _maps_between(replay: ArticleReplay) -> ArticleRow:
    maps, planes = len(replay.depthwise_maps), len(replay.article_planes)
    copies = "all the same" if replay.different_planes == 1 else f"{replay.different_planes} different ones"
    right = Sides(standard=None, separable=maps)
    return ArticleRow(
        quantity="Different maps between the steps",
        what_it_is="what the depthwise step hands on: one map for each channel",
        unit="maps",
        printed=None,
        replayed=Sides(standard=None, separable=replay.different_planes),
        right=right,
        engine=right,
        sentence=f"The article's first step sums over the channels too, so its {planes} planes are {copies}, "
        f"where {counted(maps, 'channels')} should give {counted(maps, 'maps')}, one each.",
    )


def _times(replay: ArticleReplay, costs: tuple[BlockCost, BlockCost]) -> ArticleRow:
    times = replay.times
    return ArticleRow(
        quantity='"Time taken"',
        what_it_is="one run's time; the article's from one run each, ours medians, the ratio that of pairs of runs",
        unit="s",
        printed=PRINTED_SECONDS,
        replayed=_medians(times.replayed),
        right=_medians(times.right),
        engine=_medians(times.engine),
        sentence=f"One run each gave the article {_times_as_many(PRINTED_SECONDS)}, its listing gives "
        f"{_speedup(times.replayed)} here, done right {_speedup(times.right)}, with the engine "
        f"{_speedup(times.engine)}, {_why(times, costs, prod(replay.separable_output.shape[1:]))}.",
    )


def _medians(timing: PairTiming) -> Sides:
    return Sides(
        standard=timing.baseline.median_s,
        separable=timing.candidate.median_s,
        paired=timing.speedup.median,
    )


def _speedup(timing: PairTiming) -> str:
    speedup = timing.speedup
    return f"{ratio(speedup.median)} ({speedup.low:.2f} – {speedup.high:.2f}, {timing.baseline.repeats} runs)"


def _why(times: Times, costs: tuple[BlockCost, BlockCost], pixels: int) -> str:
    """Say what sets the time of the loops: a sum in NumPy for each window, whatever it multiplies, or the products."""
    right, promised = times.right, costs[0].macs / costs[1].macs
    if right.speedup.high >= promised:
        return f"and the loops keep the {ratio(promised)} that the MACs promise"
    calls = pixels, 2 * pixels
    seconds = [side.median_s / many for side, many in zip((right.baseline, right.candidate), calls, strict=True)]
    return (
        f"not the {ratio(promised)} of the MACs, because the loops pay for calls of NumPy, {count(calls[0])} at "
        f"{duration(seconds[0])} against {count(calls[1])} at {duration(seconds[1])}, more than for the products in "
        f"them{_why_the_engine(times.engine, promised)}"
    )


def _why_the_engine(timing: PairTiming, promised: float) -> str:
    pace = promised * timing.candidate.median_s / timing.baseline.median_s
    return (
        f", and the engine does a MAC of the standard layer {ratio(pace)} as fast as one of the separable"
        if pace > 1
        else ""
    )
