"""3 × 3 layers with many channels: Winograd's minimal filtering, which trades multiplications for additions.

A tile of 4 x 4 output pixels is made from 6 x 6 input pixels. Input tiles and kernels are transformed, multiplied
channel by channel, and transformed back: 36 multiplications instead of 144 for every pair of channels. Over all tiles
the products are 36 matrix products, and so are the transforms, with the Kronecker products of the one-dimensional
matrices (Lavin and Gray 2015, arXiv 1509.09308).

The price is accuracy: the transforms add numbers of unlike size. With the points used here a float32 result errs by up
to 3e-6 of the layer's largest value (measured for 64 to 512 channels), five times as much as by the other methods.
"""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from sepviz.engine.methods.lowering import (
    MACS_PER_STRIP,
    MACS_WORTH_A_THREAD,
    Strips,
    lay_out,
    maps_at_once,
    pad,
    spans,
)
from sepviz.engine.strips import scratch, thread_count, touch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.methods.lowering import Lowering, Span
    from sepviz.engine.spec import Conv2dSpec

TILE, READ, TAPS = 4, 6, 3
"""Side of a tile of output pixels, of the input pixels it is made from, and of the kernel."""
POINTS = (0, 3 / 4, -3 / 4, 3 / 2, -3 / 2)
"""Where the transforms evaluate their polynomials: a quarter of the error of the customary 0, 1, -1, 2, -2."""
SCRATCH_VALUES = 1024 * 1024
"""Transformed tiles of one strip, going in and coming out."""
VALUES_AT_ONCE = 4 * 1024 * 1024
"""Weights that are looked at in one go."""
LEAST_TILES = 16
"""Products over fewer tiles would mostly wait for their weights."""


def applies(spec: Conv2dSpec) -> str | None:
    """Return a reason unless the kernel is 3 x 3, without gaps, moved pixel by pixel over all channels."""
    if spec.kernel != (3, 3):
        return f"it is for 3x3 kernels, and this one is {spec.kernel[0]}x{spec.kernel[1]}"
    if spec.strides != (1, 1) or spec.dilations != (1, 1):
        return f"it is for stride 1 and dilation 1, and here stride is {spec.stride}, dilation {spec.dilation}"
    return None if spec.groups == 1 else f"it is for layers of one group, and here groups is {spec.groups}"


def lower(
    kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec, checkpoint: Checkpoint
) -> Lowering:
    """Lay the weights out as (36, out_channels, in_channels), transformed."""
    return _Winograd(kernel, bias, spec, checkpoint)


