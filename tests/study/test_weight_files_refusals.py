"""Broken and hostile files of weights: each is refused in one sentence, before it costs anything."""

import io
import json
import os
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sepviz.study import stored_weights
from sepviz.study.weight_files import READERS, WeightFileError, list_weights, load_weights

Put = Callable[[str, bytes], Path]


def npy(descr: str, shape: str, data: bytes = b"", version: bytes = b"\1\0", length: int | None = None) -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY" + version + struct.pack("<H", len(header) if length is None else length) + header + data


def zipped(method: int = zipfile.ZIP_STORED, **members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def tensors_header(fields: Any, data: bytes = b"") -> bytes:
    text = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
    return len(text).to_bytes(8, "little") + text + data


def one(dtype: Any = "F32", shape: Any = (1, 1, 1, 1), offsets: Any = (0, 4)) -> dict[str, Any]:
    return {"w": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "empty npy": ("a.npy", b"", "no .npy array"),
    "pickle": ("a.npy", b"\x80\x04\x95", "no .npy array"),
    "object array": ("a.npy", npy("'|O'", "(1, 1, 1, 1)", b"\x80\x04N."), "no array of numbers"),
    "structured array": ("a.npy", npy("[('x', '<f4')]", "(1, 1, 1, 1)", b"1234"), "no array of numbers"),
    "code in the header": ("a.npy", npy("__import__('os')", "()"), "no array of numbers"),
    "huge claim": ("a.npy", npy("'<f4'", "(100000, 100000, 9, 9)", b"1234"), "get a whole copy"),
    "absurd claim": ("a.npy", npy("'<f4'", f"({'9' * 500},)", b"1234"), "claims the shape"),
    "truncated": ("a.npy", npy("'<f4'", "(1, 1, 2, 2)", b"1234"), "has 4 bytes .* needs 16"),
    "too long": ("a.npy", npy("'<f4'", "(1, 1, 1, 1)", b"12345"), "has 5 bytes .* needs 4"),
    "wrong shape": ("a.npy", npy("'<f4'", "(3,)", b"1" * 12), r"has the shape \(3,\)"),
    "no numbers": ("a.npy", npy("'<f4'", "(0, 1, 3, 3)"), "each at least 1"),
    "long header": ("a.npy", npy("'<f4'", "(1, 1, 1, 1)", length=65535), "header of 65,535 bytes"),
    "unknown version": ("a.npy", npy("'<f4'", "(1, 1, 1, 1)", b"1234", b"\x09\0"), "no .npy array"),
    "no zip": ("a.npz", b"PK\3\4", "ends after|no whole .npz"),
    "empty zip": ("a.npz", zipped(), "holds no kernel"),
    "zip of an object": ("a.npz", zipped(w=npy("'|O'", "(1, 1, 1, 1)", b"N.")), "no array of numbers"),
    "truncated in a zip": ("a.npz", zipped(w=npy("'<f4'", "(1, 1, 2, 2)", b"1234")), "needs 16"),
    "packed unusually": ("a.npz", zipped(zipfile.ZIP_LZMA, w=b"1"), "unusual way"),
    "no tensors": ("a.safetensors", tensors_header([]), "names no tensors"),
    "no json": ("a.safetensors", tensors_header(b"{'w'"), "no JSON"),
    "deep json": ("a.safetensors", tensors_header(b"[" * 100_000), "no JSON"),
    "long number": ("a.safetensors", tensors_header(b'{"w":' + b"9" * 5000 + b"}"), "no JSON"),
    "twins": ("a.safetensors", tensors_header(b'{"w":{},"w":{}}'), "stands there twice"),
    "header beyond the end": ("a.safetensors", b"\x40" + b"\0" * 7 + b"{}", "ends after 10 of 72 bytes"),
    "absurd header": ("a.safetensors", b"\xff" * 8, "claims a header of"),
    "short file": ("a.safetensors", b"\x08\0", "ends after 2 of 8 bytes"),
    "hole": ("a.safetensors", tensors_header(one(offsets=(4, 8)), b"12345678"), "does not fit"),
    "beyond the end": ("a.safetensors", tensors_header(one(offsets=(0, 8)), b"1234"), "does not fit"),
    "backwards": ("a.safetensors", tensors_header(one(offsets=(4, 0)), b"1234"), "does not fit"),
    "out and back": (
        "a.safetensors",
        tensors_header({"v": one(offsets=(0, 8))["w"], "w": one(offsets=(8, 4))["w"]}, b"1234"),
        "does not fit",
    ),
    "negative": ("a.safetensors", tensors_header(one(offsets=(-4, 0)), b"1234"), "does not say where"),
    "size and shape": ("a.safetensors", tensors_header(one(shape=(1, 1, 2, 2)), b"1234"), "needs 16"),
    "shape of words": ("a.safetensors", tensors_header(one(shape=["x"]), b"1234"), "shape and type"),
    "shape of truths": ("a.safetensors", tensors_header(one(shape=[True] * 4), b"1234"), "shape and type"),
    "unknown type": ("a.safetensors", tensors_header(one(dtype="F8_E4M3"), b"1234"), "holds no kernel"),
    "not a network": ("a.onnx", b"\x89PNG\r\n\x1a\n", "damaged|no network"),
    "no graph": ("a.onnx", b"\x08\x09", "no network"),
    "graph of a number": ("a.onnx", b"\x38\x01", "a number where"),
    "beyond the model": ("a.onnx", b"\x3a\x7f", "a field of 127 bytes where 0 are left"),
    "endless number": ("a.onnx", b"\x08" + b"\xff" * 11, "a number without an end"),
    "another format": ("model.pt", b"PK\3\4", "of no kind read here"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_that_a_hostile_or_broken_file_is_refused_in_one_sentence(case: str, put: Put) -> None:
    name, content, message = REFUSED[case]
    with pytest.raises(WeightFileError, match=message) as caught:
        list_weights(put(name, content))
    sentence = str(caught.value)
    assert sentence.startswith(name)
    assert sentence.isprintable()
    assert len(sentence) < 400


def test_that_a_claim_above_the_budget_is_refused_before_anything_is_allocated(
    put: Put, write: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    tensors = {"w.weight": np.zeros((64, 64, 3, 3), np.float32)}
    paths = [
        put("a.npz", write.saved(np.savez_compressed, **tensors)),
        put("a.safetensors", write.safetensors(tensors)),
        put(
            "a.onnx",
            write.onnx_model((1, write.onnx_conv("c", "x w", "y")), (5, write.onnx_tensor("w", tensors["w.weight"]))),
        ),
    ]
    names = [list_weights(path)[0].name for path in paths]
    monkeypatch.setattr(stored_weights, "BUDGET_BYTES", 2**18)
    monkeypatch.setattr(stored_weights, "_as_float32", None)
    for path, name in zip(paths, names, strict=True):
        with pytest.raises(WeightFileError, match=r"needs 0 MiB for w.*; the limit is"):
            load_weights(path, name)


def test_that_a_compression_bomb_costs_nothing_to_list_and_is_not_unpacked(tmp_path: Path) -> None:
    side = 8192
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("w.npy", npy("'|b1'", f"({side}, {side}, 1, 1)", bytes(side * side)))
    assert path.stat().st_size < 2**20
    tracemalloc.start()
    assert list_weights(path)[0].shape == (side, side, 1, 1)
    with pytest.raises(WeightFileError, match="needs 640 MiB for w; the limit is 512 MiB"):
        load_weights(path, "w")
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_that_an_archive_with_a_long_directory_is_refused_before_it_is_read(put: Put) -> None:
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 20_000, 20_000, 2**21, 0, 0)
    with pytest.raises(WeightFileError, match="lists 20,000 arrays"):
        list_weights(put("many.npz", b"PK\3\4" + bytes(2**21) + end))


def test_that_a_zip64_archive_is_refused_before_its_directory_is_read(put: Put, weight_files: dict[str, bytes]) -> None:
    content = weight_files["stored.npz"]
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, 0, 1)
    with pytest.raises(WeightFileError, match="zip64"):
        list_weights(put("large.npz", content[:-22] + locator + content[-22:]))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("twin", "two arrays of the same name"),
        ("n\1ck", "an array named 'n\N{REPLACEMENT CHARACTER}ck"),
        ("n" * 300, "at most 256"),
    ],
)
def test_that_odd_names_in_an_archive_are_refused(name: str, message: str, put: Put) -> None:
    content = zipped(twin=b"1", **{name.replace("twin", "twim"): b"2"}).replace(b"twim", b"twin")
    with pytest.raises(WeightFileError, match=message):
        list_weights(put("names.npz", content))


