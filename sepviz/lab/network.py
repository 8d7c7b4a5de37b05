"""A tiny convolutional network that can learn: the engine's layers on batches, forwards and backwards.

A network is a chain of convolutions with a ReLU after each, the mean over all pixels, and one last layer that scores
the classes. Every layer, the last one included, is a :class:`~sepviz.engine.block.Layer`, so shapes, parameters and
multiply-accumulates are those of the engine. Batches are (number, height, width, channels).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sepviz.engine.block import Block
from sepviz.engine.cost import block_cost
from sepviz.engine.weights import block_weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sepviz.engine.block import Layer
    from sepviz.engine.spec import Conv2dSpec, Pair

Array: TypeAlias = "NDArray[np.floating]"

INITIALISER = "kaiming-normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Convolutions with a ReLU after each, then the mean over all pixels, then the `classifier` (a 1x1 layer).

    The convolutions are dense (groups = 1) or depthwise with depth_multiplier 1, and have biases.
    """

    convolutions: tuple[Layer, ...]
    classifier: Layer

    @property
    def parameters(self) -> int:
        """Trainable numbers of all layers."""
        return sum(layer.spec.parameters() for layer in (*self.convolutions, self.classifier))

    def macs(self, height: int, width: int) -> int:
        """Multiply-accumulates for one picture of `height` x `width`."""
        convolutions = block_cost(Block(kind="network", layers=self.convolutions), height, width)
        return convolutions.macs + self.classifier.spec.macs(1, 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """The numbers that one layer learns; training changes them in place.

    Attributes
    ----------
    kernel : ndarray
        (out_channels, in_channels // groups, kh, kw).
    bias : ndarray
        (out_channels,).
    """

    kernel: Array
    bias: Array


def initial_weights(network: Network, seed: int) -> list[Weights]:
    """Return weights to start from: Kaiming normal by the right fan_in for every kind of layer, biases 0."""
    block = Block(kind="network", layers=(*network.convolutions, network.classifier))
    drawn = block_weights(block, INITIALISER, seed)
    return [Weights(kernel=one.kernel.copy(), bias=np.zeros(len(one.kernel), np.float32)) for one in drawn]


# ---- one convolution ----


def convolve(x: Array, weights: Weights, spec: Conv2dSpec) -> Array:
    """Apply one layer to a batch (n, h, w, in_channels); the result is (n, out_h, out_w, out_channels)."""
    padded = _padded(x, spec)
    y = _depthwise(padded, weights.kernel, spec) if spec.is_depthwise else _dense(padded, weights.kernel, spec)
    y += weights.bias
    return y


def convolve_back(dy: Array, x: Array, weights: Weights, spec: Conv2dSpec) -> tuple[Array, Weights]:
    """Return the gradients of a loss by the batch `x` and by the weights, given the gradient `dy` by the result."""
    padded = _padded(x, spec)
    back = _depthwise_back if spec.is_depthwise else _dense_back
    d_padded, d_kernel = back(dy, padded, weights.kernel, spec)
    (top, _), (left, _) = spec.pads(*x.shape[1:3])
    dx = d_padded[:, top : top + x.shape[1], left : left + x.shape[2]]
    return dx, Weights(kernel=d_kernel, bias=dy.sum(axis=(0, 1, 2)))


def _padded(x: Array, spec: Conv2dSpec) -> Array:
    pads = spec.pads(*x.shape[1:3])
    return x if pads == ((0, 0), (0, 0)) else np.pad(x, ((0, 0), *pads, (0, 0)))


def _taps(padded: Array, spec: Conv2dSpec, out: Pair) -> Iterator[tuple[int, int, Array]]:
    """Yield each kernel tap (row, column) with the pixels it meets: a view (n, out_h, out_w, channels)."""
    (sh, sw), (dh, dw) = spec.strides, spec.dilations
    for row in range(spec.kernel[0]):
        for column in range(spec.kernel[1]):
            top, left = row * dh, column * dw
            bottom, right = top + sh * (out[0] - 1) + 1, left + sw * (out[1] - 1) + 1
            yield row, column, padded[:, top:bottom:sh, left:right:sw]


def _output_size(padded: Array, spec: Conv2dSpec) -> Pair:
    (eh, ew), (sh, sw) = spec.extent, spec.strides
    return (padded.shape[1] - eh) // sh + 1, (padded.shape[2] - ew) // sw + 1


def _columns(padded: Array, spec: Conv2dSpec, out: Pair) -> Array:
    """Return every output pixel's window as a row: (n * out_h * out_w, kh * kw * channels)."""
    taps = [pixels for _, _, pixels in _taps(padded, spec, out)]
    return np.concatenate(taps, axis=-1).reshape(-1, len(taps) * padded.shape[-1])


def _matrix(kernel: Array) -> Array:
    return kernel.transpose(2, 3, 1, 0).reshape(-1, len(kernel))


def _dense(padded: Array, kernel: Array, spec: Conv2dSpec) -> Array:
    out = _output_size(padded, spec)
    product: Array = _columns(padded, spec, out) @ _matrix(kernel)
    return product.reshape(len(padded), *out, -1)


def _dense_back(dy: Array, padded: Array, kernel: Array, spec: Conv2dSpec) -> tuple[Array, Array]:
    out, channels = (dy.shape[1], dy.shape[2]), padded.shape[-1]
    rows = dy.reshape(-1, dy.shape[-1])
    d_matrix = _columns(padded, spec, out).T @ rows
    d_kernel = d_matrix.reshape(*spec.kernel, channels, -1).transpose(3, 2, 0, 1)
    d_columns = (rows @ _matrix(kernel).T).reshape(len(dy), *out, *spec.kernel, channels)
    d_padded = np.zeros_like(padded)
    for row, column, pixels in _taps(d_padded, spec, out):
        pixels += d_columns[:, :, :, row, column]
    return d_padded, d_kernel


def _depthwise(padded: Array, kernel: Array, spec: Conv2dSpec) -> Array:
    out = _output_size(padded, spec)
    y = np.zeros((len(padded), *out, padded.shape[-1]), padded.dtype)
    for row, column, pixels in _taps(padded, spec, out):
        y += pixels * kernel[:, 0, row, column]
    return y


def _depthwise_back(dy: Array, padded: Array, kernel: Array, spec: Conv2dSpec) -> tuple[Array, Array]:
    out = dy.shape[1], dy.shape[2]
    d_padded, d_kernel = np.zeros_like(padded), np.empty_like(kernel)
    for row, column, pixels in _taps(padded, spec, out):
        d_kernel[:, 0, row, column] = np.einsum("nhwc,nhwc->c", pixels, dy)
    for row, column, pixels in _taps(d_padded, spec, out):
        pixels += dy * kernel[:, 0, row, column]
    return d_padded, d_kernel


# ---- the whole network ----


def scores(network: Network, weights: Sequence[Weights], x: Array) -> Array:
    """Return the score of every class for every picture of a batch (n, h, w, channels): (n, classes)."""
    return _forward(network, weights, x)[0]


def loss_and_gradients(
    network: Network, weights: Sequence[Weights], x: Array, labels: NDArray[np.int64]
) -> tuple[float, list[Weights]]:
    """Return the mean cross-entropy of a batch and its gradients by all weights, in the order of `weights`."""
    result, inputs, pooled = _forward(network, weights, x)
    loss, d_scores = _cross_entropy(result, labels)
    dy, last = convolve_back(d_scores[:, None, None], pooled, weights[-1], network.classifier.spec)
    gradients, pixels = [last], inputs[-1].shape[1] * inputs[-1].shape[2]
    dy = np.broadcast_to(dy / pixels, inputs[-1].shape)
    stages = zip(network.convolutions, weights[:-1], inputs[:-1], inputs[1:], strict=True)
    for layer, weight, before, after in reversed(list(stages)):
        dy, gradient = convolve_back(dy * (after > 0), before, weight, layer.spec)
        gradients.append(gradient)
    return loss, gradients[::-1]


def _forward(network: Network, weights: Sequence[Weights], x: Array) -> tuple[Array, list[Array], Array]:
    """Return the scores, the input of every convolution with the last one's result, and the pixels' mean."""
    inputs = [x]
    for layer, weight in zip(network.convolutions, weights[:-1], strict=True):
        y = convolve(inputs[-1], weight, layer.spec)
        inputs.append(np.maximum(y, 0, out=y))
    pooled = inputs[-1].mean(axis=(1, 2), keepdims=True)
    return convolve(pooled, weights[-1], network.classifier.spec)[:, 0, 0], inputs, pooled


def _cross_entropy(result: Array, labels: NDArray[np.int64]) -> tuple[float, Array]:
    """Return the mean cross-entropy of `result` (n, classes) and its gradient."""
    shifted = result - result.max(axis=1, keepdims=True)
    likely = np.exp(shifted)
    total = likely.sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    loss = float((np.log(total[:, 0]) - shifted[rows, labels]).mean())
    gradient = likely / total
    gradient[rows, labels] -= 1
    return loss, gradient / len(labels)


class Adam:
    """Adam (Kingma and Ba 2015, arXiv 1412.6980) with its usual constants; keeps two moments for every weight."""

    __slots__ = ("_means", "_squares", "_steps", "_weights")
    DECAY = 0.9, 0.999
    EPSILON = 1e-8

    def __init__(self, weights: Sequence[Weights]) -> None:
        self._weights = [array for layer in weights for array in (layer.kernel, layer.bias)]
        self._means = [np.zeros_like(array) for array in self._weights]
        self._squares = [np.zeros_like(array) for array in self._weights]
        self._steps = 0

    def step(self, gradients: Sequence[Weights], rate: float) -> None:
        """Move all weights against `gradients`, at the learning rate `rate`."""
        self._steps += 1
        (first, second), steps = self.DECAY, self._steps
        flat = [array for layer in gradients for array in (layer.kernel, layer.bias)]
        for weight, gradient, mean, square in zip(self._weights, flat, self._means, self._squares, strict=True):
            mean += (1 - first) * (gradient - mean)
            square += (1 - second) * (gradient**2 - square)
            spread = np.sqrt(square / (1 - second**steps)) + self.EPSILON
            weight -= rate / (1 - first**steps) * mean / spread
