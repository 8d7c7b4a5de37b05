"""Weights from files: what is offered, and that the numbers are those that were put in."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sepviz.study.weight_files import list_weights, load_weights

DEPTHWISE = np.arange(36, dtype=np.float32).reshape(4, 1, 3, 3) / 8
POINTWISE = np.arange(24, dtype=np.float32).reshape(6, 4, 1, 1) - 12
BIAS = np.linspace(-1, 1, 4, dtype=np.float32)

Put = Callable[[str, bytes], Path]


@pytest.mark.parametrize("name", ["stored.npz", "packed.npz", "network.safetensors", "network.onnx"])
def test_that_every_format_gives_the_numbers_that_were_put_in(
    name: str, put: Put, weight_files: dict[str, bytes]
) -> None:
    path = put(name, weight_files[name])
    entries = {entry.shape: entry for entry in list_weights(path) if entry.kind != "separable pair"}
    depthwise = load_weights(path, entries[4, 1, 3, 3].name)
    pointwise = load_weights(path, entries[6, 4, 1, 1].name)
    assert depthwise.entry == entries[4, 1, 3, 3]
    (layer,) = depthwise.layers
    np.testing.assert_array_equal(layer.weights.kernel, DEPTHWISE)
    np.testing.assert_array_equal(layer.weights.bias, BIAS)
    assert (layer.spec.groups, layer.spec.bias, layer.spec.weight_shape) == (4, True, (4, 1, 3, 3))
    np.testing.assert_array_equal(pointwise.layers[0].weights.kernel, POINTWISE)
    assert pointwise.layers[0].weights.bias is None
    assert not layer.weights.kernel.flags.writeable
    assert layer.weights.kernel.dtype == np.float32


def test_that_a_suffix_in_capitals_is_known(put: Put, weight_files: dict[str, bytes]) -> None:
    assert list_weights(put("ONE.NPY", weight_files["one.npy"]))[0].shape == (4, 1, 3, 3)


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        (np.asfortranarray(np.arange(24.0).reshape(2, 1, 3, 4)), (2, 1, 3, 4)),
        (np.arange(9, dtype=">i4").reshape(3, 3), (1, 1, 3, 3)),
        (np.ones((2, 3, 1, 1), bool), (2, 3, 1, 1)),
        (np.arange(4, dtype=np.float16).reshape(1, 1, 2, 2), (1, 1, 2, 2)),
    ],
)
def test_that_a_npy_file_may_hold_any_plain_numbers(
    values: np.ndarray, shape: tuple[int, ...], put: Put, write: SimpleNamespace
) -> None:
    path = put("kernel.npy", write.saved(np.save, values))
    (entry,) = list_weights(path)
    assert (entry.name, entry.shape, entry.groups, entry.kind) == ("kernel", shape, None, "tensor")
    np.testing.assert_array_equal(load_weights(path, "kernel").layers[0].weights.kernel, values.reshape(shape))


def test_that_bfloat16_is_read_exactly(put: Put, write: SimpleNamespace) -> None:
    halves = (DEPTHWISE.view(np.uint32) >> 16).astype(np.float16)  # only its size counts here
    content = write.safetensors({"w": halves}, w={"dtype": "BF16"})
    path = put("b.safetensors", content[: -halves.nbytes] + (DEPTHWISE.view("<u4") >> 16).astype("<u2").tobytes())
    np.testing.assert_array_equal(load_weights(path, "w").layers[0].weights.kernel, DEPTHWISE)


def test_that_a_file_without_geometry_says_what_was_assumed(put: Put, weight_files: dict[str, bytes]) -> None:
    depthwise, pointwise = list_weights(put("a.npz", weight_files["stored.npz"]))
    assert depthwise.note == "read as a depthwise layer, stride 1, padding same: the file does not say"
    assert pointwise.note.startswith("read as a standard layer")
    assert depthwise.groups is pointwise.groups is None


def test_that_names_from_a_file_are_shown_without_control_characters(put: Put, write: SimpleNamespace) -> None:
    (entry,) = list_weights(put("a.safetensors", write.safetensors({"w\x1b[31m\n": DEPTHWISE})))
    assert entry.name == "w\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}"


def test_that_what_the_safetensors_library_writes_is_read(tmp_path: Path) -> None:
    numpy = pytest.importorskip("safetensors.numpy", reason="the safetensors package is not installed")
    path = tmp_path / "network.safetensors"
    tensors = {"a.weight": DEPTHWISE, "a.bias": BIAS, "b.weight": POINTWISE.astype(np.float16), "n": np.array(3)}
    numpy.save_file(tensors, path, metadata={"format": "pt"})
    assert {entry.name for entry in list_weights(path)} == {"a.weight", "b.weight"}
    layer = load_weights(path, "a.weight").layers[0]
    np.testing.assert_array_equal(layer.weights.kernel, DEPTHWISE)
    np.testing.assert_array_equal(layer.weights.bias, BIAS)
    np.testing.assert_array_equal(load_weights(path, "b.weight").layers[0].weights.kernel, POINTWISE)
