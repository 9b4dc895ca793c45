"""Group normalization of pictures of any size -> means over each channel, and means of those over its group.

ONNX says it as Reshape to [N,G,-1], InstanceNormalization, and Reshape to what Shape gave before, or, from opset 18 on,
as GroupNormalization. With open sides nothing can be put back into a shape that is not known, so nothing is taken out
of it:

    mean over group = A * (mean over height and width), a 1x1 Conv with 1 / (C/G) within each group and 0 elsewhere
    y = (x - mean) / sqrt(A * (mean of (x - mean)^2) + epsilon) * scale + bias
"""

from dataclasses import dataclass

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import (
    OtherRule,
    Refusal,
    constant,
    float_attribute,
    input_at,
    int_attribute,
    producer,
    required_input,
    side_of,
)

Floats = NDArray[np.float32]
PICTURE_AXES = 4
HEIGHT_WIDTH = [2, 3]


@dataclass(frozen=True)
class Plan:
    """What is normalized, the average over groups `[C,C,1,1]`, and scale and bias of each channel."""

    source: ir.Value
    averages: Floats
    scale: Floats
    bias: Floats
    epsilon: float


class GroupNormByChannels(LoweringRule[Plan]):
    """Replaces GroupNormalization with ReduceMean, Conv, Sub, Mul, Add, Sqrt and Div.

    Refuses (1) other than pictures [N,C,H,W] with a known C, (2) parameters that are not constants.
    """

    op_type = "GroupNormalization"

    def plan(self, node: ir.Node) -> Plan:
        x = required_input(node)
        return _plan(x, int_attribute(node, "num_groups", 1), node)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan) -> ir.Value:  # noqa: ARG002
        x = plan.source
        averages = constant_node(op, plan.averages)

        def mean(value: ir.Value) -> ir.Value:
            by_channel = one(op.op("ReduceMean", value, axes=HEIGHT_WIDTH))
            result = one(op.op("Conv", by_channel, averages, kernel_shape=[1, 1]))
            result.type, result.shape = x.type, ir.Shape([None] * PICTURE_AXES)
            return result

        centred = one(op.op("Sub", x, mean(x)))
        epsilon = constant_node(op, np.asarray([plan.epsilon], dtype=np.float32))
        variance = mean(one(op.op("Mul", centred, centred)))
        normal = one(op.op("Div", centred, one(op.op("Sqrt", one(op.op("Add", variance, epsilon))))))
        scaled = one(op.op("Mul", normal, constant_node(op, plan.scale)))
        return one(op.op("Add", scaled, constant_node(op, plan.bias)))


class GroupedInstanceNorm(GroupNormByChannels):
    """Replaces Reshape(InstanceNormalization(Reshape(x, [0, G, -1])), Shape(x)), where Shape is not known, alike."""

    op_type = "Reshape"

    def plan(self, node: ir.Node) -> Plan:
        if constant(required_input(node, 1)) is not None:
            raise Refusal("the shape that it makes is known")
        norm = _made_by(required_input(node), "InstanceNormalization")
        apart = _made_by(required_input(norm), "Reshape")
        sides = constant(required_input(apart, 1))
        x = required_input(apart)
        shape = _made_by(required_input(node, 1), "Shape")
        if sides is None or sides.size != 3 or sides[2] != -1 or required_input(shape) is not x:
            raise Refusal("it puts no grouped channels back into their picture")
        return _plan(x, int(sides[1]), norm)


def _made_by(value: ir.Value, op_type: str) -> ir.Node:
    node = producer(value)
    if node.op_type != op_type or int_attribute(node, "start", 0) or "end" in node.attributes:
        raise Refusal(f"what it reads comes from {node.op_type}, not {op_type}")
    return node


def _plan(x: ir.Value, groups: int, node: ir.Node) -> Plan:
    if x.shape is None or len(x.shape) != PICTURE_AXES:
        raise Refusal("it normalizes no pictures [N,C,H,W]")
    if all(isinstance(side, int) for side in x.shape):
        raise OtherRule("all sides are known, and it can be reshaped")
    channels = side_of(x, 1)
    if groups < 1 or channels % groups:
        raise Refusal(f"its {channels} channels do not fall into {groups} groups")
    share = channels // groups
    averages = np.kron(np.eye(groups), np.full((share, share), 1 / share)).reshape(channels, channels, 1, 1)
    scale, bias = (_by_channel(node, index, channels) for index in (1, 2))
    return Plan(x, averages.astype(np.float32), scale, bias, float_attribute(node, "epsilon", 1e-5))


def _by_channel(node: ir.Node, index: int, channels: int) -> Floats:
    """A parameter of each group or each channel, as `[1,C,1,1]`."""
    numbers = constant(input_at(node, index))
    if numbers is None:
        raise Refusal("its scale or bias is computed while the model runs")
    spread = np.repeat(numbers.reshape(-1), channels // numbers.size)
    return np.ascontiguousarray(spread.reshape(1, channels, 1, 1), dtype=np.float32)
