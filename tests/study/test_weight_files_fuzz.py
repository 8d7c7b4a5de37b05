"""Thousands of broken files of weights, seeded: each is opened or refused, and nothing else happens."""

import importlib.util
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sepviz.study.weight_files import WeightFileError, list_weights, load_weights

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "mutations.py"
CASES = 1200
NAMES = ("one.npy", "stored.npz", "packed.npz", "network.safetensors", "network.onnx")


@pytest.fixture(scope="module")
def mutated() -> Callable[[bytes, random.Random], bytes]:
    """`mutated(content, chance)` changes the content of a file, as the script that tries loading at length does."""
    spec = importlib.util.spec_from_file_location("mutations", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda content, chance: module.mutated(content, module.MUTATIONS, chance)


@pytest.mark.parametrize("name", NAMES)
def test_that_a_mutated_file_is_opened_or_refused(
    name: str, mutated: Callable[[bytes, random.Random], bytes], weight_files: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / name
    refusals = []
    for seed in range(CASES):
        path.write_bytes(mutated(weight_files[name], random.Random(f"{name}-{seed}")))
        refusals += refusal(path)
    assert all(sentence.isprintable() and sentence.startswith(name) for sentence in refusals)
    assert CASES // 100 < len(refusals) < CASES - CASES // 100, "the mutations are all harmless, or all deadly"


def refusal(path: Path) -> list[str]:
    """Load all that the file offers; return why it was refused, if it was."""
    try:
        for entry in list_weights(path):
            if entry.specs:
                check(path, entry.name)
    except WeightFileError as error:
        return [str(error)]
    return []


def check(path: Path, name: str) -> None:
    """What a broken file gives all the same must be whole: shapes that fit their specs, finite numbers."""
    for layer in load_weights(path, name).layers:
        assert layer.weights.kernel.shape == layer.spec.weight_shape
        assert np.isfinite(layer.weights.kernel).all()
        assert (layer.weights.bias is not None) == layer.spec.bias
