"""ZipMap, with which scikit-learn's classifiers end: onnxruntime-web cannot pass its sequences of maps out.

The node is taken out of the file before an engine sees it, what it would have read becomes the output, and the list of
dicts is built here. Source of the operator: https://github.com/onnx/onnx/blob/main/docs/Operators-ml.md#aionnxmlzipmap
"""

from dataclasses import dataclass

from .feeds import Array
from .onnx_text import GRAPH, text_of
from .protobuf import read_fields, read_varints, to_signed
from .protobuf_writing import bytes_field, rewrite

Key = int | str

_NODE, _OUTPUT = 1, 12
"""Fields of GraphProto."""


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
    changed = rewrite(memoryview(model), {GRAPH: lambda graph: _graph(graph, found)})
    return (changed, tuple(found)) if found else (model, ())


def _graph(graph: memoryview, found: list[ZipMap]) -> bytes:
    outputs = {text_of(value, 1) for number, value in read_fields(graph) if number == _OUTPUT}
    for number, value in read_fields(graph):
        if number == _NODE and isinstance(value, memoryview) and (zipmap := _read(value)) and zipmap.output in outputs:
            found.append(zipmap)
    removed = {zipmap.output: zipmap for zipmap in found}
    listed = set(outputs)

    def node(data: memoryview) -> bytes | None:
        zipmap = _read(data)
        return None if zipmap and zipmap.output in removed else bytes(data)

    def output(data: memoryview) -> bytes | None:
        zipmap = removed.get(text_of(data, 1))
        if zipmap is None:
            return bytes(data)
        if zipmap.scores in listed:
            return None
        listed.add(zipmap.scores)
        return bytes_field(1, zipmap.scores.encode()) + bytes_field(2, _FLOAT_TENSOR)

    return rewrite(graph, {_NODE: node, _OUTPUT: output})


_FLOAT_TENSOR = bytes.fromhex("0a08080112040a000a00")
"""A TypeProto: a tensor of float32 with two axes of any size."""


def _read(node: memoryview) -> ZipMap | None:
    if text_of(node, 4) != "ZipMap" or text_of(node, 7) != "ai.onnx.ml":
        return None
    labels: tuple[Key, ...] = ()
    for number, attribute in read_fields(node):
        if number == 5 and isinstance(attribute, memoryview):
            for field, value in read_fields(attribute):
                if field == 8:
                    labels += tuple(to_signed(each) for each in read_varints(value))
                elif field == 9 and isinstance(value, memoryview):
                    labels += (str(value, "utf-8"),)
    return ZipMap(text_of(node, 2), text_of(node, 1), labels)
