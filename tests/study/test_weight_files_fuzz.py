"""Thousands of broken files of weights, seeded: each is opened or refused, and nothing else happens."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sepviz.study.weight_files import WeightFileError, list_weights, load_weights

CASES = 1200
LENGTHS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 2**63 - 1, 2**64 - 1)
NAMES = ("one.npy", "stored.npz", "packed.npz", "network.safetensors", "network.onnx")


def flip_bits(content: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return content


def cut(content: bytearray, chance: random.Random) -> bytearray:
    return content[: chance.randrange(len(content))]


def splice(content: bytearray, chance: random.Random) -> bytearray:
    start, end = sorted(chance.sample(range(len(content) + 1), 2))
    place = chance.randrange(len(content) + 1)
    piece = content[start:end]
    return content[:place] + piece + content[place + chance.choice((0, len(piece))) :]


def set_length(content: bytearray, chance: random.Random) -> bytearray:
    size = chance.choice((1, 2, 4, 8))
    place = chance.randrange(len(content))
    value = chance.choice(LENGTHS) & (2 ** (8 * size) - 1)
    content[place : place + size] = value.to_bytes(size, "little")
    return content


def change_digits(content: bytearray, chance: random.Random) -> bytearray:
    places = [place for place, byte in enumerate(content) if chr(byte).isdigit()]
    for place in chance.sample(places, min(len(places), 3)):
        content[place : place + 1] = chance.choice((b"9", b"0", b"-1", b"99999999999999999999", b"1e9", b"[", b"'"))
    return content


MUTATIONS: tuple[Callable[[bytearray, random.Random], bytearray], ...] = (
    flip_bits,
    cut,
    splice,
    set_length,
    change_digits,
)


@pytest.mark.parametrize("name", NAMES)
def test_that_a_mutated_file_is_opened_or_refused(name: str, weight_files: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / name
    refusals = []
    for seed in range(CASES):
        path.write_bytes(mutated(weight_files[name], random.Random(f"{name}-{seed}")))
        refusals += refusal(path)
    assert all(sentence.isprintable() and sentence.startswith(name) for sentence in refusals)
    assert CASES // 100 < len(refusals) < CASES - CASES // 100, "the mutations are all harmless, or all deadly"


def mutated(content: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 3))):
        content = chance.choice(MUTATIONS)(bytearray(content or b"\0"), chance)
    return content


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
