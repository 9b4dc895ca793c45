"""Random graphs of operators that ONNX.js can be given, from a list of small numbers: hypothesis draws the list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
import onnx_ir as ir
from onnx import TensorProto, helper, numpy_helper

OPSETS = (13, 14, 16, 17)
MOST_NUMBERS = 4096
MOST_AXES = 5
# An operator's name, and two numbers that choose its parameters.
Step = tuple[str, int, int]


@dataclass
class Graph:
    """What was written so far: `shapes` of the values that can be read, in their order."""

    opset: int
    rng: np.random.Generator
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def last(self) -> str:
        return next(reversed(self.shapes))

    def weight(self, array: Any, dtype: Any = np.float32) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(array, dtype), name))
        return name

    def noise(self, *shape: int) -> str:
        return self.weight(self.rng.uniform(-1, 1, shape))

    def add(self, op_type: str, *inputs: str, **attributes: Any) -> None:
        """Add a node, where its result is neither empty nor large."""
        name = f"v{len(self.nodes)}"
        node = helper.make_node(op_type, list(inputs), [name], **attributes)
        known = [helper.make_tensor_value_info(key, TensorProto.FLOAT, shape) for key, shape in self.shapes.items()]
        graph = helper.make_graph([node], "one", known, [helper.make_empty_tensor_value_info(name)], self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)
        try:
            inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph.output[0]
        except onnx.shape_inference.InferenceError:
            return
        shape = tuple(side.dim_value for side in inferred.type.tensor_type.shape.dim)
        if 0 < int(np.prod(shape)) <= MOST_NUMBERS and shape:
            self.nodes.append(node)
            self.shapes[name] = shape


def _picture(graph: Graph) -> bool:
    return len(graph.shapes[graph.last]) == 4


def _conv(graph: Graph, a: int, b: int) -> None:
    if not _picture(graph):
        return
    channels = graph.shapes[graph.last][1]
    group = channels if b % 3 == 2 else 1
    side = (1, 3, 5)[a % 3]
    kernel = graph.noise(channels if group > 1 else 1 + b % 4, channels // group, side, side)
    pads = [side // 2, b % 2, side // 2, a % 2]
    graph.add("Conv", graph.last, kernel, strides=[1 + a % 2, 1 + b % 2], pads=pads, group=group)


def _conv_transpose(graph: Graph, a: int, b: int) -> None:
    if _picture(graph):
        kernel = graph.noise(graph.shapes[graph.last][1], 1 + a % 3, 2 + b % 2, 3)
        graph.add("ConvTranspose", graph.last, kernel, strides=[1 + a % 2, 2], pads=[b % 2, 1, 0, a % 2])


def _pool(graph: Graph, a: int, b: int) -> None:
    if _picture(graph):
        kind = ("MaxPool", "AveragePool")[a % 2]
        sides = [1 + b % 3, 2]
        graph.add(kind, graph.last, kernel_shape=sides, strides=[1 + a % 3, 1 + b % 2], ceil_mode=b % 2)


def _line(graph: Graph, a: int, b: int) -> None:
    shape = graph.shapes[graph.last]
    if len(shape) == 3:
        graph.add("Conv", graph.last, graph.noise(1 + a % 3, shape[1], 1 + b % 3), strides=[1 + a % 2], pads=[b % 2, 1])


def _pad(graph: Graph, a: int, b: int) -> None:
    shape = graph.shapes[graph.last]
    rank = len(shape)
    amounts = [0] * rank * 2
    amounts[rank - 1], amounts[2 * rank - 1] = a % 3, b % 2
    if rank > 2:
        amounts[rank - 2] = b % 3 - 1
    # What is reflected must be there.
    modes = ("constant", "edge", "reflect") if min(shape[-2:]) > 4 else ("constant", "edge")
    graph.add("Pad", graph.last, graph.weight(amounts, np.int64), mode=modes[(a + b) % len(modes)])


def _resize(graph: Graph, a: int, b: int) -> None:
    if not _picture(graph):
        return
    shape = graph.shapes[graph.last]
    if a % 2:
        scales = graph.weight([1, 1, 1 + a % 3, 1 + b % 2])
        coordinates = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        graph.add("Resize", graph.last, "", scales, mode="nearest", **coordinates)
    else:
        sizes = graph.weight([*shape[:2], 1 + a % 9, 2 + b % 9], np.int64)
        mode = ("half_pixel", "align_corners", "pytorch_half_pixel")[b % 3]
        graph.add("Resize", graph.last, "", "", sizes, mode="linear", coordinate_transformation_mode=mode)


def _slice(graph: Graph, a: int, b: int) -> None:
    shape = graph.shapes[graph.last]
    axis, step = a % len(shape), (1, 2, -1, 3)[b % 4]
    start, end = (0, shape[axis]) if step > 0 else (-1, -shape[axis] - 1)
    numbers = [graph.weight([value], np.int64) for value in (start + (b % 2 if step > 0 else 0), end, axis, step)]
    graph.add("Slice", graph.last, *numbers)


def _transpose(graph: Graph, a: int, b: int) -> None:
    rank = len(graph.shapes[graph.last])
    graph.add("Transpose", graph.last, perm=np.random.default_rng(a * 10 + b).permutation(rank).tolist())


def _reshape(graph: Graph, a: int, b: int) -> None:
    shape = graph.shapes[graph.last]
    cut = 1 + a % len(shape)
    joined = b % 2 or len(shape) > MOST_AXES - 1
    sides = [*shape[: cut - 1], int(np.prod(shape[cut - 1 :]))] if joined else [1, *shape]
    graph.add("Reshape", graph.last, graph.weight(sides, np.int64))


def _reduce(graph: Graph, a: int, b: int) -> None:
    kind = ("ReduceMean", "ReduceMax", "ReduceMin", "ReduceL2")[a % 4]
    graph.add(kind, graph.last, axes=[b % len(graph.shapes[graph.last]) - 1], keepdims=a % 2)


def _unary(graph: Graph, a: int, b: int) -> None:
    names = (
        "Relu",
        "Sigmoid",
        "Tanh",
        "Abs",
        "Neg",
        "Elu",
        "Softplus",
        "HardSigmoid",
        "HardSwish",
        "Erf",
        "Selu",
        "Floor",
    )
    name = names[a % len(names)]
    if name != "HardSwish" or graph.opset >= 14:
        graph.add(name, graph.last)
    if b % 3 == 0:
        graph.add("Clip", graph.last, graph.weight(-0.7), graph.weight(0.6))


def _binary(graph: Graph, a: int, b: int) -> None:
    shape = graph.shapes[graph.last]
    same = [name for name, other in graph.shapes.items() if other == shape]
    other = (
        same[b % len(same)]
        if a % 2
        else graph.noise(*(side if axis % 2 == b % 2 else 1 for axis, side in enumerate(shape)))
    )
    graph.add(("Add", "Sub", "Mul", "Max", "Min", "Mean", "PRelu")[(a // 2) % (6 if a % 2 else 7)], graph.last, other)


def _concat(graph: Graph, a: int, b: int) -> None:
    shape = graph.shapes[graph.last]
    same = [name for name, other in graph.shapes.items() if other == shape]
    graph.add("Concat", graph.last, same[b % len(same)], axis=a % len(shape) - len(shape) * (b % 2))


def _normalize(graph: Graph, a: int, b: int) -> None:
    shape = graph.shapes[graph.last]
    if a % 3 == 0:
        graph.add("Softmax", graph.last, axis=b % len(shape) - len(shape) * (a % 2))
    elif a % 3 == 1 and len(shape) > 2 and np.prod(shape[2:]) > 1:
        graph.add("InstanceNormalization", graph.last, graph.noise(shape[1]), graph.noise(shape[1]))
    elif len(shape) > 1:
        channels = shape[1]
        variance = graph.weight(graph.rng.uniform(0.5, 1.5, channels))
        graph.add("BatchNormalization", graph.last, *(graph.noise(channels) for _ in range(3)), variance)


def _blocks(graph: Graph, a: int, b: int) -> None:
    if _picture(graph) and (a % 2 == 0 or not any(side % 2 for side in graph.shapes[graph.last][2:])):
        name = ("DepthToSpace", "SpaceToDepth")[a % 2]
        graph.add(name, graph.last, blocksize=2, **({"mode": ("DCR", "CRD")[b % 2]} if a % 2 == 0 else {}))


def _choose(graph: Graph, a: int, b: int) -> None:
    shape = graph.shapes[graph.last]
    mask = graph.weight(np.random.default_rng(a).integers(0, 2, shape[-1:]), np.bool_)
    graph.add("Where", mask, graph.last, graph.noise(*shape[-1:]) if b % 2 else graph.last)


OPERATORS: dict[str, Callable[[Graph, int, int], None]] = {
    "conv": _conv, "conv transpose": _conv_transpose, "pool": _pool, "line": _line, "pad": _pad, "resize": _resize,
    "slice": _slice, "transpose": _transpose, "reshape": _reshape, "reduce": _reduce, "unary": _unary,
    "binary": _binary, "concat": _concat, "normalize": _normalize, "blocks": _blocks, "choose": _choose,
}  # fmt: skip


def write_graph(steps: Sequence[Step], shape: tuple[int, ...], opset: int) -> ir.Model | None:
    """The graph that `steps` make of an input of `shape`; steps that do not fit are left out. None where all are."""
    graph = Graph(opset, np.random.default_rng(len(steps)))
    graph.shapes["x"] = shape
    for name, a, b in steps:
        OPERATORS[name](graph, a, b)
    if not graph.nodes:
        return None
    output = helper.make_tensor_value_info(graph.last, TensorProto.FLOAT, graph.shapes[graph.last])
    source = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    proto = helper.make_graph(graph.nodes, "random", [source], [output], graph.weights)
    return ir.from_proto(helper.make_model(proto, opset_imports=[helper.make_opsetid("", opset)], ir_version=8))


def seeded_graph(seed: int) -> ir.Model | None:
    """One of the graphs, by a number."""
    rng = np.random.default_rng(seed)
    names = list(OPERATORS)
    steps = [
        (names[rng.integers(len(names))], int(rng.integers(60)), int(rng.integers(60)))
        for _ in range(rng.integers(1, 9))
    ]
    return write_graph(steps, SHAPES[rng.integers(len(SHAPES))], OPSETS[rng.integers(len(OPSETS))])


SHAPES = ((1, 3, 6, 8), (1, 4, 5, 7), (1, 3, 10), (4, 6), (1, 2, 3, 2, 4))
