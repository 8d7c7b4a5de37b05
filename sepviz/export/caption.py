"""The words of a figure: its title, its settings, and a caption that can stand in a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sepviz
from sepviz.engine.block import BLOCKS
from sepviz.engine.machine import describe
from sepviz.render.colormap import COLORMAPS
from sepviz.render.scale import SCALE_POLICIES, ScalePolicy
from sepviz.study.benchmark import interval_words, pairs_words
from sepviz.study.params import STUDY_PARAMS, VIEW_PARAMS, Param
from sepviz.study.quantity import QUANTITIES, count, counted, duration, shape, significant
from sepviz.study.sheets import SIGNED, layer_title
from sepviz.study.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sepviz.engine.lazy import Traced
    from sepviz.engine.spec import Shape
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.costs import Costs
    from sepviz.study.study import Study, View
    from sepviz.study.survey import Answer

SHARED_FIELDS = ("out_channels", "kernel_size", "stride", "padding", "dilation", "bias")
"""What both layers have in common, in the order a reader expects."""


def picture_name(study: Study) -> str:
    """Return what the picture of `study` is called."""
    return study.picture.name if study.picture else "no picture"


def block_labels(study: Study) -> tuple[str, str]:
    """Return what the two kinds of layer are called."""
    return BLOCKS[study.baseline].label, BLOCKS[study.candidate].label


def title(study: Study, name: str = "") -> str:
    """Return one line that says what is compared on which picture, which may be given a shorter `name`."""
    baseline, candidate = block_labels(study)
    return f"{baseline} and {_inside(candidate)} convolution of {name or picture_name(study)}"


def sheet_title(trace: Traced, number: int) -> str:
    """Return what the maps after layer `number` of `trace` are called."""
    last = number == len(trace.activations) - 1
    return f"{layer_title(trace, number)}: output" if last else layer_title(trace, number)


def colormap_name(view: View) -> str:
    """Return the colour map of all maps: around zero a diverging one, as in the window, else the chosen one."""
    return SIGNED if policy(view) == "symmetric" else view.colormap


def policy(view: View) -> ScalePolicy:
    """Return the scale policy of `view`."""
    return next(name for name in SCALE_POLICIES if name == view.scale)


def settings(comparison: Answer, view: View) -> list[tuple[str, str]]:
    """Return every setting as (name, value): all that is needed to make the same figure again."""
    study = comparison.study
    fields = ("baseline", "candidate", *SHARED_FIELDS, *_extra_fields(study), "init", "method")
    values = {name: _words(STUDY_PARAMS[name], getattr(study, name)) for name in fields}
    values["init"] += f", seed {study.seed}"
    scale = _words(VIEW_PARAMS["scale"], view.scale)
    colours = (VIEW_PARAMS["scale"].label, f"{scale}, {COLORMAPS[colormap_name(view)].label}")
    return [*((STUDY_PARAMS[name].label, value) for name, value in values.items()), colours]


def input_words(comparison: Answer) -> str:
    """Return one line about the picture: its name, its size in the file, and as the layers read it."""
    picture, (_, height, width) = comparison.study.picture, comparison.input.shape
    if picture is None:
        return f"{count(width)} × {count(height)} px"
    size = f"{picture.width:,} × {picture.height:,} px {picture.mode}"
    shrunk = (width, height) != (picture.width, picture.height)
    return f"{size}, shrunk to {width:,} × {height:,} px" if shrunk else size


def caption(comparison: Answer, benchmark: Benchmark | None, view: View) -> str:
    """Return full sentences that let the figure stand alone: settings, numbers, how they were counted and measured."""
    sentences = [
        _subject(comparison),
        geometry(comparison.study),
        _colours(view),
        *_means(comparison),
        _counts(comparison.costs),
        "Counted: 1 MAC is one multiplication and one addition, biases not included; bytes are float32, each layer "
        "reading its input and weights and writing its output once; arithmetic intensity is 2 MACs per byte.",
        "Time was not measured." if benchmark is None else _measurement(benchmark),
        f"Made with sepviz\N{NO-BREAK SPACE}{sepviz.__version__}.",
    ]
    return " ".join(sentences)


def claims_subject(study: Study, input_shape: Shape) -> str:
    """Return one line about what claims are judged for: both layers, what they read, their geometry and weights."""
    baseline, candidate = block_labels(study)
    read = f"{study.picture.name}, {shape(input_shape)}" if study.picture else f"an input of {shape(input_shape)}"
    made = f"Made with sepviz\N{NO-BREAK SPACE}{sepviz.__version__}."
    return f"A: {baseline}; B: {_inside(candidate)}; on {read}. {geometry(study)} {made}"


def measured_how(benchmark: Benchmark) -> str:
    """Return how times were measured: repeats, input, methods, threads, processor, and what to know before trusting."""
    timing = benchmark.timing
    methods = [" + ".join(names) for names in (timing.baseline_methods, timing.candidate_methods)]
    how = (
        f"{counted(timing.baseline.repeats, 'paired repeats')} after warming up, input {shape(benchmark.input_shape)}, "
        f"method {methods[0]} (A) and {methods[1]} (B), {counted(timing.threads, 'threads')} of {describe().cpu}, "
        "BLAS on one, garbage collector off."
    )
    return f"{how} {timing.note}".strip()


def value_range(low: float, high: float) -> str:
    """Write the range of values."""
    return f"{significant(low)} … {significant(high)}"


def scale_words(scale: str) -> str:
    """Say in a few words what the ends of a colour bar stand for under the scale policy `scale`."""
    return {"per-map": "of each map", "shared": "all maps", "symmetric": "all maps"}[scale]


def geometry(study: Study) -> str:
    """Return a sentence with the settings that both layers share, and their weights."""
    value = {name: _words(STUDY_PARAMS[name], getattr(study, name)) for name in STUDY_PARAMS if name != "method"}
    parts = [
        f"Output channels {value['out_channels']}",
        f"kernel {value['kernel_size']}",
        f"stride {value['stride']}",
        f"padding {value['padding']}",
        f"dilation {value['dilation']}",
        "with biases" if study.bias else "no biases",
    ]
    names = {"depth_multiplier": "depth multiplier {}", "groups": "groups {}", "activation": "{} between layers"}
    shown = (name for name in _extra_fields(study) if name != "activation" or study.activation != "none")
    parts += [names[name].format(value[name]) for name in shown]
    return f"{', '.join(parts)}; weights: {value['init']}, seed {study.seed}."


def _inside(label: str) -> str:
    return label[0].lower() + label[1:]


def _extra_fields(study: Study) -> list[str]:
    kinds = BLOCKS[study.baseline], BLOCKS[study.candidate]
    found = [name for name in ("depth_multiplier", "groups") if any(name in kind.fields for kind in kinds)]
    chained = any(len(block.layers) > 1 for block in study.blocks(study.input_shape[0]))
    return [*found, "activation"] if chained else found


def _words(param: Param, value: object) -> str:
    """Write `value` for a reader: a choice by its label, a pair with a true multiplication sign."""
    if param.kind == "choice":
        return next((choice.label for choice in param.choices if choice.value == value), str(value))
    if param.kind == "flag":
        return "yes" if value else "no"
    if param.kind == "pair" and isinstance(value, tuple):
        return shape(value)
    if isinstance(value, tuple):
        (top, bottom), (left, right) = value
        return f"top {top}, bottom {bottom}, left {left}, right {right} px"
    return count(value) if isinstance(value, int) and param.name != "seed" else str(value)


def _subject(comparison: Answer) -> str:
    baseline, candidate = block_labels(comparison.study)
    read = f"the same input, {picture_name(comparison.study)} ({shape(comparison.input.shape)})"
    return f"{baseline} (A) and {_inside(candidate)} (B) convolution layers on {read}."


def _means(comparison: Answer) -> Iterator[str]:
    """Say that maps which are too large to be kept are shown as means."""
    if isinstance(comparison, Survey):
        rows, columns = comparison.area
        yield (
            f"Maps are computed on all pixels and shown as means over areas of about {rows} × {columns} input pixels; "
            "value ranges are those of all values."
        )


def _colours(view: View) -> str:
    meaning = {
        "per-map": "each on a range of its own",
        "shared": "all on one range, the same for A and B",
        "symmetric": "all on one range centred on zero, the same for A and B",
    }[view.scale]
    beyond = ", where the most extreme 0.5 % of values may lie beyond each end" if view.clip else ""
    name = COLORMAPS[colormap_name(view)].label
    return f"Maps row by row in channel order, {meaning}{beyond} (colour map {name})."


def _counts(costs: Costs) -> str:
    baseline, candidate = costs.baseline, costs.candidate
    return (
        f"A has {counted(baseline.params, 'parameters')} and takes {counted(baseline.macs, 'MACs')}; "
        f"B has {count(candidate.params)} ({_verdict(costs, 'params')}) and takes {count(candidate.macs)} "
        f"({_verdict(costs, 'macs')}), and moves {_verdict(costs, 'bytes')} bytes."
    )


def _verdict(costs: Costs, name: str) -> str:
    verdict = QUANTITIES[name].verdict(getattr(costs.baseline, name), getattr(costs.candidate, name))
    return "as many" if verdict == "equal" else verdict


def _measurement(benchmark: Benchmark) -> str:
    timing = benchmark.timing
    speedup = timing.speedup
    return (
        f"Measured: median time per run {duration(timing.baseline.median_s)} (A) and "
        f"{duration(timing.candidate.median_s)} (B), ratio {significant(speedup.median)} "
        f"({pairs_words(timing)}, {interval_words(timing)} {significant(speedup.low)} – {significant(speedup.high)}), "
        f"{measured_how(benchmark)}"
    )
