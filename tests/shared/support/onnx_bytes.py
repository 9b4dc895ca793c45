"""Small ONNX files, written byte by byte, since the `onnx` package does not exist in Pyodide."""

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FLOAT, INT64, STRING = 1, 7, 8
TYPES = {"float32": 1, "uint8": 2, "int32": 6, "int64": 7, "float16": 10, "float64": 11}

Axis = int | str | None
Value = tuple[str, int, "Sequence[Axis] | None"]
"""Name, TensorProto.DataType, shape."""


def model(
    inputs: Sequence[Value] = (("x", FLOAT, (1, 3, "H", "W")),),
    outputs: Sequence[Value] = (("y", FLOAT, (1, 3, "H", "W")),),
    operators: Sequence[str] = ("Relu",),
    weights: Sequence[str] = (),
    opset: int = 7,
    metadata: Mapping[str, str] | None = None,
    external: str = "",
) -> bytes:
    """A ModelProto of nodes without meaning; `weights` names initializers of no size, listed as inputs, too.

    `external` names the file of one more weight.
    """
    graph = b"".join(_field(1, _field(4, name)) for name in operators) + _field(2, "graph")
    graph += b"".join(_field(5, _number(2, FLOAT) + _field(8, name)) for name in weights)
    if external:
        entry = _field(1, "location") + _field(2, external)
        graph += _field(5, _number(2, FLOAT) + _field(8, "outside") + _field(13, entry) + _number(14, 1))
    listed = (*inputs, *((name, FLOAT, ()) for name in weights))
    graph += b"".join(_field(11, _value(*value)) for value in listed)
    graph += b"".join(_field(12, _value(*value)) for value in outputs)
    head = _number(1, 3) + _field(2, "pytorch") + _number(5, 4) + _field(6, "a model")
    tail = b"".join(_field(14, _field(1, key) + _field(2, text)) for key, text in (metadata or {}).items())
    return head + _field(7, graph) + _field(8, _number(2, opset)) + tail


def sequence_value(name: str) -> bytes:
    """A model whose input is a sequence of tensors."""
    kind = _field(4, _field(1, _field(1, _number(1, FLOAT))))
    return _number(1, 3) + _field(7, _field(11, _field(1, name) + _field(2, kind)))


def node(op: str, inputs: Sequence[str], outputs: Sequence[str], name: str = "", **attributes: Any) -> bytes:
    """A NodeProto; attributes are numbers, texts, or lists of whole or broken numbers."""
    made = b"".join(_field(1, value) for value in inputs) + b"".join(_field(2, value) for value in outputs)
    made += _field(3, name) + _field(4, op)
    return made + b"".join(_field(5, _attribute(*item)) for item in attributes.items())


def tensor(name: str, array: "NDArray[Any]") -> bytes:
    """A TensorProto with the array's bytes as they are."""
    head = b"".join(_number(1, side) for side in array.shape) + _number(2, TYPES[str(array.dtype)])
    return head + _field(8, name) + _field(9, np.ascontiguousarray(array).tobytes())


def model_of(
    nodes: Sequence[bytes],
    weights: Sequence[bytes],
    inputs: Sequence[Value],
    outputs: Sequence[Value],
    opset: int = 18,
) -> bytes:
    """A ModelProto of nodes and weights that mean something."""
    graph = b"".join(_field(1, node) for node in nodes) + _field(2, "graph")
    graph += b"".join(_field(5, weight) for weight in weights)
    graph += b"".join(_field(11, _value(*value)) for value in inputs)
    graph += b"".join(_field(12, _value(*value)) for value in outputs)
    return _number(1, 9) + _field(7, graph) + _field(8, _number(2, opset))


def _attribute(name: str, value: Any) -> bytes:
    head = _field(1, name)
    if isinstance(value, str):
        return head + _field(4, value) + _number(20, 3)
    if isinstance(value, float):
        return head + _broken(2, value) + _number(20, 1)
    if isinstance(value, int):
        return head + _number(3, value) + _number(20, 2)
    if any(isinstance(item, float) for item in value):
        return head + b"".join(_broken(7, item) for item in value) + _number(20, 6)
    return head + b"".join(_number(8, item) for item in value) + _number(20, 7)


def _broken(number: int, value: float) -> bytes:
    return _varint(number << 3 | 5) + struct.pack("<f", value)


def _value(name: str, element: int, shape: "Sequence[Axis] | None") -> bytes:
    tensor = _number(1, element)
    if shape is not None:
        tensor += _field(2, b"".join(_field(1, _axis(axis)) for axis in shape))
    return _field(1, name) + _field(2, _field(1, tensor))


def _axis(axis: Axis) -> bytes:
    if axis is None:
        return b""
    return _number(1, axis) if isinstance(axis, int) else _field(2, axis)


def _field(number: int, value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value % (1 << 64))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
