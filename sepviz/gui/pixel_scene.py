"""From a comparison and a gaze (which pixel, what else is wanted) to all that the tab of one pixel shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sepviz.engine.explain import lines_touching_padding, reached_block_outputs
from sepviz.gui.views.ink import LETTERS
from sepviz.gui.views.pixel_map import Marks, Plate
from sepviz.gui.views.pixel_page import Scene
from sepviz.render.each import in_turn
from sepviz.render.scale import resolve
from sepviz.study.provenance import DIGITS, FEW, MANY, Provenance, trace_back
from sepviz.study.quantity import count, counted, significant
from sepviz.study.quantity import shape as shape_text
from sepviz.study.sheets import INPUT_COLORMAP, block_label, chosen, content, input_content, value_ranges
from sepviz.study.walk import PACES, Pace, Walk, corresponding, work_done

if TYPE_CHECKING:
    from sepviz.engine.block import Block
    from sepviz.engine.explain import Places
    from sepviz.engine.lazy import Traced
    from sepviz.engine.spec import Pair
    from sepviz.study.study import View
    from sepviz.study.survey import Answer

Two: TypeAlias = "tuple[Places, Places]"
START = Walk(size=(1, 1))
SIDES = ("baseline", "candidate")
ZOOMS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaze:
    """What the user looks at.

    Attributes
    ----------
    walk : Walk
        The pixel that is kept, in the baseline's output.
    over : pair or None
        The pixel of the baseline's output that is looked at instead while the pointer is on it.
    source, source_over : pair or None
        The pixel of the input that was clicked, and the one under the pointer, whose outputs are marked.
    pace, zoom : int
        Places in :data:`~sepviz.study.walk.PACES` and :data:`ZOOMS`.
    playing, reverse, padding, more : bool
        Whether the window slides, in which direction, and whether outputs that touch padding are marked and more sums
        told.
    swept : bool
        Whether what the window has not made yet is veiled.
    """

    walk: Walk = START
    over: Pair | None = None
    source: Pair | None = None
    source_over: Pair | None = None
    pace: int = 2
    zoom: int = 0
    playing: bool = False
    reverse: bool = False
    padding: bool = False
    more: bool = False
    swept: bool = False

    @property
    def pixel(self) -> Pair:
        """The pixel of the baseline's output whose story is told."""
        return self.over or (self.walk.y, self.walk.x)

    @property
    def step(self) -> Pace:
        """The speed."""
        return PACES[self.pace]

    def fitted(self, comparison: Answer) -> Gaze:
        """Return the gaze at the same part of the picture in `comparison`; the pointer's pixels are forgotten."""
        source = self.source
        if source is not None:
            height, width = comparison.input.shape[1:]
            source = min(source[0], height - 1), min(source[1], width - 1)
        walk = self.walk.fitted(map_size(comparison.baseline))
        return replace(self, walk=walk, source=source, over=None, source_over=None)

    def played(self) -> Gaze:
        """Return the gaze one tick later; it stops at the end."""
        walk = self.walk.stepped(-self.step.pixels if self.reverse else self.step.pixels)
        return replace(self, walk=walk, playing=walk.index != (0 if self.reverse else walk.last))

    def started(self) -> Gaze:
        """Return the gaze set going, from the start again if it is at the end."""
        first, end = (self.walk.last, 0) if self.reverse else (0, self.walk.last)
        walk = self.walk
        if walk.index == end:
            walk = walk.stepped(first - end)
        return replace(self, walk=walk, over=None, source_over=None, playing=True, swept=True)


def map_size(trace: Traced) -> Pair:
    """Return (height, width) of the output of `trace`."""
    _, height, width = trace.output.shape
    return height, width


def plates(comparison: Answer, view: View) -> tuple[Plate, Plate, Plate]:
    """Return the picture and the chosen map of both sides, coloured as everywhere."""
    contents = [content(comparison, comparison.study, view, f"{side}.map") for side in SIDES]
    maps = [one for one in contents if one is not None]
    measured = [value_ranges(one, in_turn) for one in maps]
    ranges = resolve(maps[0].policy, *measured)
    first, second = (
        Plate(
            title=f"{letter}  {one.title}  ·  {shape_text(one.size)}",
            maps=one.maps,
            size=one.size,
            ranges=of_map,
            colormap=one.colormap,
            source=one.source,
        )
        for letter, one, of_map in zip(LETTERS, maps, ranges, strict=True)
    )
    read = input_content(comparison, comparison.study)
    picture = Plate(
        title=f"Input  ·  {shape_text(read.shape)}",
        maps=read.maps,
        size=read.size,
        ranges=np.tile([0.0, 1.0], (len(read.maps), 1)),
        colormap=INPUT_COLORMAP,
        source=read.source,
    )
    return picture, first, second


