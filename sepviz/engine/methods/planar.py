"""Few input channels (photographs): shifted copies of a strip of rows, then one matrix product per output row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from sepviz.engine.methods.lowering import (
    MACS_PER_STRIP,
    MACS_WORTH_A_THREAD,
    Strips,
    grouped,
    lay_out_groups,
    maps_at_once,
    spans,
)
from sepviz.engine.methods.shifts import Shifts, Tile, row_length
from sepviz.engine.strips import multiplies_without_packing, scratch, thread_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.methods.lowering import Lowering
    from sepviz.engine.spec import Conv2dSpec

COPY_BYTES = 1_200_000
"""Shifted copies of one strip; with a third of that a wide strip is so low that most of its rows are copied twice."""
MOST_COPIES = 4 * 1024 * 1024
"""Shifted copies of one strip, in values, where a single row would need more: then the row is cut."""
LEAST_COLUMNS = 16
"""A row is not cut shorter."""
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
        self.matrices, self.bias = lay_out_groups(_rows_first, kernel, bias, spec, checkpoint)

    def __call__(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> Strips:
        inputs, results = grouped(x, self.spec.groups), grouped(out, self.spec.groups)
        _, out_h, out_w = out.shape
        tiles = self._tiles(out_h, out_w, x.itemsize)
        return Strips(partial(self._run, inputs, results), range(self.spec.groups), tiles)

    def _tiles(self, out_height: int, out_width: int, itemsize: int) -> list[Tile]:
        _, maps, taps = self.matrices.shape
        width = max(min(max(MACS_PER_STRIP // (maps * taps), 64), MOST_COPIES // taps), LEAST_COLUMNS)
        small = SMALL_PRODUCT_MACS // (maps * taps)
        if small >= LEAST_SMALL_COLUMNS and multiplies_without_packing():
            width = min(width, small)
        width = min(width, out_width)
        copied = taps // self.spec.kernel[0] * self.shifts.stride * width * itemsize
        height = max(min(COPY_BYTES // copied, MACS_PER_STRIP // (maps * taps * width)), 1)
        if maps * taps * out_width * out_height > 2 * MACS_WORTH_A_THREAD:
            height = min(height, -(-out_height // (STRIPS_PER_THREAD * thread_count() * self.shifts.phases)))
        return [
            Tile(phase=phase, rows=rows, columns=columns)
            for phase in range(min(self.shifts.phases, out_height))
            for rows in spans(self.shifts.rows_in_phase(phase, out_height), height)
            for columns in spans(out_width, width)
        ]

    def _run(self, x: NDArray[np.floating], out: NDArray[np.floating], group: int, tile: Tile) -> Iterator[None]:
        """Write one tile of one group; x (groups, channels, H, W), out (groups, maps, out_h, out_w)."""
        result = self.shifts.place(out[group], tile).transpose(1, 0, 2)
        lowered = self._lowered(x[group], tile)
        rows, taps, columns = lowered.shape
        for start, stop in spans(result.shape[1], maps_at_once(taps, rows * columns)):
            np.matmul(self.matrices[group, start:stop], lowered, out=result[:, start:stop])
            yield
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
