"""Where one pixel of a block's output comes from, told step by step: what is read, times what, and how it adds up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from math import isclose
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.block import ACTIVATION_LABELS
from sepviz.engine.explain import explain_feeding, explain_pixel, receptive_field
from sepviz.study.quantity import count, counted, significant, unit_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.explain import PixelTerms, Places
    from sepviz.engine.lazy import Maps, Traced

FEW, MANY = 4, 64
"""How many sums or rows of products are told before the rest is summed up: at first, and when more is asked for."""
CELLS = 24
"""How many products of a mix are told before the rest is summed up."""
DIGITS = 5
COLOURS = ("red", "green", "blue")
PADDING_NOTE = "Hatched: padding. There is nothing, so 0 is read."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Product:
    """Some values that are read, their weights, and where they are: (h, w) arrays of float64.

    `channels` are those read. In a `is_strip` they lie side by side, one column each, all read at one place; else
    there is one, and row and column of a cell are those of `rows` and `columns`.
    """

    label: str
    note: str
    read: NDArray[np.float64]
    weights: NDArray[np.float64]
    is_padding: NDArray[np.bool_]
    channels: range
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    is_strip: bool

    @property
    def products(self) -> NDArray[np.float64]:
        """Value times weight."""
        return self.read * self.weights

    def describe(self, row: int, column: int) -> str:
        """Say in words what the cell at (row, column) of the arrays is."""
        channel = self.channels[column if self.is_strip else 0]
        y, x = (self.rows[0], self.columns[0]) if self.is_strip else (self.rows[row], self.columns[column])
        read, weight = float(self.read[row, column]), float(self.weights[row, column])
        product = f"× weight {significant(weight, DIGITS)} = {significant(read * weight, DIGITS)}"
        if self.is_padding[row, column]:
            return f"Padding: y {y}, x {x} lies outside and is read as 0 {product}"
        return f"Channel {channel} at y {y}, x {x}: {significant(read, DIGITS)} {product}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sum:
    """One step of the story: rows of products, what else is to say, and what it all comes to; "" before the last."""

    title: str
    products: tuple[Product, ...]
    lines: tuple[str, ...]
    result: str
    reads_picture: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Provenance:
    """One pixel of a block's output.

    `last` are its terms in the last layer; `feeding` those of the first few of `feeding_count` values that it reads;
    `field` is what it reads of the block's input in the end, padding included.
    """

    trace: Traced
    last: PixelTerms
    feeding: tuple[PixelTerms, ...]
    feeding_count: int
    field: Places
    shown: int

    @property
    def value(self) -> float:
        """The value in the map."""
        return self.last.computed

    @property
    def sums(self) -> tuple[Sum, ...]:
        """The steps, first layer first."""
        mix = _last_sum(self.last, self.trace, self.shown)
        return (_feeding_sum(self), mix) if self.feeding_count else (mix,)

    @property
    def has_more(self) -> bool:
        """Whether there are more sums, or channels of one sum, than the :data:`FEW` that are told at first."""
        patches = (terms for terms in (*self.feeding, self.last) if terms.spec.kernel != (1, 1))
        return self.feeding_count > FEW or any(len(terms.in_channels) > FEW for terms in patches)


def trace_back(trace: Traced, inputs: Maps, channel: int, y: int, x: int, shown: int = FEW) -> Provenance:
    """Return where pixel (y, x) of map `channel` of the output of `trace` comes from; `shown` sums at most are told."""
    last = explain_pixel(trace, inputs, len(trace.block.layers) - 1, channel, y, x)
    inside = int((~last.field.is_padding).sum())
    return Provenance(
        trace=trace,
        last=last,
        feeding=tuple(islice(explain_feeding(trace, inputs, last), shown)),
        feeding_count=len(last.in_channels) * inside if last.layer_index else 0,
        field=input_field(trace, inputs.shape[1], inputs.shape[2], y, x),
        shown=shown,
    )


def input_field(trace: Traced, height: int, width: int, y: int, x: int) -> Places:
    """Return the rows and columns of an input of `height` x `width` that output pixel (y, x) reads through all layers.

    Rows and columns outside are padding of the first layer; padding of a later one stands for no pixel.
    """
    sizes = [(height, width), *(maps.shape[1:] for maps in trace.activations[:-1])]
    rows, columns = {y}, {x}
    for layer, size in reversed(list(zip(trace.block.layers, sizes, strict=True))):
        fields = [receptive_field(layer.spec, size[0], size[1], row, 0).rows for row in sorted(rows)]
        across = [receptive_field(layer.spec, size[0], size[1], 0, column).columns for column in sorted(columns)]
        is_first = layer is trace.block.layers[0]
        rows = {row for field in fields for row in field if is_first or 0 <= row < size[0]}
        columns = {column for field in across for column in field if is_first or 0 <= column < size[1]}
    return tuple(sorted(rows)), tuple(sorted(columns))


def compare_with_map(total: float, computed: float) -> str:
    """Say that the sum of the terms is the engine's value, or that they differ by rounding, which is then seen."""
    sides = significant(total, DIGITS), significant(computed, DIGITS)
    same = sides[0] == sides[1] or isclose(total, computed, rel_tol=1e-9)
    return f"Sum of the terms {sides[0]} {'=' if same else '≈'} value in the map {sides[1]}"


