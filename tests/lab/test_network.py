from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.block import Layer
from sepviz.engine.conv2d import conv2d
from sepviz.engine.spec import Conv2dSpec
from sepviz.lab.network import Adam, Weights, convolve, initial_weights, loss_and_gradients, scores
from sepviz.lab.textures import draw_textures
from sepviz.lab.training import network_of

SPECS = (
    Conv2dSpec(in_channels=3, out_channels=4, padding="same"),
    Conv2dSpec(in_channels=3, out_channels=4, kernel_size=(3, 2), stride=(2, 1), padding="valid"),
    Conv2dSpec(in_channels=3, out_channels=4, kernel_size=1),
    Conv2dSpec(in_channels=4, out_channels=4, stride=2, padding="same", groups=4),
    Conv2dSpec(in_channels=4, out_channels=4, dilation=2, padding=((1, 2), (0, 3)), groups=4),
)


def as_double(weights: list[Weights]) -> list[Weights]:
    random = np.random.default_rng(7)
    return [
        Weights(kernel=one.kernel.astype(np.float64), bias=0.1 * random.standard_normal(len(one.bias)))
        for one in weights
    ]


@pytest.mark.parametrize("spec", SPECS)
def test_that_a_batch_is_convolved_as_the_engine_convolves_each_picture(spec: Conv2dSpec) -> None:
    random = np.random.default_rng(0)
    x = random.standard_normal((2, 9, 8, spec.in_channels))
    weights = Weights(kernel=random.standard_normal(spec.weight_shape), bias=random.standard_normal(spec.out_channels))
    expected = [
        conv2d(one.transpose(2, 0, 1).copy(), weights.kernel, weights.bias, replace(spec, bias=True)) for one in x
    ]
    np.testing.assert_allclose(convolve(x, weights, spec).transpose(0, 3, 1, 2), expected, atol=1e-12)


@pytest.mark.parametrize("kind", ["standard", "depthwise-separable"])
def test_that_gradients_are_those_of_finite_differences(kind: str) -> None:
    network = network_of(kind, 2)
    random = np.random.default_rng(1)
    x, labels = random.standard_normal((3, 7, 8, 3)), np.array([0, 3, 7])
    weights = as_double(initial_weights(network, 0))
    _, gradients = loss_and_gradients(network, weights, x, labels)
    step = 1e-6
    for layer, gradient in zip(weights, gradients, strict=True):
        for array, found in ((layer.kernel, gradient.kernel), (layer.bias, gradient.bias)):
            assert found.shape == array.shape
            for place in random.choice(array.size, min(array.size, 12), replace=False):
                at = np.unravel_index(place, array.shape)
                kept, losses = array[at], []
                for value in (kept + step, kept - step):
                    array[at] = value
                    losses.append(loss_and_gradients(network, weights, x, labels)[0])
                array[at] = kept
                assert found[at] == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=1e-4, abs=1e-8)


def test_that_equal_scores_for_all_classes_lose_the_logarithm_of_their_number() -> None:
    network = network_of("standard", 2)
    weights = initial_weights(network, 0)
    weights[-1].kernel[...] = 0
    x = np.random.default_rng(0).standard_normal((4, 8, 8, 3)).astype(np.float32)
    assert loss_and_gradients(network, weights, x, np.arange(4))[0] == pytest.approx(np.log(8))
    assert scores(network, weights, x).shape == (4, 8)


def test_that_single_precision_stays_single() -> None:
    network = network_of("depthwise-separable", 2)
    weights = initial_weights(network, 0)
    x = np.zeros((2, 8, 8, 3), np.float32)
    _, gradients = loss_and_gradients(network, weights, x, np.array([0, 1]))
    assert {array.dtype for one in gradients for array in (one.kernel, one.bias)} == {np.dtype(np.float32)}


def test_that_parameters_and_macs_are_those_of_the_layers() -> None:
    network = network_of("standard", 4)
    kernels = 9 * 3 * 4 + 9 * 4 * 8 + 9 * 8 * 8
    assert network.parameters == kernels + 4 + 8 + 8 + 8 * 8 + 8
    assert network.macs(16, 16) == 256 * 9 * 3 * 4 + 64 * 9 * 4 * 8 + 16 * 9 * 8 * 8 + 8 * 8


def test_that_the_first_step_of_adam_is_the_learning_rate_against_the_sign_of_the_gradient() -> None:
    network = replace(
        network_of("standard", 1),
        convolutions=(),
        classifier=Layer(name="classifier", spec=Conv2dSpec(in_channels=2, out_channels=2, kernel_size=1)),
    )
    weights = initial_weights(network, 0)
    before = weights[0].kernel.copy()
    gradient = np.array([[3.0, -0.5], [-7.0, 2.0]], np.float32).reshape(before.shape)
    Adam(weights).step([Weights(kernel=gradient, bias=np.ones(2, np.float32))], 0.1)
    np.testing.assert_allclose(before - weights[0].kernel, 0.1 * np.sign(gradient), rtol=1e-4)


@pytest.mark.parametrize("kind", ["standard", "depthwise-separable"])
def test_that_a_network_learns_a_batch_by_heart(kind: str) -> None:
    network, textures = network_of(kind, 6), draw_textures(16, 12, (0,))
    weights = initial_weights(network, 0)
    adam = Adam(weights)
    for _ in range(80):
        _, gradients = loss_and_gradients(network, weights, textures.images, textures.labels)
        adam.step(gradients, 0.01)
    named = scores(network, weights, textures.images).argmax(axis=1)
    assert (named == textures.labels).mean() > 0.7
