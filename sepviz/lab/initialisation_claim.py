"""What the spread of the output variance says about the claim that separable layers are more sensitive at the start."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.weights import INITIALISERS
from sepviz.lab.claims import CLAIMS, Holds, Verdict
from sepviz.lab.initialisation import STACK_CHANNELS, STACK_INITS, STACK_KERNEL, expected_spread
from sepviz.lab.plot import Axis, Curve, Mark, Plot, Role
from sepviz.study.quantity import count, counted, log_text, percent, significant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sepviz.lab.initialisation import InitialisationResult, LayerSpread, StackSpread

MARGIN = 1.1
"""A spread counts as larger from this factor on; less is sampling error."""
PERCENTS = tuple(range(1, 100))
_STACK_ROLES: tuple[Role, ...] = ("baseline", "candidate")


def judge_initialisation(result: InitialisationResult) -> Verdict:
    """Say whether B's output variance spreads wider than A's, in one layer and through a stack."""
    return Verdict(
        claim=CLAIMS["initialisation"],
        holds=_holds(result),
        sentence=_sentence(result),
        condition=_condition(result),
        numbers=(*(_layer_numbers(layer, result) for layer in result.layers), *map(_stack_numbers, result.stacks)),
        plot=stack_plot(_chosen(result)),
        assumption=_assumption(result),
        source=CLAIMS["initialisation"].source,
        further=(spread_plot(result), *_other_stacks(result), wrong_plot(result)),
    )


def _holds(result: InitialisationResult) -> Holds:
    standard, separable, _ = _chosen(result)
    one_layer = result.output("candidate").spread > MARGIN * result.output("baseline").spread
    stack = separable.width > MARGIN * standard.width
    if one_layer and stack:
        return "holds"
    return "holds only if" if one_layer or stack else "does not hold"


def _chosen(result: InitialisationResult) -> tuple[StackSpread, ...]:
    """Return the stacks of the study's initialiser, or of the first that was measured."""
    measured = dict(STACK_INITS)
    return _of_init(result, result.init if result.init in measured else STACK_INITS[0][0])


def _of_init(result: InitialisationResult, init: str) -> tuple[StackSpread, ...]:
    return tuple(stack for stack in result.stacks if stack.init == init)


def _other_stacks(result: InitialisationResult) -> Iterator[Plot]:
    chosen = _chosen(result)
    others = (_of_init(result, init) for init, _ in STACK_INITS)
    return (stack_plot(stacks) for stacks in others if stacks != chosen)


def _sentence(result: InitialisationResult) -> str:
    baseline, candidate = result.output("baseline"), result.output("candidate")
    standard, separable, wrong = _chosen(result)
    return (
        f"In one layer the variance of an output channel spreads by {percent(candidate.spread)} of its mean in B and "
        f"by {percent(baseline.spread)} in A. After {result.question.depth} layers ({_label(standard)}) its 90th "
        f"percentile over the seeds is {significant(separable.width)} times the 10th with separable layers and "
        f"{significant(standard.width)} times with standard ones. With the wrong fan_in the median has become "
        f"{_power(float(wrong.band(50)[-1]))} instead of {_power(float(separable.band(50)[-1]))}."
    )


def _power(value: float) -> str:
    return significant(value) if 0.001 <= value < 1e6 else log_text(log10(value), 0)


def _condition(result: InitialisationResult) -> str:
    first = {layer.side: layer for layer in reversed(result.layers)}
    told = (
        f"{layer.layer.name} sums {count(layer.terms)} squared weights, expected spread "
        f"{expected_spread(layer.terms, result.init):.2f}"
        for layer in (first["baseline"], first["candidate"])
    )
    rule = "√(2 / terms)" if expected_spread(1, result.init) > 1 else "√(0.8 / terms)"
    return f"relative spread {rule} on inputs of equal variance: {'; '.join(told)}"


def _layer_numbers(layer: LayerSpread, result: InitialisationResult) -> tuple[str, str]:
    letter = "A" if layer.side == "baseline" else "B"
    return (
        f"{letter}: spread of the variance after {layer.layer.name}",
        f"{layer.spread:.2f} of its mean, {count(result.question.seeds)} seeds × "
        f"{counted(layer.variances.shape[1], 'channels')}",
    )


