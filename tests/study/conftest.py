"""Small valid files of weights, one of each format, made without the formats' own libraries."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

Field = tuple[int, "int | bytes | str"]

DEPTHWISE = np.arange(36, dtype=np.float32).reshape(4, 1, 3, 3) / 8
POINTWISE = np.arange(24, dtype=np.float32).reshape(6, 4, 1, 1) - 12
BIAS = np.linspace(-1, 1, 4, dtype=np.float32)


def varint(value: int) -> bytes:
    value &= 2**64 - 1
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def message(*fields: Field) -> bytes:
    """Return a Protocol Buffers message: a field is (number, integer) or (number, bytes or text)."""
    parts = []
    for number, value in fields:
        if isinstance(value, int):
            parts.append(varint(number << 3) + varint(value))
        else:
            data = value.encode() if isinstance(value, str) else value
            parts.append(varint(number << 3 | 2) + varint(len(data)) + data)
    return b"".join(parts)


def onnx_tensor(name: str, values: np.ndarray) -> bytes:
    code = {"float32": 1, "float16": 10, "float64": 11}[values.dtype.name]
    return message(*((1, side) for side in values.shape), (2, code), (8, name), (9, values.tobytes()))


def onnx_conv(name: str, inputs: str, output: str, *attributes: bytes) -> bytes:
    values = [(1, value) for value in inputs.split()]
    return message(*values, (2, output), (3, name), (4, "Conv"), *((5, attribute) for attribute in attributes))


def integers(name: str, *values: int) -> bytes:
    return message((1, name), *((8, value) for value in values), (20, 7))


def onnx_model(*graph: Field) -> bytes:
    return message((1, 9), (7, message(*graph)), (8, message((2, 17))))


def safetensors(tensors: dict[str, np.ndarray], **changes: dict[str, Any]) -> bytes:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, values in tensors.items():
        code = {"float32": "F32", "float16": "F16", "int64": "I64"}[values.dtype.name]
        span = [len(data), len(data) + values.nbytes]
        header[name] = {"dtype": code, "shape": list(values.shape), "data_offsets": span} | changes.get(name, {})
        data += values.tobytes()
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def saved(save: Callable[..., None], *arrays: np.ndarray, **named: np.ndarray) -> bytes:
    file = io.BytesIO()
    save(file, *arrays, **named)
    return file.getvalue()


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """`put(name, content)` makes a file and returns its path."""

    def written(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return written


GROUP_4 = message((1, "group"), (3, 4), (20, 2))


@pytest.fixture(scope="session")
def write() -> SimpleNamespace:
    """What writes each format: message, onnx_tensor, onnx_conv, integers, onnx_model, safetensors, saved."""
    writers = (message, onnx_tensor, onnx_conv, integers, onnx_model, safetensors, saved)
    return SimpleNamespace(**{writer.__name__: writer for writer in writers})


@pytest.fixture(scope="session")
def weight_files() -> dict[str, bytes]:
    """File name -> content; each holds DEPTHWISE, and all but the .npy POINTWISE too."""
    named = {"depthwise.weight": DEPTHWISE, "depthwise.bias": BIAS, "pointwise.weight": POINTWISE}
    return {
        "one.npy": saved(np.save, DEPTHWISE),
        "stored.npz": saved(np.savez, **named),
        "packed.npz": saved(np.savez_compressed, **named),
        "network.safetensors": safetensors(named),
        "network.onnx": onnx_model(
            (1, onnx_conv("depthwise", "x w b", "d", GROUP_4, integers("pads", 1, 1, 1, 1), integers("strides", 2, 2))),
            (1, message((1, "d"), (2, "r"), (4, "Relu"))),
            (1, onnx_conv("pointwise", "r p", "y", integers("kernel_shape", 1, 1))),
            (5, onnx_tensor("w", DEPTHWISE)),
            (5, onnx_tensor("b", BIAS)),
            (5, onnx_tensor("p", POINTWISE)),
        ),
    }
