"""One 2-D convolution layer applied to one input: picks a method by a short rule and runs it in strips.

"Convolution" is the cross-correlation that every deep-learning framework computes under that name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.checkpoint import Checkpoint, carry_on, part
from sepviz.engine.methods import banded, channels_last, planar, pointwise, reference, taps, winograd
from sepviz.engine.methods.lowering import Strips, lay_out, spans
from sepviz.engine.spec import Conv2dSpec, EngineError
from sepviz.engine.strips import allocate, multiplies_without_packing, run_strips

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sepviz.engine.methods.lowering import Applies, Lower, Lowering, Span

AUTO = "auto"
VALUES_PER_COPY = 1024 * 1024
"""Of maps that are copied to where the caller wants them: about 1 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A row of :data:`METHODS`: an algorithm under the name that users choose it by."""

    name: str
    help: str
    applies: Applies
    lower: Lower


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            name="planar",
            help="Shifted copies of a strip of rows, then matrix products; any layer, best for few channels (photos).",
            applies=planar.applies,
            lower=planar.lower,
        ),
        Method(
            name="channels-last",
            help="Windows gathered channels innermost, then one matrix product; any layer, best for many channels.",
            applies=channels_last.applies,
            lower=channels_last.lower,
        ),
        Method(
            name="winograd",
            help="Fewer multiplications, more additions, a little less exact; 3x3 layers of stride 1, many channels.",
            applies=winograd.applies,
            lower=winograd.lower,
        ),
        Method(
            name="taps",
            help="Kernel tap by tap over whole planes, all taps in one call; depthwise layers only, best up to 7x7.",
            applies=taps.applies,
            lower=taps.lower,
        ),
        Method(
            name="banded",
            help="Several output rows at once through a banded matrix; depthwise layers only.",
            applies=banded.applies,
            lower=banded.lower,
        ),
        Method(
            name="pointwise",
            help="One matrix product per block of pixels; 1x1 layers without stride or padding only.",
            applies=pointwise.applies,
            lower=pointwise.lower,
        ),
        Method(
            name="reference",
            help="The article's plain loops over every output value; any layer, 100 to 1000 times slower.",
            applies=reference.applies,
            lower=reference.lower,
        ),
    )
}
"""Every algorithm, by name."""

FEW_CHANNELS = 8
"""Up to this many channels per group the planar method is the faster one."""
FEW_TAPS, FEW_TAPS_AVX512 = 49, 25
"""Up to this many kernel taps adding them one by one is the faster way, see :func:`pick`."""
WINOGRAD_CHANNELS = 32
"""From so many channels on, in and out, its matrix products outweigh its transforms."""
WINOGRAD_PAIRS = 512 * 512
"""Above so many pairs of channels its weights, four times the kernels, take longer to read than it saves."""


def pick(spec: Conv2dSpec) -> str:
    """Return the name of the method that "auto" means for `spec`.

    The rule, with ratios of single-threaded times on an AVX2 machine (``benchmarks/engine.py`` measures them):

    - 1x1, in place: "pointwise", one product as it stands.
    - Depthwise, at most 49 taps: "taps", which takes 0.3 to 0.5 of the time of "banded" on small planes and 0.7 to 0.9
      on photographs. The lead shrinks with the kernel: at 11x11 "banded" takes 0.7 on middle planes. Where BLAS uses
      AVX-512, which doubles the speed of banded's products but not of these sums, "banded" is better above 25 taps.
    - 3x3, stride 1, from 32 channels on, in and out: "winograd", 1.15 (32 channels), 1.8 (128, 256) and 1.6 (512)
      times as fast as "channels-last"; with 1024 it is slower. Its error, 3e-6 of the layer's largest value, is within
      the 1e-5 that "auto" may cost.
    - Else "planar" for few input channels per group, where it copies least, and "channels-last" for many, where its
      products are longest.
    """
    if METHODS["pointwise"].applies(spec) is None:
        return "pointwise"
    if spec.is_depthwise:
        few = FEW_TAPS_AVX512 if multiplies_without_packing() else FEW_TAPS
        return "taps" if spec.kernel[0] * spec.kernel[1] <= few else "banded"
    if METHODS["winograd"].applies(spec) is None and _suits_winograd(spec):
        return "winograd"
    return "planar" if spec.in_channels // spec.groups <= FEW_CHANNELS else "channels-last"


def _suits_winograd(spec: Conv2dSpec) -> bool:
    enough = min(spec.in_channels, spec.out_channels) >= WINOGRAD_CHANNELS
    return enough and spec.in_channels * spec.out_channels <= WINOGRAD_PAIRS


def usable(method: str, spec: Conv2dSpec) -> str | None:
    """Return None if `method` can do a layer of `spec`, else a sentence why not; :class:`EngineError` if unknown."""
    if method == AUTO:
        return None
    if method not in METHODS:
        raise EngineError(f"method is {method!r}; it must be one of {', '.join((AUTO, *METHODS))}")
    return METHODS[method].applies(spec)


def method_for(spec: Conv2dSpec, wanted: str = AUTO) -> str:
    """Return the name of the method a layer of `spec` runs with: `wanted` if it can do it, else what "auto" picks."""
    return pick(spec) if wanted == AUTO or usable(wanted, spec) is not None else wanted


class Plan:
    """A layer with its weights laid out once, to be applied to many inputs; see :func:`prepare`."""

    __slots__ = ("_bias", "_kernel", "_lowerings", "method", "spec")

    def __init__(
        self, kernel: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec, method: str
    ) -> None:
        self.spec = spec
        self.method = method
        self._kernel = kernel
        self._bias = bias
        self._lowerings: dict[np.dtype[np.floating], Lowering] = {}

    def __call__(
        self,
        x: NDArray[np.floating],
        checkpoint: Checkpoint | None = None,
        out: NDArray[np.floating] | None = None,
    ) -> NDArray[np.floating]:
        """Apply the layer to `x`; parameters, result and errors as in :func:`conv2d`."""
        shape = check_input(x, self.spec)
        report = carry_on if checkpoint is None else checkpoint
        result = allocate(shape, x.dtype, report) if out is None else _check_out(out, x, shape)
        target = result if result.flags.c_contiguous else allocate(shape, x.dtype, report)
        run_strips(self.lowering(x.dtype, report)(x, target), report)
        if target is not result:
            _copy(result, target, report)
        if out is None:
            result.flags.writeable = False
        return result

    def lowering(self, dtype: np.dtype[np.floating], checkpoint: Checkpoint = carry_on) -> Lowering:
        """Return the layer laid out for inputs of `dtype`; laid out at the first call."""
        if dtype not in self._lowerings:
            bias = None if self._bias is None else self._bias.astype(dtype, copy=False)
            kernel = _as_type(self._kernel, dtype, checkpoint)
            self._lowerings[dtype] = METHODS[self.method].lower(kernel, bias, self.spec, checkpoint)
        return self._lowerings[dtype]


def _as_type(
    kernel: NDArray[np.floating], dtype: np.dtype[np.floating], checkpoint: Checkpoint
) -> NDArray[np.floating]:
    if kernel.dtype == dtype:
        return kernel
    converted = np.empty(kernel.shape, dtype)
    lay_out(lambda some: some.astype(dtype), converted, kernel, checkpoint)
    return converted


def _copy(target: NDArray[np.floating], maps: NDArray[np.floating], checkpoint: Checkpoint) -> None:
    """Copy maps to an array of other strides, some rows of one map at a time."""

    def copy(channel: int, rows: Span) -> None:
        target[channel, slice(*rows)] = maps[channel, slice(*rows)]

    _, height, width = maps.shape
    strips = Strips(copy, range(len(maps)), spans(height, VALUES_PER_COPY // width))
    run_strips(strips, part(checkpoint, 1, 1))


def prepare(
    weight: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec, method: str = AUTO
) -> Plan:
    """Lay the weights of one layer out for `method`, once, for many inputs.

    Parameters
    ----------
    weight : ndarray
        (out_channels, in_channels // groups, kh, kw), float32 or float64; copied unless it is read-only, so that later
        changes do not matter.
    bias : ndarray or None
        (out_channels,).
    spec : Conv2dSpec
    method : str
        "auto" or a name of :data:`METHODS`.

    Returns
    -------
    Plan
        Called as ``plan(x, checkpoint=None, out=None)``; its ``method`` is the name of the method it runs.

    Raises
    ------
    EngineError
        For a wrong shape or dtype, an unknown method, or a method that cannot do this layer.
    """
    plan = _plan(weight, bias, spec, method)
    kept = weight.copy() if weight.flags.writeable else weight
    kept_bias = bias.copy() if bias is not None and bias.flags.writeable else bias
    return Plan(kept, kept_bias, spec, plan.method)


def _plan(weight: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec, method: str) -> Plan:
    """Return a plan that reads the caller's own weights."""
    _check_weights(weight, bias, spec)
    reason = usable(method, spec)
    if reason is not None:
        raise EngineError(f"method {method!r} cannot do this layer: {reason}; use 'auto'")
    return Plan(weight, bias, spec, pick(spec) if method == AUTO else method)


def conv2d(
    x: NDArray[np.floating],
    weight: NDArray[np.floating],
    bias: NDArray[np.floating] | None,
    spec: Conv2dSpec,
    method: str = AUTO,
    checkpoint: Checkpoint | None = None,
    out: NDArray[np.floating] | None = None,
) -> NDArray[np.floating]:
    """Apply one convolution layer to one input.

    Parameters
    ----------
    x : ndarray
        (in_channels, H, W), float32 or float64, any strides; not modified.
    weight, bias, spec, method
        As in :func:`prepare`; weights of the other precision are converted to `x`'s.
    checkpoint : Checkpoint, optional
        Called on this thread between strips of work; what it raises ends the computation.
    out : ndarray, optional
        Array of the result's shape and dtype to write into; must not overlap `x`.

    Returns
    -------
    ndarray
        (out_channels, out_h, out_w) in `x`'s dtype; `out` if it was given, else a read-only array.

    Raises
    ------
    EngineError
        For a wrong shape or dtype, an unknown method, or a method that cannot do this layer.
    """
    return _plan(weight, bias, spec, method)(x, checkpoint, out)


def _check_dtype(name: str, array: NDArray[np.floating]) -> None:
    if not isinstance(array, np.ndarray) or array.dtype not in (np.float32, np.float64):
        kind = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
        raise EngineError(f"{name} is of type {kind}; it must be a NumPy array of float32 or float64: convert it first")


def _check_weights(weight: NDArray[np.floating], bias: NDArray[np.floating] | None, spec: Conv2dSpec) -> None:
    _check_dtype("weight", weight)
    if weight.shape != spec.weight_shape:
        raise EngineError(
            f"weight has shape {weight.shape}; this layer needs {spec.weight_shape} "
            "(out_channels, in_channels // groups, kernel height, kernel width)"
        )
    if bias is None:
        return
    _check_dtype("bias", bias)
    if bias.shape != (spec.out_channels,):
        raise EngineError(f"bias has shape {bias.shape}; this layer needs ({spec.out_channels},) or None")


def check_input(x: NDArray[np.floating], spec: Conv2dSpec) -> tuple[int, int, int]:
    """Return the shape a layer of `spec` makes of `x`, or raise :class:`EngineError` if it cannot read `x`."""
    _check_dtype("x", x)
    if x.ndim != 3 or x.shape[0] != spec.in_channels or min(x.shape) < 1:
        raise EngineError(
            f"x has shape {x.shape}; this layer reads ({spec.in_channels}, height, width) with at least one pixel"
        )
    return spec.output_shape(x.shape[1], x.shape[2])


def _check_out(out: NDArray[np.floating], x: NDArray[np.floating], shape: tuple[int, int, int]) -> NDArray[np.floating]:
    if not isinstance(out, np.ndarray) or out.shape != shape or out.dtype != x.dtype or not out.flags.writeable:
        found = f"{out.dtype} {out.shape}" if isinstance(out, np.ndarray) else type(out).__name__
        raise EngineError(f"out is {found}; it must be a writeable {x.dtype} array of shape {shape}")
    if np.may_share_memory(out, x):
        raise EngineError("out overlaps x in memory; give an array of its own")
    return out