@pytest.mark.parametrize("name", ["stored.npz", "packed.npz"])
def test_that_a_wrong_checksum_is_found(name: str, put: Put, weight_files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(weight_files[name])) as archive:
        checksum = archive.getinfo("pointwise.weight.npy").CRC
    content = weight_files[name].replace(checksum.to_bytes(4, "little"), b"1234")
    with pytest.raises(WeightFileError, match="Bad CRC-32"):
        load_weights(put(name, content), "pointwise.weight")


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e39])
def test_that_numbers_that_are_not_finite_are_refused(value: float, put: Put, write: SimpleNamespace) -> None:
    path = put("a.npy", write.saved(np.save, np.full((1, 1, 1, 1), value)))
    with pytest.raises(WeightFileError, match="no finite float32 numbers"):
        load_weights(path, "a")


def test_that_a_name_that_is_not_there_is_refused(put: Put, weight_files: dict[str, bytes]) -> None:
    with pytest.raises(WeightFileError, match="no kernel named 'nobody'"):
        load_weights(put("a.npy", weight_files["one.npy"]), "nobody")


@pytest.mark.parametrize("suffix", READERS)
def test_that_only_regular_files_are_opened(suffix: str, tmp_path: Path) -> None:
    pipe, folder = tmp_path / f"pipe{suffix}", tmp_path / f"folder{suffix}"
    os.mkfifo(pipe)
    folder.mkdir()
    for path in (pipe, folder):
        with pytest.raises(WeightFileError, match="not a file"):
            list_weights(path)
    with pytest.raises(WeightFileError, match="is not there"):
        list_weights(tmp_path / f"nothing{suffix}")
    with pytest.raises(WeightFileError, match="cannot be read"):
        list_weights(f"nul\0{suffix}")
