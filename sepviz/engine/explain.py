"""One output pixel as its terms: what it reads, what it multiplies by, and how the products add up.

Also the geometry behind it: which outputs an input pixel reaches, which outputs touch padding, and how much work a
window that slides over the output in raster order has done. Sums are in float64; the engine's own value lies within
rounding of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sepviz.engine.block import activate
from sepviz.engine.spec import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sepviz.engine.block import Activation, Block
    from sepviz.engine.lazy import Maps, Traced
    from sepviz.engine.spec import Conv2dSpec, Pair, Shape

Places: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
"""(rows, columns): every pixel where one of the rows crosses one of the columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptiveField:
    """What one output pixel reads: input `rows` (kh of them) and `columns` (kw) of an input of `height` x `width`.

    A row or column outside the input is padding; it may be negative.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    height: int
    width: int

    @property
    def is_padding(self) -> NDArray[np.bool_]:
        """Which taps lie outside the input, (kh, kw)."""
        rows = _outside(np.array(self.rows), self.height)
        return rows[:, None] | _outside(np.array(self.columns), self.width)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PixelTerms:
    """One pixel of one layer's maps, taken apart; arrays are read-only float64.

    Attributes
    ----------
    layer : str
        Name of the layer.
    layer_index : int
        Its place in the block.
    spec : Conv2dSpec
    channel, y, x : int
        The pixel, in the maps that the layer makes.
    field : ReceptiveField
    in_channels : range
        The channels that are read: those of the pixel's group.
    patches : ndarray
        What is read, (len(in_channels), kh, kw); 0 where it is padding.
    kernel : ndarray
        What it is multiplied by, (len(in_channels), kh, kw).
    bias : float
        What is added to the sum; 0 without a bias.
    activation : str
        What follows: the block's activation between its layers, "none" after the last.
    computed : float
        The engine's own value of this pixel, in its own precision.
    """

    layer: str
    layer_index: int
    spec: Conv2dSpec
    channel: int
    y: int
    x: int
    field: ReceptiveField
    in_channels: range
    patches: NDArray[np.float64]
    kernel: NDArray[np.float64]
    bias: float
    activation: Activation
    computed: float

    @property
    def products(self) -> NDArray[np.float64]:
        """Tap times weight, (len(in_channels), kh, kw)."""
        return self.patches * self.kernel

    @property
    def sums(self) -> NDArray[np.float64]:
        """What every input channel contributes, (len(in_channels),)."""
        return np.asarray(self.products.sum(axis=(1, 2)))

    @property
    def total(self) -> float:
        """All sums and the bias, before the activation."""
        return float(self.sums.sum() + self.bias)

    @property
    def value(self) -> float:
        """The pixel's value: `total` after the activation."""
        return float(activate(np.array([self.total]), self.activation)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockTerms:
    """One pixel of a block's output: the terms of its last layer, and of every value that those terms read.

    `feeding` is what :func:`explain_feeding` yields: for a separable block one entry per depthwise map.
    """

    last: PixelTerms
    feeding: tuple[PixelTerms, ...]


def explain_pixel(trace: Traced, inputs: Maps, layer_index: int, channel: int, y: int, x: int) -> PixelTerms:
    """Return the terms of pixel (y, x) of map `channel` that layer `layer_index` of `trace` made.

    Parameters
    ----------
    trace : Traced
        Maps that are kept, or computed where they are read.
    inputs : Maps
        What the block read, (in_channels, height, width).

    Raises
    ------
    EngineError
        If there is no such layer, map or pixel, or the trace was not made from an input like `inputs`.
    """
    _check_within("layer", layer_index, len(trace.block.layers))
    layer, weights = trace.block.layers[layer_index], trace.weights[layer_index]
    maps, made = _read_by(trace, inputs, layer_index), trace.activations[layer_index]
    if (shape := _made_shape(layer.spec, maps)) != made.shape:
        raise EngineError(f"the input makes maps of shape {shape}, the trace has {made.shape}; give the trace's input")
    for name, place, count in zip(("map", "row", "column"), (channel, y, x), made.shape, strict=True):
        _check_within(name, place, count)
    field = receptive_field(layer.spec, maps.shape[1], maps.shape[2], y, x)
    in_channels = _channels_read(layer.spec, channel)
    return PixelTerms(
        layer=layer.name,
        layer_index=layer_index,
        spec=layer.spec,
        channel=channel,
        y=y,
        x=x,
        field=field,
        in_channels=in_channels,
        patches=_patches(maps, in_channels, field),
        kernel=_frozen(weights.kernel[channel]),
        bias=0.0 if weights.bias is None else float(weights.bias[channel]),
        activation="none" if layer_index == len(trace.block.layers) - 1 else trace.block.activation,
        computed=float(made[channel, y, x]),
    )


def explain_block(trace: Traced, inputs: Maps, channel: int, y: int, x: int) -> BlockTerms:
    """Return the terms of pixel (y, x) of map `channel` of the output of `trace`, and of the values they read.

    Parameters and errors are those of :func:`explain_pixel`.
    """
    last = explain_pixel(trace, inputs, len(trace.block.layers) - 1, channel, y, x)
    return BlockTerms(last=last, feeding=tuple(explain_feeding(trace, inputs, last)))


def explain_feeding(trace: Traced, inputs: Maps, terms: PixelTerms) -> Iterator[PixelTerms]:
    """Yield the terms of every value that `terms`, of one of the layers of `trace`, read of the layer before.

    One for every tap that is not padding, in the order channel, row, column; none for the first layer. They are made
    one by one, so that whoever shows the first few of thousands need not wait for the rest.
    """
    if terms.layer_index == 0:
        return
    field = terms.field
    rows = [row for row in field.rows if 0 <= row < field.height]
    columns = [column for column in field.columns if 0 <= column < field.width]
    for channel, row, column in product(terms.in_channels, rows, columns):
        yield explain_pixel(trace, inputs, terms.layer_index - 1, channel, row, column)


def receptive_field(spec: Conv2dSpec, height: int, width: int, y: int, x: int) -> ReceptiveField:
    """Return what output pixel (y, x) of a layer of `spec` reads of an input of `height` x `width`."""
    (sh, sw), (dh, dw), (kh, kw) = spec.strides, spec.dilations, spec.kernel
    (top, _), (left, _) = spec.pads(height, width)
    rows = tuple(y * sh - top + dh * tap for tap in range(kh))
    columns = tuple(x * sw - left + dw * tap for tap in range(kw))
    return ReceptiveField(rows=rows, columns=columns, height=height, width=width)


def reached_outputs(spec: Conv2dSpec, height: int, width: int, y: int, x: int) -> Places:
    """Return the output pixels that read input pixel (y, x); a stride or a dilation may leave gaps, or none at all."""
    return _reached(spec, height, width, ((y,), (x,)))


def reached_block_outputs(block: Block, height: int, width: int, y: int, x: int) -> Places:
    """Return the pixels of the output of `block` that input pixel (y, x) has a part in, through all its layers."""
    places: Places = (y,), (x,)
    for layer in block.layers:
        places = _reached(layer.spec, height, width, places)
        height, width = layer.spec.output_size(height, width)
    return places


def reached_channels(spec: Conv2dSpec, channel: int) -> range:
    """Return the maps of a layer of `spec` that read input channel `channel`: those of its group."""
    group = channel // (spec.in_channels // spec.groups)
    return range(group * spec.depth_multiplier, (group + 1) * spec.depth_multiplier)


def touching_padding(spec: Conv2dSpec, height: int, width: int) -> NDArray[np.bool_]:
    """Say which outputs of a layer of `spec` read padding for an input of `height` x `width`, (out_h, out_w)."""
    rows, columns = _touched_lines((spec,), height, width)
    return rows[:, None] | columns


def lines_touching_padding(block: Block, height: int, width: int) -> Places:
    """Return the rows, and the columns, of the output of `block` all of whose pixels padding has a part in."""
    rows, columns = _touched_lines(tuple(layer.spec for layer in block.layers), height, width)
    whole = bool(rows.all()), bool(columns.all())
    found = rows | whole[1], columns | whole[0]
    return tuple(np.flatnonzero(found[0]).tolist()), tuple(np.flatnonzero(found[1]).tolist())


def operations_until(spec: Conv2dSpec, out_size: Pair, y: int, x: int) -> int:
    """Return the MACs done once a window in raster order has left output pixel (y, x) of `out_size` (out_h, out_w).

    All maps of the layer are made at once, and a product with padding counts, as everywhere: at the last pixel the
    number is that of ``Conv2dSpec.macs``.
    """
    out_h, out_w = out_size
    _check_within("row", y, out_h)
    _check_within("column", x, out_w)
    return (y * out_w + x + 1) * prod(spec.weight_shape)


def _check_within(name: str, place: int, count: int) -> None:
    if not 0 <= place < count:
        raise EngineError(f"{name} is {place}; there are {count}: take 0 to {count - 1}")


def _read_by(trace: Traced, inputs: Maps, layer_index: int) -> Maps:
    return trace.activations[layer_index - 1] if layer_index else inputs


def _channels_read(spec: Conv2dSpec, channel: int) -> range:
    per_group = spec.in_channels // spec.groups
    first = channel // spec.depth_multiplier * per_group
    return range(first, first + per_group)


def _made_shape(spec: Conv2dSpec, maps: Maps) -> Shape:
    """Return the shape that a layer of `spec` makes of `maps`, or raise :class:`EngineError` if it cannot read them."""
    channels, height, width = maps.shape
    if channels != spec.in_channels:
        has = f"{channels} channel{'s' * (channels != 1)}"
        raise EngineError(f"the input has {has}, the layer reads {spec.in_channels}; give its input")
    return spec.output_shape(height, width)


def _patches(maps: Maps, channels: range, field: ReceptiveField) -> NDArray[np.float64]:
    rows = np.clip(field.rows, 0, field.height - 1)
    columns = np.clip(field.columns, 0, field.width - 1)
    # one piece, and then the taps in it: maps may be computed where they are read
    piece = maps[channels.start : channels.stop, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    taps = piece[:, (rows - rows[0])[:, None], columns - columns[0]]
    return _frozen(np.where(field.is_padding, 0, taps))


def _frozen(values: NDArray[np.floating]) -> NDArray[np.float64]:
    result = values.astype(np.float64)
    result.flags.writeable = False
    return result


def _outside(places: NDArray[np.intp], side: int) -> NDArray[np.bool_]:
    return np.asarray((places < 0) | (places >= side))


def _taps(spec: Conv2dSpec, height: int, width: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the input rows that every output row reads, (out_h, kh), and the same for columns, (out_w, kw)."""
    _, *out_size = spec.output_shape(height, width)
    axes = zip(out_size, spec.strides, spec.pads(height, width), spec.dilations, spec.kernel, strict=True)
    rows, columns = (
        np.arange(out)[:, None] * step - before + np.arange(taps) * dilation
        for out, step, (before, _), dilation, taps in axes
    )
    return rows, columns


def _reached(spec: Conv2dSpec, height: int, width: int, places: Places) -> Places:
    rows, columns = (
        tuple(np.flatnonzero(np.isin(taps, some).any(axis=1)).tolist())
        for taps, some in zip(_taps(spec, height, width), places, strict=True)
    )
    return rows, columns


def _touched_lines(
    specs: tuple[Conv2dSpec, ...], height: int, width: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Rows and columns never mix on the way: an output is touched if its row or its column is."""
    touched = [np.zeros(height, dtype=bool), np.zeros(width, dtype=bool)]
    for spec in specs:
        taps = _taps(spec, len(touched[0]), len(touched[1]))
        touched = [_passed_on(places, before) for places, before in zip(taps, touched, strict=True)]
    rows, columns = touched
    return rows, columns


def _passed_on(taps: NDArray[np.intp], touched: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which outputs read from outside, or from an input that is `touched`."""
    side = len(touched)
    return np.asarray((_outside(taps, side) | touched[np.clip(taps, 0, side - 1)]).any(axis=1))
