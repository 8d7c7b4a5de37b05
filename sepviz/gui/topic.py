"""A topic of a page as a value: what it says of a study, what it asks the worker, and what its button does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sepviz.study.drawing import chosen_channel, difference_content, map_content
from sepviz.study.quantity import QUANTITIES, count, percent, significant

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepviz.engine.cost import BlockCost
    from sepviz.gui.views.topic_page import TopicCard
    from sepviz.lab.contrast import Contrast
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.jobs import Task
    from sepviz.study.sheets import Content
    from sepviz.study.study import Study, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a topic is asked: the study, where its control stands, and what is known of that by now.

    `answer` is what the worker said to the same study and place, or None; `last` is what it said last to the same
    study, wherever the control stood; `benchmarks` are whatever was measured.
    """

    study: Study
    at: int
    answer: Any = None
    last: Any = None
    benchmarks: tuple[Benchmark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One row of a page's topics; every function may raise EngineError where the study has no such thing.

    Attributes
    ----------
    name, label, tip : str
    start : callable
        study -> where the control stands at first.
    card : callable
        Asked -> what is said.
    task : callable
        Asked -> what the worker is asked.
    contents : callable
        (view, answer, at) -> the pictures in its answer.
    act : callable
        Asked -> the study that the button makes.
    remedy : str
        What the button is called where `card` raises.
    mend : callable
        study -> the study with which it would not.
    measure : callable or None
        study -> the task of measuring, with benchmarks for an answer.
    """

    name: str
    label: str
    tip: str
    start: Callable[[Study], int]
    card: Callable[[Asked], TopicCard]
    task: Callable[[Asked], Task]
    contents: Callable[[View, Any, int], dict[str, Content]]
    act: Callable[[Asked], Study]
    remedy: str = ""
    mend: Callable[[Study], Study] | None = None
    measure: Callable[[Study], Task] | None = None


def contrast_contents(view: View, contrast: Contrast, titles: tuple[str, str], gap: str) -> dict[str, Content]:
    """Return the chosen map of both layers of `contrast`, and their difference where there is one."""
    traces = contrast.comparison.baseline, contrast.comparison.candidate
    channel = chosen_channel(traces, view)
    names = (f"{title}, map {count(channel)}" for title in titles)
    contents = {
        place: map_content(name, trace.output, channel, view)
        for place, name, trace in zip(("first", "second"), names, traces, strict=True)
    }
    if contrast.difference is not None:
        contents["difference"] = difference_content(gap, traces[0].output, traces[1].output, channel)
    return contents


def cost_rows(whole: BlockCost, cost: BlockCost, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return quantities of `cost`, each with how it compares with `whole`."""
    rows = []
    for name in names:
        quantity, value = QUANTITIES[name], getattr(cost, name)
        verdict = quantity.verdict(getattr(whole, name), value)
        rows.append((quantity.label, f"{quantity.write(value)}\n{verdict}"))
    return tuple(rows)


def apart(contrast: Contrast | None) -> str:
    """Say how far the maps of `contrast` are apart."""
    if contrast is None:
        return "…"
    if contrast.difference is None:
        return "of other sizes"
    largest, scale = (significant(value) for value in (contrast.difference.largest, contrast.difference.scale))
    told = f"largest difference {largest}\nwhere maps reach {scale}"
    if contrast.difference.largest == 0:
        return "not at all"
    if contrast.difference.is_rounding:
        return f"rounding only:\n{told}"
    return f"{percent(contrast.difference.relative)}\n{told}"
