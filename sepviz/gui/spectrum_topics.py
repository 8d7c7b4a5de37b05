"""What else a layer can be: the steps from standard to separable, other padding, the kernel turned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from sepviz.gui.topic import Asked, Topic, apart, contrast_contents, cost_rows
from sepviz.gui.views.topic_page import TopicCard
from sepviz.lab.correlation import OPERATORS, CompareCorrelation, Operator, flip, flipped_study
from sepviz.lab.padding import ComparePadding, both_paddings, padding_sentence, write_pads
from sepviz.lab.spectrum import CompareStep, MeasureSteps, place, spectrum, spectrum_plot
from sepviz.study.benchmark import pairs_words
from sepviz.study.drawing import chosen_channel, kernels_content, map_content
from sepviz.study.kernel_tiles import KernelTiles
from sepviz.study.kernels import without_misfits
from sepviz.study.quantity import QUANTITIES, count, counted, shape
from sepviz.study.sheets import INPUT_COLORMAP

if TYPE_CHECKING:
    from sepviz.lab.contrast import Contrast
    from sepviz.lab.spectrum import Step, StepMaps
    from sepviz.study.sheets import Content
    from sepviz.study.study import Study, View

NAMES: tuple[Operator, ...] = get_args(Operator)


def spectrum_card(asked: Asked) -> TopicCard:
    """Return what is said of step `at` from the standard layer to the separable one."""
    steps = spectrum(asked.study)
    at = min(asked.at, len(steps) - 1)
    step, here = steps[at], place(steps, asked.study)
    layers = "\n+ ".join(shape(layer.spec.weight_shape) for layer in step.block.layers)
    rows = (
        ("Weights", layers),
        *cost_rows(steps[0].cost, step.cost, ("params", "macs", "bytes")),
        (QUANTITIES["seconds"].label, _time(step, asked)),
    )
    each = step.block.layers[0].spec.weight_shape[1]
    reads = "all channels" if 1 < each == asked.study.input_shape[0] else counted(each, "channels")
    mixed = "; the pointwise step then mixes the maps" if len(step.block.layers) > 1 else ""
    is_here = " It is the candidate B now." if here == at else ""
    return TopicCard(
        sentence=f"{step.label}: each filter reads {reads}{mixed}.{is_here}",
        control="slider",
        control_label="Standard → separable",
        stops=tuple(f"{step.label} ({number + 1} of {len(steps)})" for number, step in enumerate(steps)),
        at=at,
        rows=rows,
        plot=spectrum_plot(steps, at, asked.benchmarks),
        action="Use this layer as B",
        action_tip="Compare this layer, as B, with the standard one, as A; undo takes it back.",
        measures=asked.study.picture is not None,
    )


def _time(step: Step, asked: Asked) -> str:
    for benchmark in asked.benchmarks:
        if benchmark.study == step.study:
            timing, seconds = benchmark.timing, QUANTITIES["seconds"]
            verdict = seconds.verdict(timing.speedup.median, 1.0)
            return f"{seconds.write(timing.candidate.median_s)}\n{verdict}\n{pairs_words(timing)}"
    return "not measured"


def _first_step(study: Study) -> int:
    """Return the step that the candidate is, or the last where it is none."""
    steps = spectrum(study)
    here = place(steps, study)
    return len(steps) - 1 if here is None else here


def _step_contents(view: View, maps: StepMaps, at: int) -> dict[str, Content]:
    channel = chosen_channel((maps.trace,), view)
    name = "Input" if len(maps.input) == 1 else "Input, mean of its channels"
    read = map_content(name, maps.input.mean(axis=0, keepdims=True), 0, view)
    shown = map_content(f"{maps.step.label}, map {count(channel)}", maps.trace.output, channel, view)
    return {
        "first": replace(read, colormap=INPUT_COLORMAP, policy="per-map", clip=False),
        "second": replace(shown, policy="per-map") if view.scale == "per-map" else shown,
    }


def padding_card(asked: Asked) -> TopicCard:
    """Return what is said of TensorFlow's padding against symmetric padding."""
    paddings = both_paddings(asked.study)
    like_tensorflow = asked.study.padding == "same"
    other = "symmetrically" if like_tensorflow else 'like TensorFlow\'s "same"'
    return TopicCard(
        sentence=asked.answer.sentence if asked.answer else padding_sentence(paddings),
        rows=(
            ('Zeros, TensorFlow\'s "same"', write_pads(paddings.same)),
            ("Zeros, symmetric", write_pads(paddings.symmetric)),
            ('Maps, TensorFlow\'s "same"', f"{shape(paddings.same_size)} px"),
            ("Maps, symmetric", f"{shape(paddings.symmetric_size)} px"),
            ("Maps apart on this picture", apart(asked.answer)),
        ),
        action=f"Pad {other}",
        action_tip="Set the padding of both layers; undo takes it back.",
    )


