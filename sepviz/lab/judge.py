"""The claims that counting alone can judge, parameters and computation; and all seven cards for one study.

The closed forms of :mod:`sepviz.lab.boundary` are for a standard layer against a depthwise separable one. Every verdict
rests on counted costs, so any pair of kinds can be judged; for other pairs no closed form is claimed.
"""

from __future__ import annotations

from math import floor, isfinite
from typing import TYPE_CHECKING

from sepviz.engine.block import BLOCKS
from sepviz.engine.conventions import CONVENTIONS
from sepviz.lab.boundary import crossings, multiplier_limit, saving, width_limit
from sepviz.lab.case import OTHER_PAIR, Case, both_curves, case_of, compared, here_mark, numbers_of, swept
from sepviz.lab.claims import CLAIMS, Holds, Verdict, not_judged, published_numbers, published_plot
from sepviz.lab.plot import Axis, Curve, Mark, Plot
from sepviz.lab.rank import judge_expressiveness
from sepviz.lab.time_claim import judge_again
from sepviz.lab.traffic import judge_traffic
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.quantity import QUANTITIES, count, ratio, significant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sepviz.engine.machine import MachinePeak
    from sepviz.engine.spec import Shape
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.study import Study

COUNTED = "Counted from the shapes alone; nothing is measured."
WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
"""The out_channels that are drawn, beside the study's own."""


def judge(
    study: Study,
    input_shape: Shape | None = None,
    peak: MachinePeak | None = None,
    benchmark: Benchmark | None = None,
) -> tuple[Verdict, ...]:
    """Return the verdict on every claim for `study`, in the order of CLAIMS.

    What takes an experiment (time, accuracy, initialisation) comes as "not judged yet".

    Parameters
    ----------
    study : Study
    input_shape : (C, H, W), optional
        What the layers read, where it is not the study's own picture.
    peak : MachinePeak, optional
        This machine's limits; with them the traffic card says what each layer can attain.
    benchmark : Benchmark, optional
        Of both layers; the traffic card shows it under the roof of the machine.

    Raises
    ------
    EngineError
        When one of the two layers cannot be.
    """
    case = case_of(study, input_shape)
    verdicts = (
        judge_parameters(case),
        judge_computation(case),
        not_judged(CLAIMS["time"], "Both layers have to be timed on this machine, which takes a few seconds."),
        not_judged(
            CLAIMS["accuracy"],
            "Not in general: MobileNet lost accuracy by separable layers, Xception gained at equal size. What small "
            "networks make of it has to be trained here.",
            published_numbers(),
            published_plot(),
        ),
        judge_expressiveness(study, case.input_shape),
        judge_traffic(case, peak, benchmark),
        not_judged(CLAIMS["initialisation"], "The layers have to be drawn from many seeds for this."),
    )
    found = {verdict.claim.name: verdict for verdict in verdicts}
    return tuple(found[name] for name in CLAIMS)


def judge_with(
    study: Study, experiences: Sequence[Verdict], benchmark: Benchmark | None = None, peak: MachinePeak | None = None
) -> tuple[Verdict, ...]:
    """Return the verdict on every claim, those of `experiences` in the place of what counting leaves open.

    Where no current one of them is about time, a `benchmark` of `study` judges that.
    """
    found = {verdict.claim.name: verdict for verdict in experiences}
    if benchmark is not None and benchmark.study != study:
        benchmark = None
    is_timed = "time" in found and not found["time"].is_stale
    if benchmark is not None and not is_timed:
        found["time"] = judge_again(benchmark, peak, None).verdict
    judged = judge(study, peak=peak, benchmark=benchmark)
    return tuple(found.get(verdict.claim.name, verdict) for verdict in judged)


# ---- parameters ----


def judge_parameters(case: Case) -> Verdict:
    """Say whether B has fewer parameters than A."""
    return Verdict(
        claim=CLAIMS["parameters"],
        holds=_less(case.costs.baseline.params, case.costs.candidate.params),
        sentence=f"{compared(case, 'params')}.",
        condition=_boundary(case, bias=case.study.bias) if case.is_classic else _counted_condition(case, "params"),
        numbers=numbers_of(case, "params"),
        plot=_parameters_plot(case),
        assumption=f"{COUNTED} A bias adds one parameter per output channel of each convolution.",
        source=CLAIMS["parameters"].source,
    )


def _less(baseline: float, candidate: float) -> Holds:
    return "holds" if candidate < baseline else "does not hold"


def _boundary(case: Case, *, bias: bool) -> str:
    """Say below which d, and above which N, B has less."""
    study = case.study
    limit, width = _limits(case, bias=bias)
    extra, area = (" + 1", "(K² + 1)") if bias else ("", "K²")
    never = ", so no depth_multiplier is small enough" if limit <= 1 else ""
    wide = f"N > d {area} / (K² − d) = {significant(width)}" if isfinite(width) else "no N is large enough"
    return (
        f"d < K²N / (K² + N{extra}) = {significant(limit)}{never}; in other words {wide}. Here d = "
        f"{study.depth_multiplier}, N = {study.out_channels}, K² = {case.area}"
    )


def _limits(case: Case, *, bias: bool) -> tuple[float, float]:
    study = case.study
    return (
        multiplier_limit(case.area, study.out_channels, bias=bias),
        width_limit(case.area, study.depth_multiplier, bias=bias),
    )