def _factors() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Matrices (6, 6), (6, 3), (4, 6) of input, kernel and output in one dimension (Toom and Cook's, at POINTS).

    A tile is ``output @ ((kernel @ taps) * (input @ pixels))``.
    """
    inputs, kernels, outputs = np.zeros((READ, READ)), np.zeros((READ, TAPS)), np.zeros((TILE, READ))
    for row, point in enumerate(POINTS):
        others = [other for other in POINTS if other != point]
        inputs[row, :-1] = np.poly(others)[::-1]
        kernels[row] = point ** np.arange(TAPS) / np.prod(point - np.array(others))
        outputs[:, row] = point ** np.arange(TILE)
    inputs[-1] = np.poly(POINTS)[::-1]  # the point at infinity
    kernels[-1, -1] = outputs[-1, -1] = 1
    return inputs, kernels, outputs


@lru_cache
def _transforms(dtype: np.dtype[np.floating]) -> tuple[NDArray[np.floating], ...]:
    """Return the transforms in two dimensions: (36, 36) of input, (36, 9) of kernels, (16, 36) back to output tiles."""
    return tuple(np.kron(side, side).astype(dtype) for side in _factors())


def _transform_kernels(transform: NDArray[np.floating], kernels: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return kernels (maps, channels, 3, 3) as (maps, 36, channels)."""
    taps = kernels.reshape(*kernels.shape[:2], TAPS * TAPS)
    transformed: NDArray[np.floating] = np.matmul(transform, taps.swapaxes(1, 2))
    return transformed


class _Winograd:
    def __init__(
        self,
        kernel: NDArray[np.floating],
        bias: NDArray[np.floating] | None,
        spec: Conv2dSpec,
        checkpoint: Checkpoint,
    ) -> None:
        self.spec, self.kernel = spec, kernel
        self.input_transform, kernel_transform, self.output_transform = _transforms(kernel.dtype)
        self.pads = lru_cache(maxsize=4)(spec.pads)  # asked for once a strip
        self.matrices = np.empty((READ * READ, *kernel.shape[:2]), kernel.dtype)
        touch(self.matrices, checkpoint)  # the first map laid out writes to 36 places far apart
        lay_out(partial(_transform_kernels, kernel_transform), self.matrices.swapaxes(0, 1), kernel, checkpoint)
        self.is_finite = _are_finite(kernel, checkpoint)
        self.bias = None if bias is None else bias[:, None, None]

    def __call__(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> Strips:
        tiles_down, tiles_across = (-(-side // TILE) for side in out.shape[1:])
        rows, columns = self._piece(tiles_down, tiles_across)
        return Strips(partial(self._run, x, out), spans(tiles_down, rows), spans(tiles_across, columns))

    def _piece(self, tiles_down: int, tiles_across: int) -> Span:
        """Rows and columns of tiles in one strip; several rows only if they are whole."""
        _, maps, channels = self.matrices.shape
        macs = self.matrices.size
        threads = thread_count() if macs * tiles_down * tiles_across > 2 * MACS_WORTH_A_THREAD else 1
        most = min(MACS_PER_STRIP // macs, SCRATCH_VALUES // (READ * READ * max(maps, channels)))
        most = max(most, LEAST_TILES)
        rows = min(max(most // tiles_across, 1), -(-tiles_down // threads))
        return rows, min(most, tiles_across)

    def _run(self, x: NDArray[np.floating], out: NDArray[np.floating], down: Span, across: Span) -> Iterator[None]:
        """Write the tiles `down` x `across`; x (in_channels, H, W), out (out_channels, out_h, out_w)."""
        rows, columns = ((TILE * start, TILE * stop) for start, stop in (down, across))
        seen = scratch("padded tiles", (x.shape[0], rows[1] - rows[0] + 2, columns[1] - columns[0] + 2), x.dtype)
        (top, _), (left, _) = self.pads(*x.shape[1:])
        pad(seen, x, (rows[0] - top, columns[0] - left))
        result = out[:, slice(*rows), slice(*columns)]
        if self.is_finite and _is_finite(seen):
            yield from self._write_tiles(seen, result, down[1] - down[0], across[1] - across[0])
        else:
            self._add_taps(seen, result)
        if self.bias is not None:
            result += self.bias

    def _write_tiles(
        self, seen: NDArray[np.floating], result: NDArray[np.floating], down: int, across: int
    ) -> Iterator[None]:
        transformed = self._transformed(seen, down, across)
        maps, channels, number = len(result), len(seen), down * across
        for start, stop in spans(maps, maps_at_once(READ * READ * channels, number)):
            products = scratch("products of tiles", (READ * READ, stop - start, number), seen.dtype)
            np.matmul(self.matrices[:, start:stop], transformed, out=products)
            back = scratch("tiles", (TILE, TILE, stop - start, down, across), seen.dtype)
            np.matmul(self.output_transform, products.reshape(READ * READ, -1), out=back.reshape(TILE * TILE, -1))
            for y, x in product(range(TILE), range(TILE)):
                place = result[start:stop, y::TILE, x::TILE]
                place[:] = back[y, x, :, : place.shape[1], : place.shape[2]]
            yield

    def _transformed(self, seen: NDArray[np.floating], down: int, across: int) -> NDArray[np.floating]:
        """Return the transformed tiles, (36, channels, tiles), in scratch."""
        channels, number = len(seen), down * across
        channel, row, column = seen.strides
        strides = row, column, channel, TILE * row, TILE * column
        tiles = scratch("tiles", (READ, READ, channels, down, across), seen.dtype)
        np.copyto(tiles, as_strided(seen, tiles.shape, strides))
        transformed = scratch("transformed tiles", (READ * READ, channels, number), seen.dtype)
        flat = READ * READ, channels * number
        np.matmul(self.input_transform, tiles.reshape(flat), out=transformed.reshape(flat))
        return transformed

    def _add_taps(self, seen: NDArray[np.floating], result: NDArray[np.floating]) -> None:
        """Add tap by tap: the transforms would carry a NaN or infinity to pixels that do not read it."""
        _, rows, columns = result.shape
        result[:] = 0
        for y, x in product(range(3), range(3)):
            result += np.tensordot(self.kernel[:, :, y, x], seen[:, y : y + rows, x : x + columns], 1)


def _are_finite(kernel: NDArray[np.floating], checkpoint: Checkpoint) -> bool:
    for start, stop in spans(len(kernel), VALUES_AT_ONCE // kernel[0].size):
        checkpoint(0.0)
        if not _is_finite(kernel[start:stop]):
            return False
    return True


def _is_finite(values: NDArray[np.floating]) -> bool:
    """Whether there is neither NaN nor infinity; values whose squares overflow count as infinite."""
    flat = values.reshape(-1)
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(flat @ flat))
