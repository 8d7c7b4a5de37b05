"""Weights out, and in again."""

from pathlib import Path

import numpy as np
import pytest

from sepviz.engine.block import Geometry, build_block
from sepviz.engine.weights import LayerWeights, block_weights
from sepviz.export.saving import ExportError
from sepviz.export.weights import save_weights
from sepviz.study.weight_files import list_weights, load_weights

KERNEL = LayerWeights(kernel=np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3), bias=None)


def test_that_saved_weights_load_again_bit_for_bit(tmp_path: Path) -> None:
    block = build_block("depthwise-separable", Geometry(in_channels=3, out_channels=5, bias=True))
    weights = block_weights(block, "kaiming-normal", 3)
    path = save_weights(
        tmp_path / "weights.npz", {layer.name: own for layer, own in zip(block.layers, weights, strict=True)}
    )
    assert [entry.name for entry in list_weights(path)] == [f"{layer.name}.weight" for layer in block.layers]
    for layer, own in zip(block.layers, weights, strict=True):
        loaded = load_weights(path, f"{layer.name}.weight").layers[0]
        np.testing.assert_array_equal(loaded.weights.kernel, own.kernel)
        np.testing.assert_array_equal(loaded.weights.bias, own.bias)
        assert loaded.spec.groups == layer.spec.groups


def test_that_one_kernel_is_saved_as_npy(tmp_path: Path) -> None:
    path = save_weights(tmp_path / "kernel.npy", {"standard": KERNEL})
    np.testing.assert_array_equal(np.load(path), KERNEL.kernel)


@pytest.mark.parametrize(
    ("name", "layers", "message"),
    [
        ("a.txt", {"one": KERNEL}, "end its name in .npz or .npy"),
        ("a.npz", {}, "there is no layer"),
        ("a.npy", {"one": KERNEL, "two": KERNEL}, "one kernel, not 2"),
        ("a.npy", {"one": LayerWeights(kernel=KERNEL.kernel, bias=np.ones(1, np.float32))}, "not its bias"),
        ("gone/a.npz", {"one": KERNEL}, "there is no folder"),
    ],
)
def test_that_what_cannot_be_saved_is_refused_and_leaves_no_file(
    name: str, layers: dict[str, LayerWeights], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match=message):
        save_weights(tmp_path / name, layers)
    assert not list(tmp_path.iterdir())