def _parameters_plot(case: Case) -> Plot:
    """Draw parameters over d where a layer reads d, else over N."""
    study = case.study
    if "depth_multiplier" not in BLOCKS[study.candidate].fields:
        return _width_plot(case, "params", _even_marks(case, "params"))
    limit = multiplier_limit(case.area, study.out_channels, bias=study.bias)
    top = max(round(2 * limit), study.depth_multiplier + 1, 4)
    values = range(1, min(top, STUDY_PARAMS["depth_multiplier"].maximum) + 1)
    x, found = swept(case, "depth_multiplier", values)
    mark = Mark(label=f"d = {significant(limit)}: equal", x=limit)
    return Plot(
        title="Parameters over depth_multiplier",
        x=Axis(label="depth_multiplier d"),
        y=Axis(label="parameters"),
        curves=both_curves(case, x, found, "params"),
        marks=(*((mark,) if case.is_classic else ()), here_mark(study.depth_multiplier, case.costs.candidate.params)),
    )


def _width_plot(case: Case, name: str, marks: tuple[Mark, ...]) -> Plot:
    """Draw A / B of one quantity over N."""
    label = f"{QUANTITIES[name].label}, A / B"
    x, y = _ratios(case, name)
    return Plot(
        title=f"{label}, over out_channels",
        x=Axis(label="out_channels N", log=True),
        y=Axis(label=label, log=True),
        curves=(Curve(label=label, role="candidate", x=x, y=y),),
        marks=(Mark(label="equal", y=1.0), *marks, here_mark(case.study.out_channels, case.costs.ratio(name))),
    )


def _ratios(case: Case, name: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    x, costs = swept(case, "out_channels", {*WIDTHS, case.study.out_channels})
    return x, tuple(each.ratio(name) for each in costs)


def _even_marks(case: Case, name: str) -> tuple[Mark, ...]:
    """Return every N at which counting finds both layers equal."""
    return tuple(Mark(label=f"N ≈ {significant(n)}: equal", x=n) for n in crossings(*_ratios(case, name)))


def _counted_condition(case: Case, name: str) -> str:
    """Say where a pair without a closed form breaks even."""
    evens = " and ".join(significant(mark.x) for mark in _even_marks(case, name) if mark.x)
    found = f"they break even near N = {evens}" if evens else "they never break even"
    return f"{OTHER_PAIR} Over out_channels from 1 to {WIDTHS[-1]} {found}; here N = {case.study.out_channels}."


# ---- computation ----


def judge_computation(case: Case) -> Verdict:
    """Say whether B needs fewer operations than A, and whether the reason that is given for it is right."""
    return Verdict(
        claim=CLAIMS["computation"],
        holds=_less(case.costs.baseline.macs, case.costs.candidate.macs),
        sentence=f"{compared(case, 'macs')}.{_reason(case)}",
        condition=_boundary(case, bias=False) if case.is_classic else _counted_condition(case, "macs"),
        numbers=(*numbers_of(case, "macs"), *_costlier(case), *_other_counts(case)),
        plot=_width_plot(case, "macs", _saving_marks(case)),
        assumption=f"{COUNTED} {QUANTITIES['macs'].help}",
        source=CLAIMS["computation"].source,
    )


def _reason(case: Case) -> str:
    """Say what the factor really depends on."""
    if not case.is_classic:
        return ""
    study, channels = case.study, case.input_shape[0]
    factor = saving(case.area, study.out_channels, study.depth_multiplier)
    return (
        f" The factor A / B is K²N / (d (K² + N)) = {ratio(factor)}. in_channels = {channels} cancels, so the factor "
        "of in_channels that articles add is wrong; however many maps are made, A / B stays below "
        f"K²/d = {significant(case.area / study.depth_multiplier)}."
    )


def _costlier(case: Case) -> tuple[tuple[str, str], ...]:
    """Return how B compares after three changes that make it cost more: N = 1, a 1 × 1 kernel, too large a d."""
    if not case.is_classic:
        return ()
    study, area, wide = case.study, case.area, case.study.out_channels
    over = floor(multiplier_limit(area, wide)) + 1
    changed = (
        ("N = 1", saving(area, 1, study.depth_multiplier)),
        ("a 1 × 1 kernel", saving(1, wide, study.depth_multiplier)),
        (f"d = {over}", saving(area, wide, over)),
    )
    macs = QUANTITIES["macs"]
    return tuple((f"B against A, were it {change}", macs.change(factor)) for change, factor in changed)


def _saving_marks(case: Case) -> tuple[Mark, ...]:
    if not case.is_classic:
        return _even_marks(case, "macs")
    study, channels = case.study, case.input_shape[0]
    ceiling = case.area / study.depth_multiplier
    even = width_limit(case.area, study.depth_multiplier)
    marks = (
        Mark(label=f"never above K²/d = {significant(ceiling)}", y=ceiling),
        Mark(label=f"the factor claimed: in_channels = {channels}", y=float(channels)),
    )
    return (*marks, Mark(label=f"N = {significant(even)}: equal", x=even)) if isfinite(even) else marks


def _other_counts(case: Case) -> tuple[tuple[str, str], ...]:
    """Return both layers as other counters print them, where that differs."""
    blocks = case.costs.baseline, case.costs.candidate
    counts = {row.label: tuple(row.count_block(block) for block in blocks) for row in CONVENTIONS.values()}
    macs = blocks[0].macs, blocks[1].macs
    return tuple((label, f"{count(a)} against {count(b)}") for label, (a, b) in counts.items() if (a, b) != macs)
