"""Comparisons that are too large to keep: surveyed once, and computed again where they are looked at.

The maps of a picture of 100 megapixels take gigabytes, and no screen shows them. So the true layers run once over the
true pixels, tile by tile, and of every tile only its means over small areas and its value ranges are kept. Whatever is
wanted in full (the part that is zoomed in on, a pixel) is computed from the picture when it is wanted, by
:mod:`sepviz.engine.lazy`: exactly that part, with as much around it as the kernels reach.

A :class:`Survey` is a type of its own, beside :class:`~sepviz.study.compare.Comparison`, and not a comparison with some
fields empty: so whoever needs whole maps says so in its types, and the others work with both.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from math import prod, sqrt
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.lazy import Lazy, LazyMaps, LazyTrace
from sepviz.engine.spec import EngineError
from sepviz.engine.strips import allocate, run_strips
from sepviz.render.digest import Digest, Digested
from sepviz.study.compare import Compare, Comparison
from sepviz.study.costs import Costs, count_costs, find_problems
from sepviz.study.kernels import SIDES, study_weights
from sepviz.study.memory import LIMITS, Limits, refuse_unless_free, survey_bytes
from sepviz.study.planes import LazyPlanes
from sepviz.study.sheet_part import shared_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.lazy import Box
    from sepviz.engine.spec import Pair, Shape
    from sepviz.study.study import Study

T = TypeVar("T")
COLUMNS = 2**14
"""Most columns of a tile; only pictures far wider than high have more."""
INPUT, DIFFERENCE = "input", "difference"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overview:
    """Maps that are computed where they are read, and what was learnt of all their values."""

    maps: Lazy
    digest: Digested


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Survey:
    """What two layers make of a picture whose maps are too many to keep.

    Attributes
    ----------
    study : Study
    input : LazyPlanes
        What both blocks read, (in_channels, height, width) in 0 to 1.
    baseline, candidate : LazyTrace
        The blocks, with maps that are computed where they are read.
    overviews : dict
        Of "input", of "baseline.0" for the maps after the first layer of the baseline and so on, and of "difference":
        map c is that of the baseline minus that of the candidate (of the last one where a side has fewer), where both
        are equally large.
    costs : Costs
    seconds : float
        How long the survey took.
    """

    study: Study
    input: LazyPlanes
    baseline: LazyTrace
    candidate: LazyTrace
    overviews: dict[str, Overview]
    costs: Costs
    seconds: float

    def again(self, checkpoint: Checkpoint) -> Survey:
        """Return this answer to whoever asks for it as a task."""
        return self

    @property
    def nbytes(self) -> int:
        """Bytes held by all overviews."""
        return sum(one.digest.means.nbytes for one in self.overviews.values())

    @property
    def area(self) -> Pair:
        """How many pixels of the input (rows, columns) one pixel of its overview stands for, rounded."""
        (_, height, width), (_, rows, columns) = self.input.shape, self.overviews[INPUT].digest.means.shape
        return round(height / rows), round(width / columns)


Answer: TypeAlias = Comparison | Survey
"""What comparing two layers can come to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeSurvey:
    """The task of surveying what the two layers of `study` make of its picture."""

    study: Study
    limits: Limits = LIMITS

    def __call__(self, checkpoint: Checkpoint = carry_on) -> Survey:
        """Return the survey; :class:`EngineError` when the study has a problem, or memory is short."""
        from sepviz.study.source import fit_pixels  # in the worker: loading the image library takes a while

        study, started = self.study, perf_counter()
        if study.picture is None:
            raise EngineError("there is no picture to compare the layers on; open one first")
        if problems := find_problems(study):
            raise EngineError("; ".join(problem.message for problem in problems))
        refuse_unless_free(study.input_shape, survey_bytes(study, self.limits))
        source = LazyPlanes(pixels=fit_pixels(study.picture, study.size), grey=study.grey)
        checkpoint(0.01)
        baseline, candidate = (
            LazyTrace(source=source, block=block, weights=study_weights(study, side, block), method=study.method)
            for side, block in zip(SIDES, study.blocks(len(source)), strict=True)
        )
        return Survey(
            study=study,
            input=source,
            baseline=baseline,
            candidate=candidate,
            overviews=self._overviews(source, baseline, candidate, part(checkpoint, 0.01, 1.0)),
            costs=count_costs(study),
            seconds=perf_counter() - started,
        )

    def preview(self) -> None:
        """Return None: on a shrunk picture the layers would show something else."""

    def _overviews(
        self, source: LazyPlanes, baseline: LazyTrace, candidate: LazyTrace, checkpoint: Checkpoint
    ) -> dict[str, Overview]:
        groups = _groups(source, baseline, candidate)
        shapes = [maps.shape for group in groups for maps in group.values()]
        share = sqrt(min(1.0, self.limits.overview / (4 * sum(map(prod, shapes)))))
        edges = _edges([sum(prod(maps.shape) for maps in group.values()) for group in groups])
        found: dict[str, Overview] = {}
        for group, (start, stop) in zip(groups, edges, strict=True):
            found |= _surveyed(group, share, self.limits, part(checkpoint, start, stop))
        return found


