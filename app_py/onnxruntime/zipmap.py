"""ZipMap, with which scikit-learn's classifiers end: onnxruntime-web cannot pass its sequences of maps out.

The node is taken out of the file before an engine sees it, what it would have read becomes the output, and the list of
dicts is built here. Source of the operator: https://github.com/onnx/onnx/blob/main/docs/Operators-ml.md#aionnxmlzipmap
"""

from collections.abc import Callable
from dataclasses import dataclass

from .feeds import Array
from .protobuf import read_fields, read_varints, to_signed

Key = int | str

_NODE, _OUTPUT = 1, 12
"""Fields of GraphProto."""

GRAPH = 7
"""Field of ModelProto."""


@dataclass(frozen=True)
class ZipMap:
    """One output: `output` is its name, `scores` the tensor `[N, len(labels)]` that it is made of."""

    output: str
    scores: str
    labels: tuple[Key, ...]

    def build(self, scores: Array) -> list[dict[Key, float]]:
        """A dict of label to score for each row."""
        return [dict(zip(self.labels, map(float, row), strict=True)) for row in scores.reshape(-1, len(self.labels))]


def without_zipmaps(model: bytes) -> tuple[bytes, tuple[ZipMap, ...]]:
    """The file with its ZipMaps replaced by the tensors that they read, and what was replaced."""
    found: list[ZipMap] = []
    changed = _rewrite(memoryview(model), {GRAPH: lambda graph: _graph(graph, found)})
    return (changed, tuple(found)) if found else (model, ())


def _graph(graph: memoryview, found: list[ZipMap]) -> bytes:
    outputs = {_text(value, 1) for number, value in read_fields(graph) if number == _OUTPUT}
    for number, value in read_fields(graph):
        if number == _NODE and isinstance(value, memoryview) and (zipmap := _read(value)) and zipmap.output in outputs:
            found.append(zipmap)
    removed = {zipmap.output: zipmap for zipmap in found}

    def node(data: memoryview) -> bytes | None:
        zipmap = _read(data)
        return None if zipmap and zipmap.output in removed else bytes(data)

    def output(data: memoryview) -> bytes:
        zipmap = removed.get(_text(data, 1))
        return bytes(data) if zipmap is None else _field(1, zipmap.scores.encode()) + _field(2, _FLOAT_TENSOR)

    return _rewrite(graph, {_NODE: node, _OUTPUT: output})


_FLOAT_TENSOR = bytes.fromhex("0a08080112040a000a00")
"""A TypeProto: a tensor of float32 with two axes of any size."""


def _read(node: memoryview) -> ZipMap | None:
    if _text(node, 4) != "ZipMap" or _text(node, 7) != "ai.onnx.ml":
        return None
    labels: tuple[Key, ...] = ()
    for number, attribute in read_fields(node):
        if number == 5 and isinstance(attribute, memoryview):
            for field, value in read_fields(attribute):
                if field == 8:
                    labels += tuple(to_signed(each) for each in read_varints(value))
                elif field == 9 and isinstance(value, memoryview):
                    labels += (str(value, "utf-8"),)
    return ZipMap(_text(node, 2), _text(node, 1), labels)


def _text(message: "int | memoryview", number: int) -> str:
    if isinstance(message, int):
        return ""
    values = [value for field, value in read_fields(message) if field == number and isinstance(value, memoryview)]
    return str(values[0], "utf-8") if values else ""


def _rewrite(message: memoryview, change: dict[int, Callable[[memoryview], bytes | None]]) -> bytes:
    """The message with some of its nested messages changed, or left out; everything else byte for byte."""
    out = bytearray()
    for number, value in read_fields(message):
        if isinstance(value, int):
            # The only numbers of ModelProto and GraphProto are varints.
            out += _varint(number << 3) + _varint(value)
        elif number not in change:
            out += _field(number, value)
        elif (data := change[number](value)) is not None:
            out += _field(number, data)
    return bytes(out)


def _field(number: int, data: "bytes | memoryview") -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + bytes(data)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
