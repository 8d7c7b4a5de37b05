"""The roofline: how fast each layer could run on this machine at best, and how fast the blocks did.

After Williams et al. 2009: a layer of arithmetic intensity I (FLOP/byte) attains at most min(peak, bandwidth * I), and
takes at least max(FLOPs / peak, bytes / bandwidth). Bytes are counted as in :mod:`sepviz.engine.cost`, every tensor
once through memory: a layer whose tensors stay in a cache moves fewer, and may then be faster than its bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sepviz.engine.bound import bytes_moved, whole_percent
from sepviz.engine.cost import BlockCost
from sepviz.lab.plot import Axis, Curve, Mark, Plot
from sepviz.study.kernels import SIDES, Side
from sepviz.study.quantity import duration, significant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sepviz.engine.cost import LayerCost
    from sepviz.engine.machine import MachinePeak
    from sepviz.engine.timing import Timing
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.costs import Costs

LETTERS: dict[Side, str] = {"baseline": "A", "candidate": "B"}
HEADINGS = ("Layer", "FLOP/byte", "Limit", "At least", "Measured", "At least / measured")
"""Of :func:`layer_rows`."""
ASSUMPTION = (
    "Each tensor crosses memory once, but for maps between layers that were timed fused; a layer whose tensors stay in "
    "a cache moves fewer bytes and may be faster than its bound."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RooflinePoint:
    """A layer, or a whole block, under the roof.

    Attributes
    ----------
    flops, bytes : int
        Work and traffic; 2 FLOP a multiply-accumulate.
    intensity : float
        FLOP/byte.
    attainable_flops : float
        FLOP/s it can reach at best.
    lower_bound_s : float
        Seconds it takes at least; for a block the sum of its layers', which run one after the other, unless fused.
    limit : "arithmetic" or "memory"
        Which of the two sets that bound.
    measured_flops : float or None
        FLOP/s by the clock, where it was timed: a block, and a layer on its own.
    """

    side: Side
    name: str
    flops: int
    bytes: int
    intensity: float
    attainable_flops: float
    lower_bound_s: float
    limit: Literal["arithmetic", "memory"]
    measured_flops: float | None = None

    @property
    def measured_s(self) -> float | None:
        """Seconds by the clock, where it was timed."""
        return None if self.measured_flops is None else self.flops / self.measured_flops


@dataclass(frozen=True, slots=True, kw_only=True)
class Roofline:
    """Every layer of both blocks as a point, both blocks as a whole, and the picture of them."""

    peak: MachinePeak
    layers: tuple[RooflinePoint, ...]
    blocks: tuple[RooflinePoint, RooflinePoint]
    plot: Plot
    assumption: str = ASSUMPTION

    @property
    def ridge(self) -> float:
        """Intensity in FLOP/byte above which arithmetic, below which memory is the limit."""
        return ridge(self.peak)


def ridge(peak: MachinePeak) -> float:
    """Return the intensity in FLOP/byte at which both limits of the machine meet."""
    return peak.gflops / peak.bandwidth_gbps


def lower_bound_s(cost: LayerCost | BlockCost, peak: MachinePeak, *, fused: bool = False) -> float:
    """Return the seconds that a layer takes at least, or the layers of a block one after the other, or `fused`."""
    if fused and isinstance(cost, BlockCost):
        return max(_arithmetic_s(cost.macs, peak), _memory_s(bytes_moved(cost, fused=True), peak))
    layers = cost.layers if isinstance(cost, BlockCost) else (cost,)
    return sum(max(_arithmetic_s(layer.macs, peak), _memory_s(layer.bytes, peak)) for layer in layers)


def roofline(costs: Costs, peak: MachinePeak, benchmark: Benchmark | None = None) -> Roofline:
    """Place both blocks of `costs` under the roof that `peak` makes, with what `benchmark` measured of them."""
    layers: list[RooflinePoint] = []
    blocks: list[RooflinePoint] = []
    for number, side in enumerate(SIDES):
        block: BlockCost = getattr(costs, side)
        timing: Timing | None = getattr(benchmark.timing, side) if benchmark else None
        alone: tuple[float, ...] = benchmark.timing.layers_s[number] if benchmark else ()
        if timing is not None and len(block.layers) == 1:
            alone = (timing.median_s,)
        layers += [
            _point(side, layer.name, layer, peak, seconds)
            for layer, seconds in zip(block.layers, alone or (None,) * len(block.layers), strict=True)
        ]
        fused = benchmark is not None and benchmark.timing.fused[number]
        name = "as a whole, fused" if fused else "as a whole"
        blocks.append(_point(side, name, block, peak, timing.median_s if timing else None, fused=fused))
    return Roofline(
        peak=peak,
        layers=tuple(layers),
        blocks=(blocks[0], blocks[1]),
        plot=_plot(peak, layers),
    )


def layer_rows(found: Roofline) -> tuple[tuple[str, ...], ...]:
    """Return a row for every layer, and one for each block of several layers as a whole."""
    rows = []
    for block in found.blocks:
        layers = [point for point in found.layers if point.side == block.side]
        letter = LETTERS[block.side]
        rows += [_row(f"{letter} {point.name}", point) for point in layers]
        if len(layers) > 1:
            rows.append(_row(f"{letter} {block.name}", block))
    return tuple(rows)


def _row(name: str, point: RooflinePoint) -> tuple[str, ...]:
    measured = point.measured_s
    return (
        name,
        significant(point.intensity),
        point.limit,
        duration(point.lower_bound_s),
        "—" if measured is None else duration(measured),
        "—" if measured is None else whole_percent(point.lower_bound_s / measured),
    )


def _arithmetic_s(macs: int, peak: MachinePeak) -> float:
    return 2 * macs / (peak.gflops * 1e9)


def _memory_s(size: int, peak: MachinePeak) -> float:
    return size / (peak.bandwidth_gbps * 1e9)


def _point(
    side: Side,
    name: str,
    cost: LayerCost | BlockCost,
    peak: MachinePeak,
    measured_s: float | None,
    *,
    fused: bool = False,
) -> RooflinePoint:
    bound = lower_bound_s(cost, peak, fused=fused)
    size = bytes_moved(cost, fused=fused) if isinstance(cost, BlockCost) else cost.bytes
    intensity = 2 * cost.macs / size
    return RooflinePoint(
        side=side,
        name=name,
        flops=2 * cost.macs,
        bytes=size,
        intensity=intensity,
        attainable_flops=2 * cost.macs / bound,
        lower_bound_s=bound,
        limit="arithmetic" if intensity >= ridge(peak) else "memory",
        measured_flops=2 * cost.macs / measured_s if measured_s else None,
    )


def _plot(peak: MachinePeak, layers: list[RooflinePoint]) -> Plot:
    return Plot(
        title="Roofline of this machine",
        x=Axis(label="arithmetic intensity (FLOP/byte)", log=True),
        y=Axis(label="arithmetic rate (GFLOP/s)", log=True),
        curves=(_roof(peak, layers), *_attainable(layers), *_measured(layers)),
        marks=(Mark(label=f"ridge, {ridge(peak):,.1f} FLOP/byte", x=ridge(peak)), *_names(layers)),
    )


def _roof(peak: MachinePeak, points: list[RooflinePoint]) -> Curve:
    corner = ridge(peak)
    low = min(corner, *(point.intensity for point in points)) / 2
    high = max(corner, *(point.intensity for point in points)) * 2
    return Curve(
        label=f"roof: {peak.bandwidth_gbps:,.1f} GB/s, {peak.gflops:,.1f} GFLOP/s",
        role="theory",
        x=(low, corner, high),
        y=(low * peak.bandwidth_gbps, peak.gflops, peak.gflops),
    )


def _attainable(layers: list[RooflinePoint]) -> Iterator[Curve]:
    for side in SIDES:
        points = [point for point in layers if point.side == side]
        yield Curve(
            label=f"{LETTERS[side]}, attainable by each layer",
            role=side,
            x=tuple(point.intensity for point in points),
            y=tuple(point.attainable_flops / 1e9 for point in points),
            joined=False,
        )


def _measured(layers: list[RooflinePoint]) -> Iterator[Curve]:
    for side in SIDES:
        points = [point for point in layers if point.side == side and point.measured_flops is not None]
        if points:
            yield Curve(
                label=f"{LETTERS[side]}, measured, each layer on its own",
                role=side,
                x=tuple(point.intensity for point in points),
                y=tuple(point.measured_flops / 1e9 for point in points if point.measured_flops),
                joined=False,
                measured=True,
            )


def _names(layers: list[RooflinePoint]) -> Iterator[Mark]:
    for point in layers:
        yield Mark(label=point.name, x=point.intensity, y=point.attainable_flops / 1e9)
