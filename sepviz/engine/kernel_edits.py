"""Edits of one kernel: each takes (kh, kw) and returns a new kernel in float32, read-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sepviz.engine.spec import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelEdit:
    """A row of :data:`EDITS`; `change` takes and returns float64 (kh, kw)."""

    name: str
    label: str
    help: str
    change: Callable[[NDArray[np.float64]], NDArray[np.float64]]

    def __call__(self, kernel: NDArray[Any]) -> NDArray[np.float32]:
        """Return the edited kernel; only a quarter turn can change its shape, from (kh, kw) to (kw, kh).

        Raises
        ------
        EngineError
            When `kernel` is not (kh, kw), each at least 1.
        """
        if kernel.ndim != 2 or not kernel.size:
            raise EngineError(f"a kernel to edit has the shape {kernel.shape}; it must be (height, width)")
        edited = np.ascontiguousarray(self.change(kernel.astype(np.float64)), dtype=np.float32)
        edited.flags.writeable = False
        return edited


def _normalised(kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    total = np.abs(kernel).sum()
    return kernel / total if total else kernel


EDITS: dict[str, KernelEdit] = {
    edit.name: edit
    for edit in (
        KernelEdit(
            name="flip-horizontally",
            label="Flip horizontally",
            help="Mirror left and right.",
            change=np.fliplr,
        ),
        KernelEdit(
            name="flip-vertically",
            label="Flip vertically",
            help="Mirror top and bottom; with the other flip, correlation becomes true convolution.",
            change=np.flipud,
        ),
        KernelEdit(
            name="rotate",
            label="Rotate 90°",
            help="Turn a quarter counter-clockwise; a kernel that is not square changes its shape.",
            change=np.rot90,
        ),
        KernelEdit(
            name="normalise",
            label="Normalise",
            help="Divide by the sum of absolute values, so that no output exceeds the input; zeros stay zeros.",
            change=_normalised,
        ),
        KernelEdit(
            name="zero-mean",
            label="Zero mean",
            help="Subtract the mean, so that an even area gives zero.",
            change=lambda kernel: kernel - kernel.mean(),
        ),
        KernelEdit(
            name="negate",
            label="Negate",
            help="Change every sign.",
            change=np.negative,
        ),
    )
}
