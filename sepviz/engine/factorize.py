"""One layer turned into another that computes the same: a standard layer decoupled, a separable layer collapsed.

A separable layer with depth multiplier d equals the standard layer with ``kernel[n, m] = sum over j < d of
pointwise[n, m, j] * depthwise[m, j]``. So for every input channel m the slice ``kernel[:, m]``, seen as a matrix of
out_channels x (kh * kw), has a rank of at most d; and its singular value decomposition, cut off after d terms, is the
nearest separable layer there is (Eckart and Young 1936; Guo et al. 2018, arXiv 1808.05517). With d = min(out_channels,
kh * kw) nothing is cut off, and both layers are the same for every stride, padding and dilation.

Map m * d + j of the depthwise layer is map j of input channel m, as :class:`~sepviz.engine.spec.Conv2dSpec` has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.spec import EngineError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def largest_multiplier(kernel: NDArray[np.floating]) -> int:
    """Return the depth multiplier from which on any layer like `kernel` (N, M, kh, kw) is exact: min(N, kh * kw)."""
    count, _, height, width = _shape(kernel)
    return min(count, height * width)


def decouple(kernel: NDArray[np.floating], depth_multiplier: int) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return the separable layer nearest to a standard one, by singular value decomposition per input channel.

    Both factors of a term are equally long, and signed so that its pointwise weights do not sum below 0: the depthwise
    kernel then looks like those that it stands for.

    Parameters
    ----------
    kernel : ndarray
        (N, M, kh, kw) of a standard layer (groups = 1).
    depth_multiplier : int
        d, 1 to :func:`largest_multiplier`.

    Returns
    -------
    depthwise : ndarray
        (M * d, 1, kh, kw), read-only, in the kernel's dtype.
    pointwise : ndarray
        (N, M * d, 1, 1), read-only, in the kernel's dtype.

    Raises
    ------
    EngineError
        If `kernel` has not four axes or a value that is no finite number, or `depth_multiplier` is out of range.
    """
    count, channels, height, width = _shape(kernel)
    limit = largest_multiplier(kernel)
    if not 1 <= depth_multiplier <= limit:
        raise EngineError(
            f"depth_multiplier is {depth_multiplier}; a kernel of shape {kernel.shape} can be decoupled with 1 to "
            f"{limit}, and {limit} is exact"
        )
    left, sizes, right = np.linalg.svd(_slices(kernel), full_matrices=False)
    scale = np.sqrt(sizes[:, :depth_multiplier])
    mixes = left[:, :, :depth_multiplier] * scale[:, None, :]
    filters = right[:, :depth_multiplier] * scale[:, :, None]
    sign = np.where(mixes.sum(axis=1) < 0, -1.0, 1.0)
    depthwise = (filters * sign[:, :, None]).reshape(-1, 1, height, width)
    pointwise = (mixes * sign[:, None, :]).transpose(1, 0, 2).reshape(count, channels * depth_multiplier, 1, 1)
    return _frozen(depthwise, kernel.dtype), _frozen(pointwise, kernel.dtype)


def collapse(
    depthwise: NDArray[np.floating], pointwise: NDArray[np.floating], depth_multiplier: int = 1
) -> NDArray[np.floating]:
    """Return the one standard kernel (N, M, kh, kw) that a separable layer equals, read-only, in its dtype.

    Parameters
    ----------
    depthwise : ndarray
        (M * d, 1, kh, kw).
    pointwise : ndarray
        (N, M * d, 1, 1).
    depth_multiplier : int
        d, the depthwise maps of each channel that is read.

    Raises
    ------
    EngineError
        If the shapes do not fit together.
    """
    maps, one, height, width = _shape(depthwise)
    count, *rest = _shape(pointwise)
    if one != 1 or rest != [maps, 1, 1] or depth_multiplier < 1 or maps % depth_multiplier:
        raise EngineError(
            f"a depthwise kernel of shape {depthwise.shape} and a pointwise one of {pointwise.shape} are no separable "
            f"layer with depth_multiplier = {depth_multiplier}; they must be (M * {depth_multiplier}, 1, kh, kw) and "
            f"(N, M * {depth_multiplier}, 1, 1)"
        )
    channels = maps // depth_multiplier
    filters = depthwise.astype(np.float64).reshape(channels, depth_multiplier, height * width)
    mixes = pointwise.astype(np.float64).reshape(count, channels, depth_multiplier).transpose(1, 0, 2)
    kernel = (mixes @ filters).transpose(1, 0, 2).reshape(count, channels, height, width)
    return _frozen(kernel, depthwise.dtype)


def collapse_bias(
    pointwise: NDArray[np.floating],
    depthwise_bias: NDArray[np.floating] | None,
    pointwise_bias: NDArray[np.floating] | None,
) -> NDArray[np.floating] | None:
    """Return the bias (N,) of the collapsed layer, or None if the separable one has none.

    The depthwise bias (M * d,) passes through the mix `pointwise` (N, M * d, 1, 1), which pads nothing, so it is the
    same at every pixel.
    """
    if depthwise_bias is None:
        return pointwise_bias
    mixed = pointwise[:, :, 0, 0].astype(np.float64) @ depthwise_bias.astype(np.float64)
    return _frozen(mixed if pointwise_bias is None else mixed + pointwise_bias, pointwise.dtype)


def energy_kept(kernel: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the share of the squared norm of `kernel` (N, M, kh, kw) that every depth multiplier keeps.

    Entry d is that of depth multiplier d, from 0 (nothing) to :func:`largest_multiplier` (everything).
    """
    return 1 - _energy_lost(kernel)


def relative_error(kernel: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the norm of what every depth multiplier loses of `kernel`, as a share of the kernel's norm.

    Entries as in :func:`energy_kept`: from 1 (everything is lost) to 0.
    """
    return np.sqrt(_energy_lost(kernel))


def _shape(kernel: NDArray[np.floating]) -> tuple[int, int, int, int]:
    if kernel.ndim != 4 or 0 in kernel.shape:
        raise EngineError(f"the kernel has shape {kernel.shape}; it must be (out_channels, in_channels, height, width)")
    count, channels, height, width = kernel.shape
    return count, channels, height, width


def _slices(kernel: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the matrix of every input channel, (M, N, kh * kw)."""
    count, channels, height, width = _shape(kernel)
    if not np.isfinite(kernel).all():
        raise EngineError(
            "the kernel has values that are no finite numbers, so it cannot be decoupled; mend those first"
        )
    return kernel.astype(np.float64).transpose(1, 0, 2, 3).reshape(channels, count, height * width)


def _energy_lost(kernel: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the share that lies beyond the first d singular values, summed from the smallest, so that it ends in 0."""
    sizes = np.linalg.svd(_slices(kernel), compute_uv=False)
    energies = (sizes**2).sum(axis=0)
    lost = np.append(np.cumsum(energies[::-1])[::-1], 0.0)
    # a kernel of zeros loses nothing, whatever it is cut to
    return np.asarray(lost / lost[0] if lost[0] > 0 else np.zeros_like(lost))


def _frozen(values: NDArray[np.float64], dtype: np.dtype[np.floating]) -> NDArray[np.floating]:
    result: NDArray[np.floating] = np.ascontiguousarray(values, dtype=dtype)
    result.flags.writeable = False
    return result
