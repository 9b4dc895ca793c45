"""Networks of the style family as ONNX files, for the tests of the kernels and their planner."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.shared.support import onnx_bytes
from tests.shared.support.onnx_bytes import FLOAT, Axis, Value

Array = NDArray[Any]


@dataclass
class GraphBuilder:
    """Nodes one after the other; every method takes and gives names of values."""

    seed: int = 0
    nodes: list[bytes] = field(default_factory=list)
    weights: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)

    def weight(self, array: Array) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(onnx_bytes.tensor(name, np.asarray(array)))
        return name

    def node(self, op: str, inputs: Sequence[str], **attributes: Any) -> str:
        name = f"v{len(self.nodes)}"
        self.nodes.append(onnx_bytes.node(op, inputs, [name], f"node{len(self.nodes)}", **attributes))
        return name

    def conv(
        self, x: str, channels: int, out: int, kernel: int, *, stride: int = 1, bias: bool = True, pads: int = 0
    ) -> str:
        spread = 1 / np.sqrt(channels * kernel * kernel)
        weights = self.random.normal(0, spread, (out, channels, kernel, kernel)).astype(np.float32)
        inputs = [x, self.weight(weights)]
        if bias:
            inputs.append(self.weight(self.random.normal(0, 1, out).astype(np.float32)))
        return self.node("Conv", inputs, strides=[stride, stride], pads=[pads] * 4, kernel_shape=[kernel, kernel])

    def pad(self, x: str, before: int, after: int, mode: str) -> str:
        amounts = np.array([0, 0, before, before, 0, 0, after, after], np.int64)
        return self.node("Pad", [x, self.weight(amounts)], mode=mode)

    def padded_conv(self, x: str, channels: int, out: int, kernel: int, padding: str, **options: Any) -> str:
        before, after = (kernel - 1) // 2, kernel // 2
        if padding == "zeros" and before == after:
            return self.conv(x, channels, out, kernel, pads=before, **options)
        mode = "constant" if padding == "zeros" else padding
        return self.conv(self.pad(x, before, after, mode) if before + after else x, channels, out, kernel, **options)

    def norm(self, x: str, channels: int, affine: bool = True) -> str:
        scale = self.random.normal(1, 0.3, channels) if affine else np.ones(channels)
        shift = self.random.normal(0, 0.3, channels) if affine else np.zeros(channels)
        parameters = [self.weight(values.astype(np.float32)) for values in (scale, shift)]
        return self.node("InstanceNormalization", [x, *parameters], epsilon=1e-5)

    def number(self, value: float) -> str:
        return self.weight(np.array(value, np.float32))

    def enlarge(self, x: str) -> str:
        scales = self.weight(np.array([1, 1, 2, 2], np.float32))
        options = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        return self.node("Resize", [x, "", scales], mode="nearest", **options)

    def finish(
        self, output: str, channels: int = 3, inputs: Sequence[Value] = (), last: bool = False, opset: int = 18
    ) -> bytes:
        """The file; the picture is `input`, with its channels at the end where `last`."""
        shape: list[Axis] = [1, "H", "W", channels] if last else [1, channels, "H", "W"]
        result = (output, FLOAT, [None] * 4)
        return onnx_bytes.model_of(self.nodes, self.weights, [("input", FLOAT, shape), *inputs], [result], opset)


@dataclass(frozen=True)
class Family:
    """One member of the family of style networks."""

    width: int = 8
    blocks: int = 2
    ends: int = 9
    inner: int = 3
    scalings: int = 2
    bias: bool = True
    affine: bool = True
    normed: bool = True
    padding: str = "reflect"
    ending: str = "none"
    start: str = "none"
    relu_after_sum: bool = False
    channels_last: bool = False
    seed: int = 0


def make_member(family: Family) -> bytes:
    """The ONNX file of a member."""
    graph, width = GraphBuilder(family.seed), family.width
    x = graph.node("Transpose", ["input"], perm=[0, 3, 1, 2]) if family.channels_last else "input"
    if family.start == "unit":
        x = graph.node("Div", [x, graph.number(255.0)])
    elif family.start == "centred":
        mean = graph.weight(np.array([0.48, 0.45, 0.4], np.float32).reshape(1, 3, 1, 1) * 255)
        x = graph.node("Mul", [graph.node("Sub", [x, mean]), graph.number(0.01)])

    def layer(x: str, channels: int, out: int, kernel: int, stride: int = 1, relu: bool = True) -> str:
        x = graph.padded_conv(x, channels, out, kernel, family.padding, stride=stride, bias=family.bias)
        if family.normed:
            x = graph.norm(x, out, family.affine)
        return graph.node("Relu", [x]) if relu else x

    x = layer(x, 3, width, family.ends)
    for i in range(family.scalings):
        x = layer(x, width << i, width << (i + 1), family.inner, stride=2)
    deep = width << family.scalings
    for _ in range(family.blocks):
        inner = layer(layer(x, deep, deep, family.inner), deep, deep, family.inner, relu=False)
        x = graph.node("Add", [inner, x])
        if family.relu_after_sum:
            x = graph.node("Relu", [x])
    for i in reversed(range(family.scalings)):
        x = layer(graph.enlarge(x), width << (i + 1), width << i, family.inner)
    x = graph.padded_conv(x, width, 3, family.ends, family.padding, bias=family.bias)
    x = _end(graph, x, family.ending)
    x = graph.node("Transpose", [x], perm=[0, 2, 3, 1]) if family.channels_last else x
    return graph.finish(x, last=family.channels_last)


def _end(graph: GraphBuilder, x: str, ending: str) -> str:
    if ending == "sigmoid":
        return graph.node("Sigmoid", [x])
    if ending == "tanh":
        x = graph.node("Mul", [graph.node("Tanh", [x]), graph.number(150.0)])
        return graph.node("Add", [x, graph.number(127.5)])
    if ending == "clip":
        return graph.node("Clip", [x, graph.number(-1.0), graph.number(1.0)])
    return graph.node("Relu", [x]) if ending == "relu" else x