def _stack_numbers(stack: StackSpread) -> tuple[str, str]:
    low, middle, high = (_power(float(stack.band(percent)[-1])) for percent in (10, 50, 90))
    return f"{stack.name}, {_label(stack)}, after {stack.powers.shape[1]} layers", f"{middle} ({low} to {high})"


def _label(stack: StackSpread) -> str:
    after = "" if stack.activation == "none" else f" with {stack.activation.upper().replace('RELU', 'ReLU')}"
    return f"{INITIALISERS[stack.init].label}{after}"


def _assumption(result: InitialisationResult) -> str:
    read = (
        "the picture, stretched to mean 0 and variance 1"
        if result.question.on_picture
        else f"white noise of variance 1 in {counted(result.in_channels, 'channels')}"
    )
    return (
        f"One layer: the study's kinds, {INITIALISERS[result.init].label}, on {read}, without padding. Stack: standard "
        f"and depthwise separable layers, {STACK_CHANNELS} channels, {STACK_KERNEL} × {STACK_KERNEL}, on a plane that "
        "closes on itself. No normalisation between layers: networks that normalise undo most of this."
    )


# ---- plots ----


def spread_plot(result: InitialisationResult) -> Plot:
    """Return for every layer how many of its channels have at most which variance."""
    return Plot(
        title=f"Variance of output channels, {count(result.question.seeds)} seeds",
        x=Axis(label="variance of a channel, relative to the mean", log=True),
        y=Axis(label="channels with at most that (%)"),
        curves=tuple(map(_distribution, result.layers)),
        marks=(Mark(label="the mean", x=1.0),),
    )


def _distribution(layer: LayerSpread) -> Curve:
    letter = "A" if layer.side == "baseline" else "B"
    return Curve(
        label=f"{letter}: after {layer.layer.name}, {counted(layer.terms, 'terms')}",
        role=layer.side,
        x=tuple(np.percentile(layer.variances, PERCENTS).tolist()),
        y=tuple(map(float, PERCENTS)),
    )


def stack_plot(stacks: tuple[StackSpread, ...]) -> Plot:
    """Return the variance over depth for the stacks of one initialiser with the right fan_in."""
    seeds, depth = stacks[0].powers.shape
    pair = zip(stacks, _STACK_ROLES, strict=False)  # the wrong fan_in, far below, would hide how these differ
    return Plot(
        title=f"Variance through {depth} layers, {_label(stacks[0])}, {count(seeds)} seeds: median, 10 to 90 %",
        x=Axis(label="layers"),
        y=Axis(label="variance of the output (input: 1)", log=True),
        curves=tuple(_band(stack, role, stack.name) for stack, role in pair),
        marks=(Mark(label="kept", y=1.0),),
    )


def wrong_plot(result: InitialisationResult) -> Plot:
    """Return the variance over depth with the wrong fan_in for every initialiser, beside one with the right fan_in."""
    _, right, _ = _chosen(result)
    seeds, depth = right.powers.shape
    wrong = [_of_init(result, init)[-1] for init, _ in STACK_INITS]
    return Plot(
        title=f"Variance through {depth} layers, wrong fan_in, {count(seeds)} seeds: median, 10 to 90 %",
        x=Axis(label="layers"),
        y=Axis(label="variance of the output (input: 1)", log=True),
        curves=(
            _band(right, "candidate", f"right fan_in: {_label(right)}"),
            *(_band(stack, "neutral", f"wrong fan_in: {_label(stack)}") for stack in wrong),
        ),
        marks=(Mark(label="kept", y=1.0),),
    )


def _band(stack: StackSpread, role: Role, label: str) -> Curve:
    """Return the median over the seeds, and the band from the 10th to the 90th percentile."""
    low, middle, high = (tuple(stack.band(percent).tolist()) for percent in (10, 50, 90))
    return Curve(
        label=label,
        role=role,
        x=tuple(map(float, range(1, len(middle) + 1))),
        y=middle,
        low=low,
        high=high,
        measured=True,
    )
