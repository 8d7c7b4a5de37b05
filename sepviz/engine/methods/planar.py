"""Few input channels (photographs): shifted copies of a strip of rows, then one matrix product per output row."""

from __future__ import annotations

from functools import partial
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from sepviz.engine.methods.lowering import MACS_PER_STRIP, MACS_WORTH_A_THREAD, lay_out, spans
from sepviz.engine.methods.shifts import Shifts, Tile, row_length
from sepviz.engine.strips import multiplies_without_packing, scratch, thread_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.methods.lowering import Lowering
    from sepviz.engine.spec import Conv2dSpec
    from sepviz.engine.strips import Strip

COPY_BYTES = 1_200_000
"""Shifted copies of one strip; with a third of that a wide strip is so low that most of its rows are copied twice."""
STRIPS_PER_THREAD = 2
"""At least, so that a thread that starts late does not keep the other waiting."""
SMALL_PRODUCT_MACS = 1_000_000
"""Up to this size OpenBLAS multiplies without packing its operands first, if it has AVX-512 kernels."""
LEAST_SMALL_COLUMNS = 128
"""Where so few columns would be left, longer products are faster all the same."""


def applies(spec: Conv2dSpec) -> str | None:
    """Return None: any layer can be lowered this way."""
    return None


def lower(
    kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec, checkpoint: Checkpoint
) -> Lowering:
    """Lay the weights out as (groups, out_channels / groups, kh * in_channels / groups * kw)."""
    return _Planar(kernel, bias, spec, checkpoint)


def _rows_first(kernels: NDArray[np.floating]) -> NDArray[np.floating]:
    return kernels.transpose(0, 2, 1, 3).reshape(len(kernels), -1)


class _Planar:
    def __init__(
        self,
        kernel: NDArray[np.floating],
        bias: NDArray[np.floating] | None,
        spec: Conv2dSpec,
        checkpoint: Checkpoint,
    ) -> None:
        self.spec = spec
        self.shifts = Shifts(spec)
        matrices = np.empty((spec.out_channels, prod(spec.weight_shape[1:])), kernel.dtype)
        lay_out(_rows_first, matrices, kernel, checkpoint)
        self.matrices = matrices.reshape(spec.groups, spec.depth_multiplier, -1)
        self.bias = None if bias is None else bias.reshape(spec.groups, spec.depth_multiplier, 1)

    def __call__(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> list[Strip]:
        inputs = x.reshape(self.spec.groups, -1, *x.shape[1:])
        results = out.reshape(self.spec.groups, -1, *out.shape[1:])
        _, out_h, out_w = out.shape
        return [
            partial(self._run, inputs[group], results[group], group, tile)
            for group, tile in product(range(self.spec.groups), self._tiles(out_h, out_w, x.itemsize))
        ]

    def _tiles(self, out_height: int, out_width: int, itemsize: int) -> list[Tile]:
        _, maps, taps = self.matrices.shape
        macs_per_row = maps * taps * out_width
        width = max(MACS_PER_STRIP // (maps * taps), 64)
        small = SMALL_PRODUCT_MACS // (maps * taps)
        if small >= LEAST_SMALL_COLUMNS and multiplies_without_packing():
            width = min(width, small)
        copied = taps // self.spec.kernel[0] * self.shifts.stride * min(width, out_width) * itemsize
        height = max(min(COPY_BYTES // copied, MACS_PER_STRIP // macs_per_row), 1)
        if macs_per_row * out_height > 2 * MACS_WORTH_A_THREAD:
            height = min(height, -(-out_height // (STRIPS_PER_THREAD * thread_count() * self.shifts.phases)))
        return [
            Tile(phase=phase, rows=rows, columns=columns)
            for phase in range(min(self.shifts.phases, out_height))
            for rows in spans(self.shifts.rows_in_phase(phase, out_height), height)
            for columns in spans(out_width, width)
        ]

    def _run(self, x: NDArray[np.floating], out: NDArray[np.floating], group: int, tile: Tile) -> None:
        """Write one tile of one group's `out`; x (channels, H, W), out (maps, out_h, out_w), both of the group."""
        result = self.shifts.place(out, tile).transpose(1, 0, 2)
        np.matmul(self.matrices[group], self._lowered(x, tile), out=result)
        if self.bias is not None:
            result += self.bias[group]

    def _lowered(self, x: NDArray[np.floating], tile: Tile) -> NDArray[np.floating]:
        """View of the shifted copies as (rows, kh * channels * kw, columns); rows overlap in memory."""
        rows, columns = (stop - start for start, stop in (tile.rows, tile.columns))
        kw, number = self.spec.kernel[1], self.shifts.rows_read(rows)
        copies = scratch("shifted rows", (number, x.shape[0], kw, row_length(columns)), x.dtype)
        self.shifts.fill(copies[..., :columns].transpose(2, 1, 0, 3), x, tile)
        shape = rows, self.matrices.shape[2], columns
        return as_strided(copies, shape, (self.shifts.stride * copies.strides[0], *copies.strides[2:]))
