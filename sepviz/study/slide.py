"""A window that slides over a small piece of a study's picture: what is read, made and multiplied at every step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.engine.explain import operations_until, receptive_field
from sepviz.engine.spec import EngineError
from sepviz.study.compare import Compare
from sepviz.study.picture import fitted_sides, new_picture
from sepviz.study.provenance import input_field
from sepviz.study.walk import Walk, corresponding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sepviz.engine.block import Trace
    from sepviz.engine.explain import Places, ReceptiveField
    from sepviz.engine.spec import Pair
    from sepviz.study.compare import Comparison
    from sepviz.study.picture import Picture
    from sepviz.study.study import Study

PIXELS = (4, 64)
"""Fewest and most pixels on the longer side of what the window slides over: more would be too small to see."""
LARGEST_PLANE = 110
"""Most pixels, padding included, on a side of what is read, and on a side of what is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A part of a picture, in per cent.

    `share` is that of both sides; `down` and `across` say where it lies, from 0 (at the top, at the left) over 50 (in
    the middle) to 100 (at the bottom, at the right).
    """

    share: int = 100
    down: int = 50
    across: int = 50

    def sides(self, width: int, height: int) -> tuple[int, int]:
        """Return (width, height) of this part of a picture of `width` × `height`, at least 1 × 1 pixel."""
        return max(1, round(width * self.share / 100)), max(1, round(height * self.share / 100))

    def of(self, picture: Picture) -> Picture:
        """Return this part of `picture` as a picture of the same name."""
        if self.share == 100:
            return picture
        width, height = self.sides(picture.width, picture.height)
        top, left = (picture.height - height) * self.down // 100, (picture.width - width) * self.across // 100
        pixels = picture.pixels[top : top + height, left : left + width].copy()
        return new_picture(pixels, picture.mode, picture.notice, location=None, name=picture.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """The task of comparing the layers of `study` on what their windows are to slide over.

    That is the part `crop` of its picture, shrunk until the longer side has `pixels` pixels.
    """

    study: Study
    pixels: int = 16
    crop: Crop = field(default_factory=Crop)

    def __call__(self, checkpoint: Checkpoint = carry_on) -> Comparison:
        """Return the comparison; :class:`EngineError` when it cannot be, or is too large to be seen."""
        self.check()
        comparison = Compare(study=self.small)(checkpoint)
        _check_planes(comparison)
        return comparison

    def check(self) -> None:
        """Raise :class:`EngineError` for numbers out of range, or without a picture."""
        if self.study.picture is None:
            raise EngineError("there is no picture for the window to slide over; open one first")
        crop = self.crop
        rows = (
            ("pixels", self.pixels, *PIXELS, "px"),
            ("part of the picture", crop.share, 1, 100, "%"),
            ("place of the part, down", crop.down, 0, 100, "%"),
            ("place of the part, across", crop.across, 0, 100, "%"),
        )
        for name, value, low, high, unit in rows:
            if not low <= value <= high:
                raise EngineError(f"{name} is {value:,} {unit}; take {low} to {high} {unit}")

    @property
    def output_pixels(self) -> int:
        """How many output pixels the baseline makes, known without looking at the picture's pixels."""
        picture = self.study.picture
        if picture is None:
            return 0
        width, height = fitted_sides(*self.crop.sides(picture.width, picture.height), self.pixels)
        baseline, _ = self.study.blocks(self.study.input_shape[0])
        _, out_height, out_width = baseline.shapes(height, width)[-1]
        return out_height * out_width

    @property
    def small(self) -> Study:
        """The study on what the window slides over."""
        picture = None if self.study.picture is None else self.crop.of(self.study.picture)
        return replace(self.study, picture=picture, size=self.pixels)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideStep:
    """One layer, or chain of layers, while the window stands at one pixel.

    Attributes
    ----------
    pixel : pair
        The output pixel (y, x) that is made.
    field : Places
        What it reads of the input, padding of the first layer included.
    read : Places or None
        What it reads of the maps before the last layer, padding left out; None where there is one layer only.
    reached : tuple of pair
        For every layer the last pixel that is made, all before it in raster order being made too.
    done, total : int
        MACs so far, and in the end; of all maps, those of padding included.
    """

    pixel: Pair
    field: Places
    read: Places | None
    reached: tuple[Pair, ...]
    done: int
    total: int


