"""Depthwise layers: a few output rows at a time as the product of a banded matrix with shifted copies.

A depthwise kernel alone is too small for a matrix product: one row of weights. Written as a banded (Toeplitz) matrix
that makes several output rows from the input rows under them, it multiplies by some zeros, but at the speed of a matrix
product, which is faster than one pass over memory per kernel tap.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from sepviz.engine.methods.lowering import MACS_WORTH_A_THREAD, grouped, lay_out, spans
from sepviz.engine.methods.shifts import Shifts, Tile, row_length
from sepviz.engine.strips import scratch, thread_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.engine.methods.lowering import Depthwise, Span
    from sepviz.engine.spec import Conv2dSpec
    from sepviz.engine.strips import Strip

COPIED_VALUES = 256_000
"""Shifted copies of one strip, in values: 1 MB; smaller strips share more rows and gain nothing from the cache."""
STRIPS_PER_THREAD = 2
"""At least, where there are channels enough, so that the threads end together."""
LONGEST_TILE = 8192
"""Columns of one strip, so that a very wide picture is cut as well."""


def applies(spec: Conv2dSpec) -> str | None:
    """Return a reason unless every map reads one channel."""
    if spec.is_depthwise:
        return None
    return (
        f"it filters channels one by one, and here each map reads {spec.in_channels // spec.groups} "
        f"(groups is {spec.groups}, in_channels {spec.in_channels})"
    )


def lower(
    kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec, checkpoint: Checkpoint
) -> Depthwise:
    """Lay the weights out as banded matrices, (channels, depth_multiplier, output rows, input rows * kw)."""
    return _Banded(kernel, bias, spec, checkpoint)


def banded(kernel: NDArray[np.floating], rows: int, stride: int) -> NDArray[np.floating]:
    """Return kernels (..., kh, kw) as matrices (..., rows, ((rows - 1) * stride + kh) * kw) for `rows` output rows."""
    *lead, kh, kw = kernel.shape
    matrix = np.zeros((*lead, rows, (rows - 1) * stride + kh, kw), kernel.dtype)
    for row in range(rows):
        matrix[..., row, row * stride : row * stride + kh, :] = kernel
    return matrix.reshape(*lead, rows, -1)


class _Banded:
    def __init__(
        self,
        kernel: NDArray[np.floating],
        bias: NDArray[np.floating] | None,
        spec: Conv2dSpec,
        checkpoint: Checkpoint,
    ) -> None:
        self.spec = spec
        self.shifts = Shifts(spec)
        self.phases = self.shifts.phases
        self.kernels = kernel.reshape(spec.groups, spec.depth_multiplier, *spec.kernel)
        self.rows_at_once = 4 if spec.kernel[0] <= 5 else 8
        taps = self.shifts.rows_read(self.rows_at_once) * spec.kernel[1]
        matrices = np.empty((spec.out_channels, 1, self.rows_at_once, taps), kernel.dtype)
        lay_out(partial(banded, rows=self.rows_at_once, stride=self.shifts.stride), matrices, kernel, checkpoint)
        self.matrices = matrices.reshape(spec.groups, spec.depth_multiplier, self.rows_at_once, taps)
        self.bias = None if bias is None else bias.reshape(spec.groups, spec.depth_multiplier, 1, 1)

    def __call__(self, x: NDArray[np.floating], out: NDArray[np.floating]) -> list[Strip]:
        results = grouped(out, self.spec.groups)
        height, channels = self._piece(*out.shape[1:])
        return [
            partial(self._run, x, results, some, Tile(phase=phase, rows=rows, columns=columns))
            for phase in range(min(self.shifts.phases, out.shape[1]))
            for rows in spans(self.shifts.rows_in_phase(phase, out.shape[1]), height)
            for columns in spans(out.shape[2], LONGEST_TILE)
            for some in spans(self.spec.groups, channels)
        ]

    def _piece(self, out_height: int, out_width: int) -> Span:
        """Rows and channels of one strip: whole planes of several channels, or else some rows of one."""
        per_row = self.spec.kernel[1] * self.shifts.stride * min(out_width, LONGEST_TILE)
        height = -(-out_height // self.shifts.phases)
        macs = self.matrices.size // self.rows_at_once * out_height * out_width
        strips = STRIPS_PER_THREAD * thread_count() if macs > 2 * MACS_WORTH_A_THREAD else 1
        rows = min(max(COPIED_VALUES // per_row // self.rows_at_once, 1) * self.rows_at_once, height)
        channels = min(max(COPIED_VALUES // (per_row * rows), 1), -(-self.spec.groups // strips))
        return rows, channels

    def _run(self, x: NDArray[np.floating], out: NDArray[np.floating], channels: Span, tile: Tile) -> None:
        self.write(x, self.shifts.place(out[slice(*channels)], tile), channels, tile)

    def write(self, x: NDArray[np.floating], result: NDArray[np.floating], channels: Span, tile: Tile) -> None:
        """Write `result` (channels, depth_multiplier, rows, columns), the place of one tile of some channels."""
        some = slice(*channels)
        copies = self._copies(x[some], tile)
        if self._is_finite(x[some], tile):  # after the copies, which have just brought the rows into the cache
            self._multiply(copies, self.matrices[some], result)
        else:
            self._add_taps(copies, self.kernels[some], result)
        if self.bias is not None:
            result += self.bias[some]

    def _is_finite(self, x: NDArray[np.floating], tile: Tile) -> bool:
        """Whether the rows the tile reads hold neither NaN nor infinity; squares that overflow count as infinity."""
        rows = x[:, self.shifts.input_rows(tile, *x.shape[1:])].reshape(x.shape[0], 1, -1)
        return bool(np.isfinite(np.matmul(rows, rows.transpose(0, 2, 1))).all())

    def _copies(self, x: NDArray[np.floating], tile: Tile) -> NDArray[np.floating]:
        """Shifted copies as (channels, rows read, kw, columns), in scratch."""
        rows, columns = (stop - start for start, stop in (tile.rows, tile.columns))
        shape = x.shape[0], self.shifts.rows_read(rows), self.spec.kernel[1], row_length(columns)
        copies = scratch("shifted planes", shape, x.dtype)[..., :columns]
        self.shifts.fill(copies.transpose(2, 0, 1, 3), x, tile)
        return copies

    def _multiply(
        self, copies: NDArray[np.floating], matrices: NDArray[np.floating], out: NDArray[np.floating]
    ) -> None:
        """Write out (channels, depth_multiplier, rows, columns) in blocks of `rows_at_once` rows, then the rest."""
        rows, step = out.shape[2], self.rows_at_once
        whole = rows - rows % step
        for start, stop, height in ((0, whole, step), (whole, rows, rows - whole)):
            if start < stop:
                part = out[:, :, start:stop].reshape(*out.shape[:2], -1, height, out.shape[3])
                taps = self.shifts.rows_read(height) * self.spec.kernel[1]
                blocks = self._blocks(copies[:, start * self.shifts.stride :], part.shape[2], taps)
                np.matmul(matrices[:, :, None, :height, :taps], blocks, out=part)

    def _blocks(self, copies: NDArray[np.floating], number: int, taps: int) -> NDArray[np.floating]:
        """View of the copies as (channels, 1, blocks, taps, columns); blocks overlap in memory."""
        channel, row, tap, column = copies.strides
        shape = copies.shape[0], 1, number, taps, copies.shape[3]
        step = self.rows_at_once * self.shifts.stride * row
        return as_strided(copies, shape, (channel, 0, step, tap, column))

    def _add_taps(self, copies: NDArray[np.floating], kernels: NDArray[np.floating], out: NDArray[np.floating]) -> None:
        """Add tap by tap: the zeros of a banded matrix would carry a NaN or infinity to rows that do not read it."""
        kh, kw = self.spec.kernel
        out[:] = 0
        for row in range(kh):
            read = copies[:, row : row + (out.shape[2] - 1) * self.shifts.stride + 1 : self.shifts.stride]
            for column in range(kw):
                out += kernels[:, :, row, column, None, None] * read[:, None, :, column]