def question(study: Study, limits: Limits = LIMITS) -> Compare | TakeSurvey:
    """Return the task that compares the layers of `study`: a survey where the maps are too large to be kept."""
    if study.picture is None or find_problems(study) or limits.keeps(count_costs(study)):
        return Compare(study=study)
    return TakeSurvey(study=study, limits=limits)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gap(Lazy):
    """Maps minus others of the same size; where one side has fewer, its last is taken again and again."""

    first: LazyMaps
    second: LazyMaps

    @property
    def shape(self) -> Shape:
        """(channels, height, width)."""
        _, height, width = self.first.shape
        return max(len(self.first), len(self.second)), height, width

    def read(self, box: Box, checkpoint: Checkpoint = carry_on) -> NDArray[np.float32]:
        """Return the values in `box`."""
        channels, *places = box
        first, second = (
            maps.read((_own(channels, len(maps)), *places), part(checkpoint, 0, 0))  # type: ignore[arg-type]
            for maps in (self.first, self.second)
        )
        return difference(first, second, part(checkpoint, 1, 1))


def difference(
    first: NDArray[np.float32], second: NDArray[np.float32], checkpoint: Checkpoint = carry_on
) -> NDArray[np.float32]:
    """Return `first` - `second`, (channels, rows, columns); the last channel of the shorter one stands for the rest."""
    number = max(len(first), len(second))
    if len(first) != len(second):
        first, second = (maps[np.minimum(np.arange(number), len(maps) - 1)] for maps in (first, second))
    out = allocate(first.shape, first.dtype, part(checkpoint, 0, 0))
    run_strips([partial(np.subtract, *some) for some in zip(first, second, out, strict=True)], part(checkpoint, 0, 0))
    return out


def _own(channels: range, count: int) -> range:
    """Return those of `channels` that maps of `count` channels have, or their last one."""
    start = min(channels.start, count - 1)
    return range(start, max(start + 1, min(channels.stop, count)))


def overview_name(side: str, number: int) -> str:
    """Return the name of the overview of the maps after layer `number` of `side`."""
    return f"{side}.{number}"


def _groups(source: LazyPlanes, baseline: LazyTrace, candidate: LazyTrace) -> list[dict[str, Lazy]]:
    """Return all maps by the names of their overviews; those together of which the difference is surveyed as well."""
    sides = list(zip(SIDES, (baseline, candidate), strict=True))
    groups: list[dict[str, Lazy]] = [{INPUT: source}]
    for side, trace in sides:
        groups += [{overview_name(side, number): maps} for number, maps in enumerate(trace.activations[:-1])]
    outputs: dict[str, Lazy] = {overview_name(side, len(trace.block.layers) - 1): trace.output for side, trace in sides}
    if baseline.output.shape[1:] != candidate.output.shape[1:]:
        return groups + [{name: maps} for name, maps in outputs.items()]
    return [*groups, {**outputs, DIFFERENCE: Gap(first=baseline.output, second=candidate.output)}]


def _surveyed(group: dict[str, Lazy], share: float, limits: Limits, checkpoint: Checkpoint) -> dict[str, Overview]:
    """Return overviews of maps of one size, which are gone through together."""
    _, height, width = next(iter(group.values())).shape
    scale = min(share, limits.side / max(height, width))
    size = max(1, int(height * scale)), max(1, int(width * scale))
    digests = {name: Digest(maps.shape, size) for name, maps in group.items()}
    boxes = _tiles(height, width, limits.tile // 4 // sum(map(len, group.values())))
    for number, (rows, columns) in enumerate(boxes):
        stretch = part(checkpoint, number / len(boxes), (number + 1) / len(boxes))
        values = _read_together(group, rows, columns, stretch)
        each = shared_out(part(stretch, 1.0, 1.0))
        for name, digest in digests.items():
            digest.take(values.pop(name), rows.start, columns.start, each)
    return {name: Overview(maps=maps, digest=digests[name].result()) for name, maps in group.items()}


def _read_together(
    group: dict[str, Lazy], rows: range, columns: range, checkpoint: Checkpoint
) -> dict[str, NDArray[np.float32]]:
    """Return the values of all maps of a group in one tile; a difference is made of what was read."""
    read = {name: maps for name, maps in group.items() if not isinstance(maps, Gap)}
    share = 0.5 / len(read)
    values = {
        name: maps.read((range(len(maps)), rows, columns), part(checkpoint, share * at, share * (at + 1)))
        for at, (name, maps) in enumerate(read.items())
    }
    if DIFFERENCE in group:
        first, second = values.values()
        values[DIFFERENCE] = difference(first, second, part(checkpoint, 0.5, 0.5))
    return values


def _tiles(height: int, width: int, pixels: int) -> list[tuple[range, range]]:
    """Divide maps into tiles of about `pixels`: whole rows, unless a row is very long."""
    across = min(width, COLUMNS, max(1, pixels))
    down = max(1, pixels // across)
    return [
        (range(top, min(top + down, height)), range(left, min(left + across, width)))
        for top in range(0, height, down)
        for left in range(0, width, across)
    ]


def _edges(weights: list[int]) -> list[tuple[float, float]]:
    """Return stretches of 0 to 1, one after the other, as long as `weights` are large."""
    ends = [end / sum(weights) for end in accumulate(weights)]
    return list(pairwise([0.0, *ends]))