def _repadded(asked: Asked) -> Study:
    study = asked.study
    return replace(study, padding=both_paddings(study).symmetric if study.padding == "same" else "same")


def _padding_contents(view: View, contrast: Contrast, at: int) -> dict[str, Content]:
    titles = 'A, padded as "same"', "A, padded symmetrically"
    return contrast_contents(view, contrast, titles, "Difference, same − symmetric")


def correlation_card(asked: Asked) -> TopicCard:
    """Return what is said of correlation, or of true convolution."""
    name = NAMES[asked.at]
    told = f" {asked.answer.sentence}" if asked.answer else ""
    return TopicCard(
        sentence=f"{OPERATORS[name]}{told}",
        control="choice",
        control_label="Slide the kernel as",
        stops=tuple("Correlation" if one == "correlation" else "True convolution" for one in NAMES),
        at=asked.at,
        rows=(("Maps apart on this picture", apart(asked.answer)),),
        action="Use the turned kernels as B",
        action_tip="Make the candidate the same layer as A with every kernel turned by 180°, so that the window "
        "compares correlation with true convolution; undo takes it back.",
    )


def _correlation_contents(view: View, contrast: Contrast, at: int) -> dict[str, Content]:
    maps = contrast_contents(view, contrast, ("Correlation", "True convolution"), "Correlation − true convolution")
    trace = contrast.comparison.baseline
    layers = [(one.kernel, layer.spec) for one, layer in zip(trace.weights, trace.block.layers, strict=True)]
    # a pointwise layer has nothing to turn
    kernels, spec = next((one for one in layers if one[1].kernel != (1, 1)), layers[0])
    number = min(chosen_channel((contrast.comparison.baseline,), view), len(kernels) - 1)
    turned = NAMES[at] == "convolution"
    slid = flip(kernels[number]) if turned else kernels[number]
    title = f"Kernel {count(number)} as it slides{', turned' if turned else ''}"
    tiles = KernelTiles(
        filters=range(number, number + 1),
        channels=len(slid),
        filters_per_group=spec.out_channels // spec.groups,
    )
    contents = {"first": kernels_content(title, slid, tiles), "second": maps["second" if turned else "first"]}
    return contents | {"difference": maps["difference"]}


TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic(
            name="spectrum",
            label="Standard to separable",
            tip="From the standard layer through every grouped one to depthwise and depthwise separable.",
            start=_first_step,
            card=spectrum_card,
            task=lambda asked: CompareStep(step=spectrum(asked.study)[asked.at]),
            contents=_step_contents,
            act=lambda asked: without_misfits(spectrum(asked.study)[asked.at].study),
            measure=lambda study: MeasureSteps(steps=spectrum(study)),
        ),
        Topic(
            name="padding",
            label="Padding",
            tip='TensorFlow\'s "same" padding against symmetric padding, which most other frameworks use.',
            start=lambda study: 0,
            card=padding_card,
            task=lambda asked: ComparePadding(study=asked.study),
            contents=_padding_contents,
            act=_repadded,
        ),
        Topic(
            name="correlation",
            label="Correlation or convolution",
            tip="What frameworks compute against what signal processing calls convolution.",
            start=lambda study: 0,
            card=correlation_card,
            task=lambda asked: CompareCorrelation(study=asked.study),
            contents=_correlation_contents,
            act=lambda asked: flipped_study(asked.study),
        ),
    )
}
