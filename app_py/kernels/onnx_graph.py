"""The nodes and weights of an ONNX file, read without the `onnx` package.

Source of the field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.in.proto
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app_py.onnxruntime.errors import InvalidProtobuf
from app_py.onnxruntime.protobuf import WireError, read_fields, read_varints, to_signed
from app_py.onnxruntime.tensor_types import BY_CODE

Array = NDArray[np.generic]
Attribute = int | float | str | list[int] | list[float] | Array
Axis = int | str | None


@dataclass(frozen=True)
class Node:
    """One node; `inputs` has an empty name for each optional input that is left out."""

    name: str
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Attribute]

    @property
    def label(self) -> str:
        """How a sentence calls the node."""
        return f"{self.op} '{self.name or (self.outputs or ('?',))[0]}'"

    def integer(self, name: str, default: int) -> int:
        value = self.attributes.get(name, default)
        return value if isinstance(value, int) else default

    def number(self, name: str, default: float) -> float:
        value = self.attributes.get(name, default)
        return float(value) if isinstance(value, int | float) else default

    def text(self, name: str, default: str) -> str:
        value = self.attributes.get(name, default)
        return value if isinstance(value, str) else default

    def integers(self, name: str) -> list[int] | None:
        value = self.attributes.get(name)
        return [int(item) for item in value] if isinstance(value, list) else None

    def numbers(self, name: str) -> list[float] | None:
        value = self.attributes.get(name)
        return [float(item) for item in value] if isinstance(value, list) else None


@dataclass(frozen=True)
class Value:
    """A graph's input or output; `shape` is None where the rank is unknown, `kind` is ONNX's name of its numbers."""

    name: str
    shape: tuple[Axis, ...] | None
    kind: str = "float"


@dataclass(frozen=True)
class Graph:
    """A model's main graph. `inputs` leaves initializers out."""

    opset: int
    nodes: tuple[Node, ...]
    weights: dict[str, Array]
    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
    readers: dict[str, int] = field(default_factory=dict)
    """How many nodes (and outputs of the graph) read each value."""


Fields = dict[int, list[int | memoryview]]


def read_graph(data: "bytes | memoryview") -> Graph:
    """Read an ONNX file; `InvalidProtobuf` where the bytes are not one."""
    try:
        return _read_model(_fields(memoryview(data)))
    except (ValueError, OverflowError) as error:
        raise InvalidProtobuf(
            "INVALID_PROTOBUF : Failed to load model because protobuf parsing failed: "
            "the file is not ONNX or is cut short.",
            detail=str(error),
        ) from error


def _read_model(model: Fields) -> Graph:
    graph = next(_messages(model, 7), {})
    opsets = {_text(opset, 1): _integer(opset, 2) for opset in _messages(model, 8)}
    weights = dict(_read_tensor(tensor) for tensor in _messages(graph, 5))
    nodes = tuple(_read_node(node) for node in _messages(graph, 1))
    outputs = tuple(map(_read_value, _messages(graph, 12)))
    readers: dict[str, int] = {}
    for name in [*(name for node in nodes for name in node.inputs), *(value.name for value in outputs)]:
        readers[name] = readers.get(name, 0) + 1
    inputs = tuple(value for value in map(_read_value, _messages(graph, 11)) if value.name not in weights)
    return Graph(opsets.get("", opsets.get("ai.onnx", 1)), nodes, weights, inputs, outputs, readers)


def _fields(data: memoryview) -> Fields:
    fields: Fields = {}
    for number, value in read_fields(data):
        fields.setdefault(number, []).append(value)
    return fields


def _bytes(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise WireError("a number where a message was expected")
    return value


def _messages(fields: Fields, number: int) -> Iterator[Fields]:
    return (_fields(_bytes(value)) for value in fields.get(number, ()))


def _texts(fields: Fields, number: int) -> list[str]:
    return [str(_bytes(value), "utf-8") for value in fields.get(number, ())]


def _text(fields: Fields, number: int) -> str:
    return (_texts(fields, number) or [""])[-1]


def _integers(fields: Fields, number: int) -> list[int]:
    return [to_signed(item) for value in fields.get(number, ()) for item in read_varints(value)]


def _integer(fields: Fields, number: int) -> int:
    return (_integers(fields, number) or [0])[-1]


def _floats(fields: Fields, number: int) -> list[float]:
    """Repeated floats: one by one as 32 bits, or packed."""
    numbers: list[float] = []
    for value in fields.get(number, ()):
        raw = value.to_bytes(4, "little") if isinstance(value, int) else bytes(value)
        numbers.extend(np.frombuffer(raw, "<f4").tolist())
    return numbers


def _read_node(node: Fields) -> Node:
    attributes = dict(_read_attribute(attribute) for attribute in _messages(node, 5))
    domain = _text(node, 7)
    op = _text(node, 4) if domain in ("", "ai.onnx") else f"{domain}.{_text(node, 4)}"
    return Node(_text(node, 3), op, tuple(_texts(node, 1)), tuple(_texts(node, 2)), attributes)


def _read_attribute(attribute: Fields) -> tuple[str, Attribute]:
    name, kind = _text(attribute, 1), _integer(attribute, 20)
    if kind == 1:
        return name, _floats(attribute, 2)[-1] if 2 in attribute else 0.0
    if kind == 2:
        return name, _integer(attribute, 3)
    if kind == 3:
        return name, _text(attribute, 4)
    if kind == 4:
        return name, _read_tensor(next(_messages(attribute, 5), {}))[1]
    if kind == 6:
        return name, _floats(attribute, 7)
    if kind == 7:
        return name, _integers(attribute, 8)
    return name, f"attribute of type {kind}"


def _read_value(value: Fields) -> Value:
    tensor = next(_messages(next(_messages(value, 2), {}), 1), {})
    shape = next(_messages(tensor, 2), None)
    axes = None if shape is None else tuple(map(_read_axis, _messages(shape, 1)))
    kind = BY_CODE.get(_integer(tensor, 1))
    return Value(_text(value, 1), axes, kind.onnx if kind else "another type")


def _read_axis(axis: Fields) -> Axis:
    # Some exporters write 0 or -1 for a side that is open.
    size = _integer(axis, 1)
    return size if size > 0 else _text(axis, 2) or None


def _read_tensor(tensor: Fields) -> tuple[str, Array]:
    name, dims, code = _text(tensor, 8), _integers(tensor, 1), _integer(tensor, 2)
    if _integer(tensor, 14) == 1:
        raise InvalidProtobuf(
            "The model keeps its weights in another file, which a browser does not have; save it with the weights "
            "inside (onnx.save_model(..., save_as_external_data=False))."
        )
    kind = BY_CODE.get(code)
    if kind is None:
        # However large it says it is: it takes no memory.
        return name, np.broadcast_to(np.float32(np.nan), dims)
    if 9 in tensor:
        data: Array = np.frombuffer(bytes(_bytes(tensor[9][-1])), kind.dtype.newbyteorder("<"))
    elif 4 in tensor:
        data = np.array(_floats(tensor, 4), np.float32)
    elif 10 in tensor:
        raw = b"".join(v.to_bytes(8, "little") if isinstance(v, int) else bytes(v) for v in tensor[10])
        data = np.frombuffer(raw, "<f8")
    else:
        integers = np.array(_integers(tensor, 5) or _integers(tensor, 7) or _integers(tensor, 11), np.int64)
        # Halves travel as their bits.
        data = integers.astype(np.uint16).view(np.float16) if kind.onnx == "float16" else integers
    return name, data.astype(kind.dtype, copy=False).reshape(dims)
