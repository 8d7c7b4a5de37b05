"""A study as the lab judges it: its costs, the words and the curves in which every claim compares its two layers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

from sepviz.engine.block import BLOCKS
from sepviz.engine.spec import EngineError, Shape
from sepviz.lab.plot import Curve, Mark
from sepviz.study.costs import Costs, count_costs
from sepviz.study.quantity import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sepviz.study.study import Study

OTHER_PAIR = (
    "The closed form is for a standard layer (A) against a depthwise separable one (B); this pair is judged by "
    "counting."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A study with what is known of it before anything runs."""

    study: Study
    input_shape: Shape
    costs: Costs

    @property
    def is_classic(self) -> bool:
        """Whether a standard layer is compared with a depthwise separable one, as the closed forms assume."""
        return (self.study.baseline, self.study.candidate) == ("standard", "depthwise-separable")

    @property
    def area(self) -> int:
        """K², or kernel height × width."""
        return prod(self.study.kernel_size)

    @property
    def names(self) -> tuple[str, str]:
        """What both layers are called: "A: Standard"."""
        kinds = self.study.baseline, self.study.candidate
        first, second = (f"{letter}: {BLOCKS[kind].label}" for letter, kind in zip("AB", kinds, strict=True))
        return first, second


def case_of(study: Study, input_shape: Shape | None = None) -> Case:
    """Return `study` with its costs; :class:`EngineError` when one of the layers cannot be."""
    shape = input_shape or study.input_shape
    return Case(study=study, input_shape=shape, costs=count_costs(study, shape))


def compared(case: Case, name: str) -> str:
    """Say how B compares with A in one quantity: "B: ... has 219 parameters, A: ... 1,728 parameters: 7.89× fewer"."""
    quantity, (first, second) = QUANTITIES[name], case.names
    a, b = (getattr(cost, name) for cost in (case.costs.baseline, case.costs.candidate))
    return f"{second} has {quantity.write(b)}, {first} has {quantity.write(a)}: {quantity.verdict(a, b)}"


def numbers_of(case: Case, name: str) -> tuple[tuple[str, str], ...]:
    """Return both layers in one quantity, and how B compares, for the card."""
    quantity = QUANTITIES[name]
    a, b = (getattr(cost, name) for cost in (case.costs.baseline, case.costs.candidate))
    written = quantity.write(a), quantity.write(b)
    return *zip(case.names, written, strict=True), ("B against A", quantity.verdict(a, b))


def swept(case: Case, field: str, values: Iterable[int]) -> tuple[tuple[float, ...], tuple[Costs, ...]]:
    """Return the values of `field` at which both layers can be, and what they cost there."""
    found: dict[float, Costs] = {}
    for value in sorted(values):
        changes: dict[str, Any] = {field: value}
        try:
            found[value] = count_costs(replace(case.study, **changes), case.input_shape)
        except EngineError:
            continue  # groups that do not divide this width, for one
    return tuple(found), tuple(found.values())


def both_curves(case: Case, x: tuple[float, ...], costs: tuple[Costs, ...], name: str) -> tuple[Curve, Curve]:
    """Return one quantity of both layers over `x`."""
    first, second = case.names
    return (
        Curve(label=first, role="baseline", x=x, y=tuple(float(getattr(each.baseline, name)) for each in costs)),
        Curve(label=second, role="candidate", x=x, y=tuple(float(getattr(each.candidate, name)) for each in costs)),
    )


def here_mark(x: float, y: float) -> Mark:
    """Return the mark of the study's own settings."""
    return Mark(label="you are here", x=x, y=y, here=True)
