"""What a graph tells about its inputs by how it uses them: how many axes, which sides, where a picture lies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import onnx_ir as ir

# What works element by element, so that its result has the axes of its input.
ELEMENTWISE = frozenset(
    {
        *("Abs", "Add", "Cast", "Clip", "Div", "Dropout", "Identity", "LeakyRelu", "Log", "Mul", "Neg", "Pow", "Relu"),
        *("Sigmoid", "Sqrt", "Sub", "Tanh", "Pad", "QuantizeLinear", "DequantizeLinear"),
    }
)
RECURRENT = ("LSTM", "GRU", "RNN")
POOLS = ("MaxPool", "AveragePool", "LpPool")
NORMS = ("BatchNormalization", "InstanceNormalization")
# How many nodes after the input are looked at.
DEPTH = 8


@dataclass(frozen=True)
class Usage:
    """`sides` by axis; `picture` has the axes along which a kernel slides. All of it may be unknown."""

    rank: int | None = None
    sides: Mapping[int, int] = field(default_factory=dict)
    picture: tuple[int, ...] = ()

    def side(self, axis: int) -> int | None:
        return self.sides.get(axis)

    def picture_axes(self, rank: int) -> tuple[int, ...] | None:
        """The axes along which a kernel slides, of a tensor of `rank` axes."""
        return self.picture if self.rank == rank and self.picture else None


def usage_of(value: ir.Value, depth: int = DEPTH) -> Usage:
    """What the first reader tells that tells anything, looking through what works element by element."""
    for use in value.uses() if depth else ():
        found = _told_by(use.node, use.idx, depth)
        if found.rank is not None:
            return found
    return Usage(None if value.shape is None else len(value.shape))


def _told_by(node: ir.Node, index: int, depth: int) -> Usage:
    if node.op_type == "Transpose" and "perm" in node.attributes:
        return _turned_back(usage_of(node.outputs[0], depth - 1), list(node.attributes["perm"].as_ints()))
    if node.op_type in ELEMENTWISE and index == 0:
        return usage_of(node.outputs[0], depth - 1)
    if index == 0 and node.op_type in POOLS and "kernel_shape" in node.attributes:
        return _sliding(2 + len(node.attributes["kernel_shape"].as_ints()), {})
    if index == 0 and len(node.inputs) > 1:
        return _told_by_weights(node, _shape(node.inputs[1]))
    return Usage()


def _told_by_weights(node: ir.Node, weights: Sequence[int] | None) -> Usage:
    if not weights:
        return Usage()
    if node.op_type == "Conv":
        group = node.attributes["group"].as_int() if "group" in node.attributes else 1
        return _sliding(len(weights), {1: weights[1] * group})
    if node.op_type == "ConvTranspose":
        return _sliding(len(weights), {1: weights[0]})
    if node.op_type in NORMS and node.inputs[0] is not None and node.inputs[0].shape is not None:
        return _sliding(len(node.inputs[0].shape), {1: weights[0]})
    if node.op_type == "Gemm":
        turned = "transB" in node.attributes and node.attributes["transB"].as_int()
        return Usage(2, {1: weights[1 if turned else 0]})
    if node.op_type == "MatMul" and node.inputs[0] is not None and node.inputs[0].shape is not None:
        rank = len(node.inputs[0].shape)
        return Usage(rank, {rank - 1: weights[-2]} if len(weights) > 1 else {})
    if node.op_type == "MatMul" and len(weights) == 2:
        return Usage(2, {1: weights[0]})
    if node.op_type in RECURRENT:
        return Usage(3, {2: weights[-1]})
    return Usage()


def _sliding(rank: int, sides: Mapping[int, int]) -> Usage:
    return Usage(rank, sides, tuple(range(2, rank)))


def _turned_back(usage: Usage, perm: Sequence[int]) -> Usage:
    """What is known of Transpose's output, of its input: axis i of the output is axis perm[i] of the input."""
    if usage.rank not in (None, len(perm)):
        return Usage(len(perm))
    sides = {perm[axis]: side for axis, side in usage.sides.items()}
    return Usage(len(perm), sides, tuple(perm[axis] for axis in usage.picture))


def _shape(value: ir.Value | None) -> Sequence[int] | None:
    """The sides of a constant or initializer."""
    tensor = None if value is None else ir.convenience.get_const_tensor(value)
    return None if tensor is None else list(tensor.shape.numpy())
