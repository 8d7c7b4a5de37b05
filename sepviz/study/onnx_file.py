"""The convolution layers of an .onnx network: Conv nodes whose weights stand in the file.

The model is walked in place (:mod:`sepviz.study.onnx_graph`) and only the chosen layer's numbers are read, so a large
network needs no more memory than a small one. Numbers that a model keeps in other files are not read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, cast

from sepviz.engine.spec import Conv2dSpec, EngineError, PaddingArgument
from sepviz.study.onnx_graph import Attribute, Graph, GraphTensor, Node, read_graph
from sepviz.study.picture import printable
from sepviz.study.stored_weights import StoredLayer, StoredWeights, WeightEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sepviz.engine.spec import Pair
    from sepviz.study.stored_weights import OpenFile

BETWEEN = frozenset({"BatchNormalization", "Clip", "HardSwish", "LeakyRelu", "Relu", "Sigmoid"})
"""What may stand between a depthwise and a pointwise node: it leaves each channel and pixel in its place."""
_MOST_BETWEEN = 3

_Consumers: TypeAlias = dict[str, list[Node]]


def read_onnx(file: OpenFile) -> tuple[StoredWeights, ...]:
    """Return every 2-D Conv node; after a depthwise one, also the pair with the pointwise node that follows it."""
    graph = read_graph(file)
    if not graph.nodes:
        raise file.refusal("holds no network of ONNX nodes; choose an .onnx model")
    layers = {node: offer for node in graph.nodes if node.kind == "Conv" and (offer := _offer(graph, node))}
    return tuple(_with_pairs(layers, _consumers(graph)))


def _offer(graph: Graph, node: Node) -> StoredWeights | None:
    """Return the layer of a Conv node; None when its kernel is computed, or is not one over height and width."""
    kernel = graph.tensors.get(node.inputs[1]) if len(node.inputs) > 1 else None
    if kernel is None or len(kernel.stored.shape) != 4:
        return None
    bias_name = node.inputs[2] if len(node.inputs) > 2 else ""
    try:
        bias = graph.tensors.get(bias_name) if bias_name else None
        layer = _layer(node, kernel, bias, bias_named=bool(bias_name))
        note = ""
    except EngineError as error:
        layer, note = None, f"cannot be loaded: {printable(str(error))[:200]}"
    entry = WeightEntry(
        name=printable(node.name or "".join(node.outputs[:1]) or node.kind),
        shape=kernel.stored.shape,
        groups=layer.spec.groups if layer else None,
        kind="conv",
        specs=(layer.spec,) if layer else (),
        note=note,
    )
    return StoredWeights(entry=entry, layers=(layer,) if layer else ())


def _layer(node: Node, kernel: GraphTensor, bias: GraphTensor | None, *, bias_named: bool) -> StoredLayer:
    shape = kernel.stored.shape
    if problem := kernel.problem or (bias.problem if bias else ""):
        raise EngineError(problem)
    if bias_named and (bias is None or bias.stored.shape != shape[:1]):
        raise EngineError("its bias is computed, or is not one number for each output channel")
    spec = _spec(node, shape, bias_named)
    return StoredLayer(spec=spec, kernel=kernel.stored, bias=bias.stored if bias else None)


def _spec(node: Node, shape: tuple[int, ...], bias: bool) -> Conv2dSpec:
    groups = _integers(node, "group", (1,))[0]
    unpadded = Conv2dSpec(
        in_channels=shape[1] * groups,
        out_channels=shape[0],
        kernel_size=(shape[2], shape[3]),
        stride=cast("Pair", _integers(node, "strides", (1, 1))),
        dilation=cast("Pair", _integers(node, "dilations", (1, 1))),
        groups=groups,
        bias=bias,
    )
    if _integers(node, "kernel_shape", unpadded.kernel) != unpadded.kernel:
        raise EngineError(f"its kernel_shape is not the {shape[2]} × {shape[3]} of its weights")
    return replace(unpadded, padding=_padding(node, unpadded))


def _padding(node: Node, unpadded: Conv2dSpec) -> PaddingArgument:
    match node.attributes.get("auto_pad", Attribute()).text:
        case "" | "NOTSET":
            top, left, bottom, right = _integers(node, "pads", (0, 0, 0, 0))
            return (top, bottom), (left, right)
        case "VALID":
            return "valid"
        case "SAME_UPPER":
            return "same"
        case "SAME_LOWER" if unpadded.strides == (1, 1) and all(side % 2 for side in unpadded.extent):
            return unpadded.extent[0] // 2, unpadded.extent[1] // 2
        case other:
            raise EngineError(f"its auto_pad is {other!r}, which puts the odd zero elsewhere than any padding here")


def _integers(node: Node, name: str, usual: tuple[int, ...]) -> tuple[int, ...]:
    """Return a node's setting, or what is `usual` when it has none; it must be as long."""
    values = node.attributes[name].integers if name in node.attributes else usual
    if len(values) != len(usual):
        raise EngineError(f"its {name} is {values}; a 2-D layer has {len(usual)}")
    return values


def _consumers(graph: Graph) -> _Consumers:
    consumers: _Consumers = defaultdict(list)
    for node in graph.nodes:
        for name in node.inputs:
            consumers[name].append(node)
    return consumers


def _with_pairs(layers: dict[Node, StoredWeights], consumers: _Consumers) -> Iterator[StoredWeights]:
    for node, depthwise in layers.items():
        yield depthwise
        pointwise, between = _follower(node, consumers)
        if pointwise in layers and _are_pair(depthwise, layers[pointwise]):
            yield _pair(depthwise, layers[pointwise], between)


def _follower(node: Node, consumers: _Consumers) -> tuple[Node | None, list[str]]:
    """Return the Conv node that alone reads what `node` makes, and the kinds of the nodes between."""
    between: list[str] = []
    while len(between) <= _MOST_BETWEEN:
        readers = consumers.get(node.outputs[0], []) if node.outputs else []
        if len(readers) != 1:
            break
        reader, value = readers[0], node.outputs[0]
        if reader.inputs[0] != value:
            break
        if reader.kind == "Conv":
            return reader, between
        if reader.kind not in BETWEEN:
            break
        between.append(reader.kind)
        node = reader
    return None, between


def _are_pair(first: StoredWeights, second: StoredWeights) -> bool:
    if not first.layers or not second.layers:
        return False
    one, two = first.layers[0].spec, second.layers[0].spec
    return one.is_depthwise and one.in_channels > 1 and two.is_pointwise and one.out_channels == two.in_channels


def _pair(first: StoredWeights, second: StoredWeights, between: list[str]) -> StoredWeights:
    entry = replace(
        first.entry,
        name=f"{first.entry.name} + {second.entry.name}",
        kind="separable pair",
        specs=first.entry.specs + second.entry.specs,
        note=f"left out between them: {', '.join(between)}" if between else "",
    )
    return StoredWeights(entry=entry, layers=first.layers + second.layers)