def channel_name(channel: int, channels: int) -> str:
    """Return what channel number `channel` of a picture of `channels` is called: "channel 0 (red)"."""
    return f"channel {channel} ({COLOURS[channel]})" if channels == len(COLOURS) else f"channel {channel}"


def _feeding_sum(story: Provenance) -> Sum:
    layer = story.feeding[0].layer if story.feeding else story.trace.block.layers[story.last.layer_index - 1].name
    left = story.feeding_count - len(story.feeding)
    lines = [f"and {count(left)} more such sums, together {_written(_rest(story))} of the total below"] if left else []
    if any(terms.field.is_padding.any() for terms in story.feeding):
        lines.append(PADDING_NOTE)
    return Sum(
        title=f"1. {layer.capitalize()}: one sum for each value that the next layer reads",
        products=tuple(product for terms in story.feeding for product in _feeding_products(terms, story)),
        lines=tuple(lines),
        result="",
        reads_picture=story.last.layer_index == 1,
    )


def _rest(story: Provenance) -> float:
    """Return what the values whose sums are not told contribute to the pixel."""
    inside = ~story.last.field.is_padding
    products = story.last.products[:, inside].ravel()
    return float(products[len(story.feeding) :].sum())


def _feeding_products(terms: PixelTerms, story: Provenance) -> list[Product]:
    name = f"map {terms.channel}"
    if story.last.spec.kernel != (1, 1):
        name += f" at y {terms.y}, x {terms.x}"
    products = _products(terms, story.shown, f"{name} ← ")
    note = f"Σ {_written(float(terms.sums.sum()))}"
    if terms.spec.bias:
        note += f" + bias {_written(terms.bias)} = {_written(terms.total)}"
    if terms.activation != "none":
        note += f", {ACTIVATION_LABELS[terms.activation]} → {_written(terms.value)}"
    return [*products[:-1], _noted(products[-1], note)]


def _last_sum(last: PixelTerms, trace: Traced, shown: int) -> Sum:
    products = _products(last, shown, "")
    told = sum(product.read.size for product in products)
    left = last.patches.size - told
    own = [
        product if product.is_strip else _noted(product, f"Σ {_written(float(product.products.sum()))}")
        for product in products
    ]
    lines = []
    if left:
        rest = float(last.sums.sum()) - sum(float(product.products.sum()) for product in products)
        lines.append(f"and {count(left)} more {unit_for(left, 'products')}, together {_written(rest)}")
    if last.field.is_padding.any():
        lines.append(PADDING_NOTE)
    bias = f" + bias {_written(last.bias)} = {_written(last.total)}" if last.spec.bias else ""
    lines.append(f"Sum of {counted(last.patches.size, 'products')} {_written(float(last.sums.sum()))}{bias}")
    number = f"{last.layer_index + 1}. " if len(trace.block.layers) > 1 else ""
    what = "mix of the maps at this pixel" if last.spec.kernel == (1, 1) else _extent(last)
    return Sum(
        title=f"{number}{last.layer.capitalize()}: {what}",
        products=tuple(own),
        lines=tuple(lines),
        result=compare_with_map(last.value, last.computed),
        reads_picture=last.layer_index == 0,
    )


def _extent(terms: PixelTerms) -> str:
    kh, kw = terms.spec.kernel
    return f"one sum over {kh} × {kw} × {counted(len(terms.in_channels), 'channels')}"


def _products(terms: PixelTerms, shown: int, prefix: str) -> list[Product]:
    if terms.spec.kernel == (1, 1):
        return [_strip(terms, prefix)]
    return [_patch(terms, number, prefix) for number in range(min(len(terms.in_channels), shown))]


def _patch(terms: PixelTerms, number: int, prefix: str) -> Product:
    channel = terms.in_channels[number]
    first = terms.layer_index == 0
    name = channel_name(channel, terms.spec.in_channels) if first else f"map {channel}"
    return Product(
        label=f"{prefix}{name}",
        note="",
        read=terms.patches[number],
        weights=terms.kernel[number],
        is_padding=terms.field.is_padding,
        channels=terms.in_channels[number : number + 1],
        rows=terms.field.rows,
        columns=terms.field.columns,
        is_strip=False,
    )


def _strip(terms: PixelTerms, prefix: str) -> Product:
    shown = min(len(terms.in_channels), CELLS)
    what = counted(len(terms.in_channels), "maps" if terms.layer_index else "channels")
    return Product(
        label=f"{prefix}{what} at y {terms.field.rows[0]}, x {terms.field.columns[0]}",
        note="",
        read=terms.patches[:shown].reshape(1, shown),
        weights=terms.kernel[:shown].reshape(1, shown),
        is_padding=np.broadcast_to(terms.field.is_padding, (1, shown)),
        channels=terms.in_channels[:shown],
        rows=terms.field.rows,
        columns=terms.field.columns,
        is_strip=True,
    )


def _noted(product: Product, note: str) -> Product:
    return replace(product, note=note)


def _written(value: float) -> str:
    return significant(value, 4)
