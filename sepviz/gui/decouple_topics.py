"""One layer turned into the other: the standard one decoupled with a slider, the separable one collapsed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.gui.topic import Asked, Topic, apart, contrast_contents, cost_rows
from sepviz.gui.views.topic_page import TopicCard
from sepviz.lab.decoupling import (
    SEPARABLE,
    CompareCollapsed,
    CompareDecoupled,
    DecouplingCurve,
    collapsed_study,
    decoupled_study,
    decoupling_curve,
    why_not_one_kernel,
)
from sepviz.study.costs import count_costs
from sepviz.study.kernels import without_misfits
from sepviz.study.quantity import QUANTITIES, percent, significant

if TYPE_CHECKING:
    from sepviz.lab.contrast import Contrast
    from sepviz.study.sheets import Content
    from sepviz.study.study import Study, View


QUICK = 300_000
"""Work of the singular values, in multiplications or so, that the window does itself: some milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decoupling:
    """What the worker says: the baseline beside itself decoupled, and what every depth multiplier keeps."""

    contrast: Contrast
    curve: DecouplingCurve


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decouple:
    """The task of decoupling the baseline of `study`; a `curve` that is known is not worked out again."""

    study: Study
    depth_multiplier: int
    curve: DecouplingCurve | None

    def __call__(self, checkpoint: Checkpoint = carry_on) -> Decoupling:
        """Return both."""
        curve = self.curve or decoupling_curve(self.study)
        task = CompareDecoupled(study=self.study, depth_multiplier=self.depth_multiplier)
        return Decoupling(contrast=task(checkpoint), curve=curve)


def curve_of(asked: Asked) -> DecouplingCurve | None:
    """Return the curve of the study, or None where it takes too long to be worked out here."""
    if asked.last is not None:
        curve: DecouplingCurve = asked.last.curve
        return curve
    study = asked.study
    small, large = sorted((study.out_channels, _taps(study)))
    return decoupling_curve(study) if study.input_shape[0] * large * small**2 <= QUICK else None


def decouple_card(asked: Asked) -> TopicCard:
    """Return what is said of the baseline decoupled with depth multiplier `at` + 1."""
    curve = curve_of(asked)
    if curve is None:
        count = min(asked.study.out_channels, _taps(asked.study))
        at = min(asked.at, count - 1)
        return _decouple_control(count, at, TopicCard(sentence="Working out what every depth multiplier keeps…"))
    at = min(asked.at, len(curve.steps) - 1)
    step = curve.steps[at]
    d = step.depth_multiplier
    contrast = None if asked.answer is None else asked.answer.contrast
    rows = (
        ("Kernel energy kept", percent(step.energy_kept)),
        ("Relative error of the kernel", percent(step.relative_error)),
        ("Maps apart on this picture", apart(contrast)),
        *_against(curve, d),
        ("Stops being cheaper at", f"d = {significant(curve.break_even)}"),
    )
    sentence = curve.sentence if contrast is None else f"{contrast.sentence} {curve.sentence}"
    card = TopicCard(sentence=sentence, rows=rows, plot=curve.plot(d))
    return _decouple_control(len(curve.steps), at, card)


def _decouple_control(count: int, at: int, card: TopicCard) -> TopicCard:
    return replace(
        card,
        control="slider",
        control_label="depth_multiplier d",
        stops=tuple(f"d = {d:,} of {count:,}" for d in range(1, count + 1)),
        at=at,
        action="Use this separable layer as B",
        action_tip="Make the candidate a depthwise separable layer with these factors; undo takes it back.",
    )


def _decouple_task(asked: Asked) -> Decouple:
    return Decouple(study=asked.study, depth_multiplier=asked.at + 1, curve=curve_of(asked))


def _decoupled(asked: Asked) -> Study:
    """Return the study that the worker made already, if it did: the factors take a while for a large kernel."""
    if asked.answer is not None:
        study: Study = asked.answer.contrast.comparison.study
        return study
    return decoupled_study(asked.study, asked.at + 1)


def _against(curve: DecouplingCurve, depth_multiplier: int) -> tuple[tuple[str, str], ...]:
    step = curve.steps[depth_multiplier - 1]
    pairs = {"params": (curve.params, step.params), "macs": (curve.macs, step.macs)}
    return tuple(
        (
            QUANTITIES[name].label,
            f"{QUANTITIES[name].write(mine)}\n{QUANTITIES[name].verdict(whole, mine)} than A",
        )
        for name, (whole, mine) in pairs.items()
    )


def collapse_card(asked: Asked) -> TopicCard:
    """Return what is said of the candidate collapsed to one standard kernel."""
    costs = count_costs(collapsed_study(asked.study))
    reason = why_not_one_kernel(asked.study.activation)
    formula = "K[n, m] = Σⱼ pointwise[n, m·d + j] · depthwise[m·d + j]."
    sentence = f"{formula} {asked.answer.sentence if asked.answer else reason}".rstrip()
    return TopicCard(
        sentence=sentence,
        rows=(
            ("Maps apart on this picture", apart(asked.answer)),
            (
                "B, separable",
                f"{QUANTITIES['params'].write(costs.candidate.params)}\n"
                f"{QUANTITIES['macs'].write(costs.candidate.macs)}",
            ),
            *(
                (f"{name}, collapsed", value)
                for name, value in cost_rows(costs.candidate, costs.baseline, ("params", "macs"))
            ),
        ),
        action="Use this one kernel as A",
        action_tip="Make the baseline the standard layer with the collapsed kernel; undo takes it back.",
    )


def _titled(titles: tuple[str, str], view: View, contrast: Contrast, at: int) -> dict[str, Content]:
    return contrast_contents(view, contrast, titles, "Difference, left − middle")


def _decoupled_contents(view: View, decoupling: Decoupling, at: int) -> dict[str, Content]:
    contents = _titled(("A, standard", f"Separable, d = {at + 1}"), view, decoupling.contrast, at)
    # A stays the same while d is changed, and so do its colours
    return contents | {"first": replace(contents["first"], leads=True)}


def _mended(study: Study, **changes: object) -> Study:
    return without_misfits(replace(study, **changes))  # type: ignore[arg-type]


TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        Topic(
            name="decouple",
            label="Decouple A",
            tip="The standard layer A as a depthwise separable one: the nearest there is for every depth multiplier.",
            start=lambda study: min(study.depth_multiplier, study.out_channels, _taps(study)) - 1,
            card=decouple_card,
            task=_decouple_task,
            contents=_decoupled_contents,
            act=_decoupled,
            remedy="Make A a standard layer",
            mend=lambda study: _mended(study, baseline="standard"),
        ),
        Topic(
            name="collapse",
            label="Collapse B",
            tip="The separable layer B as the one standard kernel that it equals.",
            start=lambda study: 0,
            card=collapse_card,
            task=lambda asked: CompareCollapsed(study=asked.study),
            contents=partial(_titled, ("Collapsed to one kernel", "B, separable")),
            act=lambda asked: collapsed_study(asked.study),
            remedy="Make B depthwise separable",
            mend=lambda study: _mended(study, candidate=SEPARABLE),
        ),
    )
}


def _taps(study: Study) -> int:
    return study.kernel_size[0] * study.kernel_size[1]
