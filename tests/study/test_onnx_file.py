"""Layers of ONNX networks: which are offered, and that they compute what their network computes."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sepviz.engine.conv2d import conv2d
from sepviz.engine.spec import Conv2dSpec
from sepviz.study import protobuf
from sepviz.study.weight_files import LoadedWeights, WeightFileError, list_weights, load_weights

DEPTHWISE = np.arange(36, dtype=np.float32).reshape(4, 1, 3, 3) / 8
POINTWISE = np.arange(24, dtype=np.float32).reshape(6, 4, 1, 1) - 12
BIAS = np.linspace(-1, 1, 4, dtype=np.float32)

Put = Callable[[str, bytes], Path]


def test_that_a_depthwise_node_and_the_pointwise_one_after_it_are_offered_as_a_pair(
    put: Put, weight_files: dict[str, bytes]
) -> None:
    path = put("network.onnx", weight_files["network.onnx"])
    entries = list_weights(path)
    assert [entry.name for entry in entries] == ["depthwise", "depthwise + pointwise", "pointwise"]
    pair = entries[1]
    assert (pair.kind, pair.shape, pair.groups) == ("separable pair", (4, 1, 3, 3), 4)
    assert pair.note == "left out between them: Relu"
    assert pair.specs == (
        Conv2dSpec(
            in_channels=4, out_channels=4, stride=2, padding=((1, 1), (1, 1)), groups=4, bias=True, kernel_size=3
        ),
        Conv2dSpec(in_channels=4, out_channels=6, kernel_size=1, padding=((0, 0), (0, 0))),
    )
    loaded = load_weights(path, pair.name)
    assert [layer.weights.kernel.shape for layer in loaded.layers] == [(4, 1, 3, 3), (6, 4, 1, 1)]


def test_that_a_branch_after_the_depthwise_node_makes_no_pair(put: Put, write: SimpleNamespace) -> None:
    group = write.message((1, "group"), (3, 4))
    path = put(
        "branch.onnx",
        write.onnx_model(
            (1, write.onnx_conv("a", "x w", "d", group)),
            (1, write.onnx_conv("b", "d p", "y")),
            (1, write.message((1, "d"), (2, "z"), (4, "Relu"))),
            (5, write.onnx_tensor("w", DEPTHWISE)),
            (5, write.onnx_tensor("p", POINTWISE)),
        ),
    )
    assert [entry.name for entry in list_weights(path)] == ["a", "b"]


def test_that_a_layer_over_one_channel_is_no_depthwise_one(put: Put, write: SimpleNamespace) -> None:
    nodes = [(1, write.onnx_conv("a", "x w", "d")), (1, write.onnx_conv("b", "d p", "y"))]
    tensors = [(5, write.onnx_tensor("w", DEPTHWISE)), (5, write.onnx_tensor("p", POINTWISE))]
    path = put("grey.onnx", write.onnx_model(*nodes, *tensors))
    assert [(entry.name, entry.groups) for entry in list_weights(path)] == [("a", 1), ("b", 1)]


def test_that_two_layers_of_one_name_can_both_be_chosen(put: Put, write: SimpleNamespace) -> None:
    nodes = [(1, write.onnx_conv("conv", f"x {name}", name.upper())) for name in "pq"]
    tensors = [(5, write.onnx_tensor("p", POINTWISE)), (5, write.onnx_tensor("q", -POINTWISE))]
    path = put("twins.onnx", write.onnx_model(*nodes, *tensors))
    assert [entry.name for entry in list_weights(path)] == ["conv", "conv (2)"]
    np.testing.assert_array_equal(load_weights(path, "conv (2)").layers[0].weights.kernel, -POINTWISE)


def padded_conv(write: SimpleNamespace, attribute: bytes, tensor: bytes) -> bytes:
    return write.onnx_model((1, write.onnx_conv("c", "x w", "y", attribute)), (5, tensor))


def test_that_a_layer_that_cannot_be_loaded_is_listed_with_the_reason(put: Put, write: SimpleNamespace) -> None:
    data = write.onnx_tensor("w", POINTWISE)
    external = write.message(*((1, side) for side in POINTWISE.shape), (2, 1), (8, "w"), (13, b""), (14, 1))
    cases = {
        "another file, which is not read": padded_conv(write, b"", external),
        "not stored as raw_data": padded_conv(
            write, b"", write.message(*((1, side) for side in POINTWISE.shape), (2, 10), (5, bytes(24)), (8, "w"))
        ),
        "no float16, bfloat16": padded_conv(
            write, b"", write.message(*((1, side) for side in POINTWISE.shape), (2, 3), (8, "w"), (9, bytes(24)))
        ),
        "its pads is": padded_conv(write, write.integers("pads", 1, 1), data),
        "must be at least 0": padded_conv(write, write.integers("pads", -1, 0, 0, 0), data),
        "SAME_LOWER": padded_conv(
            write, write.message((1, "auto_pad"), (4, "SAME_LOWER")), write.onnx_tensor("w", np.ones((1, 1, 2, 2)))
        ),
        "must be at least 1": padded_conv(write, write.integers("strides", 0, 1), data),
        "not divisible by groups = 4": padded_conv(write, write.message((1, "group"), (3, 4)), data),
        "kernel_shape is not the 1 × 1": padded_conv(write, write.integers("kernel_shape", 3, 3), data),
        "do not make the shape": padded_conv(
            write, b"", write.message(*((1, side) for side in POINTWISE.shape), (2, 1), (8, "w"), (9, b"1234"))
        ),
    }
    for number, (reason, content) in enumerate(cases.items()):
        path = put(f"{number}.onnx", content)
        (entry,) = list_weights(path)
        assert reason in entry.note, entry
        assert entry.specs == ()
        with pytest.raises(WeightFileError, match="cannot be loaded"):
            load_weights(path, "c")


def test_that_numbers_outside_the_named_file_are_never_read(
    put: Put, write: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("secret.bin", POINTWISE.tobytes())
    location = write.message((1, "location"), (2, "secret.bin"))
    external = write.message(*((1, side) for side in POINTWISE.shape), (2, 1), (8, "w"), (13, location), (14, 1))
    path = put("net.onnx", padded_conv(write, b"", external))
    opened = []
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *mode: opened.append(self) or real(self, *mode))
    with pytest.raises(WeightFileError, match="not read"):
        load_weights(path, "c")
    assert opened == [path]


def test_that_a_graph_that_describes_too_much_is_refused(
    put: Put, weight_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put("a.onnx", weight_files["network.onnx"])
    monkeypatch.setattr(protobuf, "FIELD_BYTES", protobuf.DESCRIPTION_BYTES // 8)
    with pytest.raises(WeightFileError, match="describes more than 8 things"):
        list_weights(path)


def ran(loaded: LoadedWeights, x: np.ndarray) -> np.ndarray:
    for layer in loaded.layers:
        x = conv2d(x, layer.weights.kernel, layer.weights.bias, layer.spec)
    return x


NETWORKS: dict[str, tuple[tuple[int, ...], dict[str, Any], str]] = {
    "unpadded": ((6, 4, 3, 3), {}, "float32"),
    "strided, padded all round": ((6, 4, 3, 5), {"strides": [2, 1], "pads": [1, 2, 3, 0]}, "float32"),
    "dilated groups": ((6, 2, 3, 3), {"group": 2, "dilations": [2, 3], "pads": [2, 2, 2, 2]}, "float32"),
    "depth multiplier": ((8, 1, 5, 5), {"group": 4, "strides": [3, 3]}, "float64"),
    "same": ((6, 4, 3, 3), {"auto_pad": "SAME_UPPER", "strides": [1, 1]}, "float16"),
    "same, even kernel": ((6, 4, 4, 2), {"auto_pad": "SAME_UPPER"}, "float32"),
    "same lower, odd kernel": ((6, 4, 3, 5), {"auto_pad": "SAME_LOWER"}, "float32"),
    "valid": ((6, 4, 3, 3), {"auto_pad": "VALID"}, "float32"),
}


STORED = [  # float16 has no field of its own but raw_data: elsewhere it is kept as integers, which is refused
    (case, raw) for case, (_, _, dtype) in NETWORKS.items() for raw in (False, True) if raw or dtype != "float16"
]


@pytest.mark.parametrize("with_bias", [False, True])
@pytest.mark.parametrize(("case", "raw"), STORED)
def test_that_a_loaded_layer_computes_what_its_network_computes(
    case: str, raw: bool, with_bias: bool, tmp_path: Path
) -> None:
    onnx = pytest.importorskip("onnx", reason="the onnx package is not installed")
    from onnx.reference import ReferenceEvaluator

    shape, attributes, dtype = NETWORKS[case]
    random = np.random.default_rng(7)
    weight = random.standard_normal(shape).astype(dtype)
    bias = random.standard_normal(shape[0]).astype(dtype)
    x = random.standard_normal((1, 4, 11, 12)).astype(dtype)
    code = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))

    def tensor(name: str, values: np.ndarray) -> Any:
        stored = values.tobytes() if raw else values.ravel()
        return onnx.helper.make_tensor(name, code, values.shape, stored, raw=raw)

    weights = [tensor("w", weight), tensor("b", bias)][: 1 + with_bias]
    names = ["x", "w", "b"][: 2 + with_bias]
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Conv", names, ["y"], name="layer", **attributes)],
        "network",
        [onnx.helper.make_tensor_value_info("x", code, x.shape)],
        [onnx.helper.make_tensor_value_info("y", code, [None] * 4)],
        weights,
    )
    model = onnx.helper.make_model(graph)
    onnx.checker.check_model(model)
    path = tmp_path / "network.onnx"
    onnx.save(model, path)
    (expected,) = ReferenceEvaluator(model).run(None, {"x": x})
    result = ran(load_weights(path, "layer"), x[0].astype(np.float32))
    tolerance = 2e-3 if dtype == "float16" else 1e-5  # the reference itself computes in the network's type
    np.testing.assert_allclose(result, expected[0], rtol=tolerance, atol=tolerance)


def test_that_a_loaded_pair_computes_what_its_network_computes(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="the onnx package is not installed")
    from onnx.numpy_helper import from_array
    from onnx.reference import ReferenceEvaluator

    node, value = onnx.helper.make_node, onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [
            node("Constant", [], ["p"], value=from_array(POINTWISE)),
            node("Conv", ["x", "w", "b"], ["d"], name="dw", group=4, pads=[1, 1, 1, 1]),
            node("Conv", ["d", "p"], ["y"]),
        ],
        "network",
        [value("x", 1, (1, 4, 9, 9))],
        [value("y", 1, [None] * 4)],
        [from_array(DEPTHWISE, "w"), from_array(BIAS, "b")],
    )
    path = tmp_path / "network.onnx"
    onnx.save(onnx.helper.make_model(graph), path)
    x = np.random.default_rng(3).random((1, 4, 9, 9), np.float32)
    (expected,) = ReferenceEvaluator(str(path)).run(None, {"x": x})
    np.testing.assert_allclose(ran(load_weights(path, "dw + y"), x[0]), expected[0], rtol=1e-5, atol=1e-4)
