"""Memory traffic: whether a separable layer moves more bytes, and how much arithmetic it does for each."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from sepviz.engine.cost import BYTES_PER_ELEMENT
from sepviz.engine.spec import EngineError, Shape
from sepviz.lab.boundary import crossings, traffic_limit
from sepviz.lab.case import OTHER_PAIR, Case, both_curves, here_mark, numbers_of
from sepviz.lab.claims import CLAIMS, Holds, Verdict
from sepviz.lab.plot import Axis, Mark, Plot
from sepviz.lab.roofline import ridge, roofline
from sepviz.study.costs import Costs, count_costs
from sepviz.study.quantity import QUANTITIES, count, data_size, intensity, significant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sepviz.engine.machine import MachinePeak
    from sepviz.study.benchmark import Benchmark

UNFUSED = "float32; each layer reads its input and weights once and writes its output once; nothing is fused."
SCALES = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4)
"""Sides of the inputs that are drawn, relative to the study's own."""


def judge_traffic(case: Case, peak: MachinePeak | None = None, benchmark: Benchmark | None = None) -> Verdict:
    """Say whether B moves more bytes than A, and whether it does less arithmetic for each of them.

    Both: the claim holds. One of the two: it holds only in that sense. None: it does not hold. With `peak` the roofline
    of this machine comes along, and on it what `benchmark` measured.
    """
    a, b = case.costs.baseline, case.costs.candidate
    return Verdict(
        claim=CLAIMS["traffic"],
        holds=_traffic_holds(more_bytes=b.bytes > a.bytes, lower_intensity=b.intensity < a.intensity),
        sentence=_traffic_sentence(case),
        condition=_traffic_condition(case) if case.is_classic else OTHER_PAIR,
        numbers=(*numbers_of(case, "bytes"), *_intensities(case), *_fused(case), *_limits(case, peak)),
        plot=_traffic_plot(case),
        assumption=UNFUSED,
        source=CLAIMS["traffic"].source,
        further=() if peak is None else (roofline(case.costs, peak, benchmark).plot,),
    )


def _traffic_holds(*, more_bytes: bool, lower_intensity: bool) -> Holds:
    if more_bytes and lower_intensity:
        return "holds"
    return "holds only if" if more_bytes or lower_intensity else "does not hold"


def _traffic_sentence(case: Case) -> str:
    a, b = case.costs.baseline, case.costs.candidate
    size, rate = QUANTITIES["bytes"], QUANTITIES["intensity"]
    _, second = case.names
    told = (
        f"{second} moves {data_size(b.bytes)} against {data_size(a.bytes)}, {size.verdict(a.bytes, b.bytes)}; for each "
        f"byte it does {intensity(b.intensity)} against {intensity(a.intensity)}, "
        f"{rate.verdict(a.intensity, b.intensity)}."
    )
    if (b.bytes > a.bytes) == (b.intensity < a.intensity):
        return told
    sense = "traffic for each operation" if b.intensity < a.intensity else "bytes"
    return f"{told} So the claim holds only if it means {sense}."


def _traffic_condition(case: Case) -> str:
    study, (_, height, width) = case.study, case.costs.baseline.output_shape
    limit = traffic_limit(case.area, study.out_channels, study.depth_multiplier, bias=study.bias)
    formula = "N (K² − 1) − K²" if study.depth_multiplier == 1 else "K²N/d − N − K²"
    always = ", which is always so" if limit < 0 else ""
    return (
        f"more bytes when 2P > {formula}{' − 1' if study.bias else ''} = {_exact(limit)}{always}; "
        f"here 2P = {count(2 * height * width)} (K² = {case.area}, N = {study.out_channels}, P = {height} × {width})"
    )


def _exact(value: float) -> str:
    return count(value) if value == round(value) else f"{value:,.1f}"


def _intensities(case: Case) -> tuple[tuple[str, str], ...]:
    layers = (layer for block in (case.costs.baseline, case.costs.candidate) for layer in block.layers)
    return tuple((f"intensity, {layer.name}", intensity(layer.intensity)) for layer in layers)


def _fused(case: Case) -> tuple[tuple[str, str], ...]:
    """Return what B moves when its layers are fused and the maps between them never reach memory."""
    between = sum(prod(layer.output_shape) for layer in case.costs.candidate.layers[:-1])
    fused = case.costs.candidate.bytes - 2 * BYTES_PER_ELEMENT * between
    return (("B, were it fused", f"{count(fused)} bytes"),) if between else ()


def _limits(case: Case, peak: MachinePeak | None) -> tuple[tuple[str, str], ...]:
    """Return what this machine lets each layer attain."""
    if peak is None:
        return ()
    corner = ridge(peak)
    layers = (layer for block in (case.costs.baseline, case.costs.candidate) for layer in block.layers)
    rates = (
        (layer.name, min(peak.gflops, peak.bandwidth_gbps * layer.intensity), layer.intensity < corner)
        for layer in layers
    )
    return tuple(
        (f"attainable, {name}", f"{significant(rate)} GFLOP/s, limited by {'memory' if starved else 'arithmetic'}")
        for name, rate, starved in rates
    )


def _traffic_plot(case: Case) -> Plot:
    """Draw bytes over the output's pixels, the input being scaled as a picture is."""
    channels, height, width = case.input_shape
    shapes = {(channels, max(1, round(height * scale)), max(1, round(width * scale))) for scale in SCALES}
    found = sorted(_sized(case, shapes), key=_pixels)
    x = tuple(float(_pixels(costs)) for costs in found)
    even = _traffic_evens(case, x, [costs.ratio("bytes") for costs in found])
    return Plot(
        title="Bytes moved over output pixels",
        x=Axis(label="output pixels P", log=True),
        y=Axis(label="bytes moved", log=True),
        curves=both_curves(case, x, tuple(found), "bytes"),
        marks=(*even, here_mark(_pixels(case.costs), case.costs.candidate.bytes)),
    )


def _pixels(costs: Costs) -> int:
    return prod(costs.baseline.output_shape[1:])


def _sized(case: Case, shapes: Iterable[Shape]) -> list[Costs]:
    costs = []
    for shape in shapes:
        try:
            costs.append(count_costs(case.study, shape))
        except EngineError:
            continue  # the kernel does not fit any more
    return costs


def _traffic_evens(case: Case, x: tuple[float, ...], ratios: list[float]) -> tuple[Mark, ...]:
    if not case.is_classic:
        return tuple(Mark(label=f"P ≈ {significant(place)}: equal", x=place) for place in crossings(x, ratios))
    study = case.study
    limit = traffic_limit(case.area, study.out_channels, study.depth_multiplier, bias=study.bias) / 2
    return (Mark(label=f"P = {_exact(limit)}: equal", x=limit),) if limit > 0 else ()