def scene(comparison: Answer, view: View, gaze: Gaze) -> Scene:
    """Return what the page shows of `comparison` for `gaze`."""
    traces = comparison.baseline, comparison.candidate
    pixels = _pixels(comparison, gaze)
    stories = [
        trace_back(trace, comparison.input, chosen(trace, view), *pixel, MANY if gaze.more else FEW)
        for trace, pixel in zip(traces, pixels, strict=True)
    ]
    works = [work_done(side, trace, pixel) for side, (trace, pixel) in enumerate(zip(traces, pixels, strict=True))]
    reached, touched = _reached(comparison, gaze), _touched(comparison) if gaze.padding else None
    return Scene(
        marks=_marks(pixels, stories, gaze, reached, touched),
        zoom=ZOOMS[gaze.zoom],
        heads=(_head(stories[0]), _head(stories[1])),
        sums=(stories[0].sums, stories[1].sums),
        works=works[0] + works[1],
        state=(_place(comparison, pixels), _reach(gaze, reached)),
        touched=_touch(comparison, touched),
        has_more=any(story.has_more for story in stories),
        playing=gaze.playing,
    )


def _pixels(comparison: Answer, gaze: Gaze) -> tuple[Pair, Pair]:
    first, second = map_size(comparison.baseline), map_size(comparison.candidate)
    return gaze.pixel, corresponding(gaze.pixel, first, second)


def _reached(comparison: Answer, gaze: Gaze) -> Two | None:
    source = gaze.source_over or gaze.source
    if source is None:
        return None
    height, width = comparison.input.shape[1:]
    blocks = comparison.baseline.block, comparison.candidate.block
    first, second = (reached_block_outputs(block, height, width, *source) for block in blocks)
    return first, second


def _touched(comparison: Answer) -> Two:
    height, width = comparison.input.shape[1:]
    first, second = (_touching(trace.block, height, width) for trace in (comparison.baseline, comparison.candidate))
    return first, second


@lru_cache(maxsize=4)
def _touching(block: Block, height: int, width: int) -> Places:
    """Return the rows, and the columns, all of whose outputs padding has a part in."""
    return lines_touching_padding(block, height, width)


def _marks(
    pixels: tuple[Pair, Pair], stories: list[Provenance], gaze: Gaze, reached: Two | None, touched: Two | None
) -> tuple[Marks, Marks, Marks]:
    fields = tuple(enumerate(story.field for story in stories))
    rows, columns = stories[0].field
    source = gaze.source_over or gaze.source
    first, second = (
        Marks(
            centre=pixel,
            pixels=((side, pixel),),
            reached=reached and reached[side],
            touched=touched and touched[side],
            done=pixel if gaze.swept else None,
        )
        for side, pixel in enumerate(pixels)
    )
    middle = rows[len(rows) // 2], columns[len(columns) // 2]
    picture = Marks(centre=middle, fields=fields, reached=source and ((source[0],), (source[1],)))
    return picture, first, second


def _head(story: Provenance) -> tuple[str, ...]:
    value = significant(story.value, DIGITS)
    return f"{block_label(story.trace)}:  {value}", f"map {story.last.channel}:  {value}", value


def _place(comparison: Answer, pixels: tuple[Pair, Pair]) -> str:
    first, second = map_size(comparison.baseline), map_size(comparison.candidate)
    (y, x), (other_y, other_x) = pixels
    text = f"Output pixel y {count(y)}, x {count(x)} of {shape_text(first)}"
    if first != second:
        text += f"; in B y {count(other_y)}, x {count(other_x)} of {shape_text(second)}, as far on by proportion"
    return text


def _reach(gaze: Gaze, reached: Two | None) -> str:
    source = gaze.source_over or gaze.source
    if source is None or reached is None:
        return "Point at the input to see which outputs a pixel reaches; a click keeps it. Wheel: closer."
    a, b = (len(rows) * len(columns) for rows, columns in reached)
    place = f"y {count(source[0])}, x {count(source[1])}"
    pixels = f"{counted(a, 'pixels')} of A, {count(b)} of B"
    return f"Input pixel {place} reaches {pixels}, in every map that reads its channel"


def _touch(comparison: Answer, touched: Two | None) -> str:
    if touched is None:
        return ""
    sizes = map_size(comparison.baseline), map_size(comparison.candidate)
    texts = (
        f"{count(_touched_count(size, places))} of {count(size[0] * size[1])} in {letter}"
        for letter, size, places in zip(LETTERS, sizes, touched, strict=True)
    )
    return ", ".join(texts)


def _touched_count(size: Pair, places: Places) -> int:
    (height, width), (rows, columns) = size, places
    return height * width - (height - len(rows)) * (width - len(columns))