def step_numbers(pixels: int, most: int) -> tuple[int, ...]:
    """Return which of `pixels` output pixels are shown in at most `most` steps: evenly spaced, the last among them."""
    stride = -(-pixels // most)
    return tuple(range((pixels - 1) % stride, pixels, stride))


def side_step(trace: Trace, input_size: Pair, pixel: Pair) -> SideStep:
    """Return the step of `trace`, made from an input of `input_size`, at `pixel` of its output.

    An earlier layer is as far on as the last one, by proportion, or farther where the last one reads ahead.
    """
    layers, sizes = trace.block.layers, [input_size, *(_size(maps) for maps in trace.activations)]
    reached, reads = [pixel], []
    for number in range(len(layers) - 1, 0, -1):
        spec, size, (y, x) = layers[number].spec, sizes[number], reached[0]
        reads.append(_inside(receptive_field(spec, *size, y, x)))
        needed = [_last(reads[-1])]
        if y:  # the end of the row before may have read farther down than the row that begins
            needed.append(_last(_inside(receptive_field(spec, *size, y - 1, sizes[number + 1][1] - 1))))
        reached.insert(0, max(corresponding(pixel, sizes[-1], size), *needed))
    works = list(zip(layers, sizes[1:], reached, strict=True))
    return SideStep(
        pixel=pixel,
        field=input_field(trace, *input_size, *pixel),
        read=reads[0] if reads else None,
        reached=tuple(reached),
        done=sum(operations_until(layer.spec, size, *place) for layer, size, place in works),
        total=sum(operations_until(layer.spec, size, size[0] - 1, size[1] - 1) for layer, size, _ in works),
    )


def step_at(comparison: Comparison, number: int) -> tuple[SideStep, SideStep]:
    """Return both sides when the window has come to output pixel `number` of the baseline; B is as far on."""
    first, second = (_size(trace.output) for trace in (comparison.baseline, comparison.candidate))
    walk = Walk(size=first).stepped(number)
    pixel, input_size = (walk.y, walk.x), _size(comparison.input)
    return (
        side_step(comparison.baseline, input_size, pixel),
        side_step(comparison.candidate, input_size, corresponding(pixel, first, second)),
    )


def plane_of(comparison: Comparison) -> tuple[range, range]:
    """Return the rows and columns of the input that any window of both layers reads, and all that there are."""
    height, width = _size(comparison.input)
    rows, columns = {0, height - 1}, {0, width - 1}
    for trace in (comparison.baseline, comparison.candidate):
        out_height, out_width = _size(trace.output)
        for pixel in ((0, 0), (out_height - 1, out_width - 1)):
            field_rows, field_columns = input_field(trace, height, width, *pixel)
            rows.update(field_rows)
            columns.update(field_columns)
    return range(min(rows), max(rows) + 1), range(min(columns), max(columns) + 1)


def _check_planes(comparison: Comparison) -> None:
    sides = [len(side) for side in plane_of(comparison)]
    sides += [side for trace in (comparison.baseline, comparison.candidate) for side in _size(trace.output)]
    if max(sides) > LARGEST_PLANE:
        raise EngineError(
            f"what is read and made, padding included, is up to {max(sides):,} pixels wide; a sliding window can be "
            f"shown up to {LARGEST_PLANE}: take less padding, a smaller dilation or fewer pixels"
        )


def _last(read: Places) -> Pair:
    """Return the last pixel of `read` in raster order; the first of the map where nothing is read."""
    return max(read[0], default=0), max(read[1], default=0)


def _inside(read: ReceptiveField) -> Places:
    rows = tuple(row for row in read.rows if 0 <= row < read.height)
    return rows, tuple(column for column in read.columns if 0 <= column < read.width)


def _size(maps: NDArray[np.floating]) -> Pair:
    _, height, width = maps.shape
    return height, width
