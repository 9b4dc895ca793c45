"""What an ONNX file says about itself, read without the `onnx` package and without touching the weights.

Source of the field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.in.proto
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import EmptyModel, InvalidProtobuf
from .protobuf import MOST_FIELDS, WireError, read_fields, to_signed
from .tensor_types import tensor_name

Shape = tuple["int | str | None", ...]
"""Of each axis: its size, its symbol, or None where the model says nothing."""

DEFAULT_DOMAIN = "ai.onnx"

DEEPEST = 100
"""How many messages lie within each other at most; protobuf's own readers stop there as well."""


@dataclass(frozen=True)
class ValueInfo:
    """A graph's input or output. `type` as onnxruntime writes it; `shape` is None where the rank is unknown."""

    name: str
    type: str
    shape: Shape | None
    denotations: tuple[str, ...] = ()
    """What each axis stands for, as 'DATA_BATCH'; '' where the model does not say."""


@dataclass(frozen=True)
class OnnxHeader:
    """A model without its weights. `inputs` leaves initializers out, which old files list as inputs, too."""

    ir_version: int
    producer_name: str
    producer_version: str
    domain: str
    model_version: int
    description: str
    graph_name: str
    graph_description: str
    opsets: dict[str, int]
    metadata: dict[str, str]
    inputs: tuple[ValueInfo, ...]
    outputs: tuple[ValueInfo, ...]
    operators: Counter[tuple[str, str]]
    """(domain, operator) -> how many nodes, subgraphs included."""
    external_files: tuple[str, ...]
    """The files in which weights lie, relative to the model's own."""


def read_header(data: "bytes | memoryview") -> OnnxHeader:
    """An ONNX file's header; `InvalidProtobuf` or `EmptyModel` in onnxruntime's words where the bytes are none."""
    try:
        return _read_model(_Message(memoryview(data)))
    except (WireError, UnicodeDecodeError) as error:
        raise InvalidProtobuf(
            "INVALID_PROTOBUF : Failed to load model because protobuf parsing failed: "
            "the file is not ONNX or is cut short.",
            detail=str(error),
        ) from error


@dataclass
class _Budget:
    """What may still be read of a file."""

    fields: int = MOST_FIELDS


class _Message:
    """One message's fields, sorted by number. A file's messages share a `_Budget`."""

    def __init__(self, data: memoryview, budget: "_Budget | None" = None, depth: int = 0) -> None:
        if depth > DEEPEST:
            raise WireError(f"more than {DEEPEST} messages within each other")
        self._depth = depth
        self._budget = budget or _Budget()
        self._fields: dict[int, list[int | memoryview]] = {}
        for number, value in read_fields(data, self._budget.fields):
            self._budget.fields -= 1
            self._fields.setdefault(number, []).append(value)

    def messages(self, number: int) -> Iterator["_Message"]:
        for value in self._fields.get(number, ()):
            yield _Message(_as_bytes(value), self._budget, self._depth + 1)

    def message(self, number: int) -> "_Message | None":
        return next(self.messages(number), None)

    def strings(self, number: int) -> list[str]:
        return [str(_as_bytes(value), "utf-8") for value in self._fields.get(number, ())]

    def string(self, number: int) -> str:
        return (self.strings(number) or [""])[-1]

    def integer(self, number: int) -> int:
        value = self._fields.get(number, [0])[-1]
        if not isinstance(value, int):
            raise WireError("a message where a number was expected")
        return to_signed(value)

    def __contains__(self, number: int) -> bool:
        return number in self._fields


def _as_bytes(value: int | memoryview) -> memoryview:
    if isinstance(value, int):
        raise WireError("a number where a message was expected")
    return value


def _read_model(model: _Message) -> OnnxHeader:
    graph = model.message(7)
    if graph is None:
        raise EmptyModel(
            "INVALID_ARGUMENT : No graph was found in the protobuf: the file is empty or is not an ONNX model."
        )
    initializers = list(graph.messages(5))
    weights = {tensor.string(8) for tensor in initializers}
    return OnnxHeader(
        ir_version=model.integer(1),
        producer_name=model.string(2),
        producer_version=model.string(3),
        domain=model.string(4),
        model_version=model.integer(5),
        description=model.string(6),
        graph_name=graph.string(2),
        graph_description=graph.string(10),
        opsets={opset.string(1) or DEFAULT_DOMAIN: opset.integer(2) for opset in model.messages(8)},
        metadata={entry.string(1): entry.string(2) for entry in model.messages(14)},
        inputs=tuple(value for value in map(_read_value, graph.messages(11)) if value.name not in weights),
        outputs=tuple(map(_read_value, graph.messages(12))),
        operators=Counter(_operators(graph)),
        external_files=_external_files(initializers),
    )


def _external_files(initializers: "list[_Message]") -> tuple[str, ...]:
    entries = (entry for tensor in initializers if tensor.integer(14) == 1 for entry in tensor.messages(13))
    return tuple(dict.fromkeys(entry.string(2) for entry in entries if entry.string(1) == "location"))


def _operators(graph: _Message) -> Iterator[tuple[str, str]]:
    for node in graph.messages(1):
        yield node.string(7) or DEFAULT_DOMAIN, node.string(4)
        for attribute in node.messages(5):
            for number in (6, 11):
                for subgraph in attribute.messages(number):
                    yield from _operators(subgraph)


def _read_value(value: _Message) -> ValueInfo:
    kind = value.message(2)
    type_name, shape = _read_type(kind) if kind else ("tensor(undefined)", None)
    return ValueInfo(value.string(1), type_name, shape, _read_denotations(kind))


def _read_denotations(kind: _Message | None) -> tuple[str, ...]:
    tensor = kind.message(1) if kind else None
    shape = tensor.message(2) if tensor else None
    return tuple(axis.string(3) for axis in shape.messages(1)) if shape else ()


def _read_type(kind: _Message) -> tuple[str, Shape | None]:
    """onnxruntime's name of a TypeProto, and the shape where it is a tensor's."""
    if tensor := kind.message(1):
        shape = tensor.message(2)
        return tensor_name(tensor.integer(1)), None if shape is None else tuple(map(_read_axis, shape.messages(1)))
    if sequence := kind.message(4):
        element = sequence.message(1)
        return f"seq({_read_type(element)[0] if element else ''})", None
    if mapping := kind.message(5):
        value = mapping.message(2)
        key = tensor_name(mapping.integer(1)).removeprefix("tensor(").removesuffix(")")
        return f"map({key},{_read_type(value)[0] if value else ''})", None
    if sparse := kind.message(8):
        return f"sparse_{tensor_name(sparse.integer(1))}", None
    if optional := kind.message(9):
        element = optional.message(1)
        return f"optional({_read_type(element)[0] if element else ''})", None
    return "tensor(undefined)", None


def _read_axis(axis: _Message) -> int | str | None:
    return axis.integer(1) if 1 in axis else axis.string(2) or None
