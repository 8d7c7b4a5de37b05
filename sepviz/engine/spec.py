"""One convolution layer as a value: its geometry, and every shape that follows from it.

Standard, grouped, depthwise and pointwise layers are all values of :class:`Conv2dSpec`; they differ in ``groups`` and
``kernel_size`` only. Everything here is integer arithmetic, done before any array exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, prod
from operator import index
from typing import Literal, TypeAlias, cast

Pair: TypeAlias = tuple[int, int]
"""Two numbers, height first."""
Pads: TypeAlias = tuple[Pair, Pair]
"""((top, bottom), (left, right)), in input pixels."""
Padding: TypeAlias = Literal["same", "valid"] | Pads
"""How a layer pads, after :class:`Conv2dSpec` has brought it to one form."""
PaddingArgument: TypeAlias = str | int | Pair | Pads
"""What a caller may write for ``padding``."""
Shape: TypeAlias = tuple[int, int, int]
"""(channels, height, width)."""


class EngineError(ValueError):
    """A layer, a weight or an input that cannot be: the message names the thing, its value and the limit."""


def as_pair(value: int | Pair, name: str, minimum: int) -> Pair:
    """Return `value` as (height, width), or raise :class:`EngineError` naming `name`."""
    try:
        height, width = map(index, value if isinstance(value, tuple | list) else (value, value))
    except (TypeError, ValueError):
        raise EngineError(f"{name} is {value!r}; it must be a whole number or a pair (height, width)") from None
    if min(height, width) < minimum:
        raise EngineError(f"{name} is {value!r}; it must be at least {minimum}")
    return height, width


def as_padding(value: PaddingArgument) -> Padding:
    """Return `value` as "same", "valid" or ((top, bottom), (left, right)), or raise :class:`EngineError`."""
    if isinstance(value, str):
        if value == "same":
            return "same"
        if value == "valid":
            return "valid"
        raise EngineError(f"padding is {value!r}; write 'same', 'valid', a number or ((top, bottom), (left, right))")
    rows, columns = value if isinstance(value, tuple | list) and len(value) == 2 else (value, value)
    return as_pair(rows, "padding", 0), as_pair(columns, "padding", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conv2dSpec:
    """The geometry of one 2-D convolution layer (a cross-correlation, as in every deep-learning framework).

    Parameters
    ----------
    in_channels, out_channels : int
        Channels read and written; both must be divisible by `groups`.
    kernel_size, stride, dilation : int or (int, int)
        One number for both directions, or (height, width); kept as pairs.
    padding : "same", "valid", int, pair or ((top, bottom), (left, right))
        Zeros around the input. "same" is TensorFlow's: output side = ceil(input side / stride), the odd zero goes to
        the bottom and right. "valid" pads nothing. A pair is (rows, columns), each on both sides.
    groups : int
        The channels are split into this many groups which do not see each other. ``groups=in_channels`` is depthwise.
    bias : bool
        Whether one number per output channel is added; counts as a parameter.

    Raises
    ------
    EngineError
        If any value is out of range; the message names it.
    """

    in_channels: int
    out_channels: int
    kernel_size: int | Pair = 3
    stride: int | Pair = 1
    padding: PaddingArgument = "valid"
    dilation: int | Pair = 1
    groups: int = 1
    bias: bool = False

    def __post_init__(self) -> None:
        for name in ("in_channels", "out_channels", "groups"):
            object.__setattr__(self, name, as_pair(getattr(self, name), name, 1)[0])
        for name in ("in_channels", "out_channels"):
            if getattr(self, name) % self.groups:
                raise EngineError(f"{name} is {getattr(self, name)}, not divisible by groups = {self.groups}")
        for name in ("kernel_size", "stride", "dilation"):
            object.__setattr__(self, name, as_pair(getattr(self, name), name, 1))
        object.__setattr__(self, "padding", as_padding(self.padding))

    @property
    def kernel(self) -> Pair:
        """Kernel (height, width)."""
        return cast("Pair", self.kernel_size)

    @property
    def strides(self) -> Pair:
        """Stride (rows, columns) in input pixels."""
        return cast("Pair", self.stride)

    @property
    def dilations(self) -> Pair:
        """Distance (rows, columns) between kernel taps in input pixels."""
        return cast("Pair", self.dilation)

    @property
    def extent(self) -> Pair:
        """Input pixels (rows, columns) that one output pixel spans: dilation * (kernel - 1) + 1."""
        (kh, kw), (dh, dw) = self.kernel, self.dilations
        return dh * (kh - 1) + 1, dw * (kw - 1) + 1

    @property
    def weight_shape(self) -> tuple[int, int, int, int]:
        """(out_channels, in_channels // groups, kernel height, kernel width)."""
        return self.out_channels, self.in_channels // self.groups, *self.kernel

    @property
    def is_depthwise(self) -> bool:
        """Whether every input channel is filtered on its own."""
        return self.groups == self.in_channels

    @property
    def is_pointwise(self) -> bool:
        """Whether each output pixel mixes the channels of one input pixel, and nothing else."""
        unpadded = self.pads(1, 1) == ((0, 0), (0, 0))
        return self.kernel == (1, 1) and self.groups == 1 and self.strides == (1, 1) and unpadded

    @property
    def depth_multiplier(self) -> int:
        """Output channels per group; for a depthwise layer, maps made of each input channel."""
        return self.out_channels // self.groups

    def pads(self, height: int, width: int) -> Pads:
        """Zeros added to an input of `height` x `width` pixels: ((top, bottom), (left, right))."""
        padding = cast("Padding", self.padding)
        if padding == "valid":
            return (0, 0), (0, 0)
        if padding == "same":
            rows, columns = (
                _same_pads(side, extent, step)
                for side, extent, step in zip((height, width), self.extent, self.strides, strict=True)
            )
            return rows, columns
        return padding

    def output_size(self, height: int, width: int) -> Pair:
        """Output (height, width) for an input of `height` x `width`; may be below 1, see :meth:`output_shape`."""
        (top, bottom), (left, right) = self.pads(height, width)
        (eh, ew), (sh, sw) = self.extent, self.strides
        return (height + top + bottom - eh) // sh + 1, (width + left + right - ew) // sw + 1

    def output_shape(self, height: int, width: int) -> Shape:
        """(out_channels, out_h, out_w), or :class:`EngineError` when the kernel does not fit."""
        out_h, out_w = self.output_size(height, width)
        if out_h < 1 or out_w < 1:
            (eh, ew), ((top, bottom), (left, right)) = self.extent, self.pads(height, width)
            raise EngineError(
                f"the kernel spans {eh} × {ew} pixels, more than the padded input of "
                f"{height + top + bottom} × {width + left + right}; pad more, or take a smaller kernel or dilation"
            )
        return self.out_channels, out_h, out_w

    def parameters(self) -> int:
        """Trainable numbers: the weights, and one bias per output channel if there is one."""
        return prod(self.weight_shape) + (self.out_channels if self.bias else 0)

    def macs(self, height: int, width: int) -> int:
        """Multiply-accumulates for an input of `height` x `width`: out_h * out_w * prod(weight_shape), without bias."""
        _, out_h, out_w = self.output_shape(height, width)
        return out_h * out_w * prod(self.weight_shape)


def _same_pads(side: int, extent: int, step: int) -> Pair:
    total = max((ceil(side / step) - 1) * step + extent - side, 0)
    return total // 2, total - total // 2
