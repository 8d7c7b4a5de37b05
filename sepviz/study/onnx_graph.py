"""The main graph of an .onnx model: its nodes, and where the numbers of its tensors stand.

The numbers of the fields are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. Subgraphs (of If and
Loop) and local functions are passed over.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sepviz.study.protobuf import Walk
from sepviz.study.stored_weights import BFLOAT16, OpenFile, StoredTensor

if TYPE_CHECKING:
    from sepviz.study.protobuf import Field

_MODEL_GRAPH = 7
_GRAPH_NODE, _GRAPH_INITIALIZER = 1, 5
_NODE_INPUT, _NODE_OUTPUT, _NODE_NAME, _NODE_TYPE, _NODE_ATTRIBUTE, _NODE_DOMAIN = 1, 2, 3, 4, 5, 7
_NODE_TEXTS = frozenset({_NODE_INPUT, _NODE_OUTPUT, _NODE_NAME, _NODE_TYPE, _NODE_DOMAIN})
_ATTRIBUTE_NAME, _ATTRIBUTE_INTEGER, _ATTRIBUTE_TEXT, _ATTRIBUTE_TENSOR, _ATTRIBUTE_INTEGERS = 1, 3, 4, 5, 8
_TENSOR_DIMS, _TENSOR_TYPE, _TENSOR_NAME, _TENSOR_RAW, _TENSOR_EXTERNAL, _TENSOR_LOCATION = 1, 2, 8, 9, 13, 14
_DTYPES = {1: "<f4", 10: "<f2", 11: "<f8", 16: BFLOAT16}
_TYPED_DATA = {1: 4, 11: 10}
"""Type -> the field (float_data, double_data) whose bytes stand just as those of raw_data would."""
_MOST_DIMS = 8
_WITH_ATTRIBUTES = frozenset({"Constant", "Conv"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphTensor:
    """A tensor, and why its numbers cannot be read, or ""."""

    stored: StoredTensor
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A setting of a node: its integers, its text or its tensor."""

    integers: tuple[int, ...] = ()
    text: str = ""
    tensor: GraphTensor | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """One operation; `inputs` and `outputs` are names of values. Only Conv and Constant keep their attributes."""

    name: str
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Attribute]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Graph:
    """Nodes in the order they run, and tensors by the name of their value."""

    nodes: list[Node] = field(default_factory=list)
    tensors: dict[str, GraphTensor] = field(default_factory=dict)


def read_graph(file: OpenFile) -> Graph:
    """Return the main graph of the model in `file`; :class:`WeightFileError` when it is damaged or too long."""
    walk, graph = Walk(file), Graph()
    for part in walk.fields(0, file.size):
        if part.number != _MODEL_GRAPH:
            continue
        for found in walk.message(part):
            if found.number == _GRAPH_NODE:
                graph.nodes.append(_node(walk, found))
            elif found.number == _GRAPH_INITIALIZER:
                tensor = _tensor(walk, found)
                graph.tensors[tensor.stored.name] = tensor
    for node in graph.nodes:
        value = node.attributes.get("value")
        if node.kind == "Constant" and node.outputs and value and value.tensor:
            graph.tensors[node.outputs[0]] = value.tensor
    return graph


def _node(walk: Walk, message: Field) -> Node:
    texts: dict[int, list[str]] = defaultdict(list)
    attributes = []
    for found in walk.message(message):
        if found.number in _NODE_TEXTS:
            texts[found.number].append(walk.text(found))
        elif found.number == _NODE_ATTRIBUTE:
            attributes.append(found)
    kind = ".".join(filter(None, (*texts[_NODE_DOMAIN][-1:], *texts[_NODE_TYPE][-1:])))
    kept = attributes if kind in _WITH_ATTRIBUTES else []
    return Node(
        name="".join(texts[_NODE_NAME][-1:]),
        kind=kind.removeprefix("ai.onnx."),
        inputs=tuple(texts[_NODE_INPUT]),
        outputs=tuple(texts[_NODE_OUTPUT]),
        attributes=dict(_attribute(walk, found) for found in kept),
    )


def _attribute(walk: Walk, message: Field) -> tuple[str, Attribute]:
    name, text, tensor = "", "", None
    integers: list[int] = []
    for found in walk.message(message):
        if found.number == _ATTRIBUTE_NAME:
            name = walk.text(found)
        elif found.number == _ATTRIBUTE_TEXT:
            text = walk.text(found)
        elif found.number == _ATTRIBUTE_TENSOR:
            tensor = _tensor(walk, found)
        elif found.number in (_ATTRIBUTE_INTEGER, _ATTRIBUTE_INTEGERS):
            integers += walk.integers(found)
    return name, Attribute(integers=tuple(integers), text=text, tensor=tensor)


def _tensor(walk: Walk, message: Field) -> GraphTensor:
    name, code, shape, elsewhere = "", 0, [], False
    fields: dict[int, Field] = {}
    for found in walk.message(message):
        fields[found.number] = found
        if found.number == _TENSOR_DIMS:
            shape += walk.integers(found)
        elif found.number == _TENSOR_TYPE:
            code = found.integer
        elif found.number == _TENSOR_NAME:
            name = walk.text(found)
        elif found.number == _TENSOR_EXTERNAL or (found.number == _TENSOR_LOCATION and found.integer):
            elsewhere = True
    data = fields.get(_TENSOR_RAW) or fields.get(_TYPED_DATA.get(code, _TENSOR_RAW))
    stored = StoredTensor(name=name, shape=tuple(shape), dtype=_DTYPES.get(code, ""), start=data.start if data else 0)
    return GraphTensor(stored=stored, problem=_problem(stored, data, elsewhere))


def _problem(tensor: StoredTensor, data: Field | None, elsewhere: bool) -> str:
    if len(tensor.shape) > _MOST_DIMS or min(tensor.shape, default=1) < 0:
        return f"its shape has {len(tensor.shape)} sides, or one below 0: get a whole copy of the model"
    if elsewhere:
        return "its numbers are in another file, which is not read: save the model as one file"
    if not tensor.dtype:
        return "its numbers are no float16, bfloat16, float32 or float64: save the model in one of them"
    if data is None:
        return "its numbers are not stored as raw_data: save the model again with raw data"
    if data.end - data.start != tensor.size:
        return f"{data.end - data.start:,} bytes do not make the shape {tensor.shape}: get a whole copy of the model"
    return ""
