"""ConvTranspose -> zeros between the elements, then a Conv with the kernel turned round, for engines without it.

    ConvTranspose(x, W, stride s, pads p) = Conv(x with s - 1 zeros after each element, W flipped, stride 1)

with d * (k - 1) - p zeros before, and as many after, less the s - 1 that follow the last element and do not belong.
Fewer than none means that so much of the result is cut off.
"""

from dataclasses import dataclass

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.interleaving import interleave
from build.compiler.rules.reading import (
    Refusal,
    constant,
    input_at,
    int_attribute,
    ints_attribute,
    required_input,
    string_attribute,
)

# What Slice takes for the end of an axis.
END = 2**31 - 1


@dataclass(frozen=True)
class Plan:
    weights: NDArray[np.float32]
    strides: tuple[int, int]
    pads: list[int]
    crops: list[int]
    dilations: list[int]
    group: int


class ConvTransposeToConv(LoweringRule[Plan]):
    """Replaces ConvTranspose on pictures with Concat, Reshape and Conv.

    Refuses (1) weights that are not constant, (2) other than two spatial axes, (3) `auto_pad` and `output_shape`, which
    depend on the size.
    """

    op_type = "ConvTranspose"

    def plan(self, node: ir.Node) -> Plan:
        weights = constant(required_input(node, 1))
        if weights is None:
            raise Refusal("its weights are computed while the model runs")
        if weights.ndim != 4:
            raise Refusal(f"its kernel has {weights.ndim - 2} axes, and the rule knows pictures [N,C,H,W]")
        if string_attribute(node, "auto_pad", "NOTSET") != "NOTSET" or "output_shape" in node.attributes:
            raise Refusal("its pads depend on the size of what it reads (auto_pad or output_shape)")
        strides, dilations = ints_attribute(node, "strides") or [1, 1], ints_attribute(node, "dilations") or [1, 1]
        own, extra = ints_attribute(node, "pads") or [0] * 4, ints_attribute(node, "output_padding") or [0, 0]
        reach = [dilations[axis] * (weights.shape[2 + axis] - 1) for axis in (0, 1)]
        before = [reach[axis] - own[axis] for axis in (0, 1)]
        after = [reach[axis] - own[2 + axis] + extra[axis] - (strides[axis] - 1) for axis in (0, 1)]
        pads = [*before, *after]
        group = int_attribute(node, "group", 1)
        more, less = [max(0, pad) for pad in pads], [max(0, -pad) for pad in pads]
        return Plan(_turned(weights, group), (strides[0], strides[1]), more, less, dilations, group)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan) -> ir.Value:
        zero = constant_node(op, np.zeros(1, dtype=np.float32))
        spread = interleave(op, required_input(node), plan.strides, lambda column: [one(op.op("Mul", column, zero))])
        bias = input_at(node, 2)
        inputs = [spread, constant_node(op, plan.weights), *([bias] if bias is not None else [])]
        result = one(op.op("Conv", *inputs, pads=plan.pads, dilations=plan.dilations, group=plan.group))
        if not any(plan.crops):
            return result
        top, left, bottom, right = plan.crops
        ends = [-bottom or END, -right or END]
        return one(op.op("Slice", result, axes=[2, 3], starts=[top, left], ends=ends))


def _turned(weights: NDArray[np.float32], group: int) -> NDArray[np.float32]:
    """`[in, out/group, kh, kw]` -> `[out, in/group, kh, kw]`, upside down and back to front."""
    inputs, outputs, height, width = weights.shape
    grouped = weights.reshape(group, inputs // group, outputs, height, width).transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(grouped.reshape(group * outputs, inputs // group, height, width)[:, :, ::-1, ::-1])
