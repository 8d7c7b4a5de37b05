"""Maps that are computed where they are read: for pictures whose maps are too many to keep.

A part of a layer's maps follows from a part of what the layer reads: its rows and columns with a margin as wide as the
kernel reaches, and of the channels those that the wanted ones see. So whoever looks at a part gets exactly that part,
from the true input through the true layers, and nothing is ever held as a whole.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import partial
from operator import index
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from sepviz.engine.block import Block, Layer, activate, layer_methods, prepare_block
from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.strips import allocate, run_strips
from sepviz.engine.weights import LayerWeights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from sepviz.engine.spec import Conv2dSpec, Pair, Shape

Index: TypeAlias = "int | np.integer[Any] | slice"
Box: TypeAlias = tuple[range, range, range]
"""Channels, rows and columns."""
ACTIVATED_VALUES = 2**20
"""Of maps, in one piece of work: about 1 ms."""


class Maps(Protocol):
    """Maps (channels, height, width) that can be read in parts: an array, or :class:`Lazy`."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(channels, height, width)."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the values."""

    def __len__(self) -> int:
        """Return the number of channels."""

    def __getitem__(self, key: Any, /) -> Any:
        """Return values at (channel, y, x), each a number or a slice."""


class Traced(Protocol):
    """What a block made of an input, kept or computed where it is read; see :class:`sepviz.engine.block.Trace`."""

    @property
    def block(self) -> Block:
        """The layers."""

    @property
    def weights(self) -> tuple[LayerWeights, ...]:
        """One for each layer."""

    @property
    def activations(self) -> tuple[Maps, ...]:
        """The maps after each layer."""

    @property
    def output(self) -> Maps:
        """The maps after the last layer."""


class Lazy(ABC):
    """Maps that are made where they are read; `shape` is (channels, height, width)."""

    __slots__ = ()

    @property
    def dtype(self) -> np.dtype[np.float32]:
        """Type of the values."""
        return np.dtype(np.float32)

    @property
    @abstractmethod
    def shape(self) -> Shape:
        """(channels, height, width)."""

    @abstractmethod
    def read(self, box: Box, checkpoint: Checkpoint = carry_on) -> NDArray[np.float32]:
        """Return the values in `box`, which lies within the maps and is not empty."""

    def __len__(self) -> int:
        """Return the number of channels."""
        return self.shape[0]

    def __getitem__(self, key: Index | tuple[Index, ...], /) -> Any:
        """Return values as an array would, for numbers and slices without a step."""
        places = key if isinstance(key, tuple) else (key,)
        places = (*places, *[slice(None)] * (3 - len(places)))
        channels, rows, columns = (_range(place, side) for place, side in zip(places, self.shape, strict=True))
        values = self.read((channels, rows, columns))
        return values[tuple(slice(None) if isinstance(place, slice) else 0 for place in places)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Watched:
    """Lazy maps whose reading reports to `checkpoint`, which may stop it."""

    maps: Lazy
    checkpoint: Checkpoint

    @property
    def shape(self) -> Shape:
        """(channels, height, width)."""
        return self.maps.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the values."""
        return self.maps.dtype

    def __len__(self) -> int:
        """Return the number of channels."""
        return len(self.maps)

    def __getitem__(self, key: tuple[slice, slice, slice], /) -> NDArray[np.float32]:
        """Return the values at (channels, rows, columns)."""
        channels, rows, columns = (_range(place, side) for place, side in zip(key, self.shape, strict=True))
        return self.maps.read((channels, rows, columns), self.checkpoint)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LazyMap(Lazy):
    """One map (1, height, width) that `make` makes of other maps, from (rows, columns, checkpoint)."""

    size: tuple[int, int]
    make: Callable[[range, range, Checkpoint], NDArray[np.float32]]

    @property
    def shape(self) -> Shape:
        """(1, height, width)."""
        return 1, *self.size

    def read(self, box: Box, checkpoint: Checkpoint = carry_on) -> NDArray[np.float32]:
        """Return the values in `box`, (1, rows, columns)."""
        return self.make(*box[1:], checkpoint)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LazyMaps(Lazy):
    """The maps after layer `number` of `block` (after the activation, where one follows), made of `source`.

    Values are those of :func:`sepviz.engine.block.run_block` within rounding: how sums are ordered depends on the part.
    """

    source: Lazy
    block: Block
    weights: tuple[LayerWeights, ...]
    number: int
    method: str = "auto"

    @property
    def shape(self) -> Shape:
        """(channels, height, width)."""
        return self.block.shapes(*self.source.shape[1:])[self.number]

    def read(self, box: Box, checkpoint: Checkpoint = carry_on) -> NDArray[np.float32]:
        """Return the values in `box`, read-only."""
        channels, rows, columns = box
        specs = [layer.spec for layer in self.block.layers[: self.number + 1]]
        sizes = [shape[1:] for shape in (self.source.shape, *self.block.shapes(*self.source.shape[1:]))]
        made = whole_groups(specs, channels), _alive(specs, sizes, 0, rows), _alive(specs, sizes, 1, columns)
        layers, weights, read = self._part(specs, sizes, made)
        x = self.source.read(read, part(checkpoint, 0, 0))
        chain = prepare_block(replace(self.block, layers=layers), weights, self.method)
        channels_made, rows_made, columns_made = map(len, made)
        out = allocate((channels_made, rows_made, columns_made), x.dtype, part(checkpoint, 0, 0))
        chain(x, [*[None] * self.number, out], checkpoint)
        inner = (slice(want.start - have.start, want.stop - have.start) for want, have in zip(box, made, strict=True))
        result = out[tuple(inner)]
        if self.number < len(self.block.layers) - 1:
            self._activate(result, checkpoint)
        result.flags.writeable = False
        return result

    def _part(
        self, specs: list[Conv2dSpec], sizes: list[Pair], made: Box
    ) -> tuple[tuple[Layer, ...], tuple[LayerWeights, ...], Box]:
        """Return layers and weights that make `made` and nothing else, and the part of the source that they read.

        Each layer gets as padding what its part reads outside its input, and only the channels that are seen.
        """
        layers, weights = [], []
        for number in reversed(range(len(specs))):
            spec, own, (channels, rows, columns) = specs[number], self.weights[number], made
            seen, groups = _seen(spec, channels)
            above, left = (_reach(spec, sizes[number], axis, some) for axis, some in enumerate((rows, columns)))
            some = slice(channels.start, channels.stop)
            narrowed = replace(
                spec,
                in_channels=len(seen),
                out_channels=len(channels),
                groups=groups,
                padding=(above[1], left[1]),
            )
            layers.append(Layer(name=self.block.layers[number].name, spec=narrowed))
            weights.append(LayerWeights(kernel=own.kernel[some], bias=None if own.bias is None else own.bias[some]))
            made = seen, above[0], left[0]
        return tuple(reversed(layers)), tuple(reversed(weights)), made

    def _activate(self, maps: NDArray[np.float32], checkpoint: Checkpoint) -> None:
        """Apply the activation that follows this layer, in place."""
        rows = max(1, ACTIVATED_VALUES // maps[:, 0].size)
        bands = [maps[:, top : top + rows] for top in range(0, maps.shape[1], rows)]
        run_strips([partial(activate, band, self.block.activation, band) for band in bands], part(checkpoint, 1, 1))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LazyTrace:
    """What a block makes of `source`, computed where it is read; see :class:`sepviz.engine.block.Trace`."""

    source: Lazy
    block: Block
    weights: tuple[LayerWeights, ...]
    method: str = "auto"

    @property
    def activations(self) -> tuple[LazyMaps, ...]:
        """The maps after every layer."""
        return tuple(
            LazyMaps(source=self.source, block=self.block, weights=self.weights, number=number, method=self.method)
            for number in range(len(self.block.layers))
        )

    @property
    def output(self) -> LazyMaps:
        """The block's result."""
        return self.activations[-1]

    @property
    def methods(self) -> tuple[str, ...]:
        """Name of the method that each layer runs with."""
        return layer_methods(self.block, self.method)


def whole_groups(specs: Sequence[Conv2dSpec], channels: range) -> range:
    """Return `channels` of the last of `specs`, widened until every layer makes whole groups of its channels."""
    wanted = channels
    for spec in reversed(specs):
        size = spec.depth_multiplier if spec.groups > 1 else 1
        if channels.start % size or channels.stop % size:
            if spec is not specs[-1]:
                return range(specs[-1].out_channels)
            wanted = channels = range(channels.start // size * size, -(-channels.stop // size) * size)
        channels, _ = _seen(spec, channels)
    return wanted


def _seen(spec: Conv2dSpec, channels: range) -> tuple[range, int]:
    """Return the channels that whole groups of the output's `channels` read, and how many groups those are."""
    if spec.groups == 1:
        return range(spec.in_channels), 1
    first, last = channels.start // spec.depth_multiplier, channels.stop // spec.depth_multiplier
    size = spec.in_channels // spec.groups
    return range(first * size, last * size), last - first


def _reach(spec: Conv2dSpec, size: Pair, axis: int, made: range) -> tuple[range, Pair]:
    """Return the rows (or columns, `axis` 1) of an input of `size` that `made` reads, and the padding at both ends."""
    side, step, (before, _) = size[axis], spec.strides[axis], spec.pads(*size)[axis]
    first = made.start * step - before
    last = (made.stop - 1) * step - before + spec.extent[axis]
    start = min(max(first, 0), side - 1)
    stop = max(min(last, side), start + 1)
    return range(start, stop), (start - first, max(last - stop, 0))


def _alive(specs: Sequence[Conv2dSpec], sizes: Sequence[Pair], axis: int, wanted: range) -> range:
    """Return `wanted` rows (or columns) of the last layer, widened to one that reads the picture.

    Wide padding leaves outputs that read nothing else, and a layer cannot run on an input without pixels.
    """
    low, high = 0, sizes[0][axis] - 1
    for spec, size, made in zip(specs, sizes, sizes[1:], strict=False):
        step, (before, _) = spec.strides[axis], spec.pads(*size)[axis]
        low = max(-(-(low + before - spec.extent[axis] + 1) // step), 0)
        high = min((high + before) // step, made[axis] - 1)
        if low > high:
            return range(made[axis])
    return range(min(wanted.start, high), max(wanted.stop, low + 1))


def _range(place: Index, side: int) -> range:
    """Return what `place` means on an axis of `side`, as an array would take it."""
    if isinstance(place, slice):
        return range(side)[place.start : place.stop]
    at = index(place)
    if not -side <= at < side:
        raise IndexError(f"index {at} is outside of an axis of {side}")
    return range(side)[at : at + 1] if at >= 0 else range(side + at, side + at + 1)
